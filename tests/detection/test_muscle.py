"""Seconds of muscle are found, and left out when a person asks for it."""

from __future__ import annotations

import numpy as np
import pytest

from sleepscope.detection import DetectSettings, detect
from sleepscope.detection.inputs import MUSCLE, USABLE, read_samples
from sleepscope.detection.muscle import muscle_rms
from sleepscope.progress import finish
from sleepscope.simulate import NightSettings, simulate_night
from tests.detection.conftest import noise

EYES = ("E1", "E2")


def _muscle(seconds: float, sfreq: float, start: float, stop: float) -> np.ndarray:
    times = np.arange(round(seconds * sfreq)) / sfreq
    return np.where((times >= start) & (times < stop), 60 * np.sin(2 * np.pi * 30 * times), 0.0)


def test_muscle_is_measured_at_20_to_40_hz():
    times = np.arange(0, 20, 1 / 200)
    slow = 100 * np.sin(2 * np.pi * 2 * times)
    rms = muscle_rms(slow + _muscle(20, 200, 10, 20), 200.0)
    assert rms.shape == (20,)
    assert rms[:9].max() < 1.0
    np.testing.assert_allclose(rms[12:19], 60 / np.sqrt(2), rtol=0.05)


@pytest.mark.parametrize("sfreq", [30.0, 50.0])
def test_a_rate_too_low_for_muscle_has_none(sfreq):
    assert muscle_rms(100 * noise(10, sfreq), sfreq).tolist() == [0.0] * 10


@pytest.mark.parametrize("sfreq", [100.0, 199.98, 256.0])
def test_seconds_of_muscle_are_the_same_in_any_cut(make_recording, sfreq):
    loud = noise(60, sfreq) + _muscle(60, sfreq, 20.2, 24.7)
    recording = make_recording(E1=(loud, sfreq, "EOG"), E2=(noise(60, sfreq, 1), sfreq, "EOG"))
    whole = read_samples(recording, EYES, 100.0, 0, 6000, mark_muscle=True)
    assert (whole.state[2100:2400] == MUSCLE).all()
    assert (whole.state[:1900] == USABLE).all()
    assert (whole.state[2600:] == USABLE).all()
    assert np.isfinite(whole.signals).all()
    cut = read_samples(recording, EYES, 100.0, 2203, 2501, mark_muscle=True)
    np.testing.assert_array_equal(cut.state, whole.state[2203:2501])
    assert (read_samples(recording, EYES, 100.0, 0, 6000).state == USABLE).all()


def test_a_detector_told_to_leave_muscle_out_finds_nothing_there_and_says_so(make_recording):
    night = simulate_night(NightSettings(seed=5, minutes=2.0, stages=("R",) * 4))
    sfreq = night.recording.channel("E1").sfreq
    eyes = {label: night.recording.read(label, 0.0, 120.0) for label in EYES}
    loud = {k: (v + _muscle(120, sfreq, 30, 60), sfreq, "EOG") for k, v in eyes.items()}
    settings = DetectSettings("rem", "rem-1d", EYES, leave_out_muscle=True)
    (found,) = finish(detect(make_recording(**loud), settings, block_seconds=40.0))
    assert found.events
    assert not [e for e in found.events if e.onset < 59.9 and e.stop > 30.1]
    (notice,) = found.notices
    assert "s muscle" in notice
    assert np.isnan(found.probability[31 * 25 : 59 * 25]).all()
    (bursts,) = finish(
        detect(make_recording(**loud), DetectSettings("rem", "rem-1d", EYES, bursts=True))
    )
    assert {e.kind for e in bursts.events} == {"rem_burst"}
    assert bursts.settings.bursts
