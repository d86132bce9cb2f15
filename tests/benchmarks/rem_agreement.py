"""What the eye movement model finds in eyes it was not trained on.

``python -m tests.benchmarks.rem_agreement [--model rem-1d] [--data FOLDER]`` prints a table and, as
the last line, the figures as JSON. Real figures are null where there are no real recordings. With
``--confounders`` it prints what each disturbance of a simulated recording costs instead.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import warnings
from pathlib import Path

import numpy as np

from sleepscope.agreement import pool
from sleepscope.constants import REM
from sleepscope.events import read_events
from sleepscope.events.event import Event
from sleepscope.progress import finish
from sleepscope.recordings.opening import open_recording
from sleepscope.training.rem_confounders import scores_by_condition
from sleepscope.training.rem_evaluation import (
    OUTSIDE,
    OUTSIDE_SEED,
    OUTSIDE_SUBJECTS,
    QUIET_STAGES,
    SIMULATED_SFREQ,
    count_false,
    evaluate_rem,
    score_movements,
)
from sleepscope.training.rem_examples import subject_eog
from tests.conftest import real_data_folder

KEYS = ("simulated_f1", "yasa_f1_02", "n2n3_false_per_min", "n2n3_gated_false_per_min")


def yasa_false_per_minute(data: Path | None) -> dict[str, float | None]:
    """What YASA's detector finds a minute in the same N2 and N3; None where it is not installed."""
    keys = {
        "yasa_n2n3_false_per_min": "n2n3_false_per_min",
        "yasa_n2n3_gated_false_per_min": "n2n3_gated_false_per_min",
    }
    if data is None or importlib.util.find_spec("yasa") is None:
        return dict.fromkeys(keys)
    recording = open_recording(data / "recordings" / "mednick_example1.edf")
    hypnogram = read_events(data / "recordings" / "mednick_example1_stages.txt").hypnogram
    assert hypnogram is not None
    eyes = (recording.channels[0].label, recording.channels[1].label)
    left, right = (recording.read(eye, 0.0, recording.duration) for eye in eyes)
    events = _found_by_yasa(left, right, recording.channels[0].sfreq)
    counted = count_false(recording, eyes, events, hypnogram.spans_of(QUIET_STAGES))
    recording.close()
    return {key: counted[name] for key, name in keys.items()}


def yasa_on_simulated_sleepers() -> dict[str, float | None]:
    """How YASA's detector fares on the same simulated sleepers; None where it is not installed."""
    if importlib.util.find_spec("yasa") is None:
        return {"yasa_simulated_f1": None}
    scores = []
    for number, limits in enumerate(OUTSIDE):
        for subject in range(OUTSIDE_SUBJECTS):
            eog = subject_eog(OUTSIDE_SEED + number, subject, limits, SIMULATED_SFREQ)
            found = _found_by_yasa(*eog.signals, SIMULATED_SFREQ)
            scores.append(score_movements(found, eog))
    pooled = pool(scores)
    figures = {"f1": pooled.f1, "precision": pooled.precision, "recall": pooled.recall}
    return {
        f"yasa_simulated_{name}": None if value is None else round(value, 4)
        for name, value in figures.items()
    }


def _found_by_yasa(left: np.ndarray, right: np.ndarray, sfreq: float) -> list[Event]:
    import yasa

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = yasa.rem_detect(left, right, sfreq)
    if found is None:
        return []
    table = found.summary()
    times = zip(np.array(table["Start"]), np.array(table["End"]), strict=True)
    return [Event(float(start), float(stop - start), REM) for start, stop in times]


def print_conditions(model: str) -> None:
    """What each disturbance costs, as a table and as JSON."""
    rows = finish(scores_by_condition(model))
    head = ("simulated sleepers, 160 s of REM sleep and 160 s of N2 and N3 each", "F1",
            "precision", "recall", "false/min", "silent")  # fmt: skip
    print("{:69} {:>6} {:>9} {:>6} {:>9} {:>6}".format(*head))
    made = {}
    for row in rows:
        score = row.scores
        values = [score.f1, score.precision, score.recall, row.false_per_minute, row.abstained]
        made[row.name] = [None if value is None else round(value, 3) for value in values]
        words = ["-" if value is None else f"{value:.3f}" for value in made[row.name]]
        print("{:69} {:>6} {:>9} {:>6} {:>9} {:>6}".format(row.name, *words))
    print(json.dumps({"conditions": made}))


def main() -> int:
    """Evaluate and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="rem-1d", help="name of a model or path of its card")
    parser.add_argument("--data", type=Path, default=real_data_folder())
    parser.add_argument(
        "--confounders", action="store_true", help="print the cost of each disturbance instead"
    )
    chosen = parser.parse_args()
    if chosen.confounders:
        print_conditions(chosen.model)
        return 0
    results = finish(evaluate_rem(chosen.model, chosen.data))
    results |= yasa_false_per_minute(chosen.data)
    results |= yasa_on_simulated_sleepers()
    for key, value in results.items():
        print(f"{key:30} {value}")
    line = {key: results[key] for key in (*KEYS, "yasa_n2n3_false_per_min")}
    print(json.dumps(line))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
