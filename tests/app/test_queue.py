"""A whole review by keys alone: every disagreement settled, nothing lost, exported as planned."""

from __future__ import annotations

import csv
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from sleepscope.agreement.queue import QueueItem
from sleepscope.app.main_window import MainWindow
from sleepscope.app.views.queue_panel import progress_text
from tests.app import by_keys
from tests.app.by_keys import CONTROL, KEY

Planned = tuple[str, str, float]  # scorer, kind, onset


def press(window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = by_keys.NOTHING) -> None:
    """A key of the review; the traces have the focus all the way."""
    assert window.traces.canvas.hasFocus()
    by_keys.press(key, modifier)


def decide(window: MainWindow, number: int, item: QueueItem) -> list[Planned]:
    """Settle the selected disagreement by keys as the plan says; what is to be exported of it."""
    session = window.session
    event = session.selected
    scorer = session.scorer_of(event.id)
    choice = number % 5
    if choice == 0:
        press(window, KEY.Key_Return)
        return [(scorer, event.kind, event.onset)]
    if choice == 1:
        press(window, KEY.Key_X)
        return []
    if choice == 2:
        press(window, KEY.Key_F3)  # a K-complex
        press(window, KEY.Key_Return)
        return [("human:AB", "k_complex", event.onset)]
    if choice == 3:
        press(window, KEY.Key_BracketRight)
        press(window, KEY.Key_Return)
        return [("human:AB", event.kind, event.onset + 0.05)]
    press(window, KEY.Key_O)
    event = session.selected
    scorer = session.scorer_of(event.id)
    press(window, KEY.Key_Return)
    assert (len(item.events) == 1) == (event.id == item.events[0].id)
    return [(scorer, event.kind, event.onset)]


def work_through(window: MainWindow, first: int, stop: int) -> list[Planned]:
    queue = window.controllers.queue
    planned: list[Planned] = []
    for number in range(first, stop):
        place = window.controllers.comparing.place()
        assert place is not None
        planned += decide(window, number, queue.items[place])
        # A changed copy belongs to no set of the two; the list does not move under the person.
        assert len(queue.items) == stop if stop > first + 1 else True
    return planned


def export(window: MainWindow, target: Path) -> list[Planned]:
    by_keys.export_accepted(window, target)
    with target.open(encoding="utf-8", newline="") as file:
        return [(r["scorer"], r["kind"], float(r["onset"])) for r in csv.DictReader(file)]


def same(found: list[Planned], planned: list[Planned]) -> None:
    found, planned = (sorted(rows, key=lambda row: (row[2], row[0])) for rows in (found, planned))
    assert [row[:2] for row in found] == [row[:2] for row in planned]
    # A nudged edge ends on a sample.
    assert [row[2] for row in found] == pytest.approx([row[2] for row in planned], abs=0.003)


@pytest.fixture
def ready(window: MainWindow, night: Path, qtbot: QtBot) -> MainWindow:
    """The night with both experts and stages, imported by keys; edited by AB."""
    window.session.settings.initials = "AB"
    by_keys.import_night(window, night)
    qtbot.waitUntil(lambda: window.session.comparison is not None)
    return window


def test_review_by_keys_alone_ends_in_the_planned_export(
    ready: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    session, queue = ready.session, ready.controllers.queue
    sources = session.event_sets()
    n = len(queue.items)
    assert n >= 5
    press(ready, KEY.Key_D)
    planned = work_through(ready, 0, n)
    assert queue.progress()[:2] == (n, n)
    assert "all settled" in ready.queue_panel.progress.text()
    sure = [p.b for p in session.comparison.outcome.pairs]
    open_ids = {e.id for item in queue.items for e in item.events}
    planned += [(session.scorer_of(e.id), e.kind, e.onset) for e in sure if e.id not in open_ids]
    press(ready, KEY.Key_Return, CONTROL)
    same(export(ready, tmp_path / "reviewed.csv"), planned)
    assert session.event_sets()[: len(sources)] == sources


def test_skipped_disagreements_come_back_at_the_end(ready: MainWindow, qtbot: QtBot) -> None:
    queue, comparing = ready.controllers.queue, ready.controllers.comparing
    n = len(queue.items)
    press(ready, KEY.Key_D)
    press(ready, KEY.Key_S)
    assert comparing.place() == 1
    assert queue.rows()[0].decision == "skipped"
    for _ in range(n - 1):
        press(ready, KEY.Key_X)
    assert comparing.place() == 0
    assert queue.progress()[:2] == (n - 1, n)


def test_skipped_ones_and_the_order_are_there_after_a_restart(
    ready: MainWindow, night: Path, qtbot: QtBot
) -> None:
    session, queue, comparing = ready.session, ready.controllers.queue, ready.controllers.comparing
    queue.set_order("time")
    qtbot.waitUntil(lambda: session.comparison.settings.order == "time")
    press(ready, KEY.Key_D)
    press(ready, KEY.Key_X)
    press(ready, KEY.Key_S)
    ready.controllers.opening.close()
    assert comparing.skipped == set()
    assert ready.controllers.opening.open(night)
    qtbot.waitUntil(lambda: session.comparison is not None)
    assert session.comparison.settings.order == "time"
    assert [row.decision for row in queue.rows()[:3]] == ["rejected", "skipped", ""]
    ready.traces.canvas.setFocus()
    press(ready, KEY.Key_D)
    assert comparing.place() == 2


def test_rejecting_a_pair_rejects_both_in_one_step(ready: MainWindow, qtbot: QtBot) -> None:
    session, queue = ready.session, ready.controllers.queue
    place = next(k for k, item in enumerate(queue.items) if len(item.events) == 2)
    queue.pick(place)
    press(ready, KEY.Key_X)
    assert {session.status_of(e.id) for e in queue.items[place].events} == {"rejected"}
    press(ready, KEY.Key_Z, CONTROL)
    assert {session.status_of(e.id) for e in queue.items[place].events} == {"unreviewed"}
    assert queue.rows()[place].decision == ""


def test_order_is_chosen_in_the_panel_and_kept_while_settling(
    ready: MainWindow, qtbot: QtBot
) -> None:
    box = ready.queue_panel.order_box
    box.setFocus()
    qtbot.keyClick(box, KEY.Key_Down)
    assert box.currentData() == "time"
    box.activated.emit(box.currentIndex())
    qtbot.waitUntil(lambda: ready.session.compare_settings.order == "time")
    qtbot.waitUntil(
        lambda: (
            [i.onset for i in ready.controllers.queue.items]
            == sorted(i.onset for i in ready.controllers.queue.items)
        )
    )


def test_progress_is_said_in_words() -> None:
    assert progress_text(41, 212, 540.0) == "41 of 212, about 9 min left"
    assert progress_text(0, 3, None) == "0 of 3"
    assert progress_text(1, 3, 8.0) == "1 of 3, about 10 s left"
    assert progress_text(3, 3, None) == "3 of 3, all settled"
    assert progress_text(0, 0, None) == "no disagreements"


def test_review_goes_on_after_a_kill_where_it_was(
    window: MainWindow, night: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    """Half of the review in a process that is killed, the other half here."""
    command = [sys.executable, "-m", "tests.app.killed_review", str(night)]
    planned: list[Planned] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        for line in child.stdout:
            word, *rest = line.rstrip("\n").split("\t")
            if word == "half":
                child.send_signal(signal.SIGKILL)
                break
            planned.append((rest[0], rest[1], float(rest[2])))
    half = int(rest[0])
    assert half >= 2

    window.session.settings.initials = "AB"
    by_keys.press(KEY.Key_O, CONTROL)
    by_keys.name_file(window, night)
    qtbot.waitUntil(lambda: window.session.comparison is not None)
    queue = window.controllers.queue
    # The plan's sets are those of the killed process: A and B may be chosen anew by nobody.
    n = len(queue.items)
    assert queue.progress()[0] == half
    by_keys.tab_to(lambda widget: widget is window.traces.canvas)
    press(window, KEY.Key_D)
    assert window.controllers.comparing.place() == half
    planned += work_through(window, half, n)
    assert queue.progress()[:2] == (n, n)
    same(export(window, tmp_path / "reviewed.csv"), planned)
