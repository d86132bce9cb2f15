"""How long a page takes from a key press to the picture, with filters on and thousands of events.

Run ``python -m tests.benchmarks.page_turn``: a table, then one line of JSON. 16 channels at 256 Hz
over 8 h in the real main window, 1600 x 900 on Qt's offscreen screen, 30-s pages, display filters
on. A turn is a press of the right arrow key (``in_order``: the window may have read ahead) or a
click into the hypnogram (``jump``), from the event until the traces are painted, headline and
hypnogram with them; 100 ms lie between two. ``page_ms`` is both together, ``page_with_events_ms``
the same with three scorers of 10,000 events together. ``first_page_ms`` is opening the file until
its first page is painted, ``night_repaint_ms`` a gain key while the whole night is on the screen.
``..._cpu_ms`` is what the processors were busy with: unlike the times it hardly depends on what
else the machine does, of which ``load`` is the average at the end. ``peak_mb`` is the peak of the
anonymous memory (RssAnon) in a last round, ``base_mb`` the same after imports. ``start_s`` is the
start of ``python -m sleepscope`` up to the first paint of its window.
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
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from sleepscope.app.startup import REPORT_VARIABLE
from tests.benchmarks.open_night import anonymous_mb, load, watched_peak
from tests.benchmarks.synthetic_night import LABELS, PAGE_RATES, write_night

PAGE = 30.0
SIZE = (1600, 900)
N_EVENTS, N_SCORERS = 10_000, 3
# A quick reader's look at a page: the pause between two turns, in which the window may read ahead.
LOOK_MS = 100
NIGHT_REPAINTS = 20


def write_events(folder: Path, duration: float) -> list[Path]:
    """Three scorers on two channels, 10,000 events together, as BIDS tables."""
    rng = np.random.default_rng(0)
    paths = []
    for number in range(N_SCORERS):
        onsets = np.sort(rng.uniform(0, duration - 2, N_EVENTS // N_SCORERS))
        rows = [
            f"{onset:.3f}\t{rng.uniform(0.5, 2):.3f}\tspindle\t{LABELS[k % 2]}"
            for k, onset in enumerate(onsets)
        ]
        path = folder / f"scorer{number + 1}_events.tsv"
        path.write_text("\n".join(["onset\tduration\ttrial_type\tchannel", *rows]) + "\n")
        paths.append(path)
    return paths


@dataclass
class Times:
    """Times of some turns, ms: on the clock and of the processors."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def __add__(self, other: Times) -> Times:
        return Times(self.wall + other.wall, self.cpu + other.cpu)

    def figures(self, name: str) -> dict[str, float]:
        """Median and 95th percentile under a name."""
        return {
            f"{name}_ms_median": float(np.median(self.wall)),
            f"{name}_ms_p95": float(np.percentile(self.wall, 95)),
            f"{name}_cpu_ms_median": float(np.median(self.cpu)),
        }


class Reader:
    """A person at the main window, who waits for each picture."""

    def __init__(self) -> None:
        from PySide6.QtCore import QEvent, QObject

        from sleepscope.app.main_window import MainWindow
        from sleepscope.app.session import Session
        from sleepscope.app.settings import Settings
        from sleepscope.app.window import make_application

        class Watch(QObject):
            """Counts how often a widget is painted."""

            painted = 0

            def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
                self.painted += event.type() == QEvent.Type.Paint
                return False

        self.application = make_application()
        self.window: Any = MainWindow(Session(Settings()))
        self.window.resize(*SIZE)
        self.window.show()
        self.canvas = self.window.traces.canvas
        self._watch = Watch()
        self.canvas.installEventFilter(self._watch)
        self.settle()

    def settle(self, milliseconds: int = LOOK_MS) -> None:
        """Look at the page for a while."""
        from PySide6.QtTest import QTest

        QTest.qWait(milliseconds)

    def timed(self, act: Callable[[], object], times: Times) -> None:
        """Do something and wait until the traces are painted anew."""
        before = self._watch.painted
        wall, cpu = time.perf_counter(), time.process_time()
        act()
        while self._watch.painted == before:
            self.application.processEvents()
        times.wall.append(1e3 * (time.perf_counter() - wall))
        times.cpu.append(1e3 * (time.process_time() - cpu))
        self.settle()

    def press(self, key: Any, times: Times) -> None:
        """Press a key where the focus is."""
        from PySide6.QtTest import QTest

        self.timed(lambda: QTest.keyClick(self.canvas, key), times)

    def turn(self, n_turns: int) -> Times:
        """Pages in order, from the first one on."""
        from PySide6.QtCore import Qt

        self.window.session.set_page(0.0)
        self.settle()
        times = Times()
        for _ in range(n_turns):
            self.press(Qt.Key.Key_Right, times)
        return times

    def jump(self, starts: Iterable[float]) -> Times:
        """Pages anywhere, by a click into the hypnogram."""
        from PySide6.QtCore import QPoint, Qt
        from PySide6.QtTest import QTest

        strip, times = self.window.hypnogram, Times()
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        for start in starts:
            place = QPoint(round(strip.x(start + PAGE / 2)), 20)
            # A click into the page that is on the screen would paint nothing.
            if self.window.session.page.at(strip.time(place.x())) != self.window.session.page:
                self.timed(partial(QTest.mouseClick, strip, left, none, place), times)
        return times

    def repaint_night(self) -> Times:
        """The whole night on the screen, drawn with another gain again and again."""
        from PySide6.QtCore import Qt

        session = self.window.session
        self.window.controllers.paging.set_length(session.recording.duration)
        while session.jobs.jobs or len(session.pyramids()) < len(session.channels):
            self.settle(10)
        self.settle()
        times = Times()
        for k in range(NIGHT_REPAINTS):
            self.press(Qt.Key.Key_Minus if k % 2 else Qt.Key.Key_Plus, times)
        self.window.controllers.paging.set_length(PAGE)
        return times


def start_seconds(times: int = 3) -> float:
    """Median time from the start of the process to the first paint of the window, s."""
    taken = []
    for _ in range(times):
        done = subprocess.run(
            [sys.executable, "-m", "sleepscope"],
            env={**os.environ, REPORT_VARIABLE: "1"},
            capture_output=True,
            text=True,
            check=True,
        )
        taken.append(float(re.findall(r"visible after ([0-9.]+) s", done.stdout)[0]))
    return median(taken)


def measure(folder: Path, hours: float, n_turns: int) -> dict[str, float]:
    """All figures, in this process."""
    from PySide6.QtCore import QSettings

    night = write_night(folder / "night.edf", hours, PAGE_RATES)
    elsewhere = folder / "events"
    elsewhere.mkdir()
    events = write_events(elsewhere, 3600 * hours)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    reader = Reader()
    base = anonymous_mb()
    opening, session = reader.window.controllers.opening, reader.window.session
    first = Times()

    def open_night() -> None:
        assert opening.open(night)
        session.show_channels(tuple(c.label for c in session.recording.channels))

    reader.timed(open_night, first)
    assert session.page.length == PAGE
    starts = np.random.default_rng(1).permutation(int(session.recording.duration // PAGE)) * PAGE
    walked, jumped = reader.turn(n_turns), reader.jump(starts[:n_turns])
    night_repaint = reader.repaint_night()
    assert opening.open_events(events)
    reader.settle(1000)
    crowded = reader.turn(n_turns) + reader.jump(starts[:n_turns])
    peak: list[float] = []
    with watched_peak(peak):
        reader.turn(20)
    reader.window.close()
    return {
        "start_s": start_seconds(),
        "first_page_ms": first.wall[0],
        "first_page_cpu_ms": first.cpu[0],
        **(walked + jumped).figures("page"),
        **walked.figures("page_in_order"),
        **jumped.figures("page_jump"),
        **crowded.figures("page_with_events"),
        **night_repaint.figures("night_repaint"),
        "peak_mb": peak[0],
        "base_mb": base,
        "load": load(),
    }


def main() -> None:
    """Measure, print the table and the line of JSON."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=8.0, help="length of the night")
    parser.add_argument("--turns", type=int, default=100, help="pages in order, and as many jumps")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        # Nothing of the person's own is read or written.
        for name in ("DATA", "STATE", "CONFIG"):
            os.environ[f"XDG_{name}_HOME"] = folder
        figures = measure(Path(folder), arguments.hours, arguments.turns)
    for key, value in figures.items():
        print(f"{key:<34}{value:10.2f}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
