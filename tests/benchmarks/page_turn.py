"""How long a page takes from the wish to the picture, with filters on and thousands of events.

Run ``python -m tests.benchmarks.page_turn``: a table, then one line of JSON. 16 channels at 256 Hz
over 8 h, the trace view at 1600 x 900 on Qt's offscreen screen, 30-s pages, display filters and a
notch on. A turn is ``set_page`` and a forced paint of the whole widget; pages come in order and
by jumps. ``page_with_events`` repeats it with three scorers of 10,000 events together.
``peak_mb`` is the peak of the anonymous memory (RssAnon), ``base_mb`` the same after imports.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from tests.benchmarks.open_night import anonymous_mb, watched_peak
from tests.benchmarks.synthetic_night import PAGE_RATES, write_night

PAGE = 30.0
SIZE = (1600, 900)
N_EVENTS = 10_000


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
    from PySide6.QtWidgets import QApplication

    taken = []
    for start in starts:
        begun = time.perf_counter()
        view.set_page(float(start), PAGE)
        view.canvas.repaint()
        QApplication.processEvents()
        taken.append(1e3 * (time.perf_counter() - begun))
    return taken


def measure(path: Path, n_turns: int) -> dict[str, float | None]:
    """All figures, in this process."""
    from PySide6.QtWidgets import QApplication

    from sleepscope.app.views.trace_view import TraceView
    from sleepscope.recordings import open_recording
    from sleepscope.signals.filters import display_filter

    app = QApplication.instance() or QApplication([])
    base, peak = anonymous_mb(), []
    with watched_peak(peak):
        recording = open_recording(path)
        view = TraceView()
        view.resize(*SIZE)
        view.show()
        app.processEvents()
        begun = time.perf_counter()
        view.set_recording(recording)
        view.set_filters({c.label: display_filter(c.kind, 50.0) for c in recording.channels})
        first = turn_times(view, [0.0])[0]
        first = max(first, 1e3 * (time.perf_counter() - begun))
        in_order = PAGE * np.arange(1, n_turns + 1)
        jumps = np.random.default_rng(1).permutation(900)[:n_turns] * PAGE
        turn_times(view, in_order[:5])
        plain = turn_times(view, [*in_order[5:], *jumps])
        view.set_lanes(lanes(recording.duration, tuple(c.label for c in recording.channels)))
        turn_times(view, in_order[:5])
        crowded = turn_times(view, [*in_order[5:], *jumps])
    view.close()
    recording.close()
    return {
        "start_s": None,
        "first_page_ms": first,
        "page_ms_median": float(np.median(plain)),
        "page_ms_p95": float(np.percentile(plain, 95)),
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
