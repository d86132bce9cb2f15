"""How fast wavelet coherence is, beside pycwt and the exact path; the last line is JSON.

Run ``python -m tests.benchmarks.coherence``: 73 frequencies from 1 to 64 Hz, two signals at 200 Hz,
values 25 times a second, one thread. Each figure comes from a process of its own with the libraries
imported before the clock starts; of the fast path the best of five runs (three for the night).
``peak_mb`` is the peak of anonymous memory (RssAnon) while a night is worked from arrays and its
blocks are thrown away, ``base_mb`` the same after imports and with the two signals (92 MB) made.
``golden_max_error`` is null where the reference's values are not at hand.

What limits it: ``fft_points`` are the complex points of all inverse transforms of 30 min, and
``fft_limit_s`` is the time that these and the forward transforms take alone.

Tried, 30 min, on two cores that others used too (ratios count):

- exact path of this program, whole length in double precision: 120 times slower
- smoothing in time by a Fourier transform of each product and back, in place of a product with a
  narrow matrix: the transforms would be twice as many
- blocks of 48, 64, 128, 192 s in place of 96 s: within 10 %
- scipy.fft in place of numpy.fft, complex64 in both: 15 % faster, but its first import takes 0.3 to
  0.9 s, which would delay the first lane in the window
- one product for the smoothing over scales in place of tiles: 2 to 4 times slower on a busy machine
  with two threads, which wait for each other
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np

from tests.benchmarks.open_night import anonymous_mb, load, watched_peak
from tests.conftest import real_data_folder

SFREQ = 200.0
HALF_HOUR = 1800.0
KEYS = (
    "golden_max_error",
    "window_ms",
    "half_hour_s",
    "night_s",
    "peak_mb",
    "base_mb",
    "pycwt_half_hour_s",
    "exact_half_hour_s",
    "fft_points",
    "fft_limit_s",
    "times_fft_limit",
    "load",
)
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}


def signals(seconds: float) -> tuple[np.ndarray, np.ndarray]:
    """Two noises that share a part."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(0, 30, (2, round(seconds * SFREQ)))
    return x, 0.6 * x + 0.8 * y


def best(work: Callable[[], object], times: int = 5) -> float:
    """Shortest time of some runs, after one to warm up, s."""
    work()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return min(taken)


def stream(x: np.ndarray, y: np.ndarray) -> None:
    """Work all blocks of a pair and keep none."""
    from sleepscope.signals.coherence import coherence_blocks

    for _ in coherence_blocks(lambda a, b: (x[a:b], y[a:b]), x.size, SFREQ):
        pass


def golden() -> dict[str, float | None]:
    """Largest difference of the exact path from the reference's values."""
    from sleepscope.signals.coherence import exact_coherence

    data = real_data_folder()
    folder = data and data.parent / "oracles" / "wavelet_coherence"
    if not folder or not folder.is_dir():
        return {"golden_max_error": None}
    eeg, climate = np.load(folder / "eeg_like_5s_200hz.npz"), np.load(folder / "ao_bmi.npz")
    ao, bmi = climate["ao"], climate["bmi_percentile_transformed"]
    made = (
        exact_coherence(eeg["a"], eeg["b"], SFREQ, freqs=1 / eeg["period"]),
        exact_coherence(
            ao[:, 1], bmi[:, 1], 1.0, freqs=1 / climate["period"], starts=(ao[0, 0], bmi[0, 0])
        ),
    )
    errors = [
        np.abs(m.coherence - g["coherence"]).max()
        for m, g in zip(made, (eeg, climate), strict=True)
    ]
    return {"golden_max_error": float(max(errors))}


def fast() -> dict[str, float | None]:
    """The window and the half hour, and what the Fourier transforms alone take."""
    from sleepscope.signals.coherence import CoherenceSettings, fast_coherence
    from sleepscope.signals.coherence.bank import bank_of, block_seconds

    x, y = signals(HALF_HOUR)
    window = best(lambda: fast_coherence(x[:1000], y[:1000], SFREQ), 50)
    half_hour = best(lambda: stream(x, y))
    settings = CoherenceSettings()
    bank = bank_of(settings, SFREQ, block_seconds(settings, SFREQ, 96.0))
    lines = [np.ones((2, v.gains.shape[0], v.n), np.complex64) for v in bank.voices]
    whole = np.ones((2, bank.n_in))
    n_blocks = HALF_HOUR * bank.sfreq_out / bank.n_valid

    def transforms() -> None:
        np.fft.rfft(whole)
        for line in lines:
            np.fft.ifft(line)

    limit = best(transforms) * n_blocks
    return {
        "window_ms": 1e3 * window,
        "half_hour_s": half_hour,
        "fft_points": n_blocks * sum(line.size for line in lines),
        "fft_limit_s": limit,
        "times_fft_limit": half_hour / limit,
        "load": load(),
    }


def night() -> dict[str, float | None]:
    """Eight hours and the memory they take."""
    x, y = signals(8 * 3600)
    stream(x[:4000], y[:4000])
    base, peak = anonymous_mb(), []
    with watched_peak(peak):
        taken = best(lambda: stream(x, y), 3)
    return {"night_s": taken, "peak_mb": max(peak), "base_mb": base}


def exact() -> dict[str, float | None]:
    """The exact path, once."""
    from sleepscope.signals.coherence import exact_coherence

    x, y = signals(HALF_HOUR)
    begun = time.perf_counter()
    exact_coherence(x, y, SFREQ)
    return {"exact_half_hour_s": time.perf_counter() - begun}


def pycwt() -> dict[str, float | None]:
    """pycwt on the same grid, once."""
    if importlib.util.find_spec("pycwt") is None:
        return {"pycwt_half_hour_s": None}
    module = importlib.import_module("pycwt")
    x, y = signals(HALF_HOUR)
    lowest_scale = 1 / (64 * 1.033043648)
    begun = time.perf_counter()
    module.wct(x, y, 1 / SFREQ, dj=1 / 12, s0=lowest_scale, J=72, sig=False)
    return {"pycwt_half_hour_s": time.perf_counter() - begun}


WORKS = {w.__name__: w for w in (golden, fast, night, exact, pycwt)}


def apart(name: str) -> dict[str, float | None]:
    """The figures from a process of its own; none if it fails (and why on stderr)."""
    command = [sys.executable, "-m", "tests.benchmarks.coherence", "--work", name]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, **ONE_THREAD}
    )
    if done.returncode:
        print(f"{name}: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return {}
    figures: dict[str, float | None] = json.loads(done.stdout.splitlines()[-1])
    return figures


def main() -> None:
    """Measure, print the table and the line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", choices=tuple(WORKS), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.work:
        print(json.dumps(WORKS[arguments.work]()))
        return
    figures: dict[str, float | None] = dict.fromkeys(KEYS)
    for name in WORKS:
        figures.update(apart(name))
    for key in KEYS:
        value = figures[key]
        print(f"{key:<20}" + ("-" if value is None else f"{value:12.4g}"))
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
