"""A simulated night has what its stages call for, where its truth says it is."""

from __future__ import annotations

import numpy as np
import pytest

from sleepscope.constants import REM, SPINDLE
from sleepscope.errors import SettingsError
from sleepscope.simulate import NightSettings, SimulatedNight, simulate_night
from tests.simulate.signals import band_rms, stage_signal


def test_same_settings_make_the_same_night() -> None:
    first, second = (simulate_night(NightSettings(seed=5, minutes=1.0)) for _ in range(2))
    assert first.truth == second.truth
    assert first.experts == second.experts
    for channel in first.recording.channels:
        one, other = (n.recording.read(channel.label, 0, 60) for n in (first, second))
        np.testing.assert_array_equal(one, other)


def test_another_seed_makes_another_night() -> None:
    first, second = (simulate_night(NightSettings(seed=s, minutes=1.0)) for s in (5, 6))
    assert np.std(first.recording.read("C3", 0, 60) - second.recording.read("C3", 0, 60)) > 5


def test_channels_are_those_of_a_sleep_laboratory(night: SimulatedNight) -> None:
    kinds = {c.label: (c.kind, c.unit, c.sfreq) for c in night.recording.channels}
    assert kinds["C3"] == ("EEG", "µV", 128.0)
    assert kinds["E1"] == ("EOG", "µV", 128.0)
    assert kinds["EMG Chin"] == ("EMG", "µV", 256.0)
    assert kinds["SpO2"] == ("SPO2", "%", 1.0)
    assert {"F3", "F4", "C4", "O1", "O2", "M1", "M2", "E2", "ECG"} <= kinds.keys()
    assert night.recording.duration == pytest.approx(480.0)


def test_half_an_hour_shows_every_stage() -> None:
    stages = simulate_night(NightSettings(seed=1, minutes=30, sfreq=32, emg_sfreq=32)).hypnogram
    assert set(stages.stages) == {"W", "N1", "N2", "N3", "R"}
    assert stages.stages[0] == "W"


def test_spindles_lie_in_n2_and_n3_alone(night: SimulatedNight) -> None:
    spindles = [e for e in night.truth.events if e.kind == SPINDLE]
    assert spindles
    assert {night.hypnogram.stage_at(e.midpoint) for e in spindles} <= {"N2", "N3"}
    assert all(0.5 <= e.duration <= 2.0 for e in spindles)


def test_sigma_is_stronger_inside_spindles_than_beside_them(night: SimulatedNight) -> None:
    signal = night.recording.read("C3", 0, 480)
    ratios = []
    for event in (e for e in night.truth.events if e.kind == SPINDLE and e.channel == "C3"):
        middle, beside = round(event.midpoint * 128), round((event.onset - 1.0) * 128)
        inside = band_rms(signal[middle - 48 : middle + 48], 128, 11, 16)
        ratios.append(inside / band_rms(signal[beside - 48 : beside + 48], 128, 11, 16))
    assert np.median(ratios) > 2


def test_eyes_move_in_opposite_directions_in_rem(night: SimulatedNight) -> None:
    left, right = (night.recording.read(e, 0, 480) for e in ("E1", "E2"))
    correlations = []
    for event in (e for e in night.truth.events if e.kind == REM):
        part = slice(round((event.onset - 0.2) * 128), round(event.stop * 128))
        correlations.append(np.corrcoef(left[part], right[part])[0, 1])
        assert night.hypnogram.stage_at(event.midpoint) == "R"
    assert len(correlations) > 10
    assert np.median(correlations) < -0.7


def test_blinks_are_in_phase_and_in_wake(night: SimulatedNight) -> None:
    left, right = (night.recording.read(e, 0, 480) for e in ("E1", "E2"))
    blinks = [e for e in night.truth.events if e.kind == "blink"]
    assert blinks
    for event in blinks:
        part = slice(round(event.onset * 128), round(event.stop * 128))
        assert np.corrcoef(left[part], right[part])[0, 1] > 0.7
        assert night.hypnogram.stage_at(event.midpoint) == "W"


def test_alpha_is_largest_over_the_back_of_the_head_in_wake(night: SimulatedNight) -> None:
    alpha = {n: band_rms(stage_signal(night, n, "W"), 128, 8, 12) for n in ("O1", "C3", "F3")}
    assert alpha["O1"] > alpha["C3"] > alpha["F3"]
    assert alpha["O1"] > 2 * band_rms(stage_signal(night, "O1", "N3"), 128, 8, 12)


def test_slow_waves_fill_n3(night: SimulatedNight) -> None:
    deep = stage_signal(night, "F3", "N3") - stage_signal(night, "M2", "N3")
    light = stage_signal(night, "F3", "N2") - stage_signal(night, "M2", "N2")
    assert band_rms(deep, 128, 0.5, 2) > 2 * band_rms(light, 128, 0.5, 2)
    seconds = deep[: len(deep) // 256 * 256].reshape(-1, 256)
    # AASM manual IV.4: waves over 75 µV in a fifth of the epoch and more.
    assert np.mean(np.ptp(seconds, axis=1) > 75) > 0.2


def test_chin_tone_is_lowest_in_rem(night: SimulatedNight) -> None:
    tone = {s: np.median(np.abs(stage_signal(night, "EMG Chin", s))) for s in ("W", "N2", "R")}
    assert tone["W"] > tone["N2"] > tone["R"]


def test_k_complexes_are_largest_in_front(night: SimulatedNight) -> None:
    onsets = {e.onset: e for e in night.truth.events if e.kind == "k_complex"}
    front = back = 0.0
    for event in onsets.values():
        start, stop = event.onset, event.stop
        front += np.ptp(night.recording.read("F3", start, stop))
        back += np.ptp(night.recording.read("O1", start, stop))
    assert onsets
    assert front > 1.5 * back


def test_heart_beats_about_once_a_second(night: SimulatedNight) -> None:
    ecg = night.recording.read("ECG", 0, 60)
    beats = np.count_nonzero((ecg[1:] > 400) & (ecg[:-1] <= 400))
    assert 50 <= beats <= 80


def test_oxygen_is_around_96_percent(night: SimulatedNight) -> None:
    spo2 = night.recording.read("SpO2", 0, 480)
    assert 95 <= spo2.mean() <= 98
    np.testing.assert_array_equal(spo2, np.round(spo2))


def test_a_night_without_rem_has_no_eye_movements() -> None:
    night = simulate_night(NightSettings(minutes=1.0, stages=("N2", "N3")))
    assert not [e for e in night.truth.events if e.kind == REM]


def test_night_shorter_than_an_epoch_is_refused() -> None:
    with pytest.raises(SettingsError, match="shorter than one epoch of 30 s"):
        NightSettings(minutes=0.25)


def test_stages_must_fill_the_night() -> None:
    with pytest.raises(SettingsError, match="takes 4"):
        NightSettings(minutes=2.0, stages=("W",))


@pytest.mark.parametrize("minutes", [float("nan"), float("inf"), -1.0])
def test_a_night_without_a_length_is_refused(minutes: float) -> None:
    with pytest.raises(SettingsError, match="without end or shorter"):
        NightSettings(minutes=minutes)


@pytest.mark.parametrize("stage", ["?", "S2", ""])
def test_a_stage_that_cannot_be_simulated_is_refused_with_those_that_can(stage: str) -> None:
    with pytest.raises(SettingsError, match=r"cannot be simulated; choose from W, N1, N2, N3, R"):
        NightSettings(minutes=1.0, stages=("N2", stage))


@pytest.mark.parametrize("stage", ["W", "N1", "N2", "N3", "R"])
@pytest.mark.parametrize("minutes", [0.5, 1.0])
def test_a_night_of_one_stage_can_be_simulated(stage: str, minutes: float) -> None:
    settings = NightSettings(minutes=minutes, stages=(stage,) * round(2 * minutes))
    assert simulate_night(settings).recording.duration == minutes * 60
