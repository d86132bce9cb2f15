"""How long the window stalls while a network runs, and how soon Cancel acts.

Run ``python -m tests.benchmarks.responsiveness [--hours 2]``: a table, then one line of JSON. The
real window opens a made-up night, finds spindles on two channels in the background, and meanwhile
turns a page every 150 ms. A timer of 2 ms on the main thread tells every stretch in which the
event loop did not come round. ``loading_stall_ms`` is the longest of them until the network has
answered for the first time (torch is imported then, announced in the status bar),
``detecting_stall_ms`` the longest afterwards, ``paging_stall_ms`` the longest of the same paging
with nothing in the background. ``first_events_cold_s`` is how long after the order the first
events are in the window, torch still to be imported; ``first_events_s`` how long after torch was.
Cancel is pressed in the middle of five runs, at different moments: ``cancel_ms_max`` is the longest
time until the job has ended.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from pathlib import Path

from sleepscope.progress import Progress

TICK_MS = 2
TURN_MS = 150
CANCEL_AFTER_MS = (150, 300, 450, 600, 800)


class StallWatch:
    """The longest stretch between two rounds of the event loop, by phase."""

    def __init__(self) -> None:
        from PySide6.QtCore import QTimer

        self.longest: dict[str, float] = {}
        self.phase = "paging"
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def enter(self, phase: str) -> None:
        """Count from now on under another name; the stretch that is open belongs to the old one."""
        self._tick()
        self.phase = phase

    def _tick(self) -> None:
        now = time.perf_counter()
        gap = 1e3 * (now - self._last)
        self.longest[self.phase] = max(self.longest.get(self.phase, 0.0), gap)
        self._last = now


def measure(hours: float) -> dict[str, float]:
    """Open, page, detect, cancel; stalls and delays in ms."""
    from PySide6.QtCore import QTimer
    from PySide6.QtTest import QTest

    from sleepscope.app.arguments import Arguments
    from sleepscope.app.window import make_application, make_window
    from sleepscope.detection.settings import DetectSettings
    from tests.benchmarks.synthetic_night import write_night

    application = make_application()
    with tempfile.TemporaryDirectory() as folder:
        path = write_night(Path(folder) / "night.edf", hours)
        window = make_window(Arguments(size=(1600, 900)))
        window.show()
        QTest.qWait(300)
        assert window.controllers.opening.open(path)
        QTest.qWait(3000)
        turns = QTimer()
        turns.setInterval(TURN_MS)
        turns.timeout.connect(lambda: window.controllers.paging.turn(1))
        watch = StallWatch()
        turns.start()
        QTest.qWait(4000)

        settings = DetectSettings("spindle", "spindle-1d", ("C3-M2", "C4-M1"))
        watch.enter("loading")
        began = time.perf_counter()
        job = window.controllers.detecting.run(settings)
        assert job is not None
        over: list[float] = []
        loaded: list[float] = []
        seen: list[float] = []

        def note(progress: Progress, _left: object) -> None:
            if progress.total > 0 and not loaded:
                loaded.append(time.perf_counter())

        job.progressed.connect(note)
        job.partial.connect(lambda events: seen.append(0.0) if events and not seen else None)
        job.progressed.connect(
            lambda progress, _left: (
                watch.enter("detecting") if progress.total > 0 and progress.done > 0 else None
            )
        )
        job.ended.connect(lambda: over.append(time.perf_counter()))
        while not over:
            application.processEvents()
            if seen == [0.0]:
                seen[0] = time.perf_counter()  # this round painted them
            time.sleep(0.0005)
        detect_s = over[0] - began
        watch.enter("after")
        turns.stop()

        delays = []
        for wait in CANCEL_AFTER_MS:
            job = window.controllers.detecting.run(settings)
            assert job is not None
            ended: list[float] = []
            job.ended.connect(lambda ended=ended: ended.append(time.perf_counter()))
            QTest.qWait(wait)
            if ended:  # the night was too short to be caught in the middle
                continue
            pressed = time.perf_counter()
            window.controllers.detecting.cancel()
            while not ended:
                application.processEvents()
                time.sleep(0.0005)
            delays.append(1e3 * (ended[0] - pressed))
        window.close()
    return {
        "paging_stall_ms": round(watch.longest["paging"], 1),
        "loading_stall_ms": round(watch.longest["loading"], 1),
        "detecting_stall_ms": round(watch.longest["detecting"], 1),
        "detect_s": round(detect_s, 2),
        "first_events_cold_s": round(seen[0] - began, 2),
        "first_events_s": round(seen[0] - loaded[0], 2),
        "cancel_ms_max": round(max(delays), 1),
        "cancels": len(delays),
        "load_average": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=2.0)
    arguments = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as home:
        for name in ("DATA", "STATE", "CONFIG"):
            os.environ[f"XDG_{name}_HOME"] = home
        found = measure(arguments.hours)
    for key, value in found.items():
        print(f"{key:20} {value}")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
