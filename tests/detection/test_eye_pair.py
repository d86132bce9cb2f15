"""Two eye channels that have nothing in common for minutes are no pair, and this is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from sleepscope.constants import REM
from sleepscope.detection.detect import detect
from sleepscope.detection.eye_pair import LEAST_CORRELATION, common_share, unrelated_samples
from sleepscope.detection.settings import DetectSettings
from sleepscope.progress import finish
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.recording import ArrayRecording
from sleepscope.simulate.eog import EogRanges, draw_subject, simulate_eog
from sleepscope.simulate.noise import pink_noise

SFREQ = 100.0
LENGTH = 40_000


@pytest.fixture(scope="module")
def eyes() -> NDArray[np.float64]:
    rng = np.random.default_rng(4)
    return simulate_eog(rng, draw_subject(rng, EogRanges()), 10, SFREQ).signals


def loose(eyes: NDArray[np.float64], first: int = 0) -> NDArray[np.float64]:
    changed = eyes.copy()
    noise = pink_noise(np.random.default_rng(1), (eyes.shape[1] - first,), SFREQ, 1.5)
    changed[1, first:] = 60.0 * noise
    return changed


@pytest.mark.parametrize("sign", [1, -1])
def test_eyes_have_something_in_common_whatever_the_polarity(
    eyes: NDArray[np.float64], sign: int
) -> None:
    usable = np.ones(LENGTH, np.bool_)
    share = common_share(eyes * np.array([[1.0], [sign]]), usable, SFREQ)
    assert share is not None
    assert share > LEAST_CORRELATION


def test_an_eye_beside_noise_is_unrelated_from_the_stretch_on_that_is_noise(
    eyes: NDArray[np.float64],
) -> None:
    usable = np.ones(LENGTH, np.bool_)
    usable[31_000:32_000] = False
    mask, last = unrelated_samples(loose(np.tile(eyes, 2), 30_000), np.tile(usable, 2), SFREQ)
    assert last
    assert not mask[:30_000].any()
    np.testing.assert_array_equal(mask[30_000:], np.tile(usable, 2)[30_000:])


def test_an_end_too_short_to_find_nothing_in_goes_with_what_was_before(
    eyes: NDArray[np.float64],
) -> None:
    usable = np.ones(10_000, np.bool_)
    for before in (False, True):
        mask, last = unrelated_samples(loose(eyes)[:, :10_000], usable, SFREQ, before)
        assert last is before
        assert mask.all() == before
        mask, last = unrelated_samples(eyes[:, :10_000], usable, SFREQ, before)
        assert not last
        assert not mask.any()


def test_too_little_signal_is_no_reason_to_abstain(eyes: NDArray[np.float64]) -> None:
    usable = np.zeros(LENGTH, np.bool_)
    usable[:8_000] = True
    assert common_share(eyes, usable, SFREQ) is None
    assert not unrelated_samples(loose(eyes), usable, SFREQ)[0].any()


@pytest.mark.parametrize("model", ["rem-1d", "rem-2d"])
def test_the_model_says_nothing_about_a_loose_electrode_and_says_so(
    eyes: NDArray[np.float64], model: str
) -> None:
    kept: list[NDArray[np.float32]] = []
    for block_seconds in (None, 40.0):
        signals = dict(zip(("E1", "E2"), loose(eyes), strict=True))
        channels = tuple(Channel(eye, "EOG", "µV", SFREQ, LENGTH) for eye in signals)
        recording = ArrayRecording(Path("eyes.edf"), channels, signals)
        settings = DetectSettings(REM, model, ("E1", "E2"))
        (found,) = finish(detect(recording, settings, block_seconds=block_seconds))
        assert not found.events
        assert np.isnan(found.probability).all()
        assert "400.0 s unlike each other" in found.notices[0]
        assert "one of them loose" in found.notices[1]
        kept.append(found.probability)
