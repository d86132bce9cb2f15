"""The ruler: a drag or a key reads what lies under it, and edits nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from sleepscope.app.main_window import MainWindow
from sleepscope.recordings.derivation import DerivedRecording
from sleepscope.recordings.montage import Montage, MontageRow
from sleepscope.recordings.recording import ArrayRecording, Recording
from tests.app.views.conftest import Mouse

KEY, MODIFIER = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def sines(open_night: MainWindow) -> MainWindow:
    """The night with 10 Hz of 80 µV on C3, and a gap in it from 20 to 21 s."""
    session = open_night.session
    night: Recording = session.recording
    channel = replace(night.channel("C3"), sfreq=200.0, n_samples=60 * 200)
    samples = 40 * np.sin(2 * np.pi * 10 * np.arange(60 * 200) / 200)
    samples[20 * 200 : 21 * 200] = np.nan
    made = ArrayRecording(night.path, (channel,), {"C3": samples})
    session.recording = DerivedRecording(made)
    open_night.traces.set_recording(session.recording)
    session.set_montage(Montage("C3 alone", (MontageRow("C3"),)))
    return open_night


def test_a_drag_with_the_ruler_reads_the_wave(sines: MainWindow, qtbot: QtBot) -> None:
    mouse, canvas = Mouse(sines.traces), sines.traces.canvas
    before = len(sines.session.event_sets())
    qtbot.keyClick(canvas, KEY.Key_M)
    mouse.drag(mouse.point(5.0, "C3"), mouse.point(7.0, "C3"))
    ruler = sines.traces.state.ruler
    assert ruler.reading.frequency == pytest.approx(10.0, rel=0.03)
    assert ruler.reading.peak_to_peak == pytest.approx(80.0, rel=0.03)
    assert ruler.reading.duration == pytest.approx(2.0, abs=0.1)
    assert ruler.reading.cycles == pytest.approx(20.0, abs=1.0)
    assert any("peak to peak" in line for line in ruler.lines())
    assert len(sines.session.event_sets()) == before


def test_the_box_is_painted_and_escape_takes_it_away(sines: MainWindow, qtbot: QtBot) -> None:
    mouse, canvas = Mouse(sines.traces), sines.traces.canvas
    # The overviews come a moment after the night, and take their height then.
    spectrum = sines.session.spectrum
    qtbot.waitUntil(lambda: spectrum.shown is not None or bool(spectrum.trouble))
    qtbot.waitUntil(lambda: not sines.session.jobs.jobs)
    QApplication.processEvents()
    plain = canvas.grab().toImage()
    qtbot.keyClick(canvas, KEY.Key_M)
    mouse.drag(mouse.point(5.0, "C3"), mouse.point(7.0, "C3"))
    assert canvas.grab().toImage() != plain
    qtbot.keyClick(canvas, KEY.Key_Escape)
    assert sines.traces.state.ruler is None
    assert not sines.actions_by_id["measure"].isChecked()
    assert canvas.grab().toImage() == plain


def test_missing_samples_are_told(sines: MainWindow) -> None:
    sines.controllers.measuring.measure("C3", 19.0, 22.0)
    ruler = sines.traces.state.ruler
    # The filter widens the gap a little.
    assert ruler.reading.duration - ruler.reading.recorded >= 1.0
    assert any("not recorded" in line for line in ruler.lines())


def test_a_key_measures_the_selected_event(open_night: MainWindow, qtbot: QtBot) -> None:
    session = open_night.session
    event = session.event_sets()[0].events[0]
    session.select(event.id)
    qtbot.keyClick(open_night.traces.canvas, KEY.Key_M, MODIFIER.ShiftModifier)
    ruler = open_night.traces.state.ruler
    assert (ruler.channel, ruler.start, ruler.stop) == (event.channel, event.onset, event.stop)
    assert ruler.reading.recorded == pytest.approx(event.duration, abs=0.01)


def test_a_night_under_the_ruler_has_a_length_alone(open_night: MainWindow) -> None:
    open_night.controllers.measuring.measure("C3", 0.0, 100_000.0)
    ruler = open_night.traces.state.ruler
    assert ruler.reading is None
    assert ruler.lines()[0].startswith("C3: 100000.000 s")


def test_the_ruler_is_put_away_with_the_recording(open_night: MainWindow) -> None:
    measuring = open_night.controllers.measuring
    measuring.set_measuring(True)
    measuring.measure("C3", 1.0, 2.0)
    open_night.session.close()
    assert measuring.ruler is None
    assert not measuring.is_on
