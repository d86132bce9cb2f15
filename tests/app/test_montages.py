"""Montages are chosen by keys, edited by keys and mouse, shared as files and remembered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLineEdit, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from sleepscope.app.commands import ImportSet
from sleepscope.app.dialogs.asking import Question
from sleepscope.app.dialogs.montage_dialog import MontageDialog
from sleepscope.app.main_window import MainWindow
from sleepscope.app.montage_store import known_montages, own_folder
from sleepscope.app.session import Session
from sleepscope.app.settings import Settings
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.recordings.montage import Montage, MontageRow
from sleepscope.recordings.montage_file import montage_json, read_montage, write_montage

KEY, MODIFIER, LEFT = Qt.Key, Qt.KeyboardModifier, Qt.MouseButton.LeftButton
USUAL = ("F3", "F4", "C3", "C4", "O1", "O2", "E1", "E2", "EMG Chin", "ECG", "SpO2")
AASM = ("F4-M1", "C4-M1", "O2-M1", "F3-M2", "C3-M2", "O1-M2", "E1-M2", "E2-M2", "EMG Chin",
        "ECG", "SpO2")  # fmt: skip


@pytest.fixture
def editor(open_night: MainWindow, qtbot: QtBot) -> Iterator[MontageDialog]:
    """The editor over the small night, opened by its key."""
    qtbot.keyClick(open_night.traces.canvas, KEY.Key_L, MODIFIER.ControlModifier)
    (dialog,) = open_night.findChildren(MontageDialog)
    qtbot.waitExposed(dialog)
    yield dialog
    if dialog in open_night.findChildren(MontageDialog):
        dialog.close()


def press(window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
    QTest.keyClick(window.traces.canvas, key, modifier)


def button(dialog: Question, text: str) -> QPushButton:
    return next(b for b in dialog.findChildren(QPushButton) if b.text().replace("&", "") == text)


def test_bare_electrodes_open_as_recorded_and_keys_choose_montages(open_night: MainWindow) -> None:
    session = open_night.session
    assert session.channels == USUAL
    press(open_night, KEY.Key_1, MODIFIER.ControlModifier)
    assert session.channels == AASM
    assert open_night.montage_box.currentText() == "AASM recommended"
    press(open_night, KEY.Key_3, MODIFIER.ControlModifier)
    assert session.channels == ("E1-M2", "E2-M2", "E1-E2")
    press(open_night, KEY.Key_4, MODIFIER.ControlModifier)
    assert set(session.channels) == {c.label for c in session.recording.source.channels}
    press(open_night, KEY.Key_9, MODIFIER.ControlModifier)
    assert open_night.montage_box.currentText() == "All channels"
    press(open_night, KEY.Key_0, MODIFIER.ControlModifier)
    assert session.channels == USUAL


def test_the_page_shows_the_difference(open_night: MainWindow) -> None:
    press(open_night, KEY.Key_1, MODIFIER.ControlModifier)
    open_night.session.set_filters_on(False)
    open_night.traces.canvas.grab()
    signal = open_night.traces.canvas.layers.shown_signal("C3-M2")
    source = open_night.session.recording.source
    c3, m2 = (source.read(label, 0, 30) for label in ("C3", "M2"))
    shown = signal.samples[: len(c3)] + signal.offset
    np.testing.assert_allclose(shown, c3 - m2, atol=1e-3)


def test_events_follow_their_electrode_and_none_is_lost(open_night: MainWindow) -> None:
    session, traces = open_night.session, open_night.traces
    n_events = sum(len(one.events) for one in session.event_sets())
    press(open_night, KEY.Key_1, MODIFIER.ControlModifier)

    def shown() -> dict[str | None, int]:
        found: dict[str | None, int] = {}
        for lane in traces.state.lanes:
            for row, index in lane.channels.items():
                found[row] = found.get(row, 0) + len(index.events)
        return found

    assert set(shown()) == {"C3-M2", "C4-M1", "E1-M2", "E2-M2"} & set(shown())
    assert sum(shown().values()) == n_events
    press(open_night, KEY.Key_3, MODIFIER.ControlModifier)
    assert shown()[None] > 0
    assert sum(shown().values()) == n_events
    assert traces.canvas.layers.geometry.common


def test_an_event_of_a_hidden_channel_is_drawn_below_with_its_name(open_night: MainWindow) -> None:
    session = open_night.session
    press(open_night, KEY.Key_3, MODIFIER.ControlModifier)
    event = next(e for one in session.event_sets() for e in one.events if e.channel == "C3")
    session.set_page(30 * (event.onset // 30))
    canvas = open_night.traces.canvas
    plain = canvas.grab().toImage()
    geometry = canvas.layers.geometry
    band = geometry.common[0]
    x = round(geometry.x(event.midpoint))
    lane = open_night.traces.state.lanes[0].lane
    assert plain.pixelColor(x, round(band.middle)) == QColor(lane.colour)


def test_click_on_a_name_opens_its_menu(open_night: MainWindow, qtbot: QtBot) -> None:
    canvas, session = open_night.traces.canvas, open_night.session

    def choose(channel: str, text: str) -> None:
        row = canvas.layers.geometry.row(channel)
        qtbot.mouseClick(canvas, LEFT, MODIFIER.NoModifier, QPoint(20, round(row.trace.middle)))
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        next(a for a in menu.actions() if a.text().replace("&", "") == text).trigger()
        menu.close()

    choose("F3", "Hide")
    assert session.channels == USUAL[1:]
    choose("F4", "Move down")
    assert session.channels[:2] == ("C3", "F4")
    before = canvas.grab().toImage()
    choose("C3", "Inverted (negative up)")
    assert session.montage.row("C3").inverted
    assert canvas.grab().toImage() != before


def test_inverted_trace_is_the_mirror_image(open_night: MainWindow) -> None:
    session, layers = open_night.session, open_night.traces.canvas.layers
    session.set_montage(Montage("one", (MontageRow("C3"),)))

    def edges() -> tuple[list[int], list[int]]:
        image = open_night.traces.canvas.grab().toImage()
        trace, ink = layers.geometry.rows[0].trace, QColor(layers.state.theme.trace("EEG"))
        top, bottom = [], []
        for x in range(round(layers.geometry.left) + 40, round(layers.geometry.right) - 40, 50):
            heights = range(round(trace.top), round(trace.bottom))
            inked = [y for y in heights if image.pixelColor(x, y) == ink]
            top.append(round(inked[0] - trace.middle))
            bottom.append(round(inked[-1] - trace.middle))
        return top, bottom

    top, bottom = edges()
    session.set_montage(session.montage.changed("C3", inverted=True))
    turned_top, turned_bottom = edges()
    np.testing.assert_allclose(turned_top, [-y for y in bottom], atol=2)
    np.testing.assert_allclose(turned_bottom, [-y for y in top], atol=2)


def test_rows_are_moved_and_ticked_by_keys(editor: MontageDialog, open_night: MainWindow) -> None:
    session = open_night.session
    QTest.keyClick(editor.rows, KEY.Key_Down, MODIFIER.ControlModifier)
    assert session.channels[:2] == ("F4", "F3")
    QTest.keyClick(editor.rows, KEY.Key_Space)
    assert session.channels == ("F4", *USUAL[2:])
    QTest.keyClick(editor.rows, KEY.Key_Down)
    QTest.keyClick(editor.rows, KEY.Key_Delete)
    assert session.channels == ("F4", *USUAL[3:])
    assert session.montage.row("C3") is None
    assert session.montage.row("F3") == MontageRow("F3", shown=False)


def test_a_derivation_is_added_by_keys(
    editor: MontageDialog, open_night: MainWindow, qtbot: QtBot
) -> None:
    QTest.keyClicks(editor.plus, "C3")
    QTest.keyClicks(editor.minus, "M2")
    qtbot.keyClick(editor.add_button, KEY.Key_Space)
    assert open_night.session.channels[:3] == ("F3", "C3-M2", "F4")
    assert open_night.session.recording.channel("C3-M2").kind == "EEG"
    qtbot.keyClick(editor.add_button, KEY.Key_Space)
    assert "C3-M2 has a row already" in editor.trouble.text()
    editor.minus.setCurrentIndex(editor.minus.findText("EMG Chin"))
    qtbot.keyClick(editor.add_button, KEY.Key_Space)
    assert "choose two of the same rate" in editor.trouble.text()


def test_the_form_changes_the_row_at_once(
    editor: MontageDialog, open_night: MainWindow, qtbot: QtBot
) -> None:
    session, form = open_night.session, editor.form
    form.title_field.setFocus()
    QTest.keyClicks(form.title_field, "Frontal")
    QTest.keyClick(form.title_field, KEY.Key_Tab)
    assert session.montage.row("F3").title == "Frontal"
    qtbot.keyClick(form.inverted_box, KEY.Key_Space)
    assert session.montage.row("F3").inverted
    form.gain_box.setValue(250)
    assert session.gains["F3"] == 250
    usual = session.filters()["F3"]
    qtbot.keyClick(form.own_filters, KEY.Key_Space)
    form.high_pass.setValue(1.0)
    form.low_pass.setValue(20.0)
    QTest.keyClicks(form.notch, "50")
    assert session.filters()["F3"].corners == (1.0, 20.0, 50.0)
    assert session.filters()["F4"] == usual
    form.high_pass.setValue(30.0)
    assert "must lie below" in form.trouble.text()
    assert session.filters()["F3"].corners == (1.0, 20.0, 50.0)
    qtbot.keyClick(form.own_filters, KEY.Key_Space)
    assert session.filters()["F3"] == usual
    form.group_box.setEditText("Front")
    QTest.keyClick(form.group_box.lineEdit(), KEY.Key_Return)
    assert session.montage.groups == ("Front",)
    assert open_night.traces.canvas.layers.geometry.rows[0].group == "Front"


def test_cancel_takes_everything_back(
    editor: MontageDialog, open_night: MainWindow, qtbot: QtBot
) -> None:
    before = open_night.session.montage
    qtbot.mouseClick(button(editor, "Tick none"), LEFT)
    assert open_night.session.montage == before
    qtbot.mouseClick(editor.buttons.button(QDialogButtonBox.StandardButton.Ok), LEFT)
    assert "0 of 11 rows are ticked" in editor.trouble.text()
    qtbot.mouseClick(button(editor, "Tick all"), LEFT)
    QTest.keyClick(editor.rows, KEY.Key_Delete)
    assert open_night.session.montage != before
    QTest.keyClick(editor, KEY.Key_Escape)
    assert open_night.session.montage == before


def test_reset_brings_back_what_fits(editor: MontageDialog, open_night: MainWindow) -> None:
    QTest.keyClick(editor.rows, KEY.Key_Delete)
    QTest.mouseClick(button(editor, "Reset"), LEFT)
    assert open_night.session.channels == USUAL


def test_rows_are_dragged(editor: MontageDialog, open_night: MainWindow) -> None:
    # Qt's own drag needs a real pointer: the list is told what such a drag ends in.
    parent = editor.rows.rootIndex()
    assert editor.rows.model().moveRows(parent, 2, 1, parent, 0)
    assert open_night.session.channels[:3] == ("C3", "F3", "F4")


def test_own_montage_is_kept_and_has_a_key(
    editor: MontageDialog, open_night: MainWindow, qtbot: QtBot
) -> None:
    QTest.keyClick(editor.rows, KEY.Key_Delete)
    qtbot.mouseClick(button(editor, "Save as…"), LEFT)
    (question,) = [q for q in editor.findChildren(Question) if q.isVisible()]
    (field,) = question.findChildren(QLineEdit)
    field.selectAll()
    QTest.keyClicks(field, "My lab")
    QTest.keyClick(field, KEY.Key_Return)
    assert (own_folder() / "my-lab.json").is_file()
    QTest.mouseClick(editor.buttons.button(QDialogButtonBox.StandardButton.Ok), LEFT)
    press(open_night, KEY.Key_1, MODIFIER.ControlModifier)
    press(open_night, KEY.Key_5, MODIFIER.ControlModifier)
    assert open_night.session.montage.name == "My lab"
    assert open_night.session.channels == USUAL[1:]
    assert open_night.actions_by_id["montage_5"].isVisible()
    assert not open_night.actions_by_id["montage_6"].isVisible()


def test_montages_are_shared_as_files(open_night: MainWindow, tmp_path: Path) -> None:
    montages = open_night.controllers.montages
    press(open_night, KEY.Key_3, MODIFIER.ControlModifier)
    path = tmp_path / "eyes.json"
    assert montages.export(replace(open_night.session.montage, name="Eyes"), path)
    assert read_montage(path).channels == ("E1-M2", "E2-M2", "E1-E2")
    press(open_night, KEY.Key_1, MODIFIER.ControlModifier)
    assert montages.take(path)
    assert open_night.session.montage.name == "Eyes"
    assert "Eyes" in [montage.name for montage in known_montages()]


def test_a_wrong_file_is_told_in_one_sentence(
    open_night: MainWindow, sentences: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "wrong.json"
    path.write_text('{"rows": 1}')
    before = open_night.session.montage
    assert not open_night.controllers.montages.take(path)
    assert sentences == [
        'wrong.json is no montage: it does not say "format": "sleepscope montage 1".'
    ]
    other = Montage("Other lab", (MontageRow("Fp7-X3"),))
    write_montage(other, path)
    open_night.controllers.montages.take(path)
    assert "has no channel of the montage 'Other lab'" in sentences[-1]
    assert open_night.session.montage == before


def test_a_damaged_own_montage_does_not_keep_a_night_from_opening(
    window: MainWindow, night: Path
) -> None:
    own_folder().mkdir(parents=True)
    (own_folder() / "mine.json").write_text("{")
    assert window.controllers.opening.open(night)
    assert window.session.channels == USUAL
    assert window.controllers.montages.names[-1] == "All channels"


def test_the_next_night_of_a_kind_opens_as_the_last_one(
    open_night: MainWindow, night: Path
) -> None:
    press(open_night, KEY.Key_1, MODIFIER.ControlModifier)
    open_night.session.set_gains({"C3-M2": 333.0})
    open_night.controllers.montages.change("C3-M2", filters=(1.0, None, 50.0), colour="#aa0000")
    left = open_night.session.montage
    open_night.session.close()
    (last,) = (own_folder() / "last").iterdir()
    assert montage_json(left) == last.read_text(encoding="utf-8")
    again = MainWindow(Session(Settings()))
    try:
        assert again.controllers.opening.open(night)
        assert again.session.montage == left
        assert again.session.gains["C3-M2"] == 333.0
        assert again.montage_box.currentText() == "AASM recommended"
    finally:
        again.close()
        again.deleteLater()


def test_a_channel_shown_for_an_event_is_not_remembered(
    open_night: MainWindow, night: Path
) -> None:
    session = open_night.session
    press(open_night, KEY.Key_3, MODIFIER.ControlModifier)
    event = next(e for one in session.event_sets() for e in one.events if e.channel == "C3")
    session.select(event.id)
    assert session.channels == ("C3", "E1-M2", "E2-M2", "E1-E2")
    session.close()
    assert open_night.controllers.opening.open(night)
    assert session.channels == ("E1-M2", "E2-M2", "E1-E2")


def test_detection_offers_the_derivations_of_the_page(open_night: MainWindow) -> None:
    press(open_night, KEY.Key_1, MODIFIER.ControlModifier)
    open_night.controllers.detecting.ask()
    (dialog,) = [q for q in open_night.findChildren(Question) if q.isVisible()]
    labels = [
        dialog.channels.item(k).data(Qt.ItemDataRole.UserRole)
        for k in range(dialog.channels.count())
    ]
    assert {"C3", "C3-M2"} <= set(labels)
    dialog.close()


def test_events_of_unknown_channels_are_drawn_below(open_night: MainWindow) -> None:
    found = EventSet.of(
        "file:other", (Event(onset=5.0, duration=1.0, kind="spindle", channel="Fz-Pz"),)
    )
    open_night.session.do(ImportSet(found, {}, True))
    lane = open_night.traces.state.lanes[-1]
    assert [event.channel for event in lane.channels[None].events] == ["Fz-Pz"]
    assert open_night.traces.canvas.layers.geometry.common
