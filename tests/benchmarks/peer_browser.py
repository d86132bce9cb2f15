"""How long mne-qt-browser takes for a page, in a process of its own; ``page_turn`` runs it beside.

Run ``python -m tests.benchmarks.peer_browser FILE``: one line of JSON. The file is opened lazily
by MNE and shown as its browser shows it by default, 30-s pages, 16 channels, 0.3-35 Hz where
filters are asked for. A turn is a press of Shift + Right (its key for a whole page), from the key
to the painted traces.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.open_night import anonymous_mb, watched_peak

PAGE = 30.0
SIZE = (1600, 900)
BAND = (0.3, 35.0)
LOOK_MS = 100


class Browser:
    """A person at mne-qt-browser, who waits for each picture."""

    def __init__(self) -> None:
        import mne
        from PySide6.QtCore import QEvent, QObject
        from PySide6.QtWidgets import QApplication

        class Watch(QObject):
            """Counts how often a widget is painted."""

            painted = 0

            def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
                self.painted += event.type() == QEvent.Type.Paint
                return False

        mne.set_log_level("ERROR")
        mne.viz.set_browser_backend("qt", verbose="ERROR")
        self._mne = mne
        self.application = QApplication.instance() or QApplication([])
        self._watch = Watch()
        self.window: Any = None

    def open(self, path: Path, filters: bool) -> float:
        """Open and wait for the first picture, ms."""
        begun = time.perf_counter()
        raw = self._mne.io.read_raw_edf(path, preload=False, verbose="ERROR")
        highpass, lowpass = BAND if filters else (None, None)
        self.window = raw.plot(
            duration=PAGE,
            n_channels=16,
            highpass=highpass,
            lowpass=lowpass,
            precompute=False,
            theme="light",
            splash=False,
            show=False,
            verbose="ERROR",
        )
        self.window.resize(*SIZE)
        self.window.show()
        self.canvas = self.window.mne.view.viewport()
        self.canvas.installEventFilter(self._watch)
        self._wait(self._watch.painted)
        return 1e3 * (time.perf_counter() - begun)

    def _wait(self, before: int) -> None:
        while self._watch.painted == before:
            self.application.processEvents()

    def turn(self, n_turns: int) -> list[float]:
        """Pages in order, ms each."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        shift, taken = Qt.KeyboardModifier.ShiftModifier, []
        QTest.qWait(1000)
        for _ in range(n_turns):
            before, begun = self._watch.painted, time.perf_counter()
            QTest.keyClick(self.window, Qt.Key.Key_Right, shift)
            self._wait(before)
            taken.append(1e3 * (time.perf_counter() - begun))
            QTest.qWait(LOOK_MS)
        return taken


def measure(path: Path, n_turns: int, *, filters: bool = True) -> dict[str, float]:
    """All figures, in this process."""
    browser = Browser()
    peak: list[float] = []
    with watched_peak(peak):
        first = browser.open(path, filters)
        start = browser.window.mne.t_start
        taken = browser.turn(n_turns)
    if browser.window.mne.t_start < start + PAGE * (n_turns - 1):
        raise RuntimeError("The browser did not turn its pages.")
    return {
        "peer_first_page_ms": first,
        "peer_page_ms_median": float(np.median(taken)),
        "peer_page_ms_p95": float(np.percentile(taken, 95)),
        "peer_peak_mb": max(peak[0], anonymous_mb()),
    }


def main() -> None:
    """Measure one file and print a line of JSON."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_API", "pyside6")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--turns", type=int, default=50)
    parser.add_argument("--raw", action="store_true", help="without filters")
    arguments = parser.parse_args()
    figures = measure(arguments.file, arguments.turns, filters=not arguments.raw)
    print(json.dumps(figures), flush=True)
    # Its threads do not always end by themselves.
    os._exit(0)


if __name__ == "__main__":
    main()
