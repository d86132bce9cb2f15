"""How often the maximum of a Grad-CAM map lies inside the event that it explains.

Run ``python -m tests.benchmarks.map_pointing --data DIR`` (or with ``SLEEPSCOPE_DATA`` set): a
table, then one line of JSON. Detections of ``rem-1d`` and ``rem-2d`` in the 859 s of real REM sleep
and of ``spindle-1d`` and ``spindle-2d`` in the six DREAMS excerpts, there by the held-out networks
that never saw them.
``chance`` is the mean share of the map's bins that lie inside the event: what a random point of the
map would reach. Where it is near 1 the map is hardly longer than the event, and a high figure says
nothing. ``band`` of the networks that read maps: how often the frequency that counted most is one
that the event is made of (8-21 Hz for spindles, 0.4-6 Hz for eye movements, a row on either side),
and ``band_chance`` the share of the rows there.
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
# Two thirds of an octave, a row of the maps, beyond 11-16 Hz and 0.5-5 Hz.
BANDS_HZ = {"spindle": (8.0, 21.0), "rem": (0.4, 6.0)}


def pointing(recording: Recording, card: ModelCard) -> list[tuple[float, ...]]:
    """For up to 80 detections: is the maximum inside, and what share of the bins is.

    Of maps the same for the frequencies.
    """
    found = finish(detect(recording, DetectSettings(card.task, card.name)))[0]
    every = max(1, -(-len(found.events) // MOST_EVENTS))
    low, high = BANDS_HZ[card.task]
    results: list[tuple[float, ...]] = []
    for event in found.events[::every]:
        steps = explain(recording, card, found.channels, event.onset, event.stop, event_id=event.id)
        explanation = finish(steps)
        relevance = explanation.over_time()
        known = np.isfinite(relevance)
        if not known.any():
            continue
        inside = (explanation.times >= event.onset) & (explanation.times < event.stop) & known
        peak = int(np.nanargmax(relevance))
        row = (float(inside[peak]), float(inside.sum() / known.sum()))
        if explanation.freqs is not None:
            in_band = (explanation.freqs >= low) & (explanation.freqs <= high)
            row += (float(in_band[np.argmax(explanation.over_frequency())]), float(in_band.mean()))
        results.append(row)
    return results


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=real_data_folder())
    data = parser.parse_args().data
    if data is None:
        parser.error("name the folder of the real recordings with --data")
    eyes = open_recording(data / "eog" / "yasa_eog_rem_sleep_256hz.npz")
    results = {name: pointing(eyes, find_model(name)) for name in ("rem-1d", "rem-2d")}
    for name in ("spindle-1d", "spindle-2d"):
        results[name] = []
        for number in range(1, 7):
            excerpt = open_recording(data / "dreams_spindles" / f"excerpt{number}.txt")
            seen = frozenset({channel_hash(excerpt, excerpt.channels[0].label)})
            card = held_out_model(find_model(name), seen)
            assert card is not None, f"no held-out network for excerpt {number}"
            results[name] += pointing(excerpt, card)
    printed = {}
    keys = ("pointing", "chance", "band", "band_chance")
    print(f"{'model':12} {'events':>7}" + "".join(f" {key:>11}" for key in keys))
    for name, rows in results.items():
        means = [float(np.mean(column)) for column in zip(*rows, strict=True)]
        print(f"{name:12} {len(rows):7}" + "".join(f" {mean:11.3f}" for mean in means))
        figures = {key: round(mean, 3) for key, mean in zip(keys, means, strict=False)}
        printed[name] = {"events": len(rows), **figures}
    print(json.dumps(printed))


if __name__ == "__main__":
    main()
