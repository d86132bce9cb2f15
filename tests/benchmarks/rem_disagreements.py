"""Thirty random disagreements between the eye movement model and YASA, to be judged by eye.

``python -m tests.benchmarks.rem_disagreements --out DIR [--model rem-1d] [--data FOLDER]`` writes
pages of six pictures (``page-1.png`` to ``page-5.png``), a list to fill (``judged.csv``) and the
key (``key.json``), which the judge opens last. A picture shows 8 s of both eyes and, in grey, the
second around the middle of an event that one of the two has alone; nothing says which one.
``--score DIR`` then reads both files and prints who was right how often. The pictures are of a real
recording: keep them out of the repository.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter
from pathlib import Path
from typing import Final

import numpy as np

from sleepscope.agreement import match
from sleepscope.constants import REM
from sleepscope.detection.detect import detect
from sleepscope.detection.settings import DetectSettings
from sleepscope.events.event import Event
from sleepscope.progress import finish
from sleepscope.recordings.recording import Recording
from sleepscope.signals.bands import Spectrum, band_kernel
from sleepscope.training.rem_evaluation import EYES, eye_recording
from tests.conftest import real_data_folder

SEED: Final = 20
PICTURES: Final = 30
ON_A_PAGE: Final = 6
SECONDS: Final = 8.0
MARKED: Final = 1.0
LIMIT_UV: Final = 220.0
# As a technician sees eye channels (AASM manual II: 0.3-35 Hz).
BAND_HZ: Final = (0.3, 35.0)
VERDICTS: Final = ("movement", "none", "unclear")


def disagreements(model: str, data: Path) -> tuple[Recording, list[tuple[str, Event]]]:
    """The recording, and every event that the model or YASA has alone, by onset."""
    with np.load(data / "eog" / "yasa_eog_rem_sleep_256hz.npz") as content:
        recording = eye_recording(content["data"], float(content["sf"]))
    path = data / "eog" / "yasa_rem_detect_reference.csv"
    with path.open(encoding="utf-8") as file:
        rows = [(float(row["Start"]), float(row["End"])) for row in csv.DictReader(file)]
    other = [Event(start, stop - start, REM) for start, stop in rows]
    found = finish(detect(recording, DetectSettings(REM, model, EYES)))[0].events
    matched = match(found, other)
    both = [("model", e) for e in matched.only_a] + [("yasa", e) for e in matched.only_b]
    return recording, sorted(both, key=lambda one: one[1].onset)


def write_pictures(model: str, data: Path, out: Path) -> None:
    """Draw, shuffle, and write pages, list and key."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    recording, every = disagreements(model, data)
    rng = np.random.default_rng(SEED)
    drawn = [every[k] for k in rng.permutation(len(every))[:PICTURES]]
    eyes = [_as_seen(recording, label) for label in EYES]
    out.mkdir(parents=True, exist_ok=True)
    for first in range(0, len(drawn), ON_A_PAGE):
        figure, grid = pyplot.subplots(3, 2, figsize=(19, 14), constrained_layout=True)
        for place, axes in enumerate(grid.ravel()):
            axes.set_visible(first + place < len(drawn))
            if first + place < len(drawn):
                event = drawn[first + place][1]
                _draw(axes, eyes, recording, event.midpoint, f"{first + place + 1}")
        figure.savefig(out / f"page-{first // ON_A_PAGE + 1}.png", dpi=70)
        pyplot.close(figure)
    key = [
        {"number": k, "source": source, "onset": event.onset, "duration": event.duration}
        for k, (source, event) in enumerate(drawn, start=1)
    ]
    content = {"model": model, "disagreements": dict(Counter(s for s, _ in every)), "key": key}
    (out / "key.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    lines = ["number,verdict", *(f"{k}," for k in range(1, len(drawn) + 1))]
    (out / "judged.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(drawn)} of {len(every)} disagreements drawn into {out}")
    print(f"write {', '.join(VERDICTS)} into judged.csv, then: --score {out}")


def _as_seen(recording: Recording, label: str) -> np.ndarray:
    signal = recording.read(label, 0.0, recording.duration)
    kernel = band_kernel(recording.channel(label).sfreq, *BAND_HZ, 6.0)
    return Spectrum(signal - np.median(signal), kernel.size).band(kernel)


def _draw(axes, eyes: list[np.ndarray], recording: Recording, middle: float, title: str) -> None:
    sfreq = recording.channel(EYES[0]).sfreq
    first = round((middle - SECONDS / 2) * sfreq)
    index = np.arange(first, first + round(SECONDS * sfreq))
    index = index[(index >= 0) & (index < eyes[0].size)]
    times = index / sfreq - middle
    axes.axvspan(-MARKED / 2, MARKED / 2, color="0.85")
    for trace, label, colour in zip(eyes, EYES, ("tab:blue", "tab:red"), strict=True):
        axes.plot(times, trace[index], colour, lw=1.0, label=label)
    axes.set(title=title, xlim=(-SECONDS / 2, SECONDS / 2), ylim=(-LIMIT_UV, LIMIT_UV))
    axes.set(xlabel="s", ylabel="µV")
    axes.grid(alpha=0.3)
    axes.legend(loc="upper right")


def score(out: Path) -> None:
    """Print who was right how often."""
    key = json.loads((out / "key.json").read_text(encoding="utf-8"))
    with (out / "judged.csv").open(encoding="utf-8") as file:
        verdicts = {int(row["number"]): row["verdict"].strip() for row in csv.DictReader(file)}
    counts: Counter[tuple[str, str]] = Counter()
    for one in key["key"]:
        verdict = verdicts[one["number"]]
        if verdict not in VERDICTS:
            raise SystemExit(f"Picture {one['number']}: '{verdict}' is none of {VERDICTS}.")
        counts[one["source"], verdict] += 1
    print("{:12} {:>9} {:>6} {:>8}   of all disagreements".format("only in", *VERDICTS))
    for source in ("model", "yasa"):
        words = [counts[source, verdict] for verdict in VERDICTS]
        total = key["disagreements"].get(source, 0)
        print("{:12} {:>9} {:>6} {:>8}   {:>5}".format(source, *words, total))
    right = {
        "model_right": counts["model", "movement"] + counts["yasa", "none"],
        "yasa_right": counts["yasa", "movement"] + counts["model", "none"],
        "unclear": counts["model", "unclear"] + counts["yasa", "unclear"],
    }
    print(json.dumps(right))


def main() -> int:
    """Draw or score."""
    parser = argparse.ArgumentParser(description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--out", type=Path, help="folder for the pictures, outside the repository")
    what.add_argument("--score", type=Path, help="folder whose judged.csv is filled")
    parser.add_argument("--model", default="rem-1d", help="name of a model or path of its card")
    parser.add_argument("--data", type=Path, default=real_data_folder())
    chosen = parser.parse_args()
    if chosen.score is not None:
        score(chosen.score)
        return 0
    if chosen.data is None:
        parser.error("name the folder of the real recordings with --data")
    write_pictures(chosen.model, chosen.data, chosen.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
