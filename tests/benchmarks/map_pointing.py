"""How often the maximum of a Grad-CAM map lies inside the event that it explains.

Run ``python -m tests.benchmarks.map_pointing --data DIR`` (or with ``SLEEPSCOPE_DATA`` set): a
table, then one line of JSON. Detections of ``rem-1d`` in the 859 s of real REM sleep and of
``spindle-1d`` in the six DREAMS excerpts, there by the held-out networks that never saw them.
``chance`` is the mean share of the map's bins that lie inside the event: what a random point of the
map would reach. Where it is near 1 the map is hardly longer than the event, and a high figure says
nothing.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from sleepscope.detection.detect import detect
from sleepscope.detection.settings import DetectSettings
from sleepscope.explain.explain import explain
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.model_folder import find_model, held_out_model
from sleepscope.progress import finish
from sleepscope.recordings import open_recording
from sleepscope.recordings.identity import channel_hash
from sleepscope.recordings.recording import Recording
from tests.conftest import real_data_folder

MOST_EVENTS = 80


def pointing(recording: Recording, card: ModelCard) -> list[tuple[bool, float]]:
    """For up to 80 detections: is the maximum inside, and what share of the bins is."""
    found = finish(detect(recording, DetectSettings(card.task, card.name)))[0]
    every = max(1, -(-len(found.events) // MOST_EVENTS))
    results = []
    for event in found.events[::every]:
        steps = explain(recording, card, found.channels, event.onset, event.stop, event_id=event.id)
        explanation = finish(steps)
        relevance = explanation.over_time()
        known = np.isfinite(relevance)
        if not known.any():
            continue
        inside = (explanation.times >= event.onset) & (explanation.times < event.stop) & known
        peak = int(np.nanargmax(relevance))
        results.append((bool(inside[peak]), float(inside.sum() / known.sum())))
    return results


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=real_data_folder())
    data = parser.parse_args().data
    if data is None:
        parser.error("name the folder of the real recordings with --data")
    eyes = open_recording(data / "eog" / "yasa_eog_rem_sleep_256hz.npz")
    results = {"rem-1d": pointing(eyes, find_model("rem-1d"))}
    results["spindle-1d"] = []
    shipped = find_model("spindle-1d")
    for number in range(1, 7):
        excerpt = open_recording(data / "dreams_spindles" / f"excerpt{number}.txt")
        seen = frozenset({channel_hash(excerpt, excerpt.channels[0].label)})
        card = held_out_model(shipped, seen)
        assert card is not None, f"no held-out network for excerpt {number}"
        results["spindle-1d"] += pointing(excerpt, card)
    printed = {}
    print(f"{'model':12} {'events':>7} {'inside':>7} {'chance':>7}")
    for name, rows in results.items():
        inside, chance = (float(np.mean(column)) for column in zip(*rows, strict=True))
        print(f"{name:12} {len(rows):7} {inside:7.3f} {chance:7.3f}")
        printed[name] = {
            "events": len(rows), "pointing": round(inside, 3), "chance": round(chance, 3)
        }  # fmt: skip
    print(json.dumps(printed))


if __name__ == "__main__":
    main()
