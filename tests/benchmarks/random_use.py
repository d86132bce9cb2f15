"""A person who does anything for half an hour: nothing may fail, and no memory may pile up.

Run ``python -m tests.benchmarks.random_use [--minutes 30] [--seed 0]``: what failed with the acts
before it, then one line of JSON; the exit code is 1 where something failed. It runs on Qt's
offscreen screen, or under Xvfb with ``QT_QPA_PLATFORM=xcb DISPLAY=:99``. The night is a made-up one
of 30 min with two experts; pages, zooms, drags, montages, themes, overviews, staging, docks,
menus, dialogs, undo and redo, detections begun and cancelled come in random order.

``acts``
    Things done.
``exceptions``, ``qt_warnings``
    Errors of the program itself, in slots, painting, jobs or threads; sentences of Qt.
``growth_mb``
    Anonymous memory (RssAnon) at the end over that after the first minute, which begins once both
    networks have run: medians of a minute each, acts going on, work in the background or not.
``growth_at_rest_mb``
    The same between two rests, after the first minute and at the end: no act, no job, and time for
    the window to give back what lies free. What a night of work leaves behind.
``torn_mb``
    What of the memory at the end lay free in torn blocks: what ``malloc_trim`` gives back.
``blocks_grown``
    Blocks of memory that Python has allocated, at the end over those after the first minute.
``widgets_grown``
    Widgets of Qt, the same.
``minutes``
    How long it took.
``longest_ms``, ``longest_cpu_ms``
    The longest single act, painting included: on the clock, and of the processors. The 20 longest
    are printed.

What was tried for the memory, growth over 30 min in MB: glibc as it is 74 to 80; blocks from 16 MB
on mapped 96; blocks from 1 MB on mapped and 1 MB kept 18.4, at 1 to 4 ms more for each page; blocks
from 4 MB on mapped and 64 MB kept 72.7 (6,830 acts under Xvfb); the same with ``malloc_trim`` every
10 s 28.7 (7,134 acts under Xvfb; no exception, no warning of Qt, no widget left; 12 programs waited
for the two cores). At its end 56 MB lay torn, 10 s after the last trim at most, and Python held
65,000 more blocks. Every 3 s, as now, only 10 min were run: 46.8 in the last of them, of which a
trim gave back 72.9; the memory swung between 436 and 503 MB with what ran in the background.
30 min of it on a quieter machine, under Xvfb: 21,457 acts, no exception, no warning of Qt, 15
widgets; 25.9 MB from rest to rest and nothing torn at the end, 109.8 between two minutes of acts.
Python held 580,000 more blocks, half of them within half a minute after the first; which was not
traced.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.looking import look_for
from tests.benchmarks.open_night import anonymous_mb, load

WARM_UP_S = 60.0
N_SLOWEST = 20
# What the offscreen screen says of every window and menu.
HARMLESS = "This plugin does not support"


class Faults:
    """What went wrong, with what was done just before."""

    def __init__(self) -> None:
        self.exceptions: list[str] = []
        self.qt_warnings: list[str] = []
        self.person: Any = None

    def hear_error(self, error: BaseException) -> None:
        """An exception from anywhere; a failure told to the person in a sentence is none."""
        from sleepscope.errors import SleepScopeError

        if not isinstance(error, SleepScopeError):
            self._tell(self.exceptions, "".join(traceback.format_exception(error)))

    def hear_qt(self, _kind: object, _context: object, text: str) -> None:
        """A sentence of Qt."""
        if HARMLESS not in text:
            self._tell(self.qt_warnings, text)

    def _tell(self, heard: list[str], text: str) -> None:
        heard.append(text)
        if heard.count(text) <= 2:
            acts = "" if self.person is None else "\n  ".join(list(self.person.done)[-12:])
            sys.stderr.write(f"{text}\n  {acts}\n")

    def listen(self) -> None:
        """Hear everything from now on."""
        from PySide6.QtCore import qInstallMessageHandler

        sys.excepthook = lambda _kind, error, _trace: self.hear_error(error)
        threading.excepthook = lambda told: self.hear_error(told.exc_value or RuntimeError("?"))
        sys.unraisablehook = lambda told: self.hear_error(told.exc_value or RuntimeError("?"))
        qInstallMessageHandler(self.hear_qt)


def open_night(window: Any, night: Path) -> None:
    """The night with both experts and the stages."""
    opening = window.controllers.opening
    assert opening.open(night)
    if not window.session.event_sets():
        names = ("expert1", "expert2", "stages")
        opening.open_events([night.parent / f"demo-{name}.csv" for name in names])


def warm_up(window: Any) -> None:
    """Let both networks run once, so that what they load is there before memory is watched."""

    def rest() -> None:
        look_for(200)
        while window.session.jobs.jobs:
            look_for(50)

    for task in ("spindle", "rem"):
        window.detect(task)
        rest()
    for name in ("coherence", "next_event", "explanation", "next_theme", "overview_spectrogram"):
        window.actions_by_id[name].trigger()
        rest()
    for dock in window.docks:
        window.raise_dock(dock.objectName())
        rest()


@dataclass(frozen=True, slots=True)
class Seen:
    """What the process held at a moment.

    Attributes
    ----------
    at : float
        Seconds since the person began.
    mb : float
        Anonymous memory, MB.
    blocks, widgets : int
        Blocks of memory that Python has allocated; widgets of Qt.
    """

    at: float
    mb: float
    blocks: int
    widgets: int


def look(at: float) -> Seen:
    """Collect, and see what is left."""
    from PySide6.QtWidgets import QApplication

    gc.collect()
    # Not ``gc.get_objects``: holding tuples that the worker is still making fails there.
    return Seen(at, anonymous_mb(), sys.getallocatedblocks(), len(QApplication.allWidgets()))


def growth(seen: list[Seen], minutes: float, what: Callable[[Seen], float]) -> float:
    """Median of the last minute over that of the first after the warming up."""
    early = [what(one) for one in seen if WARM_UP_S <= one.at < 2 * WARM_UP_S] or [what(seen[0])]
    late = [what(one) for one in seen if one.at >= 60 * minutes - WARM_UP_S]
    return round(median(late) - median(early), 1)


def measure(folder: Path, minutes: float, seed: int) -> dict[str, float]:
    """Use the window for some minutes, in this process."""
    from PySide6.QtCore import QSettings, QTimer

    from sleepscope.app.arguments import Arguments
    from sleepscope.app.startup import trim_heap
    from sleepscope.app.window import TRIM_MS, make_application, make_window
    from sleepscope.simulate.demo_night import write_demo_night
    from sleepscope.simulate.night import NightSettings
    from tests.app.anyone import Anyone

    stages = ("W", "W", "N1", *("N2",) * 30, *("N3",) * 15, *("R",) * 12)
    write_demo_night(folder, NightSettings(seed=5, minutes=30.0, stages=stages))
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    faults = Faults()
    application = make_application()
    faults.listen()
    window = make_window(Arguments(size=(1600, 900)))
    window.session.failed.connect(faults.hear_error)
    window.session.settings.initials = "AB"
    window.show()
    night = folder / "demo.edf"
    open_night(window, night)
    warm_up(window)
    person = faults.person = Anyone(window, seed, detects=True)
    began = time.perf_counter()
    acts = 0
    slowest: list[tuple[float, float, str]] = []
    seen: list[Seen] = []

    def rest() -> float:
        """Wait until nothing is under way and the free memory is given back; what is held, MB."""
        while window.session.jobs.jobs:
            look_for(50)
        gc.collect()
        look_for(3 * TRIM_MS)
        return anonymous_mb()

    rests: list[float] = []

    def act() -> None:
        """One act in the event loop, which also destroys what was closed; then the next one."""
        nonlocal acts
        now = time.perf_counter() - began
        if not rests and now >= WARM_UP_S:
            rests.append(rest())
        if now >= 60 * minutes:
            application.quit()
            return
        before, busy = time.perf_counter(), time.process_time()
        n_done = person.n_done
        try:
            person.act()
            if window.session.recording is None:
                open_night(window, night)
        except Exception as error:
            faults.hear_error(error)
        took, worked = time.perf_counter() - before, time.process_time() - busy
        words = " | ".join(list(person.done)[-max(1, person.n_done - n_done) :])
        slowest.append((round(1e3 * worked), round(1e3 * took), words))
        slowest.sort(reverse=True)
        del slowest[N_SLOWEST:]
        acts += 1
        if not seen or now - seen[-1].at > 2:
            seen.append(look(now))
        QTimer.singleShot(1, act)

    QTimer.singleShot(0, act)
    application.exec()
    rests.append(rest())
    held = anonymous_mb()
    trim_heap()
    torn = held - anonymous_mb()
    window.close()
    sys.stderr.write("processors ms, clock ms, longest acts\n")
    for worked, took, words in slowest:
        sys.stderr.write(f"{worked:6} {took:6}  {words}\n")
    for one in seen[::15]:
        sys.stderr.write(f"{one}\n")
    return {
        "acts": acts,
        "exceptions": len(faults.exceptions),
        "qt_warnings": len(faults.qt_warnings),
        "growth_mb": growth(seen, minutes, lambda one: one.mb),
        "growth_at_rest_mb": round(rests[-1] - rests[0], 1),
        "torn_mb": round(torn, 1),
        "blocks_grown": growth(seen, minutes, lambda one: one.blocks),
        "widgets_grown": growth(seen, minutes, lambda one: one.widgets),
        "minutes": round((time.perf_counter() - began) / 60, 2),
        "longest_ms": max(took for _, took, _ in slowest),
        "longest_cpu_ms": slowest[0][0],
        "load": load(),
    }


def main() -> int:
    """Use it, print what was found."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        # Nothing of the person's own is read or written.
        for name in ("DATA", "STATE", "CONFIG", "CACHE"):
            os.environ[f"XDG_{name}_HOME"] = folder
        found = measure(Path(folder), arguments.minutes, arguments.seed)
    print(json.dumps(found))
    return 1 if found["exceptions"] or found["qt_warnings"] else 0


if __name__ == "__main__":
    sys.exit(main())
