"""From a file to an export: open, detect, explain, compare, edit, undo, export."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from sleepscope.app.dialogs.asking import Question
from sleepscope.app.dialogs.detect_dialog import DetectDialog
from sleepscope.app.dialogs.export_dialog import ExportChoice
from sleepscope.app.main_window import MainWindow
from sleepscope.events.event import Event
from sleepscope.recordings.sample_grid import cut_to_samples

KEY = Qt.Key


def question(window: MainWindow) -> Question:
    return next(q for q in window.findChildren(Question) if q.isVisible())


def press_ok(qtbot: QtBot, dialog: Question) -> None:
    button = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def back_to(window: MainWindow, qtbot: QtBot) -> None:
    """What a window manager does when a dialog closes; without a screen nobody does."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.traces.canvas.setFocus()


def set_of(window: MainWindow, start: str) -> tuple[Event, ...]:
    sets = window.session.event_sets()
    return next((s.events for s in sets if s.scorer.startswith(start)), ())


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_whole_path_from_a_file_to_an_export(
    window: MainWindow, night: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    session = window.session
    canvas = window.traces.canvas

    # Open: the files beside the recording are offered, not taken.
    assert window.controllers.opening.open(night)
    assert "SIMULATED RECORDING" in window.headline.text()
    assert session.event_sets() == ()
    buttons = {b.text(): b for b in window.notices.notices[0].findChildren(QPushButton)}
    qtbot.mouseClick(buttons["Open"], Qt.MouseButton.LeftButton)
    assert [s.scorer for s in session.event_sets()] == ["file:expert1", "file:expert2"]
    assert session.hypnogram is not None
    assert session.hypnogram.stage_at(60.0) == "N2"

    # Detect: the dialog proposes the channels the experts marked.
    qtbot.keyClick(canvas, KEY.Key_D, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(DetectDialog)
    assert set(dialog.settings().channels) == {"C3", "C4"}
    detecting = window.controllers.detecting
    with qtbot.waitSignal(detecting.detected, timeout=60_000):
        press_ok(qtbot, dialog)
    found = set_of(window, "model:")
    assert len(found) > 5
    assert "spindle-1d" in window.traces.legend.texts()[2]

    # Select with the key, and see why.
    window.table.set_selection(None)
    session.select(found[0].id)
    with qtbot.waitSignal(session.explanation_changed, timeout=60_000):
        pass
    assert session.explanation is not None
    assert session.explanation.event_id == found[0].id
    assert window.traces.colour_bar.isVisible()

    # Compare: model against expert 1, figures and rule on the screen.
    qtbot.waitUntil(lambda: session.comparison is not None)
    scores = session.comparison.scores
    assert scores.n_a == scores.tp + scores.fp
    assert window.compare_panel.figures["matched"].text() == str(scores.tp)
    assert "IoU of at least 0.2" in window.compare_panel.rule.text()

    # Accept with Enter: initials are asked once, then the walk goes on.
    back_to(window, qtbot)
    qtbot.keyClick(canvas, KEY.Key_Return)
    qtbot.keyClicks(question(window).findChild(type(window.table.filter_box)), "AB")
    press_ok(qtbot, question(window))
    back_to(window, qtbot)
    assert session.settings.initials == "AB"
    assert session.review.status_of(found[0].id) == "accepted"
    assert session.selection == found[1].id

    # Reject the next, move the third one's start: a copy of one's own.
    qtbot.keyClick(canvas, KEY.Key_X)
    assert session.review.status_of(found[1].id) == "rejected"
    assert session.selection == found[2].id
    qtbot.keyClick(canvas, KEY.Key_BracketLeft)
    own = set_of(window, "human:AB")
    assert len(own) == 1
    sfreq = session.recording.channel(found[2].channel).sfreq
    assert own[0].onset == cut_to_samples(found[2].onset - 0.05, sfreq)
    assert session.review.status_of(found[2].id) == "changed"

    # Draw one with the mouse on a channel without marks, take it back, do it again.
    band = canvas.layers.geometry.row("F3").trace
    x = canvas.layers.geometry.x
    start, stop = (session.page.start + second for second in (11.0, 12.0))
    press, release = (QPoint(round(x(t)), round(band.middle)) for t in (start, stop))
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=press)
    qtbot.mouseMove(canvas, release)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=release)
    assert len(set_of(window, "human:AB")) == 2
    qtbot.keyClick(canvas, KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(set_of(window, "human:AB")) == 1
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(canvas, KEY.Key_Z, both)
    drawn = next(e for e in set_of(window, "human:AB") if e.channel == "F3")
    assert drawn.kind == "spindle"
    assert abs(drawn.onset - start) < 0.05

    # Export through the dialogs, and read what was written.
    target = tmp_path / "marked.csv"
    qtbot.keyClick(canvas, KEY.Key_E, Qt.KeyboardModifier.ControlModifier)
    press_ok(qtbot, question(window))
    files = next(d for d in window.findChildren(QFileDialog) if d.isVisible())
    files.fileSelected.emit(str(target))
    files.close()
    rows = rows_of(target)
    assert len(rows) == sum(len(s.events) for s in session.event_sets())
    by_status = {row["status"]: row for row in rows if row["scorer"].startswith("model:")}
    assert float(by_status["accepted"]["onset"]) == round(found[0].onset, 3)
    assert float(by_status["rejected"]["onset"]) == round(found[1].onset, 3)
    assert float(by_status["changed"]["onset"]) == round(found[2].onset, 3)
    mine = [row for row in rows if row["scorer"] == "human:AB"]
    assert {(row["status"], row["channel"]) for row in mine} == {
        ("changed", own[0].channel),
        ("added", "F3"),
    }
    sidecar = json.loads(target.with_suffix(".json").read_text())
    assert sidecar["models"][0]["scorer"] == next(
        row["scorer"] for row in rows if row["scorer"].startswith("model:")
    )


def test_accepted_export_holds_what_the_person_stands_for(
    open_night: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    window, session = open_night, open_night.session
    events = set_of(window, "file:expert1")
    session.select(events[0].id)
    back_to(window, qtbot)
    qtbot.keyClick(window.traces.canvas, KEY.Key_Return)
    qtbot.keyClick(window.traces.canvas, KEY.Key_X)
    target = tmp_path / "accepted.csv"
    written = window.controllers.exporting.write(target, ExportChoice("accepted", None))
    assert written.n_events == 1
    (row,) = rows_of(target)
    assert (row["scorer"], row["status"]) == ("file:expert1", "accepted")
    assert float(row["onset"]) == events[0].onset


def test_edits_are_there_after_closing_and_opening_again(
    open_night: MainWindow, night: Path
) -> None:
    window, session = open_night, open_night.session
    event = set_of(window, "file:expert1")[0]
    session.select(event.id)
    window.controllers.reviewing.accept()
    window.controllers.opening.close()
    assert window.stack.currentWidget() is window.welcome
    assert window.controllers.opening.open(night)
    assert session.review.status_of(event.id) == "accepted"
    assert not window.notices.texts()
    window.controllers.reviewing.undo()
    assert session.review.status_of(event.id) == "unreviewed"
