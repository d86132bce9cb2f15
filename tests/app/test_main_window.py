"""The window itself: mouse on the page, menu, theme, notices, dialogs, what it remembers."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDialogButtonBox, QLineEdit, QMenu, QTextBrowser
from pytestqt.qtbot import QtBot

from sleepscope.app import crash
from sleepscope.app.dialogs.asking import Question
from sleepscope.app.dialogs.help_window import help_pages, show_help
from sleepscope.app.main_window import MainWindow
from sleepscope.app.session import Session
from sleepscope.app.settings import Settings
from sleepscope.app.theme import THEMES
from sleepscope.events.event import Event

LEFT = Qt.MouseButton.LeftButton


def question(window: MainWindow) -> Question:
    return next(q for q in window.findChildren(Question) if q.isVisible())


def press_ok(qtbot: QtBot, dialog: Question) -> None:
    qtbot.mouseClick(dialog.buttons.button(QDialogButtonBox.StandardButton.Ok), LEFT)


def place_of(window: MainWindow, event: Event, time: float, scorer: int) -> QPoint:
    geometry = window.traces.canvas.layers.geometry
    lane = geometry.row(event.channel).lanes[scorer]
    return QPoint(round(geometry.x(time)), round(lane.middle))


def spindle(window: MainWindow) -> Event:
    """An expert's spindle of some length, alone around it, on the page."""
    events = window.session.event_sets()[0].events
    found = next(e for e in events if e.kind == "spindle" and e.channel == "C3" and e.onset > 60)
    window.controllers.paging.show_event(found)
    return found


def test_click_on_a_bar_selects_its_event_everywhere(open_night: MainWindow, qtbot: QtBot) -> None:
    event = spindle(open_night)
    canvas = open_night.traces.canvas
    qtbot.mouseClick(canvas, LEFT, pos=place_of(open_night, event, event.midpoint, 0))
    assert open_night.session.selection == event.id
    row = open_night.table.table.selectionModel().currentIndex().row()
    assert open_night.table.model.rows[row].event.id == event.id
    assert open_night.actions_by_id["accept"].isEnabled()


def test_row_of_the_table_turns_to_its_page(open_night: MainWindow) -> None:
    last = open_night.table.model.rows[-1].event
    open_night.table.event_picked.emit(last.id)
    page = open_night.session.page
    assert page.start <= last.onset < page.stop


def test_dragged_edge_makes_a_copy_of_the_persons_own(open_night: MainWindow, qtbot: QtBot) -> None:
    event = spindle(open_night)
    session, canvas = open_night.session, open_night.traces.canvas
    session.select(event.id)
    start = place_of(open_night, event, event.stop, 0)
    stop = place_of(open_night, event, event.stop + 0.5, 0)
    qtbot.mousePress(canvas, LEFT, pos=start)
    qtbot.mouseMove(canvas, stop)
    qtbot.mouseRelease(canvas, LEFT, pos=stop)
    assert session.scorer_of(session.selection) == "human:AB"
    assert session.selected.stop == pytest.approx(event.stop + 0.5, abs=0.05)
    assert session.selected.onset == pytest.approx(event.onset)
    assert session.event_sets()[0].by_id(event.id) == event


def test_click_on_the_hypnogram_goes_there(open_night: MainWindow, qtbot: QtBot) -> None:
    night = open_night.hypnogram
    qtbot.mouseClick(night, LEFT, pos=QPoint(round(night.x(100.0)), 20))
    assert open_night.session.page.start == 90.0


def test_right_click_opens_a_menu_and_changes_nothing(open_night: MainWindow) -> None:
    event = spindle(open_night)
    before = open_night.session.event_sets()
    open_night.traces.menu_requested.emit(event.id, "C3", event.onset, QPoint(300, 300))
    menu = next(m for m in open_night.findChildren(QMenu) if m.isVisible())
    names = {action.objectName() for action in menu.actions()}
    assert {"accept", "reject", "note", "delete"} <= names
    menu.close()
    assert open_night.session.selection == event.id
    assert open_night.session.event_sets() == before


def test_go_to_takes_an_epoch_and_stays_open_on_nonsense(
    open_night: MainWindow, qtbot: QtBot
) -> None:
    open_night.actions_by_id["go_to"].trigger()
    dialog = question(open_night)
    field = dialog.findChild(QLineEdit)
    field.setText("99")
    press_ok(qtbot, dialog)
    assert "1 to 8" in dialog.trouble.text()
    field.setText("3")
    press_ok(qtbot, dialog)
    assert open_night.session.page.start == 60.0


def test_scored_stretches_limit_the_comparison(open_night: MainWindow, qtbot: QtBot) -> None:
    open_night.actions_by_id["spans"].trigger()
    dialog = question(open_night)
    dialog.field.setText("0-9999")
    press_ok(qtbot, dialog)
    assert "not inside" in dialog.trouble.text()
    dialog.field.setText("100-0")
    press_ok(qtbot, dialog)
    assert "no stretch" in dialog.trouble.text()
    dialog.field.setText("30-120")
    press_ok(qtbot, dialog)
    qtbot.waitUntil(lambda: "30–120 s" in open_night.compare_panel.span.text())


def test_note_and_doubt_are_kept_with_the_persons_copy(
    open_night: MainWindow, qtbot: QtBot
) -> None:
    session = open_night.session
    session.select(spindle(open_night).id)
    open_night.actions_by_id["unsure"].trigger()
    assert session.selected.unsure
    open_night.actions_by_id["note"].trigger()
    dialog = question(open_night)
    field = next(w for w in dialog.children() if hasattr(w, "toPlainText"))
    field.setPlainText("two\nlines")
    press_ok(qtbot, dialog)
    assert session.selected.note == "two lines"
    assert session.selected.unsure


def test_channels_dialog_shows_and_hides(open_night: MainWindow, qtbot: QtBot) -> None:
    open_night.session.show_channels(["C4", "E1", "C3"])
    assert open_night.traces.state.channels == ("C3", "C4", "E1")
    hidden = next(e for e in open_night.session.event_sets()[0].events if e.channel == "C4")
    open_night.session.show_channels(["C3"])
    open_night.session.select(hidden.id)
    assert open_night.traces.state.channels == ("C3", "C4")


def test_filters_are_switched_for_every_channel(open_night: MainWindow) -> None:
    assert open_night.traces.state.filter_of("C3").corners == (0.3, 35.0, None)
    open_night.actions_by_id["filters"].setChecked(False)
    assert open_night.traces.state.filter_of("C3").is_raw
    assert not open_night.session.settings.filters_on


def test_long_page_gets_its_extremes_in_the_background(
    open_night: MainWindow, qtbot: QtBot
) -> None:
    open_night.session.set_page(0.0, 240.0)
    shown = set(open_night.session.channels)
    qtbot.waitUntil(lambda: set(open_night.traces.state.pyramids) == shown)
    qtbot.waitUntil(lambda: not open_night.session.jobs.jobs)
    open_night.actions_by_id["filters"].setChecked(False)
    assert set(open_night.traces.state.pyramids) == {"SpO2"}  # has no filter to lose
    qtbot.waitUntil(lambda: set(open_night.traces.state.pyramids) == shown)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_theme_is_used_at_once_and_remembered(open_night: MainWindow, name: str) -> None:
    open_night.controllers.showing.set_theme(name)
    assert open_night.traces.state.theme is THEMES[name]
    assert Settings().theme == name


def test_window_comes_back_as_it_was(window: MainWindow, night: Path, qtbot: QtBot) -> None:
    window.controllers.opening.open(night)
    window.docks[1].hide()
    window.close()
    again = MainWindow(Session(Settings()))
    again.show()
    again.controllers.opening.open(night)
    assert not again.docks[0].isHidden()
    assert again.docks[1].isHidden()
    again.close()
    again.deleteLater()


def test_notices_can_be_dismissed_and_do_not_pile_up(window: MainWindow, qtbot: QtBot) -> None:
    for k in range(5):
        window.session.notice(f"Sentence {k}.")
        window.session.notice(f"Sentence {k}.")
    bar = window.notices
    assert len(bar.texts()) == 5
    assert sum(notice.isVisible() for notice in bar.notices) == 2
    assert "3" in bar.more.text()
    qtbot.mouseClick(bar.notices[0].close_button, LEFT)
    assert bar.texts()[0] == "Sentence 1."
    bar.more.click()
    assert all(notice.isVisible() for notice in bar.notices)
    bar.clear()
    assert bar.isHidden()


def test_unexpected_exception_is_told_and_the_window_goes_on(
    open_night: MainWindow, sentences: list[str], tmp_path: Path
) -> None:
    told: list[BaseException] = []
    crash.install(told.append)
    try:
        error = ZeroDivisionError("in the file of Jane Doe")
        sys.excepthook(type(error), error, None)
    finally:
        crash.uninstall()
    assert told == [error]


def test_help_pages_open_and_lead_to_each_other(window: MainWindow) -> None:
    dialog = show_help(window)
    browser = dialog.findChild(QTextBrowser)
    assert "SleepScope" in browser.toPlainText()
    names = {page.name for page in help_pages()}
    for page in help_pages():
        browser.setSource(page.as_uri())
        assert len(browser.toPlainText()) > 100
    assert "index.md" in names
    dialog.close()


def test_model_cards_and_about_are_readable(window: MainWindow) -> None:
    window.actions_by_id["models"].trigger()
    window.actions_by_id["about"].trigger()
    texts = [b.toPlainText() for b in window.findChildren(QTextBrowser)]
    assert any("Intended use" in text and "Trained on" in text for text in texts)
    assert any("not a medical device" in text for text in texts)
    for browser in window.findChildren(QTextBrowser):
        browser.window().close()


def test_recent_recordings_can_be_forgotten(window: MainWindow, night: Path) -> None:
    window.controllers.opening.open(night)
    window.controllers.opening.close()
    assert window.welcome.recent.count() == 1
    window._fill_recent()
    window.recent_menu.actions()[-1].trigger()
    assert window.session.settings.recent_nights == ()
    assert window.welcome.recent.count() == 0
