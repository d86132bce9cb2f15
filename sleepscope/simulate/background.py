"""The ongoing EEG: an aperiodic background and the rhythms of each stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.simulate.electrodes import ELECTRODES, PATCHES, patch_mixing
from sleepscope.simulate.noise import band_noise, drift, pink_noise
from sleepscope.simulate.stages import stage_levels


@dataclass(frozen=True, slots=True)
class Rhythm:
    """One component of the background.

    Attributes
    ----------
    band : (low, high) in Hz, or None for the aperiodic part (power as f ** -1.7).
    levels : dict
        RMS in µV by stage, where ``gains`` is 1.
    gains : dict
        Factor by first letter of the electrode: F, C, O, M (mastoid), E (eye).
    waxing, period : float, s
        SD of the log of the slow waxing and waning, and how long one takes.
    """

    band: tuple[float, float] | None
    levels: Mapping[str, float]
    gains: Mapping[str, float]
    waxing: float
    period: float


def _by_stage(w: float, n1: float, n2: float, n3: float, r: float) -> dict[str, float]:
    return {"W": w, "N1": n1, "N2": n2, "N3": n3, "R": r}


def _by_place(f: float, c: float, o: float, m: float, e: float) -> dict[str, float]:
    return {"F": f, "C": c, "O": o, "M": m, "E": e}


# AASM manual IV: what marks each stage. Alpha over the back of the head in quiet wake, low
# mixed frequencies in N1 and R, 0.5-2 Hz waves over 75 µV for a fifth of the epoch in N3.
RHYTHMS: Final = (
    Rhythm(None, _by_stage(8, 8, 9, 11, 7.5), _by_place(1, 1, 1, 0.45, 0.6), 0.12, 10),
    Rhythm((0.7, 3.5), _by_stage(0, 3, 8, 12, 3), _by_place(1.1, 1, 0.7, 0.35, 0.5), 0.3, 6),
    Rhythm((0.6, 1.3), _by_stage(0, 0, 3, 27, 0), _by_place(1.3, 1, 0.6, 0.25, 0.5), 0.35, 8),
    Rhythm((4.0, 7.5), _by_stage(2.5, 5.5, 4, 4, 4.5), _by_place(0.9, 1, 0.8, 0.3, 0.3), 0.3, 5),
    Rhythm((8.8, 10.8), _by_stage(13, 2, 1, 0.8, 2), _by_place(0.3, 0.5, 1.3, 0.4, 0.15), 0.5, 3),
    Rhythm((16, 30), _by_stage(3, 2.5, 1.5, 1, 2.2), _by_place(1, 1, 0.9, 0.4, 0.4), 0.25, 4),
)


def background_eeg(
    rng: np.random.Generator,
    stages: Sequence[str],
    epoch_seconds: float,
    sfreq: float,
    eyes_open: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Ongoing EEG of all electrodes, (n_electrodes, n_samples), µV.

    Parameters
    ----------
    rng : numpy.random.Generator
    stages : sequence of str
        One for each epoch of ``epoch_seconds`` s.
    sfreq : float, Hz
    eyes_open : (n_samples,) ndarray of bool
        Where alpha is blocked.
    """
    n_samples = len(eyes_open)
    mixing = patch_mixing()
    eeg = np.zeros((len(ELECTRODES), n_samples))
    for rhythm in RHYTHMS:
        level = stage_levels(stages, rhythm.levels, epoch_seconds, sfreq, n_samples)
        if rhythm.band is not None and 8 < rhythm.band[0] < 12:
            level = np.where(eyes_open, 0.25 * level, level)
        level = level * drift(rng, (n_samples,), sfreq, rhythm.waxing, rhythm.period)
        gains = np.array([rhythm.gains[name[0]] for name in ELECTRODES])
        eeg += gains[:, None] * _activity(rng, rhythm, mixing, n_samples, sfreq) * level
    # Each electrode adds a little noise of its own.
    return eeg + 0.7 * rng.standard_normal(eeg.shape)


def _activity(
    rng: np.random.Generator,
    rhythm: Rhythm,
    mixing: NDArray[np.float64],
    n_samples: int,
    sfreq: float,
) -> NDArray[np.float64]:
    """Activity at the electrodes, half of its power common to all, unit SD."""
    shape = (len(PATCHES) + 1, n_samples)
    if rhythm.band is None:
        noise = pink_noise(rng, shape, sfreq, 1.7)
    else:
        noise = band_noise(rng, shape, sfreq, *rhythm.band)
    return np.asarray(np.sqrt(0.5) * (mixing @ noise[:-1] + noise[-1]))
