"""What becomes of the eye movement model's detections when a recording is not as it should be.

Each condition changes the same simulated sleepers in one way. Two figures say what it costs: the F1
in their REM sleep, and how many movements a minute are found in their N2 and N3, where there are
none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.agreement import Scores, pool
from sleepscope.detection.detect import detect
from sleepscope.detection.settings import DetectSettings
from sleepscope.progress import Progress, Steps
from sleepscope.simulate.eog import (
    STRETCH_SECONDS,
    EogRanges,
    SimulatedEog,
    draw_subject,
    simulate_eog,
)
from sleepscope.simulate.eog_confounders import (
    Signals,
    add_blinks,
    add_one_sided_pulses,
    add_sawtooth_waves,
    add_slow_movements,
    add_slow_waves,
)
from sleepscope.simulate.noise import pink_noise
from sleepscope.training.fit import as_part
from sleepscope.training.rem_evaluation import EYES, eye_recording, score_movements

SUBJECTS: Final = 12
SEED: Final = 880_001
SFREQ: Final = 256.0
STAGES: Final = ("R", "R", "R", "R", "N2", "N2", "N3", "N3")
REM_STOP: Final = STAGES.count("R") * STRETCH_SECONDS

# Changes signals (2, n_samples), µV, into others.
Change = Callable[[np.random.Generator, Signals], Signals]


@dataclass(frozen=True, slots=True)
class Condition:
    """One way in which recordings differ from what they should be.

    Attributes
    ----------
    name : str
    change : callable
        Of the finished signals.
    ranges : EogRanges
        Of the sleepers and recorders.
    """

    name: str
    change: Change
    ranges: EogRanges = field(default_factory=EogRanges)


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """What the model reaches under a condition.

    Attributes
    ----------
    name : str
    scores : Scores
        Of the planted movements of REM sleep.
    false_per_minute : float
        Detections in N2 and N3.
    abstained : float
        Share of the recordings on which the model said nothing, 0..1.
    """

    name: str
    scores: Scores
    false_per_minute: float
    abstained: float


def _more(add: Callable[[np.random.Generator, Signals], object]) -> Change:
    """Add to a copy."""

    def change(rng: np.random.Generator, signals: Signals) -> Signals:
        changed = signals.copy()
        add(rng, changed)
        return changed

    return change


def _per_minute(rate: float) -> dict[str, float]:
    return dict.fromkeys(("W", "N1", "N2", "N3", "R"), rate)


def _mains(rng: np.random.Generator, signals: Signals) -> Signals:
    times = np.arange(signals.shape[1]) / SFREQ
    phase = rng.uniform(0, 2 * np.pi, (2, 1))
    return signals + 25.0 * np.sin(2 * np.pi * 50.0 * times + phase)


def _bad_channel(rng: np.random.Generator, signals: Signals) -> Signals:
    """A lead that hangs loose: 60 µV of slow noise instead of the eye."""
    changed = signals.copy()
    changed[1] = 60.0 * pink_noise(rng, (signals.shape[1],), SFREQ, 1.5)
    return changed


def _flat_channel(_rng: np.random.Generator, signals: Signals) -> Signals:
    changed = signals.copy()
    changed[1] = 0.0
    return changed


def _same(_rng: np.random.Generator, signals: Signals) -> Signals:
    return signals


_ONE_REFERENCE: Final = EogRanges(opposite_references=EogRanges().same_reference)
_OPPOSITE: Final = EogRanges(same_reference=(-0.9, -0.3), opposite_references=(-0.9, -0.3))

CONDITIONS: Final = (
    Condition("as simulated, either reference", _same),
    Condition("both eyes against one mastoid", _same, _ONE_REFERENCE),
    Condition("eyes against opposite mastoids", _same, _OPPOSITE),
    Condition(
        "blinks, 15 more a minute",
        _more(lambda rng, s: add_blinks(rng, s, SFREQ, STAGES, STRETCH_SECONDS, _per_minute(15.0))),
    ),
    Condition(
        "slow eye movements, 10 more a minute",
        _more(
            lambda rng, s: add_slow_movements(
                rng, s, SFREQ, STAGES, STRETCH_SECONDS, _per_minute(10.0)
            )
        ),
    ),
    Condition(
        "slow waves in anti-phase, 20 more a minute of N2 and N3",
        _more(
            lambda rng, s: add_slow_waves(
                rng, s, SFREQ, STAGES, STRETCH_SECONDS, -0.6, {**_per_minute(20.0), "R": 0.0}
            )
        ),
    ),
    Condition(
        "sawtooth waves in REM sleep, 4 trains a minute (not in the training)",
        _more(
            lambda rng, s: add_sawtooth_waves(
                rng, s, SFREQ, STAGES, STRETCH_SECONDS, 0.5, {**_per_minute(0.0), "R": 4.0}
            )
        ),
    ),
    Condition(
        "electrode pops, 6 more a minute",
        _more(lambda rng, s: add_one_sided_pulses(rng, s, SFREQ, 6.0)),
    ),
    Condition("one eye channel is noise", _bad_channel),
    Condition("one eye channel is flat", _flat_channel),
    Condition("electrodes exchanged", lambda _rng, s: s[::-1].copy()),
    Condition("polarity turned", lambda _rng, s: -s),
    Condition("gain x 0.35", lambda _rng, s: 0.35 * s),
    Condition("50 Hz mains of 25 µV", _mains),
)


def scores_by_condition(model: str, subjects: int = SUBJECTS) -> Steps[tuple[ConditionRow, ...]]:
    """Run the model on the same sleepers under each condition.

    Parameters
    ----------
    model : str
        Name of the model or path of its card.
    subjects : int
        Number of simulated sleepers, each with 160 s of REM sleep and 160 s of N2 and N3.
    """
    rows: list[ConditionRow] = []
    for index, condition in enumerate(CONDITIONS):
        testing = _row(model, condition, subjects)
        rows.append((yield from as_part(testing, index, len(CONDITIONS), condition.name)))
    return tuple(rows)


def _row(model: str, condition: Condition, subjects: int) -> Steps[ConditionRow]:
    scores: list[Scores] = []
    n_false, n_silent, seconds = 0, 0.0, 0.0
    settings = DetectSettings("rem", model, EYES)
    for subject in range(subjects):
        eog = _sleeper(condition, subject)
        recording = eye_recording(eog.signals, SFREQ)
        share = 1 / (subjects * recording.duration)
        finding = detect(recording, settings)
        (detection,) = yield from as_part(finding, subject / subjects, 1.0, share=share)
        found = detection.events
        scores.append(score_movements([e for e in found if e.midpoint < REM_STOP], eog))
        n_false += sum(e.midpoint >= REM_STOP for e in found)
        silent = np.isnan(detection.probability)
        n_silent += float(silent.mean())
        seconds += float((~silent)[round(REM_STOP * detection.sfreq) :].sum()) / detection.sfreq
    yield Progress(1.0, 1.0, condition.name)
    per_minute = 60 * n_false / seconds if seconds else 0.0
    return ConditionRow(condition.name, pool(scores), per_minute, n_silent / subjects)


def _sleeper(condition: Condition, subject: int) -> SimulatedEog:
    """The numbered sleeper's eyes, changed as the condition says; the truth stays."""
    rng = np.random.default_rng([SEED, subject])
    eog = simulate_eog(rng, draw_subject(rng, condition.ranges), len(STAGES), SFREQ, STAGES)
    changed: NDArray[np.float64] = condition.change(rng, eog.signals)
    return replace(eog, signals=changed)
