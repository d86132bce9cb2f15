"""A millimetre of the screen is so many µV, whatever else is shown."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot

from sleepscope.app.dialogs.asking import Question
from sleepscope.app.dialogs.sensitivity_dialog import number
from sleepscope.app.main_window import MainWindow
from sleepscope.app.page import PAGE_LENGTHS, WHOLE_NIGHT
from sleepscope.app.screen_scale import (
    believed_pixels_per_mm,
    is_measured,
    keep_measured,
    pixels_per_mm,
)
from sleepscope.errors import SettingsError

KEY, MODIFIER = Qt.Key, Qt.KeyboardModifier


def millimetres(window: MainWindow, label: str, microvolts: float) -> float:
    """Height of so many µV on the page, mm."""
    layers = window.traces.canvas.layers
    trace = layers.geometry.row(label).trace
    pixels = microvolts * trace.height / layers.scale_of(label).span
    return pixels / window.controllers.scaling.pixels_per_mm


@pytest.mark.parametrize(
    ("dpi", "expected"),
    [(96.0, 96 / 25.4), (110.0, 110 / 25.4), (0.0, 96 / 25.4), (9999, 96 / 25.4)],
)
def test_a_size_that_cannot_be_is_not_believed(dpi: float, expected: float) -> None:
    assert believed_pixels_per_mm(dpi) == pytest.approx(expected)


def test_microvolts_a_millimetre_stay_when_rows_are_added(open_night: MainWindow) -> None:
    session = open_night.session
    heights = []
    for labels in (("C3",), ("C3", "C4"), tuple(c.label for c in session.recording.channels)):
        session.show_channels(labels)
        heights.append(millimetres(open_night, "C3", 70.0))
    assert heights == pytest.approx([10.0] * 3)


def test_keys_step_the_sensitivity_and_the_headline_tells_it(
    open_night: MainWindow, qtbot: QtBot
) -> None:
    assert "EEG 7 µV/mm" in open_night.headline.text()
    assert "mm/s" in open_night.headline.text()
    qtbot.keyClick(open_night.traces.canvas, KEY.Key_Plus)
    assert "EEG 5 µV/mm" in open_night.headline.text()
    assert millimetres(open_night, "C3", 50.0) == pytest.approx(10.0)
    qtbot.keyClick(open_night.traces.canvas, KEY.Key_Minus)
    qtbot.keyClick(open_night.traces.canvas, KEY.Key_Minus)
    assert "EEG 10 µV/mm" in open_night.headline.text()


def test_fitting_lanes_and_back_forgets_no_sensitivity(
    open_night: MainWindow, qtbot: QtBot
) -> None:
    canvas = open_night.traces.canvas
    qtbot.keyClick(canvas, KEY.Key_Plus)
    both = MODIFIER.ControlModifier | MODIFIER.ShiftModifier
    qtbot.keyClick(canvas, KEY.Key_M, both)
    assert open_night.traces.gain_of("C3") == 150.0
    assert "µV/mm" not in open_night.headline.text()
    qtbot.keyClick(canvas, KEY.Key_M, both)
    assert millimetres(open_night, "C3", 50.0) == pytest.approx(10.0)


def test_a_measured_screen_is_believed_more_than_what_it_says(
    open_night: MainWindow, qtbot: QtBot
) -> None:
    session, scaling = open_night.session, open_night.controllers.scaling
    scaling.ask_calibration()
    dialog = open_night.findChild(Question)
    dialog.slider.setFocus()
    before = dialog.slider.value()
    for _ in range(3):
        qtbot.keyClick(dialog.slider, KEY.Key_Right)
    assert dialog.slider.value() == before + 3
    pixels, mm = dialog.slider.value(), dialog.length_mm.value()
    assert mm == pytest.approx(85.6)
    qtbot.mouseClick(
        dialog.buttons.button(QDialogButtonBox.StandardButton.Ok), Qt.MouseButton.LeftButton
    )
    assert is_measured(scaling.screen, session.settings)
    assert scaling.pixels_per_mm == pytest.approx(pixels / mm)
    assert open_night.traces.state.pixels_per_mm == pytest.approx(pixels / mm)
    assert millimetres(open_night, "C3", 70.0) == pytest.approx(10.0)


def test_what_was_measured_can_be_forgotten(open_night: MainWindow) -> None:
    scaling, settings = open_night.controllers.scaling, open_night.session.settings
    said = pixels_per_mm(scaling.screen, settings)
    keep_measured(scaling.screen, settings, 428.0, 85.6)
    assert pixels_per_mm(scaling.screen, settings) == pytest.approx(5.0)
    keep_measured(scaling.screen, settings, 0.0, 0.0)
    assert pixels_per_mm(scaling.screen, settings) == pytest.approx(said)


def test_a_typed_sensitivity_holds_for_its_kind_and_is_remembered(
    open_night: MainWindow, qtbot: QtBot
) -> None:
    qtbot.keyClick(open_night.traces.canvas, KEY.Key_M, MODIFIER.ControlModifier)
    dialog = open_night.findChild(Question)
    field = dialog.fields["EEG"]
    field.lineEdit().selectAll()
    qtbot.keyClicks(field.lineEdit(), "12,5")
    qtbot.keyClick(field.lineEdit(), KEY.Key_Return)
    assert open_night.session.settings.sensitivity("EEG", 7.0) == 12.5
    shown = open_night.traces.state.sensitivities
    assert (shown["C3"], shown["E1"]) == (12.5, 10.0)
    assert "12.5 µV/mm" in open_night.headline.text()


@pytest.mark.parametrize("text", ["", "many", "0", "-3", "nan", "1e9"])
def test_a_sensitivity_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match=r"µV/mm\.$"):
        number(text)


@pytest.mark.parametrize(
    ("key", "modifiers", "name"),
    [
        (KEY.Key_G, MODIFIER.ShiftModifier, "amplitude"),
        (KEY.Key_G, MODIFIER.ShiftModifier | MODIFIER.ControlModifier, "time"),
    ],
)
def test_grid_keys_show_and_hide_lines(
    open_night: MainWindow, qtbot: QtBot, key: Qt.Key, modifiers: Qt.KeyboardModifier, name: str
) -> None:
    canvas = open_night.traces.canvas
    before = name in open_night.traces.state.grids
    picture = canvas.grab().toImage()
    qtbot.keyClick(canvas, key, modifiers)
    assert (name in open_night.traces.state.grids) is not before
    assert canvas.grab().toImage() != picture
    qtbot.keyClick(canvas, key, modifiers)
    assert canvas.grab().toImage() == picture


def test_amplitude_lines_lie_75_microvolts_apart(open_night: MainWindow) -> None:
    session = open_night.session
    session.show_channels(("C3",))
    open_night.controllers.scaling.set_grid("time", on=False)
    canvas = open_night.traces.canvas
    plain = canvas.grab().toImage()
    open_night.controllers.scaling.set_grid("amplitude", on=True)
    lined = canvas.grab().toImage()
    rows = [
        y for y in range(plain.height())
        if sum(plain.pixel(x, y) != lined.pixel(x, y) for x in range(200, 800)) > 250
    ]  # fmt: skip
    mm = (rows[-1] - rows[0]) / open_night.controllers.scaling.pixels_per_mm
    assert mm == pytest.approx(75.0 / 7.0, abs=0.4)


@pytest.mark.parametrize("length", [x for x in PAGE_LENGTHS if x < 240])
def test_every_page_length_is_shown(open_night: MainWindow, length: float) -> None:
    open_night.controllers.paging.set_length(length)
    assert open_night.session.page.length == length
    assert open_night.length_box.currentData() == length


def test_a_short_recording_does_not_leave_an_odd_length(open_night: MainWindow) -> None:
    open_night.controllers.paging.set_length(600.0)
    assert open_night.session.page.length == open_night.session.recording.duration
    assert open_night.session.settings.page_seconds == 600.0


def test_the_whole_night_is_one_page_and_stays_so_for_the_next(open_night: MainWindow) -> None:
    open_night.controllers.paging.set_length(WHOLE_NIGHT)
    page = open_night.session.page
    assert (page.start, page.length) == (0.0, open_night.session.recording.duration)
    assert open_night.length_box.currentText() == "whole night"
    assert open_night.session.settings.page_seconds == WHOLE_NIGHT
    path = open_night.session.recording.path
    assert open_night.controllers.opening.open(path)
    assert open_night.session.page.is_whole


def test_cut_waves_stay_in_their_lanes_and_the_headline_tells_it(
    open_night: MainWindow, qtbot: QtBot
) -> None:
    canvas = open_night.traces.canvas
    for _ in range(4):
        qtbot.keyClick(canvas, KEY.Key_Plus)
    over = canvas.grab().toImage()
    qtbot.keyClick(canvas, KEY.Key_C, MODIFIER.ShiftModifier)
    assert open_night.traces.state.is_clipped
    assert "cut at their lanes" in open_night.headline.text()
    cut = canvas.grab().toImage()
    assert cut != over
    row = canvas.layers.geometry.row("C3")
    between = round(row.trace.bottom + 1)
    background = cut.pixelColor(round(canvas.layers.geometry.left) + 3, between)
    inside = range(round(canvas.layers.geometry.left) + 3, round(canvas.layers.geometry.right) - 3)
    dark = [x for x in inside if cut.pixelColor(x, between).lightness() < 100]
    assert background.lightness() > 200
    assert not dark
    qtbot.keyClick(canvas, KEY.Key_C, MODIFIER.ShiftModifier)
    assert canvas.grab().toImage() == over


def test_a_key_fits_the_page_and_leaves_the_tone_of_the_chin(
    open_night: MainWindow, qtbot: QtBot
) -> None:
    canvas = open_night.traces.canvas
    before = open_night.traces.state.sensitivities["EMG Chin"]
    for _ in range(3):
        qtbot.keyClick(canvas, KEY.Key_Plus)
    crowded = open_night.traces.state.sensitivities["C3"]
    chin = open_night.traces.state.sensitivities["EMG Chin"]
    assert chin < before
    qtbot.keyClick(canvas, KEY.Key_F, MODIFIER.ShiftModifier)
    state, layers = open_night.traces.state, canvas.layers
    assert state.sensitivities["C3"] > crowded
    assert state.sensitivities["EMG Chin"] == chin
    samples = np.abs(layers.shown_signal("C3").samples)
    assert np.mean(samples <= layers.scale_of("C3").span / 2) >= 0.99
