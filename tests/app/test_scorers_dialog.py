"""Scorers are renamed, coloured, hidden and removed; each but the colour can be taken back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from sleepscope.app.commands import SetVerdict
from sleepscope.app.dialogs.scorers_dialog import ScorersDialog
from sleepscope.app.main_window import MainWindow
from sleepscope.app.scorers import titles
from sleepscope.events.event_filter import EventFilter

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def dialog(open_night: MainWindow, qtbot: QtBot) -> ScorersDialog:
    open_night.actions_by_id["scorers"].trigger()
    found = open_night.findChild(ScorersDialog)
    qtbot.waitExposed(found)
    return found


def names(window: MainWindow) -> list[str]:
    return [one.scorer for one in window.session.event_sets()]


def test_removed_scorer_comes_back_by_undo(
    open_night: MainWindow, dialog: ScorersDialog, qtbot: QtBot
) -> None:
    before = open_night.session.event_sets()
    qtbot.mouseClick(dialog.remove_button, LEFT)
    assert names(open_night) == [before[1].scorer]
    assert dialog.list.count() == 1
    open_night.controllers.reviewing.undo()
    assert [one.events for one in open_night.session.event_sets()] == [s.events for s in before]
    assert dialog.list.count() == 2
    dialog.close()


def test_scorer_is_renamed_and_undo_brings_the_name_back(
    open_night: MainWindow, dialog: ScorersDialog, qtbot: QtBot
) -> None:
    old = names(open_night)[0]
    open_night.controllers.scorers.set_colour(old, 4)
    qtbot.mouseClick(dialog.rename_button, LEFT)
    asking = dialog.findChild(QInputDialog)
    asking.setTextValue("Dr  Müller")
    asking.accept()
    assert names(open_night)[0] == "file:Dr Müller"
    assert "Dr Müller" in titles(open_night.session).values()
    assert open_night.traces.state.lanes[0].lane.title == "Dr Müller"
    assert open_night.session.settings.scorer_colours["file:Dr Müller"] == 4
    open_night.controllers.reviewing.undo()
    assert names(open_night)[0] == old
    dialog.close()


def test_name_that_is_taken_is_refused(
    open_night: MainWindow, sentences: list[str], dialog: ScorersDialog
) -> None:
    first, second = names(open_night)
    open_night.controllers.scorers.rename(first, second.partition(":")[2])
    assert names(open_night) == [first, second]
    assert "already" in sentences[0]
    dialog.close()


def test_verdicts_go_with_a_person_who_is_renamed(open_night: MainWindow) -> None:
    session = open_night.session
    open_night.controllers.reviewing.draw("C3", 10.0, 11.0)
    event = session.event_sets()[0].events[0].id
    session.do(SetVerdict((event,), "accepted"))
    open_night.controllers.scorers.rename("human:AB", "XY")
    assert session.person == "human:XY"
    assert session.review.status_of(event, "human:XY") == "accepted"
    assert session.review.status_of(event, "human:AB") == "unreviewed"
    open_night.controllers.reviewing.undo()
    assert session.review.status_of(event, "human:AB") == "accepted"


def test_colour_is_chosen_from_the_palette_and_remembered(
    open_night: MainWindow, dialog: ScorersDialog
) -> None:
    before = open_night.traces.state.lanes[0].lane.colour
    dialog.colour_button.menu().actions()[3].trigger()
    theme = open_night.presenter.theme
    assert open_night.traces.state.lanes[0].lane.colour == theme.scorers[3] != before
    assert open_night.session.settings.scorer_colours == {names(open_night)[0]: 3}
    dialog.close()


def test_scorer_with_hidden_events_is_not_removed(
    open_night: MainWindow, sentences: list[str], dialog: ScorersDialog, qtbot: QtBot
) -> None:
    before = names(open_night)
    qtbot.mouseClick(dialog.hide_button, LEFT)
    assert open_night.session.event_filter == EventFilter(frozenset({before[0]}))
    assert "hidden" in dialog.list.item(0).text()
    qtbot.mouseClick(dialog.remove_button, LEFT)
    assert names(open_night) == before
    assert "hidden" in sentences[0]
    qtbot.mouseClick(dialog.hide_button, LEFT)
    assert open_night.session.event_filter.hides_nothing
    dialog.close()
