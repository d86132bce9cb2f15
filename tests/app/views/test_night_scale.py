"""A long page shows how high waves are over the night, in a sensitivity that it tells."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from sleepscope.app.main_window import MainWindow
from sleepscope.app.page import WHOLE_NIGHT
from sleepscope.app.views.gains import SENSITIVITIES
from sleepscope.app.views.night_scale import NightScale, fitted_sensitivity
from sleepscope.recordings.derivation import DerivedRecording
from sleepscope.recordings.recording import ArrayRecording
from sleepscope.signals.envelope import Pyramid, build_pyramid


def _pyramid(recording: ArrayRecording, label: str) -> Pyramid:
    channel = recording.channel(label)
    samples = recording.read(label, 0.0, recording.duration)
    steps = build_pyramid(lambda a, b: samples[a:b], channel.n_samples, channel.sfreq, "")
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            found: Pyramid = stop.value
            return found


def test_span_is_what_the_waves_of_the_night_reach(recording: ArrayRecording) -> None:
    """Waves of ±50 µV everywhere."""
    span = NightScale().span("C3-M2", _pyramid(recording, "C3-M2"), recording)
    assert 90 <= span <= 100


def test_the_step_is_the_first_at_which_the_night_fits() -> None:
    # 100 µV in a lane of 40 px at 4 px/mm: 10 µV/mm.
    assert fitted_sensitivity([100.0], 40.0, 4.0, 7.0, 7.0) == 10.0
    assert fitted_sensitivity([101.0], 40.0, 4.0, 7.0, 7.0) == 15.0


def test_steps_of_the_person_count_from_there() -> None:
    place = SENSITIVITIES.index(10.0)
    larger, smaller = SENSITIVITIES[SENSITIVITIES.index(7.0) - 1], 10.0
    assert fitted_sensitivity([100.0], 40.0, 4.0, larger, 7.0) == SENSITIVITIES[place - 1]
    assert fitted_sensitivity([100.0], 40.0, 4.0, smaller, 7.0) == SENSITIVITIES[place + 1]


def test_a_night_of_which_nothing_is_known_is_not_fitted() -> None:
    assert fitted_sensitivity([math.nan, 0.0], 40.0, 4.0, 7.0, 7.0) is None


def test_whole_night_fits_its_lanes_and_keys_still_step(
    open_night: MainWindow, qtbot: QtBot
) -> None:
    session, layers = open_night.session, open_night.traces.canvas.layers
    # Four minutes are no long page; ten times as many are made of them.
    label = "C3"
    _tile(open_night, 10)
    open_night.controllers.paging.set_length(WHOLE_NIGHT)
    qtbot.waitUntil(lambda: label in open_night.traces.state.pyramids and not session.jobs.jobs)
    pyramid = open_night.traces.state.pyramids[label]
    columns = pyramid.columns(0.0, session.recording.duration, 400)
    ranges = columns.high - columns.low
    span = layers.scale_of(label).span
    assert np.mean(ranges[np.isfinite(ranges)] <= span) > 0.6
    told = layers.sensitivity_of(label)
    assert told > 7.0
    assert f"EEG {told:g} µV/mm" in open_night.headline.text()
    qtbot.keyClick(open_night.traces.canvas, Qt.Key.Key_Plus)
    assert layers.sensitivity_of(label) < told


def _tile(window: MainWindow, times: int) -> None:
    """Replace the night by one that is as many times as long, its waves four times as high."""
    session = window.session
    night = session.recording.source
    signals = {
        c.label: 4 * np.tile(night.read(c.label, 0.0, night.duration), times)
        for c in night.channels
    }
    channels = tuple(replace(c, n_samples=len(signals[c.label])) for c in night.channels)
    made = ArrayRecording(night.path, channels, signals, start=night.start)
    session.recording = DerivedRecording(made)
    window.traces.set_recording(session.recording)
    session.view_changed.emit()
    session.set_page(0.0)
