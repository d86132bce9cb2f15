"""Lists of very many events follow an edit once the page is painted, short ones at once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from sleepscope.app import seen_review
from sleepscope.app.commands import AddEvent, ChangeEvent, DeleteEvents
from sleepscope.app.comparison import compare
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
    monkeypatch.setattr(seen_review, "MANY_EVENTS", 1)
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
    monkeypatch.setattr(seen_review, "MANY_EVENTS", 1)
    scorer = open_night.session.event_sets()[0].scorer
    open_night.controllers.hiding.hide("scorers", scorer)
    qtbot.waitUntil(lambda: sorted(listed(open_night)) == sorted(wanted(open_night)))
    open_night.session.do(AddEvent(Event(7.0, 1.0, "spindle", "C3-M2")))
    open_night.controllers.hiding.show_all()
    qtbot.waitUntil(lambda: sorted(listed(open_night)) == sorted(wanted(open_night)))


def test_many_events_are_compared_in_the_background(
    open_night: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, comparing = open_night.session, open_night.controllers.comparing
    qtbot.waitUntil(lambda: session.comparison is not None)
    first = session.comparison
    monkeypatch.setattr(seen_review, "MANY_EVENTS", 1)
    settings = session.compare_settings
    session.set_compare_settings(replace(settings, iou=0.6))
    assert session.comparison is first
    qtbot.waitUntil(lambda: session.comparison is not first)
    assert session.comparison.settings.iou == 0.6
    assert (
        session.comparison.scores
        == compare(
            comparing.side(settings.a), comparing.side(settings.b), session.compare_settings, None
        ).scores
    )
    open_night.raise_dock("queue")
    queue = open_night.controllers.queue
    assert [row.decision for row in queue.rows()] == [""] * len(session.comparison.queue)
    comparing.next_disagreement()
    qtbot.keyClick(open_night.traces.canvas, Qt.Key.Key_Return)
    words = open_night.queue_panel.progress
    qtbot.waitUntil(lambda: words.text().startswith(f"1 of {len(queue.items)}"))
