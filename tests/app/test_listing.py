"""Lists of very many events follow an edit once the page is painted, short ones at once."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from sleepscope.app import listing
from sleepscope.app.commands import AddEvent, ChangeEvent, DeleteEvents
from sleepscope.app.main_window import MainWindow
from sleepscope.events.event import Event


def listed(window: MainWindow) -> list[tuple[str, float]]:
    return [(row.event.id, row.event.onset) for row in window.table.model.rows]


def wanted(window: MainWindow) -> list[tuple[str, float]]:
    sets = window.session.shown_event_sets()
    return sorted(((e.id, e.onset) for one in sets for e in one.events), key=lambda x: x[1])


def test_long_lists_follow_soon(
    open_night: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "FEW_EVENTS", 1)
    session = open_night.session
    before = listed(open_night)
    source = session.event_sets()[0].events[3].id
    added = session.do(AddEvent(Event(7.0, 1.0, "spindle", "C3-M2"))).event_id
    session.do(ChangeEvent(source, {"onset": 9.5}))
    assert listed(open_night) == before
    qtbot.waitUntil(lambda: len(listed(open_night)) == len(before) + 2)
    assert sorted(listed(open_night)) == sorted(wanted(open_night))
    session.do(DeleteEvents((added,)))
    qtbot.waitUntil(lambda: len(listed(open_night)) == len(before) + 1)
    assert sorted(listed(open_night)) == sorted(wanted(open_night))


def test_a_scorer_that_goes_leaves_the_list(
    open_night: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "FEW_EVENTS", 1)
    scorer = open_night.session.event_sets()[0].scorer
    open_night.controllers.hiding.hide("scorers", scorer)
    assert sorted(listed(open_night)) == sorted(wanted(open_night))
    open_night.session.do(AddEvent(Event(7.0, 1.0, "spindle", "C3-M2")))
    open_night.controllers.hiding.show_all()
    assert sorted(listed(open_night)) == sorted(wanted(open_night))
