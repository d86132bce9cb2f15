"""How long a page takes from the wish to the picture, with filters on and thousands of events.

Run ``python -m tests.benchmarks.page_turn``: a table, then one line of JSON. 16 channels at 256 Hz
over 8 h, the trace view at 1600 x 900 on Qt's offscreen screen, 30-s pages, display filters and a
notch on. A turn is ``set_page`` and a forced paint of the whole page, 100 ms after the last one;
half of the pages come in order (``in_order``: the window may have read ahead), half by jumps.
``page_with_events`` repeats it with three scorers of 10,000 events together. ``peak_mb`` is the
peak of the anonymous memory (RssAnon) in a last round, ``base_mb`` the same after imports.
``start_s`` is the start of ``python -m sleepscope`` up to the first paint of its window.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from statistics import median

import numpy as np

from sleepscope.app.startup import REPORT_VARIABLE
from tests.benchmarks.open_night import anonymous_mb, watched_peak
from tests.benchmarks.synthetic_night import PAGE_RATES, write_night

PAGE = 30.0
SIZE = (1600, 900)
N_EVENTS = 10_000
# A quick reader's look at a page: the pause between two turns, in which the window may read ahead.
LOOK_MS = 100


def lanes(duration: float, channels: tuple[str, ...]):  # type: ignore[no-untyped-def]
    """Three scorers on two channels, 10,000 events together, with looks and verdicts."""
    from sleepscope.app.theme import LIGHT, scorer_colour
    from sleepscope.app.views.event_lanes import LaneEvents
    from sleepscope.events.event import Event

    rng = np.random.default_rng(0)
    made = []
    for number in range(3):
        onsets = np.sort(rng.uniform(0, duration - 2, N_EVENTS // 3))
        events = tuple(
            Event(float(onset), float(rng.uniform(0.5, 2)), "spindle", channels[k % 2])
            for k, onset in enumerate(onsets)
        )
        looks = {event.id: ("matched", "missed", "extra")[k % 3] for k, event in enumerate(events)}
        statuses = {event.id: "accepted" for event in events[::4]}
        title = f"scorer {number + 1}"
        made.append(LaneEvents(title, title, scorer_colour(LIGHT, number), events, looks, statuses))
    return tuple(made)


def turn_times(view, starts: Iterable[float]) -> list[float]:  # type: ignore[no-untyped-def]
    """Milliseconds from the wish for each page to its painted picture."""
    from PySide6.QtTest import QTest

    taken = []
    for start in starts:
        begun = time.perf_counter()
        view.set_page(float(start), PAGE)
        view.canvas.repaint()
        taken.append(1e3 * (time.perf_counter() - begun))
        QTest.qWait(LOOK_MS)
    return taken


def start_seconds(times: int = 3) -> float:
    """Median time from the start of the process to the first paint of the window, s."""
    taken = []
    for _ in range(times):
        with tempfile.TemporaryDirectory() as home:
            own = {f"XDG_{name}_HOME": home for name in ("DATA", "STATE", "CONFIG")}
            done = subprocess.run(
                [sys.executable, "-m", "sleepscope"],
                env={**os.environ, **own, REPORT_VARIABLE: "1"},
                capture_output=True,
                text=True,
                check=True,
            )
        taken.append(float(re.findall(r"visible after ([0-9.]+) s", done.stdout)[0]))
    return median(taken)


def measure(path: Path, n_turns: int) -> dict[str, float | None]:
    """All figures, in this process."""
    from PySide6.QtWidgets import QApplication

    from sleepscope.app.views.trace_view import TraceView
    from sleepscope.recordings import open_recording
    from sleepscope.signals.filters import display_filter

    app = QApplication.instance() or QApplication([])
    base = anonymous_mb()
    recording = open_recording(path)
    view = TraceView()
    view.resize(*SIZE)
    view.show()
    app.processEvents()
    begun = time.perf_counter()
    view.set_recording(recording)
    view.set_filters({c.label: display_filter(c.kind, 50.0) for c in recording.channels})
    view.set_page(0.0, PAGE)
    view.canvas.repaint()
    first = 1e3 * (time.perf_counter() - begun)
    in_order = PAGE * np.arange(1, n_turns + 1)
    jumps = np.random.default_rng(1).permutation(int(recording.duration // PAGE))[:n_turns] * PAGE
    walked, jumped = turn_times(view, in_order), turn_times(view, jumps)
    view.set_lanes(lanes(recording.duration, tuple(c.label for c in recording.channels)))
    view.canvas.repaint()
    crowded = turn_times(view, in_order) + turn_times(view, jumps)
    peak: list[float] = []
    with watched_peak(peak):
        turn_times(view, in_order[:20])
    view.close()
    recording.close()
    plain = walked + jumped
    return {
        "start_s": start_seconds(),
        "first_page_ms": first,
        "page_ms_median": float(np.median(plain)),
        "page_ms_p95": float(np.percentile(plain, 95)),
        "page_in_order_ms_median": float(np.median(walked)),
        "page_jump_ms_median": float(np.median(jumped)),
        "page_with_events_ms_median": float(np.median(crowded)),
        "page_with_events_ms_p95": float(np.percentile(crowded, 95)),
        "peak_mb": peak[0],
        "base_mb": base,
    }


def main() -> None:
    """Measure, print the table and the line of JSON."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=8.0, help="length of the night")
    parser.add_argument("--turns", type=int, default=100, help="pages in order, and as many jumps")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = write_night(Path(folder) / "night.edf", arguments.hours, PAGE_RATES)
        figures = measure(path, arguments.turns)
    for key, value in figures.items():
        print(f"{key:<28}" + ("-" if value is None else f"{value:10.2f}"))
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
