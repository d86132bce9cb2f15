"""Scales that need no thought: fixed for known kinds, measured for the rest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sleepscope.app.views.gains import (
    SENSITIVITIES,
    calibrated_scale,
    default_scale,
    is_calibrated,
    next_sensitivity,
    round_number,
    round_number_below,
)
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.recording import ArrayRecording


def made(kind: str, unit: str, samples: np.ndarray) -> tuple[ArrayRecording, Channel]:
    channel = Channel("X", kind, unit, 10.0, len(samples))
    return ArrayRecording(Path("x.edf"), (channel,), {"X": samples}), channel


def test_saturation_has_fixed_ends() -> None:
    scale = default_scale(*made("SPO2", "%", np.full(1000, 96.0)))
    assert (scale.centre, scale.span) == (90.0, 20.0)


def test_eeg_has_a_fixed_scale_whatever_is_on_it() -> None:
    assert default_scale(*made("EEG", "µV", np.full(1000, 5e4))).span == 150.0


def test_unknown_channels_are_measured_over_the_night() -> None:
    samples = 3.0 * np.sin(np.arange(10_000))
    scale = default_scale(*made("RESP", "L/s", samples))
    assert scale.span == 10.0
    assert scale.centre is None


@pytest.mark.parametrize("samples", [np.zeros(1000), np.full(1000, np.nan), np.zeros(0)])
def test_channel_without_any_movement_has_a_scale(samples: np.ndarray) -> None:
    assert default_scale(*made("BODY", "", samples)).span == 1.0


@pytest.mark.parametrize(("value", "above", "below"), [(1, 1, 1), (3, 5, 2), (70, 100, 50)])
def test_round_numbers(value: float, above: float, below: float) -> None:
    assert round_number(value) == above
    assert round_number_below(value) == below


def test_a_millimetre_is_as_many_microvolts_in_every_lane() -> None:
    # 7 µV/mm on a screen of 4 pixels a millimetre: 70 µV are 10 mm, 40 pixels.
    for height in (10.0, 60.0, 400.0):
        scale = calibrated_scale(7.0, height, 4.0)
        assert 70.0 * height / scale.span == pytest.approx(40.0)


def test_sensitivity_goes_by_clinical_steps_and_stops_at_the_ends() -> None:
    assert [next_sensitivity(7.0, 1), next_sensitivity(7.0, -1)] == [5.0, 10.0]
    assert [next_sensitivity(8.0, 1), next_sensitivity(8.0, -1)] == [7.0, 10.0]
    assert next_sensitivity(SENSITIVITIES[0], 1) == SENSITIVITIES[0]
    assert next_sensitivity(SENSITIVITIES[-1], -1) == SENSITIVITIES[-1]
    for step in SENSITIVITIES[1:-1]:
        assert next_sensitivity(next_sensitivity(step, 1), -1) == step


@pytest.mark.parametrize(
    ("kind", "unit", "expected"),
    [("EEG", "µV", True), ("ECG", "µV", True), ("RESP", "µV", False), ("EEG", "", False)],
)
def test_only_voltages_of_electrodes_are_calibrated(kind: str, unit: str, expected: bool) -> None:
    assert is_calibrated(Channel("X", kind, unit, 100.0, 10)) is expected
