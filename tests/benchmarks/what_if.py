"""How long the what-if brush takes to answer, and the search for the smallest edit.

Run ``python -m tests.benchmarks.what_if``: a table, then one line of JSON. Of each shipped model
the first ten detections in the demo night; a stroke of each kind is painted over each. Figures are
CPU time of this process, torch loaded and on one thread: ``first_ms`` reads and prepares an event,
``live_ms`` (median) and ``live_95_ms`` paint, ask and work out the heat, ``search_s`` is the median
of a search for the smallest edit, ``flipped`` the share of searches that found one.
"""

from __future__ import annotations

import json
import time

import numpy as np

from sleepscope.app.resources import resource_folder
from sleepscope.detection import DetectSettings, detect
from sleepscope.explain.smallest_edit import find_smallest_edit
from sleepscope.explain.stroke import STROKE_KINDS, Stroke
from sleepscope.explain.what_if import EventQuestion
from sleepscope.networks.model_folder import available_models
from sleepscope.progress import finish
from sleepscope.recordings import open_recording
from sleepscope.recordings.recording import Recording

MOST_EVENTS = 10
REPEATS = 3


def measured(recording: Recording, name: str, task: str) -> dict[str, float]:
    """Figures of one model."""
    found = finish(detect(recording, DetectSettings(task, name)))[0]
    first: list[float] = []
    live: list[float] = []
    search: list[float] = []
    flipped: list[bool] = []
    for event in found.events[:MOST_EVENTS]:
        clock = time.process_time()
        steps = EventQuestion.of(recording, found.card, found.channels, event.onset, event.stop)
        question = finish(steps)
        first.append(time.process_time() - clock)
        for kind in STROKE_KINDS:
            stroke = Stroke(found.channels[0], event.onset, event.stop, kind)
            for _ in range(REPEATS):
                clock = time.process_time()
                question.ask((stroke,))
                live.append(time.process_time() - clock)
        clock = time.process_time()
        flipped.append(finish(find_smallest_edit(question)).stroke is not None)
        search.append(time.process_time() - clock)
    return {
        "events": len(first),
        "first_ms": 1e3 * float(np.median(first)),
        "live_ms": 1e3 * float(np.median(live)),
        "live_95_ms": 1e3 * float(np.quantile(live, 0.95)),
        "search_s": float(np.median(search)),
        "flipped": float(np.mean(flipped)),
    }


def main() -> None:
    """Measure every shipped model."""
    import torch

    torch.set_num_threads(1)
    recording = open_recording(resource_folder() / "demo" / "demo.edf")
    results: dict[str, dict[str, float]] = {}
    print(f"{'model':22}{'first ms':>10}{'live ms':>10}{'95 %':>8}{'search s':>10}{'flipped':>9}")
    for card in available_models():
        got = results[card.name] = measured(recording, card.name, card.task)
        print(
            f"{card.name:22}{got['first_ms']:10.0f}{got['live_ms']:10.1f}{got['live_95_ms']:8.1f}"
            f"{got['search_s']:10.2f}{got['flipped']:9.2f}",
            flush=True,
        )
    print(json.dumps(results))


if __name__ == "__main__":
    main()
