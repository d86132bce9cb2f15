"""How long a night takes from file to events; the last line is JSON.

python -m tests.benchmarks.detection_speed [--hours 8]

A night of 256 Hz is written to a temporary file; each figure comes from a process of its own, with
torch imported before the clock starts and the best of three runs taken. ``peak_mb`` is the peak of
anonymous memory (RssAnon) of the spindle run, ``base_mb`` the same after imports;
``peak_2d_over_base_mb`` is the larger of what the two 2D networks take over their imports.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from tests.benchmarks.open_night import anonymous_mb, watched_peak
from tests.benchmarks.synthetic_night import LABELS, write_night

RUNS = 3
# What is measured: task and model.
MODELS = {
    "spindle": ("spindle", "spindle-1d"),
    "spindle_ensemble": ("spindle", "spindle-1d-ensemble"),
    "rem": ("rem", "rem-1d"),
    "spindle_2d": ("spindle", "spindle-2d"),
    "rem_2d": ("rem", "rem-2d"),
}


def _detect_night(path: Path, task: str, model: str) -> dict[str, float]:
    """Seconds, events and memory of one model on a night, in this process."""
    import torch

    from sleepscope.detection import DetectSettings, detect
    from sleepscope.progress import finish
    from sleepscope.recordings import open_recording

    torch.set_num_threads(1)
    base, peak, taken, slowest, n_events = anonymous_mb(), [], [], [], 0
    for _ in range(RUNS):
        steps = [time.perf_counter()]
        with watched_peak(peak):
            recording = open_recording(path)
            found = finish(
                detect(recording, DetectSettings(task, model)),
                lambda _, steps=steps: steps.append(time.perf_counter()),
            )
            recording.close()
        steps.append(time.perf_counter())
        taken.append(steps[-1] - steps[0])
        slowest.append(max(b - a for a, b in pairwise(steps[2:])))
        n_events = sum(len(d.events) for d in found)
    return {
        "night_s": min(taken),
        "slowest_step_ms": 1e3 * min(slowest),
        "events": n_events,
        "peak_mb": max(peak),
        "base_mb": base,
    }


def _yasa_night(path: Path) -> dict[str, float]:
    """Seconds of YASA's spindle detection on the same channel."""
    import mne
    import yasa

    taken = []
    for _ in range(RUNS):
        began = time.perf_counter()
        raw = mne.io.read_raw_edf(path, include=[LABELS[0]], verbose="ERROR")
        yasa.spindles_detect(raw.get_data()[0] * 1e6, raw.info["sfreq"], verbose=False)
        taken.append(time.perf_counter() - began)
    return {"night_s": min(taken)}


def _measure(what: str, path: Path) -> dict[str, float]:
    if what == "yasa":
        return _yasa_night(path)
    return _detect_night(path, *MODELS[what])


def _apart(what: str, path: Path) -> dict[str, float] | None:
    """The figures from a process of its own; None if it fails (and why on stderr)."""
    command = [sys.executable, "-m", __spec__.name, "--measure", what, "--night", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{what}: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return None
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def main() -> int:
    """Measure, print a table and one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--measure", choices=(*MODELS, "yasa"))
    parser.add_argument("--night", type=Path)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(_measure(arguments.measure, arguments.night)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        night = write_night(Path(folder) / "night.edf", arguments.hours)
        spindle, rem = _apart("spindle", night), _apart("rem", night)
        spindle_2d, rem_2d = _apart("spindle_2d", night), _apart("rem_2d", night)
        ensemble = _apart("spindle_ensemble", night)
        yasa = _apart("yasa", night) if importlib.util.find_spec("yasa") else None
    over = [one["peak_mb"] - one["base_mb"] for one in (spindle_2d, rem_2d) if one]
    figures = {
        "spindle_night_s": spindle and round(spindle["night_s"], 2),
        "spindle_ensemble_night_s": ensemble and round(ensemble["night_s"], 2),
        "spindle_ensemble_peak_mb": ensemble and round(ensemble["peak_mb"], 1),
        "rem_night_s": rem and round(rem["night_s"], 2),
        "yasa_night_s": yasa and round(yasa["night_s"], 2),
        "peak_mb": spindle and round(spindle["peak_mb"], 1),
        "base_mb": spindle and round(spindle["base_mb"], 1),
        "slowest_step_ms": spindle and round(spindle["slowest_step_ms"]),
        "spindle_2d_night_s": spindle_2d and round(spindle_2d["night_s"], 2),
        "rem_2d_night_s": rem_2d and round(rem_2d["night_s"], 2),
        "peak_2d_over_base_mb": round(max(over), 1) if over else None,
        "spindle_events": spindle and spindle["events"],
    }
    for name, value in figures.items():
        print(f"{name:<21} {value}")
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
