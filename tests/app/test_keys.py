"""Keys work wherever the focus is, but not while typing; focused controls keep their own."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeySequence
from PySide6.QtWidgets import QTextBrowser
from pytestqt.qtbot import QtBot

from sleepscope.app.action_tables.spec import MENUS
from sleepscope.app.actions import ACTIONS, key_sheet
from sleepscope.app.main_window import MainWindow

KEY, MODIFIER = Qt.Key, Qt.KeyboardModifier


def test_no_key_is_given_twice() -> None:
    keys = [QKeySequence(key).toString() for spec in ACTIONS for key in spec.shortcuts]
    assert sorted(keys) == sorted(set(keys))
    assert "" not in keys


def test_each_menu_opens_by_its_own_letter() -> None:
    letters = [title[title.index("&") + 1].upper() for title in MENUS]
    keys = {key for spec in ACTIONS for key in spec.shortcuts}
    assert len(set(letters)) == len(letters)
    assert not keys & {f"Alt+{letter}" for letter in letters}


def test_no_letter_opens_two_things_of_one_menu(window: MainWindow) -> None:
    for menu in window.menus.values():
        texts = [action.text().replace("&&", "") for action in menu.actions()]
        letters = [text[text.index("&") + 1].casefold() for text in texts if "&" in text]
        assert len(set(letters)) == len(letters), texts


def test_no_key_of_the_sheet_means_another_key_elsewhere(window: MainWindow) -> None:
    """What Qt takes for one key, written in two ways, must not belong to two actions."""
    owners: dict[str, str] = {}
    for name, action in window.actions_by_id.items():
        for key in action.shortcuts():
            assert owners.setdefault(key.toString(), name) == name


def test_key_sheet_tells_the_keys_of_the_queue() -> None:
    sheet = {text: keys for _, rows in key_sheet() for keys, text in rows}
    assert sheet["Next disagreement"] == "D"
    assert sheet["Skip this disagreement"] == "S"
    assert sheet["The other event of a pair"] == "O"
    assert sheet["Accept the sure agreements"] == "Ctrl+Return"
    assert sheet["Accept"] == "Return or Enter"


def test_every_action_has_a_menu_a_sentence_and_a_handler(window: MainWindow) -> None:
    for spec in ACTIONS:
        assert spec.menu.partition("/")[0] in MENUS
        assert spec.tooltip.endswith(".")
        assert callable(window.controllers.resolve(spec.handler))


@pytest.mark.parametrize(
    ("key", "modifiers", "start"),
    [
        (KEY.Key_Right, MODIFIER.NoModifier, 90.0),
        (KEY.Key_Left, MODIFIER.NoModifier, 30.0),
        (KEY.Key_PageDown, MODIFIER.NoModifier, 90.0),
        (KEY.Key_PageUp, MODIFIER.NoModifier, 30.0),
        (KEY.Key_Home, MODIFIER.NoModifier, 0.0),
        (KEY.Key_End, MODIFIER.NoModifier, 210.0),
        (KEY.Key_Right, MODIFIER.ShiftModifier, 63.0),
        (KEY.Key_Left, MODIFIER.ShiftModifier, 57.0),
    ],
)
def test_page_keys(
    open_night: MainWindow, qtbot: QtBot, key: Qt.Key, modifiers: Qt.KeyboardModifier, start: float
) -> None:
    open_night.session.set_page(60.0)
    qtbot.keyClick(open_night.traces.canvas, key, modifiers)
    assert open_night.session.page.start == pytest.approx(start)


def test_gain_keys_step_through_one_two_five(open_night: MainWindow, qtbot: QtBot) -> None:
    canvas = open_night.traces.canvas
    qtbot.keyClick(canvas, KEY.Key_M, MODIFIER.ControlModifier | MODIFIER.ShiftModifier)
    spans = [open_night.traces.gain_of("C3")]
    for key in (KEY.Key_Plus, KEY.Key_Plus, KEY.Key_Minus):
        qtbot.keyClick(canvas, key)
        spans.append(open_night.traces.gain_of("C3"))
    assert spans[1:] == [100.0, 50.0, 100.0]


def test_event_keys_walk_along_one_scorer(open_night: MainWindow, qtbot: QtBot) -> None:
    session, canvas = open_night.session, open_night.traces.canvas
    events = session.event_sets()[1].events
    session.select(events[0].id)
    qtbot.keyClick(canvas, KEY.Key_N)
    assert session.selection == events[1].id
    qtbot.keyClick(canvas, KEY.Key_N, MODIFIER.ShiftModifier)
    assert session.selection == events[0].id
    qtbot.keyClick(canvas, KEY.Key_N, MODIFIER.ShiftModifier)
    assert session.selection == events[0].id


def test_disagreement_keys_go_through_the_queue(open_night: MainWindow, qtbot: QtBot) -> None:
    session, canvas = open_night.session, open_night.traces.canvas
    qtbot.waitUntil(lambda: session.comparison is not None)
    queue = session.comparison.queue
    assert len(queue) > 1
    for one in queue[:2]:
        qtbot.keyClick(canvas, KEY.Key_D)
        assert session.selection == (one.a or one.b).id
    assert f"2 of {len(queue)}" in open_night.compare_panel.progress.text()
    qtbot.keyClick(canvas, KEY.Key_D, MODIFIER.ShiftModifier)
    assert session.selection == (queue[0].a or queue[0].b).id


def test_class_keys_change_the_class(open_night: MainWindow, qtbot: QtBot) -> None:
    session = open_night.session
    source = session.event_sets()[0].events[0]
    session.select(source.id)
    qtbot.keyClick(open_night.traces.canvas, KEY.Key_F7)
    assert session.selected.kind == "artifact"
    assert session.scorer_of(session.selection) == "human:AB"
    assert session.status_of(source.id) == "changed"


@pytest.mark.parametrize(
    ("key", "modifiers", "onset", "stop"),
    [
        (KEY.Key_BracketLeft, MODIFIER.NoModifier, -0.05, 0.0),
        (KEY.Key_BracketRight, MODIFIER.NoModifier, 0.05, 0.0),
        (KEY.Key_BracketLeft, MODIFIER.ShiftModifier, 0.0, -0.05),
        (KEY.Key_BraceRight, MODIFIER.ShiftModifier, 0.0, 0.05),
        (KEY.Key_Left, MODIFIER.AltModifier, -0.05, 0.0),
        (KEY.Key_Right, MODIFIER.AltModifier | MODIFIER.ShiftModifier, 0.0, 0.05),
    ],
)
def test_nudge_keys_move_one_edge(
    open_night: MainWindow,
    qtbot: QtBot,
    key: Qt.Key,
    modifiers: Qt.KeyboardModifier,
    onset: float,
    stop: float,
) -> None:
    session = open_night.session
    source = next(e for e in session.event_sets()[0].events if e.duration > 0.4)
    session.select(source.id)
    qtbot.keyClick(open_night.traces.canvas, key, modifiers)
    sfreq = session.recording.channel(source.channel).sfreq
    for now, before, step in (
        (session.selected.onset, source.onset, onset),
        (session.selected.stop, source.stop, stop),
    ):
        if step:
            # The moved edge lies on a sample, so it is at most half a one off.
            assert now * sfreq == pytest.approx(round(now * sfreq), abs=1e-6)
            assert now == pytest.approx(before + step, abs=0.5 / sfreq + 1e-9)
        else:
            assert now == pytest.approx(before, abs=1e-9)


def test_explanation_key_goes_round(open_night: MainWindow, qtbot: QtBot) -> None:
    settings = open_night.session.settings
    seen = [settings.explanation_mode]
    for _ in range(3):
        qtbot.keyClick(open_night.traces.canvas, KEY.Key_G)
        seen.append(settings.explanation_mode)
    assert seen == ["band", "trace", "off", "band"]


def test_typing_in_the_filter_box_types(open_night: MainWindow, qtbot: QtBot) -> None:
    session, box = open_night.session, open_night.table.filter_box
    session.set_page(60.0)
    box.setFocus()
    for key in (KEY.Key_N, KEY.Key_D, KEY.Key_X, KEY.Key_Left, KEY.Key_F7, KEY.Key_PageDown):
        qtbot.keyClick(box, key)
    qtbot.keyClick(box, KEY.Key_Question, MODIFIER.ShiftModifier)
    assert box.text().casefold() == "nd?x"
    assert session.selection is None
    assert session.page.start == 60.0
    qtbot.keyClick(box, KEY.Key_Backspace)
    assert box.text().casefold() == "ndx"


def test_focused_table_keeps_its_arrows_and_shares_the_letters(
    open_night: MainWindow, qtbot: QtBot
) -> None:
    session, table = open_night.session, open_night.table.table
    session.set_page(60.0)
    open_night.table.set_selection(open_night.table.model.rows[0].event.id)
    table.setFocus()
    qtbot.keyClick(table, KEY.Key_Down)
    second = open_night.table.model.rows[1].event.id
    assert session.selection == second
    start = session.page.start
    qtbot.keyClick(table, KEY.Key_Right)
    assert session.page.start == start
    qtbot.keyClick(table, KEY.Key_X)
    assert session.status_of(second) == "rejected"


def test_question_mark_shows_every_key(open_night: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(open_night.traces.canvas, KEY.Key_Question)
    page = next(b for b in open_night.findChildren(QTextBrowser) if b.isVisible())
    text = page.toPlainText()
    for _, rows in key_sheet():
        for _, words in rows:
            assert words in text
    page.window().close()


def test_enter_goes_from_the_filter_to_what_it_found(open_night: MainWindow, qtbot: QtBot) -> None:
    table = open_night.table
    table.filter_box.setFocus()
    qtbot.keyClicks(table.filter_box, "c4")
    qtbot.keyClick(table.filter_box, Qt.Key.Key_Return)
    assert table.table.hasFocus()
    assert open_night.session.selection == table.model.rows[0].event.id


def test_escape_goes_back_to_the_traces(open_night: MainWindow, qtbot: QtBot) -> None:
    canvas = open_night.traces.canvas
    for widget in (open_night.table.filter_box, open_night.table.table, open_night.length_box):
        widget.setFocus()
        qtbot.keyClick(widget, Qt.Key.Key_Escape)
        assert canvas.hasFocus()


def test_arrows_turn_pages_after_a_length_was_chosen(open_night: MainWindow, qtbot: QtBot) -> None:
    box = open_night.length_box
    box.setFocus()
    box.setCurrentIndex(box.findData(60.0))
    box.activated.emit(box.currentIndex())
    assert open_night.traces.canvas.hasFocus()
    qtbot.keyClick(open_night.traces.canvas, Qt.Key.Key_Right)
    assert (open_night.session.page.start, open_night.session.page.length) == (60.0, 60.0)


def test_theme_key_goes_round(open_night: MainWindow, qtbot: QtBot) -> None:
    canvas, session = open_night.traces.canvas, open_night.session
    session.settings.theme = "light"
    seen = []
    for _ in range(3):
        qtbot.keyClick(canvas, KEY.Key_T, MODIFIER.ControlModifier)
        seen.append(session.settings.theme)
        page = QColor(open_night.traces.state.theme.page)
        assert canvas.grab().toImage().pixelColor(3, 3) == page
    assert seen == ["dark", "contrast", "light"]


def test_text_keys_change_every_word_and_the_page_makes_room(
    open_night: MainWindow, qtbot: QtBot
) -> None:
    canvas = open_night.traces.canvas
    both = MODIFIER.ControlModifier | MODIFIER.ShiftModifier
    size, left = canvas.font().pointSizeF(), canvas.layers.geometry.left
    for _ in range(5):
        qtbot.keyClick(canvas, KEY.Key_Plus, both)
    geometry = canvas.layers.geometry
    assert canvas.font().pointSizeF() == pytest.approx(2 * size)
    assert geometry.left > 1.3 * left
    assert open_night.hypnogram.x(0.0) == geometry.left
    metrics = QFontMetricsF(canvas.font())
    assert geometry.axis_height >= 2 * metrics.ascent()
    qtbot.keyClick(canvas, KEY.Key_0, both)
    assert canvas.font().pointSizeF() == pytest.approx(size)
    assert canvas.layers.geometry.left == left


def test_traces_show_the_focus_that_came_by_tab(open_night: MainWindow) -> None:
    canvas = open_night.traces.canvas
    accent = QColor(open_night.traces.state.theme.accent)
    open_night.table.filter_box.setFocus()
    canvas.setFocus(Qt.FocusReason.MouseFocusReason)
    assert canvas.grab().toImage().pixelColor(1, 100) != accent
    open_night.table.filter_box.setFocus()
    canvas.setFocus(Qt.FocusReason.TabFocusReason)
    assert canvas.grab().toImage().pixelColor(1, 100) == accent


def test_return_takes_a_choice_from_a_list_opened_by_mouse(
    open_night: MainWindow, qtbot: QtBot
) -> None:
    box = open_night.length_box
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton)
    choices = box.view()
    qtbot.waitUntil(choices.isVisible)
    before = box.currentIndex()
    qtbot.keyClick(choices, KEY.Key_Down)
    qtbot.keyClick(choices, KEY.Key_Return)
    qtbot.waitUntil(lambda: not choices.isVisible())
    assert box.currentIndex() == before + 1
    assert open_night.session.page.length == box.currentData()
