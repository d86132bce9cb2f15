"""The demo night as long as a real one: its epochs drawn again and again by a plausible hypnogram.

Simulating eight hours takes minutes; drawing epochs of the bundled half hour takes seconds, and
each keeps its stage, its waves and its experts' events.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np

from sleepscope.app.resources import resource_folder
from sleepscope.recordings.opening import open_recording
from sleepscope.recordings.recording import ArrayRecording, Recording
from sleepscope.simulate.demo_night import write_edf
from sleepscope.simulate.stages import simulate_stages

EPOCH = 30.0
EXPERTS = ("expert1", "expert2")


def write_long_night(folder: Path, hours: float, seed: int = 0) -> Path:
    """Write ``night.edf``, ``night-expert1.csv``, ``night-expert2.csv`` and ``night-stages.csv``.

    Parameters
    ----------
    folder : Path
        Must be there.
    hours : float
        Length of the night; a whole number of epochs is made of it.
    seed : int
        Another seed draws other epochs.

    Returns
    -------
    Path
        The recording.
    """
    rng = np.random.default_rng(seed)
    demo = resource_folder() / "demo"
    stages = _rows(demo / "demo-stages.csv")
    by_stage: dict[str, list[int]] = {}
    for number, row in enumerate(stages):
        by_stage.setdefault(row["stage"], []).append(number)
    drawn_stages = simulate_stages(rng, int(hours * 3600 / EPOCH), EPOCH)
    drawn = np.array([rng.choice(by_stage[stage]) for stage in drawn_stages])
    path = folder / "night.edf"
    write_edf(path, _drawn(open_recording(demo / "demo.edf"), drawn, path))
    for expert in EXPERTS:
        _write_events(demo / f"demo-{expert}.csv", folder / f"night-{expert}.csv", drawn)
    with (folder / "night-stages.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(stages[0])
        writer.writerows((f"{k * EPOCH:g}", f"{EPOCH:g}", s) for k, s in enumerate(drawn_stages))
    return path


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _drawn(demo: Recording, drawn: np.ndarray, path: Path) -> ArrayRecording:
    """The recording with its epochs in another order."""
    signals, channels = {}, []
    for channel in demo.channels:
        samples = demo.read(channel.label, 0.0, demo.duration).astype(np.float32)
        per_epoch = round(EPOCH * channel.sfreq)
        signals[channel.label] = samples.reshape(-1, per_epoch)[drawn].ravel()
        channels.append(replace(channel, n_samples=per_epoch * len(drawn)))
    return ArrayRecording(path, tuple(channels), signals, start=demo.start)


def _write_events(source: Path, target: Path, drawn: np.ndarray) -> None:
    """Each event goes where its epoch goes."""
    rows = _rows(source)
    epochs = np.array([int(float(row["onset"]) // EPOCH) for row in rows])
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        for number, epoch in enumerate(drawn):
            for k in np.flatnonzero(epochs == epoch):
                onset = float(rows[k]["onset"]) + (number - epoch) * EPOCH
                writer.writerow({**rows[k], "onset": f"{onset:.2f}", "start_time": ""})
