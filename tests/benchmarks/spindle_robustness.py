"""How far the held-out F1 of a spindle model moves with another recorder; last line is JSON.

python -m tests.benchmarks.spindle_robustness --data DIR [--model spindle-window-1d]

Each DREAMS excerpt is changed as another laboratory might have recorded it and read by the shipped
network that never saw it, with the rule from its card. F1: union of the experts, N2 and N3, IoU
0.2, pooled over the excerpts of two experts. To hold: within 0.03 of the plain figure.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt, sosfiltfilt

from sleepscope.agreement import pool, score, union
from sleepscope.detection import DetectSettings, detect
from sleepscope.networks.model_folder import find_model, held_out_model
from sleepscope.progress import finish
from sleepscope.recordings.recording import ArrayRecording
from sleepscope.signals.resample import resample
from sleepscope.training.dreams_spindles import SLEEP, Excerpt, read_excerpts
from tests.conftest import real_data_folder

Signal = tuple[NDArray[np.float64], float]
MODELS = ("spindle-1d", "spindle-1d-ensemble", "spindle-window-1d", "spindle-2d")
# Without --model: those that the README says something of.
USUAL = MODELS[:2]
TOLERANCE = 0.03


def _at(rate: float) -> Callable[[Signal], Signal]:
    return lambda signal: (resample(signal[0], signal[1], rate), rate)


def _times(factor: float) -> Callable[[Signal], Signal]:
    return lambda signal: (factor * signal[0], signal[1])


def _mains(hertz: float, amplitude: float) -> Callable[[Signal], Signal]:
    def contaminated(signal: Signal) -> Signal:
        values, rate = _at(256.0)(signal)
        return values + amplitude * np.sin(2 * np.pi * hertz * np.arange(values.size) / rate), rate

    return contaminated


def _filtered(
    band: tuple[float, float], order: int, *, causal: bool = False
) -> Callable[[Signal], Signal]:
    def filtered(signal: Signal) -> Signal:
        values, rate = _at(200.0)(signal)
        sections = butter(order, band, "bandpass", fs=rate, output="sos")
        return (sosfilt if causal else sosfiltfilt)(sections, values), rate

    return filtered


def _sixteen_bits(signal: Signal) -> Signal:
    """As a file of 16 bits over +-3200 uV holds it."""
    return np.round(signal[0] * 10) / 10, signal[1]


VARIANTS: dict[str, Callable[[Signal], Signal]] = {
    "plain": lambda signal: signal,
    **{f"{rate} Hz": _at(float(rate)) for rate in (100, 128, 256, 512, 1000)},
    "x 0.5": _times(0.5),
    "x 2": _times(2.0),
    "x 10": _times(10.0),
    "polarity flipped": _times(-1.0),
    "50 Hz mains, 20 uV": _mains(50.0, 20.0),
    "60 Hz mains, 20 uV": _mains(60.0, 20.0),
    "0.3-35 Hz, order 2": _filtered((0.3, 35.0), 2),
    "1-30 Hz, order 4": _filtered((1.0, 30.0), 4),
    "0.5-25 Hz, order 1, causal": _filtered((0.5, 25.0), 1, causal=True),
    "steps of 0.1 uV": _sixteen_bits,
}


def changed(excerpt: Excerpt, change: Callable[[Signal], Signal]) -> Excerpt:
    """The excerpt as another recorder would have written it."""
    recording, (channel,) = excerpt.recording, excerpt.recording.channels
    values = recording.read(channel.label, 0.0, recording.duration)
    signal, rate = change((np.asarray(values, np.float64), channel.sfreq))
    other = replace(channel, sfreq=rate, n_samples=signal.size, physical_range=None)
    made = ArrayRecording(recording.path, (other,), {channel.label: signal})
    return replace(excerpt, recording=made)


def robustness(data: Path, model: str) -> dict[str, float]:
    """F1 of each variant."""
    card = find_model(model)
    excerpts = [e for e in read_excerpts(data) if len(e.experts) == 2]
    found = {}
    for name, change in VARIANTS.items():
        parts = []
        for excerpt in excerpts:
            unseen = held_out_model(card, frozenset({excerpt.hash}))
            assert unseen is not None, f"no network of {model} that never saw {excerpt.subject}"
            other = changed(excerpt, change)
            settings = DetectSettings("spindle", unseen.name, (excerpt.label,))
            (detection,) = finish(detect(other.recording, settings))
            parts.append(
                score(
                    detection.events,
                    union(excerpt.experts),
                    stages=SLEEP,
                    hypnogram=excerpt.hypnogram,
                    by_channel=False,
                )
            )
        found[name] = round(pool(parts).f1 or 0.0, 4)
    return found


def main() -> int:
    """Measure and print; 1 if a variant is further than 0.03 from the plain figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    real = real_data_folder()
    parser.add_argument("--data", type=Path, default=real and real / "dreams_spindles")
    parser.add_argument("--model", choices=MODELS, action="append")
    arguments = parser.parse_args()
    if arguments.data is None:
        parser.error("name the folder of the DREAMS spindles with --data")
    torch.set_num_threads(1)
    results = {m: robustness(arguments.data, m) for m in arguments.model or USUAL}
    worst = {}
    for model, figures in results.items():
        plain = figures["plain"]
        print(f"{model:28}{'F1':>7}{'change':>9}")
        for name, f1 in figures.items():
            print(f"{name:28}{f1:7.3f}{f1 - plain:+9.3f}")
        worst[model] = max(abs(f1 - plain) for f1 in figures.values())
    print(json.dumps({m: {**f, "largest_change": round(worst[m], 4)} for m, f in results.items()}))
    return int(max(worst.values()) > TOLERANCE)


if __name__ == "__main__":
    raise SystemExit(main())
