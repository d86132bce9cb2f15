"""How the window does with three scorers of 10,000 events each: lists, hides, edits, draws them.

Run ``python -m tests.benchmarks.many_events``: a table, then one line of JSON. The night is that of
``page_turn`` (16 channels at 256 Hz, 8 h, 1600 x 900 on Qt's offscreen screen). Medians, in ms:

``letter_ms``
    A letter typed into the filter of the event table until the table is painted.
``hide_ms``, ``show_ms``
    A scorer hidden, shown again, until traces, table and counts are painted.
``accept_1000_ms``, ``undo_1000_ms``
    1,000 selected events accepted in one step, and that taken back; both on the disk.
``accept_one_ms``
    One event accepted by its key, until the next one is selected and painted.
``page_ms``, ``page_with_events_ms``
    A 30-s page turned by a key without and with the events.
``night_ms``, ``night_with_events_ms``
    The whole night drawn anew with another gain, without and with the events.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

from tests.benchmarks.open_night import load
from tests.benchmarks.page_turn import Reader, Times
from tests.benchmarks.synthetic_night import LABELS, PAGE_RATES, write_night

N_EVENTS, N_SCORERS = 10_000, 3
KINDS = ("spindle", "k_complex", "arousal")
TYPED = "spin c3 conf>0.5 stage:n2"


def write_events(folder: Path, duration: float) -> list[Path]:
    """Three scorers of 10,000 events each on three channels, as BIDS tables."""
    rng = np.random.default_rng(0)
    paths = []
    for number in range(N_SCORERS):
        onsets = np.sort(rng.uniform(0, duration - 2, N_EVENTS))
        rows = [
            f"{onset:.3f}\t{rng.uniform(0.5, 2):.3f}\t{KINDS[k % 3]}\t{LABELS[k % 3]}"
            for k, onset in enumerate(onsets)
        ]
        path = folder / f"scorer{number + 1}_events.tsv"
        path.write_text("\n".join(["onset\tduration\ttrial_type\tchannel", *rows]) + "\n")
        paths.append(path)
    return paths


def timed(reader: Reader, act: Callable[[], object]) -> float:
    """Time (ms) that an act takes, with all painting and waiting events it leaves behind."""
    reader.settle(50)
    began = time.perf_counter()
    act()
    reader.application.processEvents()
    return 1e3 * (time.perf_counter() - began)


def measure(folder: Path, hours: float) -> dict[str, float]:
    """All figures, in this process."""
    from PySide6.QtCore import QSettings, Qt
    from PySide6.QtTest import QTest

    night = write_night(folder / "night.edf", hours, PAGE_RATES)
    elsewhere = folder / "events"
    elsewhere.mkdir()
    events = write_events(elsewhere, 3600 * hours)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    reader = Reader()
    window, session = reader.window, reader.window.session
    session.settings.initials = "AB"
    assert window.controllers.opening.open(night)
    session.show_channels(tuple(c.label for c in session.recording.channels))
    pages, night_bare = reader.turn(60), reader.repaint_night()
    assert window.controllers.opening.open_events(events)
    reader.settle(1000)
    figures = {
        "page_ms": median(pages.wall),
        "night_ms": median(night_bare.wall),
        "page_with_events_ms": median(reader.turn(60).wall),
        "night_with_events_ms": median(reader.repaint_night().wall),
    }
    box = window.table.filter_box
    box.setFocus()
    letters = [
        timed(reader, lambda letter=letter: QTest.keyClicks(box, letter)) for letter in TYPED
    ]
    figures["letter_ms"], figures["letter_most_ms"] = median(letters), max(letters)
    box.clear()
    hiding = window.controllers.hiding
    scorer = session.event_sets()[1].scorer
    figures["hide_ms"] = timed(reader, lambda: hiding.hide("scorers", scorer))
    figures["show_ms"] = timed(reader, hiding.show_all)
    figures["select_all_ms"] = timed(reader, hiding.select_all)
    session.choose([event.id for event in session.event_sets()[0].events[:1000]])
    reviewing = window.controllers.reviewing
    figures["accept_1000_ms"] = timed(reader, reviewing.accept)
    figures["undo_1000_ms"] = timed(reader, reviewing.undo)
    session.select(session.event_sets()[0].events[0].id)
    one = Times()
    for _ in range(20):
        reader.press(Qt.Key.Key_Return, one)
    figures["accept_one_ms"] = median(one.wall)
    window.close()
    return {**figures, "load": load()}


def main() -> None:
    """Measure, print the table and the line of JSON."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=8.0, help="length of the night")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        # Nothing of the person's own is read or written.
        for name in ("DATA", "STATE", "CONFIG"):
            os.environ[f"XDG_{name}_HOME"] = folder
        figures = measure(Path(folder), arguments.hours)
    for key, value in figures.items():
        print(f"{key:<34}{value:10.2f}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
