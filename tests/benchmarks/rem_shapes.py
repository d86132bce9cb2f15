"""How alike simulated eye movements are to measured ones.

``python -m tests.benchmarks.rem_shapes [--sleepers 60]`` prints the percentiles 5, 50 and 95 of
what a movement looks like: of movements planted into simulated REM sleep, and of 241 real ones in
859 s of one person's REM sleep, which were measured once and stand here as numbers. The real ones
are those that YASA reports, so that none is smaller than about 50 µV; simulated ones below that are
left out, too, but for the intervals, which are those of all planted movements of 40 µV and more and
reach from one stretch of REM sleep to the next.
"""

from __future__ import annotations

import argparse
import json
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.signals.bands import Spectrum, band_kernel
from sleepscope.simulate.eog import STRETCH_SECONDS, EogRanges
from sleepscope.training.rem_examples import STRETCHES, subject_eog, sure_movements

SEED: Final = 12_345
SFREQ: Final = 100.0
# As the real ones were measured: half-difference at 0.3-15 Hz, movements of 50 µV and more.
BAND_HZ: Final = (0.3, 15.0)
FLOOR_UV: Final = 50.0
REACH_SECONDS: Final = 2.0
PERCENTILES: Final = (5, 50, 95)
MEASURED: Final = {
    "peak, µV": (54, 82, 162),
    "rise 10-90 %, s": (0.04, 0.10, 0.46),
    "half-width, s": (0.16, 0.24, 0.46),
    "half-decay, s": (0.09, 0.15, 0.30),
    "LOC-ROC correlation": (-0.98, -0.90, -0.63),
    "ROC / LOC gain": (0.72, 1.11, 2.04),
    "interval, s": (0.41, 1.15, 8.1),
}


def shapes(left: NDArray, right: NDArray, spans: list[tuple[float, float]]) -> list[list[float]]:
    """One row for each movement of ``FLOOR_UV`` and more, all of ``MEASURED`` but the interval."""
    half = (left - right) / 2
    rows = []
    for onset, stop in spans:
        first, behind = int(onset * SFREQ), int(stop * SFREQ) + 1
        if first < SFREQ or behind > half.size - SFREQ or behind - first < 4:
            continue
        peak = first + int(np.argmax(np.abs(half[first:behind])))
        turned = np.sign(half[peak]) * half
        if turned[peak] < FLOOR_UV:
            continue
        before = turned[max(0, peak - round(REACH_SECONDS * SFREQ)) : peak + 1][::-1]
        after = turned[peak : peak + round(REACH_SECONDS * SFREQ)]
        to_90, to_10, to_half = (_until(before, part * turned[peak]) for part in (0.9, 0.1, 0.5))
        decay = _until(after, 0.5 * turned[peak])
        seen = left[first:behind], right[first:behind]
        times = [to_10 - to_90, to_half + decay, decay]
        alike = float(np.corrcoef(*seen)[0, 1])
        rows.append(
            [turned[peak], *(n / SFREQ for n in times), alike, seen[1].std() / seen[0].std()]
        )
    return rows


def _until(values: NDArray, level: float) -> int:
    """Samples until the first one at or below the level; all where there is none."""
    below = values <= level
    return int(np.argmax(below)) if below.any() else values.size


def simulated_percentiles(sleepers: int) -> dict[str, list[float]]:
    """The percentiles of planted movements."""
    rows: list[list[float]] = []
    intervals: list[float] = []
    kernel = band_kernel(SFREQ, *BAND_HZ, 6.0)
    for sleeper in range(sleepers):
        eog = subject_eog(SEED, sleeper, EogRanges(), SFREQ)
        asleep = [
            span
            for span in sure_movements(eog)[0]
            if eog.stages[min(int(span[0] // STRETCH_SECONDS), STRETCHES - 1)] == "R"
        ]
        left, right = (Spectrum(eye, kernel.size).band(kernel) for eye in eog.signals)
        rows += shapes(left, right, asleep)
        intervals += np.diff([onset for onset, _ in asleep]).tolist()
    columns = [*np.array(rows).T, np.array(intervals)]
    return {
        name: [round(float(value), 3) for value in np.percentile(column, PERCENTILES)]
        for name, column in zip(MEASURED, columns, strict=True)
    }


def main() -> int:
    """Print the table and, as the last line, JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sleepers", type=int, default=60)
    made = simulated_percentiles(parser.parse_args().sleepers)
    print(f"{'percentiles 5, 50, 95':24} {'simulated':>24} {'measured':>24}")
    for name, values in made.items():
        sides = (values, MEASURED[name])
        words = ["  ".join(f"{value:6.2f}" for value in side) for side in sides]
        print(f"{name:24} {words[0]:>24} {words[1]:>24}")
    print(json.dumps({"simulated": made, "measured": MEASURED}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
