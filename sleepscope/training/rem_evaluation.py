"""What the eye movement model finds in eyes it was not trained on.

Three recordings' worth of evidence, each named for what it is: simulated sleepers outside the
training's limits (the truth is known), agreement with another algorithm on real REM sleep (nobody
marked it), and false detections in real N2 and N3 (where there are no rapid eye movements).
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.agreement import Scores, match, pool, score
from sleepscope.constants import REM
from sleepscope.detection.detect import detect
from sleepscope.detection.muscle import MUSCLE_RMS, muscle_seconds
from sleepscope.detection.settings import DetectSettings
from sleepscope.events import read_events
from sleepscope.events.event import Event
from sleepscope.progress import Progress, Steps
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.opening import open_recording
from sleepscope.recordings.recording import ArrayRecording, Recording
from sleepscope.signals.bands import Spectrum, band_kernel
from sleepscope.simulate.eog import EogRanges, SimulatedEog
from sleepscope.training.calibration import JudgedEvents, joined, reliability
from sleepscope.training.fit import as_part
from sleepscope.training.rem_examples import subject_eog, sure_movements

# Sleepers beyond both ends of the training's limits, in everything that the limits name.
OUTSIDE: Final = (
    EogRanges(
        median_amplitude=(130.0, 170.0),
        slowest=(4.5, 5.5),
        drift=(0.30, 0.40),
        corner=(0.5, 0.8),
        gain_ratio=(1.7, 2.2),
        background=(1.8, 2.1),
        same_reference=(0.95, 1.0),
        opposite_references=(0.1, 0.2),
        noise=(4.0, 6.0),
        tone=(6.0, 9.0),
        low_pass=(140.0, 200.0),
    ),
    EogRanges(
        median_amplitude=(36.0, 45.0),
        slowest=(1.2, 2.0),
        drift=(0.12, 0.20),
        corner=(0.02, 0.05),
        gain_ratio=(0.5, 0.65),
        background=(0.4, 0.6),
        same_reference=(0.2, 0.3),
        opposite_references=(0.2, 0.3),
        noise=(0.0, 0.5),
        tone=(0.1, 0.3),
        low_pass=(15.0, 18.0),
    ),
)
OUTSIDE_SUBJECTS: Final = 20
OUTSIDE_SEED: Final = 990_001
SIMULATED_SFREQ: Final = 100.0
EYES: Final = ("LOC", "ROC")
# What yasa 0.8.1 rem_detect asks of an eye movement unless told otherwise: Hz and µV.
YASA_BAND: Final = (0.5, 5.0)
YASA_FILTER_SECONDS: Final = 6.0
YASA_FLOOR: Final = 50.0
# A real recording takes as long as this many simulated ones.
REAL_SHARE: Final = 4.0

N2N3_NOTE: Final = (
    "one recording of 20 min; how strong slow waves are in the first simulated eyes was revised "
    "with this figure in view, so that another recording may hold more false detections"
)
QUIET_STAGES: Final = frozenset({"N2", "N3"})


def evaluate_rem(model: str, data: Path | None) -> Steps[dict[str, Any]]:
    """Everything the model card says about the model's results.

    Parameters
    ----------
    model : str
        Name of the model or path of its card.
    data : Path or None
        Folder of real recordings; without it their figures are None.

    Returns
    -------
    dict
        ``simulated_f1``, ``yasa_f1_02``, ``n2n3_false_per_min``, ``n2n3_gated_false_per_min`` and
        what belongs to them.
    """
    subjects = range(OUTSIDE_SUBJECTS)
    n_simulated, total = len(OUTSIDE) * len(subjects), evaluation_size()
    testing = simulated_scores(model, OUTSIDE, OUTSIDE_SEED, subjects)
    simulated, judged = yield from as_part(testing, 0.0, total)
    results: dict[str, Any] = {
        "simulated_f1": _rounded(simulated.f1),
        "simulated_precision": _rounded(simulated.precision),
        "simulated_recall": _rounded(simulated.recall),
        "simulated_events": simulated.n_b,
        "simulated_reliability": reliability(judged),
        "yasa_f1_02": None,
        "n2n3_false_per_min": None,
        "n2n3_gated_false_per_min": None,
        "rule": simulated.rule,
    }
    if data is not None and (data / "eog").is_dir():
        comparing = _algorithm_agreement(model, data / "eog")
        results |= yield from as_part(comparing, n_simulated, total, share=REAL_SHARE)
    if data is not None and (data / "recordings" / "mednick_example1.edf").is_file():
        counting = _false_detections(model, data / "recordings")
        before = n_simulated + REAL_SHARE
        results |= yield from as_part(counting, before, total, share=REAL_SHARE)
    yield Progress(total, total, "Tested")
    return results


def evaluation_size() -> float:
    """Recordings that :func:`evaluate_rem` works through, the unit of its progress."""
    return len(OUTSIDE) * OUTSIDE_SUBJECTS + 2 * REAL_SHARE


def simulated_scores(
    model: str, ranges: Sequence[EogRanges], seed: int, subjects: Sequence[int]
) -> Steps[tuple[Scores, JudgedEvents]]:
    """Score the model on numbered simulated sleepers of each of the ``ranges``.

    Movements of 20-40 µV and those during muscle are left out on both sides: they are no misses,
    and detections that pair with one of them are no false ones.

    Returns
    -------
    scores : Scores
        Pooled.
    judged : JudgedEvents
        Every detection that counts.
    """
    scores: list[Scores] = []
    parts: list[JudgedEvents] = []
    for number, limits in enumerate(ranges):
        for index, subject in enumerate(subjects):
            done, total = number * len(subjects) + index, len(ranges) * len(subjects)
            yield Progress(done, total, "Testing on other sleepers")
            eog = subject_eog(seed + number, subject, limits, SIMULATED_SFREQ)
            finding = _found(eye_recording(eog.signals, SIMULATED_SFREQ), model, EYES)
            found = yield from as_part(finding, done, total, "Testing on other sleepers")
            counted = counted_detections(found, eog)
            scores.append(score_movements(found, eog))
            truth = _movement_events(eog)[0]
            right = {pair.a.id for pair in match(counted, truth).pairs}
            confidence = np.array([event.confidence or 0.0 for event in counted])
            is_right = np.array([event.id in right for event in counted], dtype=bool)
            parts.append(JudgedEvents(confidence, is_right))
    return pool(scores), joined(parts)


def score_movements(found: Sequence[Event], eog: SimulatedEog) -> Scores:
    """Score detections against planted movements, the doubtful ones left out."""
    return score(counted_detections(found, eog), _movement_events(eog)[0])


def counted_detections(found: Sequence[Event], eog: SimulatedEog) -> list[Event]:
    """Detections but for those that pair with a doubtful movement."""
    sure, doubtful = _movement_events(eog)
    extra = match(found, sure).only_a
    excused = {pair.a.id for pair in match(extra, doubtful).pairs}
    return [event for event in found if event.id not in excused]


def _movement_events(eog: SimulatedEog) -> tuple[list[Event], list[Event]]:
    """Sure and doubtful movements."""
    sure, doubtful = sure_movements(eog)
    return _as_events(sure), _as_events(doubtful)


def _as_events(spans: Sequence[tuple[float, float]]) -> list[Event]:
    return [Event(onset, stop - onset, REM) for onset, stop in spans]


def eye_recording(signals: NDArray[np.float64], sfreq: float) -> ArrayRecording:
    """LOC and ROC, (2, n_samples) in µV, as a recording."""
    channels = tuple(Channel(label, "EOG", "µV", sfreq, signals.shape[1]) for label in EYES)
    return ArrayRecording(Path("eyes"), channels, dict(zip(EYES, signals, strict=True)))


def _found(
    recording: Recording, model: str, eyes: tuple[str, str], *, leave_out_muscle: bool = False
) -> Steps[tuple[Event, ...]]:
    """What the model finds in a recording; the progress goes from 0 to 1."""
    settings = DetectSettings(REM, model, eyes, leave_out_muscle=leave_out_muscle)
    finding = detect(recording, settings)
    (detection,) = yield from as_part(finding, 0.0, 1.0, share=1 / recording.duration)
    return detection.events


def _algorithm_agreement(model: str, folder: Path) -> Steps[dict[str, Any]]:
    """Agreement with YASA's detector in 859 s of one person's REM sleep: not accuracy."""
    with np.load(folder / "yasa_eog_rem_sleep_256hz.npz") as content:
        recording = eye_recording(content["data"], float(content["sf"]))
    with (folder / "yasa_rem_detect_reference.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    other = [Event(float(r["Start"]), float(r["End"]) - float(r["Start"]), REM) for r in rows]
    found = yield from _found(recording, model, EYES)
    agreed = score(found, other, iou=0.2)
    large = large_enough(recording, found, other)
    from_floor = score(large, other, iou=0.2)
    return {
        "yasa_f1_02": _rounded(agreed.f1),
        "yasa_precision": _rounded(agreed.precision),
        "yasa_recall": _rounded(agreed.recall),
        "yasa_mean_iou": _rounded(agreed.mean_iou),
        "yasa_f1_05": _rounded(score(found, other, iou=0.5).f1),
        "yasa_events": len(other),
        "yasa_small_left_out": len(found) - len(large),
        "yasa_f1_02_from_its_floor": _rounded(from_floor.f1),
        "yasa_precision_from_its_floor": _rounded(from_floor.precision),
        "yasa_note": "agreement with an algorithm (yasa 0.8.1 rem_detect) on 859 s of real REM "
        "sleep of one person, not accuracy; the simulated eyes were revised with it in view",
    }


def large_enough(
    recording: Recording, found: Sequence[Event], other: Sequence[Event]
) -> list[Event]:
    """Detections but for those without a partner that are too small for YASA to report.

    YASA reports nothing whose root of -LOC x ROC at 0.5-5 Hz stays under 50 µV. What lies under
    this floor is neither agreement nor disagreement.
    """
    sfreq = recording.channel(EYES[0]).sfreq
    kernel = band_kernel(sfreq, *YASA_BAND, YASA_FILTER_SECONDS)
    left, right = (
        Spectrum(recording.read(eye, 0.0, recording.duration), kernel.size).band(kernel)
        for eye in EYES
    )
    product = -left * right
    alone = {event.id for event in match(found, other).only_a}
    return [
        event
        for event in found
        if event.id not in alone
        or product[int(event.onset * sfreq) : int(event.stop * sfreq) + 1].max() >= YASA_FLOOR**2
    ]


def _false_detections(model: str, folder: Path) -> Steps[dict[str, Any]]:
    """Detections a minute of N2 and N3, all and outside stretches of muscle."""
    recording = open_recording(folder / "mednick_example1.edf")
    hypnogram = read_events(folder / "mednick_example1_stages.txt").hypnogram
    assert hypnogram is not None
    eyes = (recording.channels[0].label, recording.channels[1].label)
    spans = hypnogram.spans_of(QUIET_STAGES)
    found = yield from as_part(_found(recording, model, eyes), 0.0, 1.0, share=0.5)
    counted = count_false(recording, eyes, found, spans)
    gating = _found(recording, model, eyes, leave_out_muscle=True)
    gated = yield from as_part(gating, 0.5, 1.0, share=0.5)
    key = "n2n3_gated_false_per_min"
    counted[key] = count_false(recording, eyes, gated, spans)[key]
    recording.close()
    return counted


def count_false(
    recording: Recording,
    eyes: tuple[str, str],
    found: Sequence[Event],
    spans: Sequence[tuple[float, float]],
) -> dict[str, Any]:
    """Detections a minute inside the spans (s), all of them and outside stretches of muscle."""
    seconds = np.arange(int(recording.duration))
    quiet = np.zeros(len(seconds), dtype=bool)
    for start, stop in spans:
        quiet[int(start) : int(stop)] = True
    muscle = np.zeros(len(seconds), dtype=bool)
    for label in eyes:
        muscle |= muscle_seconds(recording, label)[: len(seconds)] > MUSCLE_RMS
    inside = [e for e in found if e.midpoint < len(seconds) and quiet[int(e.midpoint)]]
    clean = [e for e in inside if not muscle[int(e.onset) : int(e.stop) + 1].any()]
    return {
        "n2n3_false_per_min": _rounded(60 * len(inside) / max(quiet.sum(), 1)),
        "n2n3_gated_false_per_min": _rounded(60 * len(clean) / max((quiet & ~muscle).sum(), 1)),
        "n2n3_note": N2N3_NOTE,
        "n2n3_minutes": _rounded(quiet.sum() / 60),
        "n2n3_gated_minutes": _rounded((quiet & ~muscle).sum() / 60),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 4)
