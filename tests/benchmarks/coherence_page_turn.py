"""How long the lanes of coherence take to follow a page turn; the last line is JSON.

Run ``python -m tests.benchmarks.coherence_page_turn``: 16 channels at 256 Hz in the real main
window, 1600 x 900 on Qt's offscreen screen, 30-s pages, two lanes (eyes or EEG pairs), 73
frequencies from 0.5 to 32 Hz. From the press of the right arrow key, or from a click into the
hypnogram, until both maps of the new page are painted. ``turn_ms`` are turns in order with
``LOOK_MS`` between them, for which the window has worked ahead; ``jump_ms`` are pages that nobody
could foresee; ``busy_ms`` are turns as fast as the maps come.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.benchmarks.open_night import load
from tests.benchmarks.page_turn import PAGE, Reader
from tests.benchmarks.synthetic_night import PAGE_RATES, write_night

TURNS = 60
LOOK_MS = 400


class LaneReader(Reader):
    """Waits for the lanes and not for the traces alone."""

    def follow(self, act: Callable[[], object]) -> float:
        """Do something and wait until the lanes of the new page are painted, ms."""
        view, lanes = self.window.coherence, self.window.controllers.coherence
        begun = time.perf_counter()
        act()
        while any(view.shown_map(pair) is None for pair in lanes.pairs):
            self.application.processEvents()
        view.repaint()
        return 1e3 * (time.perf_counter() - begun)

    def press_right(self) -> None:
        """One page on."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        QTest.keyClick(self.canvas, Qt.Key.Key_Right)


def main() -> None:
    """Measure and print."""
    from PySide6.QtCore import QSettings

    with tempfile.TemporaryDirectory() as folder:
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)
        night = write_night(Path(folder) / "night.edf", 1.0, PAGE_RATES)
        reader = LaneReader()
        window = reader.window
        window.controllers.opening.open(night)
        labels = window.session.channels
        window.controllers.coherence.set_pairs(((labels[0], labels[1]), (labels[2], labels[3])))
        reader.settle(2 * LOOK_MS)
        turns, busy, jumps = [], [], []
        for _ in range(TURNS // 2):
            turns.append(reader.follow(reader.press_right))
            reader.settle(LOOK_MS)
        busy = [reader.follow(reader.press_right) for _ in range(TURNS // 2)]
        for start in np.random.default_rng(0).permutation(int(3600 / PAGE))[: TURNS // 2] * PAGE:
            reader.settle(LOOK_MS)
            jumps.append(
                reader.follow(lambda start=start: window.controllers.paging.go_to(float(start)))
            )
        window.close()
    figures: dict[str, float] = {"load": load()}
    for name, taken in (("turn_ms", turns), ("busy_ms", busy), ("jump_ms", jumps)):
        figures[f"{name}_median"] = float(np.median(taken))
        figures[f"{name}_p95"] = float(np.percentile(taken, 95))
    for name, value in figures.items():
        print(f"{name:<16}{value:8.1f}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
