"""A review of five scorers with 10,000 events each: opening, editing, painting, matching.

Run ``python -m tests.benchmarks.review_speed``: a table, then one line of JSON. Times in ms.

``open_ms``
    Opening the review file beside its recording: lock, integrity check, backup, all events;
    median of 7. ``open_logged_ms`` is the same with 20,000 edits more in its log.
``edit_commit_ms_median``, ``edit_commit_ms_p95``
    One edit (in turn an add, a move, an accept, a reject, an undo) until it is committed and
    synced. ``fsync_ms`` is a bare write and fsync of 4 kB on the same disk, which is in each.
``edit_painted_ms_median``, ``edit_painted_ms_p95``
    A nudge of an event's edge in the window, 30-s page of 16 channels with all five scorers, from
    the key until the page is painted again; Qt's offscreen screen. ``edit_painted_cpu_ms_median``
    is how long the window's own thread was busy, which other work on the machine hardly changes.
``match_ms``, ``match_peak_mb``
    Matching two of the sets; how much memory that took.
``peak_mb``, ``base_mb``
    Peak of the anonymous memory (RssAnon) of the process that opened, edited and matched, without
    a window; after its imports.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import TypeVar

import numpy as np

from sleepscope.agreement.matching import match
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.recordings.identity import RecordingIdentity
from sleepscope.review import ReviewFile
from tests.benchmarks.open_night import anonymous_mb, load, watched_peak
from tests.benchmarks.synthetic_night import LABELS, PAGE_RATES, write_night

N_SCORERS, N_EVENTS = 5, 10_000
N_EDITS, N_LOGGED = 500, 20_000
HOURS = 8.0
AB = "human:AB"


def made_sets(duration: float) -> list[EventSet]:
    """Five scorers who mostly mark the same 10,000 events on two channels."""
    rng = np.random.default_rng(0)
    onsets = np.sort(rng.uniform(0, duration - 3, N_EVENTS))
    sets = []
    for number in range(N_SCORERS):
        shifted = np.clip(onsets + rng.normal(0, 0.15, N_EVENTS), 0, duration - 3)
        lasting = rng.uniform(0.5, 2.0, N_EVENTS)
        sets.append(
            EventSet.of(
                f"file:scorer{number + 1}",
                [
                    Event(round(float(a), 3), round(float(b), 3), "spindle", LABELS[k % 2])
                    for k, (a, b) in enumerate(zip(shifted, lasting, strict=True))
                ],
            )
        )
    return sets


T = TypeVar("T")


def timed(times: list[float], work: Callable[..., T], *arguments: object, **named: object) -> T:
    """Do a piece of work and append its time, ms."""
    began = time.perf_counter()
    result = work(*arguments, **named)
    times.append(1e3 * (time.perf_counter() - began))
    return result


def fsync_ms(folder: Path) -> float:
    """Median of a write of 4 kB and its fsync."""
    times: list[float] = []
    with (folder / "raw").open("wb", buffering=0) as file:
        for _ in range(200):
            file.write(b"x" * 4096)
            timed(times, os.fsync, file.fileno())
    return median(times)


def open_ms(night: Path, identity: RecordingIdentity) -> float:
    """Median time of opening a review; each time it was edited before, so that it is backed up."""
    times: list[float] = []
    for number in range(7):
        with ReviewFile.open(night, identity, person=AB) as review:
            review.add_event(Event(1.0 + number, 1.0, "spindle", LABELS[0]))
        with timed(times, ReviewFile.open, night, identity, person=AB) as review:
            assert len(review.event_sets()) == N_SCORERS + 1
    return median(times)


def edit_times(review: ReviewFile, number: int) -> list[float]:
    """Time of each of so many edits, ms."""
    sources = [event.id for event in review.event_sets()[0].events]
    times: list[float] = []
    for k in range(number // 5):
        event = Event(float(k % 28_000), 1.0, "spindle", LABELS[0])
        source = sources[(7 * k) % len(sources)]
        added = timed(times, review.add_event, event).event_id
        timed(times, review.change_event, added, onset=event.onset + 0.5)
        timed(times, review.set_verdict, [source], "accepted")
        timed(times, review.set_verdict, [source], "rejected")
        timed(times, review.undo)
    return times


def without_window(folder: Path) -> dict[str, float]:
    """Opening, editing, matching."""
    identity = RecordingIdentity(1, None, 3600 * HOURS, "d" * 64)
    night = folder / "night.edf"
    base = anonymous_mb()
    sets = made_sets(identity.duration)
    with ReviewFile.open(night, identity, person=AB) as review:
        for event_set in sets:
            review.import_set(event_set, undoable=False)
    peak: list[float] = []
    with watched_peak(peak):
        figures = {"open_ms": open_ms(night, identity)}
        with ReviewFile.open(night, identity, person=AB) as review:
            commits = edit_times(review, N_EDITS)
        match(sets[0], sets[1])
        before = anonymous_mb()
        matching: list[float] = []
        with watched_peak(matching):
            times: list[float] = []
            for _ in range(7):
                timed(times, match, sets[0], sets[1])
            figures["match_ms"] = median(times)
    with ReviewFile.open(night, identity, person=AB) as review:
        edit_times(review, N_LOGGED)
    return {
        **figures,
        "open_logged_ms": open_ms(night, identity),
        "edit_commit_ms_median": median(commits),
        "edit_commit_ms_p95": float(np.percentile(commits, 95)),
        "fsync_ms": fsync_ms(folder),
        "match_peak_mb": max(matching) - before,
        "peak_mb": max(peak),
        "base_mb": base,
    }


def in_window(folder: Path) -> dict[str, float]:
    """From a key to the painted page."""
    from PySide6.QtCore import QSettings, Qt
    from PySide6.QtTest import QTest

    from sleepscope.app.commands import AddEvent, ImportSet
    from tests.benchmarks.page_reader import Reader, Times

    night = write_night(folder / "night.edf", HOURS, PAGE_RATES)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    reader = Reader()
    window, session = reader.window, reader.window.session
    session.settings.initials = "AB"
    assert window.controllers.opening.open(night)
    session.show_channels(tuple(channel.label for channel in session.recording.channels))
    for event_set in made_sets(3600 * HOURS):
        session.do(ImportSet(event_set, undoable=False))
    added = session.do(AddEvent(Event(14_405.0, 5.0, "spindle", LABELS[0])))
    session.select(added.event_id)
    reader.settle(2000)
    canvas, times = reader.canvas, Times()
    paint = canvas.paintEvent
    painted: list[tuple[float, float]] = []

    def watched(event: object) -> None:
        paint(event)
        painted.append((time.perf_counter(), time.thread_time()))

    canvas.paintEvent = watched
    for number in range(60):
        key = Qt.Key.Key_BracketLeft if number % 2 else Qt.Key.Key_BracketRight
        painted.clear()
        wall, cpu = time.perf_counter(), time.thread_time()
        QTest.keyClick(canvas, key)
        while not painted:
            reader.application.processEvents()
        times.wall.append(1e3 * (painted[0][0] - wall))
        times.cpu.append(1e3 * (painted[0][1] - cpu))
        reader.settle(200)
    window.close()
    return times.figures("edit_painted")


def main() -> None:
    """Measure, print the table and the line of JSON."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--window", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.window is not None:
        print(json.dumps(in_window(arguments.window)))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # Nothing of the person's own is read or written.
        for kind in ("DATA", "STATE", "CONFIG"):
            os.environ[f"XDG_{kind}_HOME"] = name
        figures = without_window(folder)
        (folder / "window").mkdir()
        command = [sys.executable, "-m", "tests.benchmarks.review_speed", "--window"]
        done = subprocess.run(
            [*command, str(folder / "window")], stdout=subprocess.PIPE, text=True, check=True
        )
    figures |= json.loads(done.stdout.splitlines()[-1])
    figures["load"] = load()
    for key, value in figures.items():
        print(f"{key:<34}{value:10.2f}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
