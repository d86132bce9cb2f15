"""A made-up folder in the layout of the DREAMS spindles, and small examples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sleepscope.training.example import Example

SECONDS = 1800
SFREQ = 50
SPINDLES = tuple(range(20, 1760, 60))


def write_excerpt(folder: Path, number: int, experts: int = 2) -> None:
    """Half an hour at 50 Hz with a strong spindle every minute, N2 but for the last 300 s."""
    rng = np.random.default_rng(number)
    times = np.arange(SECONDS * SFREQ) / SFREQ
    signal = np.convolve(rng.normal(size=times.size + 19), np.exp(-np.arange(20) / 6), "valid") * 6
    for onset in SPINDLES:
        inside = (times >= onset) & (times < onset + 1)
        signal[inside] += 30 * np.sin(2 * np.pi * 13 * times[inside])
    lines = "\n".join(f"{value:10.4f}" for value in signal)
    (folder / f"excerpt{number}.txt").write_text(f"[C3-A1]\n{lines}\n", encoding="ascii")
    stages = ["2"] * 300 + ["5"] * 60
    hypnogram = "\n".join(["[Hypnogram]", *stages])
    (folder / f"Hypnogram_excerpt{number}.txt").write_text(hypnogram + "\n", encoding="ascii")
    for expert in range(1, experts + 1):
        last = 1000 if expert == 1 else SECONDS
        marks = "\n".join(f"{onset:.2f}\t1.00" for onset in SPINDLES if onset < last)
        path = folder / f"Visual_scoring{expert}_excerpt{number}.txt"
        path.write_text(f"[vis{expert}_Spindles/C3-A1]\n{marks}\n", encoding="ascii")
    marks = "\n".join(f"{onset + 0.2:.2f}\t0.80" for onset in SPINDLES[::2])
    path = folder / f"Automatic_detection_excerpt{number}.txt"
    path.write_text(f"[Spindles/C3-A1]\n{marks}\n", encoding="ascii")


@pytest.fixture(scope="session")
def dreams_like(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three excerpts by two experts, a fourth by one."""
    folder = tmp_path_factory.mktemp("dreams")
    for number in (1, 2, 3):
        write_excerpt(folder, number)
    write_excerpt(folder, 4, experts=1)
    return folder


def example(subject: str, source: str | None = None, n_out: int = 500, seed: int = 0) -> Example:
    """Noise with a bump in one feature where the target is 1; stride 4, one head of three."""
    rng = np.random.default_rng(seed)
    target = np.zeros(n_out, np.float32)
    for first in range(50, n_out - 30, 100):
        target[first : first + 25] = 1.0
    features = 0.2 * rng.normal(size=(4, 4 * n_out)).astype(np.float32)
    features[2] += 3 * np.repeat(target, 4)
    targets = np.stack([target] * 3)
    return Example(subject, source or subject, features, targets, np.ones_like(targets))
