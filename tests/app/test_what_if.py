"""The what-if brush by mouse and keys: p moves while it is dragged, and nothing else does."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from sleepscope.app.commands import AddEvent, ChangeEvents
from sleepscope.app.main_window import MainWindow
from sleepscope.events.event import Event
from tests.app.views.conftest import Mouse

KEY, MODIFIER = Qt.Key, Qt.KeyboardModifier
SLOW = 60_000


def spindle(window: MainWindow) -> Event:
    """A long spindle of an expert on C3, well inside the night."""
    events = window.session.event_sets()[0].events
    found = [e for e in events if e.kind == "spindle" and e.channel == "C3" and e.onset > 70]
    return max(found, key=lambda event: event.duration)


@pytest.fixture
def brush(open_night: MainWindow, qtbot: QtBot) -> MainWindow:
    """The window with a spindle of C3 selected and the brush in the hand."""
    session = open_night.session
    session.settings.explanation_mode = "band"
    session.select(spindle(open_night).id)
    qtbot.keyClick(open_night.traces.canvas, KEY.Key_I)
    what_if = open_night.controllers.what_if
    qtbot.waitUntil(lambda: what_if.question is not None, timeout=SLOW)
    return open_night


def paint(window: MainWindow, qtbot: QtBot, start: float, stop: float, row: str = "C3") -> None:
    mouse, what_if = Mouse(window.traces), window.controllers.what_if
    n_strokes = len(what_if.strokes)
    mouse.drag(mouse.point(start, row), mouse.point(stop, row))
    assert len(what_if.strokes) == n_strokes + 1
    settle(window, qtbot)


def settle(window: MainWindow, qtbot: QtBot) -> None:
    what_if = window.controllers.what_if
    qtbot.waitUntil(
        lambda: what_if._job is not None and what_if._job.is_over and not what_if._waits,
        timeout=SLOW,
    )


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_muting_the_event_by_mouse_drops_p_and_undo_brings_it_back(
    brush: MainWindow, qtbot: QtBot
) -> None:
    what_if, event, panel = brush.controllers.what_if, spindle(brush), brush.what_if_panel
    assert what_if.question.before.level >= what_if.question.limit
    assert "found" in panel.answer.text()
    paint(brush, qtbot, event.onset - 0.1, event.stop + 0.1)
    stroke = what_if.strokes[0]
    assert (stroke.channel, stroke.kind, stroke.baseline) == ("C3", "mute", "quietest")
    assert stroke.duration == pytest.approx(event.duration + 0.2, abs=0.1)
    assert what_if.answer.level < what_if.question.limit
    assert f"→ {what_if.answer.level:.2f}" in panel.answer.text()
    assert "not found" in panel.answer.text()
    state = brush.traces.state
    assert state.explanation is what_if.answer.explanation
    assert set(state.brush.painted) == {"C3"}
    assert f"{what_if.answer.level:.2f}" in state.brush.words
    assert panel.table.rowCount() == 1
    qtbot.keyClick(
        brush.traces.canvas, KEY.Key_I, MODIFIER.ControlModifier | MODIFIER.ShiftModifier
    )
    assert what_if.strokes == ()
    assert state.explanation is not brush.traces.state.explanation
    assert brush.traces.state.brush.painted == {}


def test_p_moves_while_the_brush_is_still_down(brush: MainWindow, qtbot: QtBot) -> None:
    mouse, what_if, event = Mouse(brush.traces), brush.controllers.what_if, spindle(brush)
    mouse.press(mouse.point(event.onset - 0.1, "C3"))
    for share in (0.3, 0.6, 0.9, 1.1):
        mouse.move(mouse.point(event.onset + share * event.duration, "C3"))
    qtbot.waitUntil(lambda: what_if.answer is not None, timeout=SLOW)
    settle(brush, qtbot)
    assert what_if.strokes == ()
    assert what_if.answer.level < what_if.question.before.level
    assert len(brush.traces.state.brush.strokes) == 1
    qtbot.keyClick(brush.traces.canvas, KEY.Key_Escape)
    assert what_if.live is None
    assert what_if.is_on, "the first Esc drops the stroke, the second leaves"
    mouse.release(mouse.point(event.stop, "C3"))
    assert what_if.strokes == ()


def test_nothing_of_it_touches_recording_review_or_events(
    brush: MainWindow, qtbot: QtBot, night: Path
) -> None:
    session, event = brush.session, spindle(brush)
    review = session.review.path
    samples = session.recording.read("C3", 0.0, 240.0).copy()
    events = [one.events for one in session.event_sets()]
    before, review_before = digest(night), digest(review)
    explained = session.explanation
    for kind in range(4):
        brush.what_if_panel.kind_box.setFocus()
        if kind:
            qtbot.keyClick(brush.what_if_panel.kind_box, KEY.Key_Down)
        paint(brush, qtbot, event.onset, event.stop)
    assert {one.kind for one in brush.controllers.what_if.strokes} == {
        "mute", "notch", "invert", "shift",
    }  # fmt: skip
    assert digest(night) == before
    assert digest(review) == review_before
    np.testing.assert_array_equal(session.recording.read("C3", 0.0, 240.0), samples)
    assert [one.events for one in session.event_sets()] == events
    assert explained is None or session.explanation is explained


def test_escape_leaves_and_takes_all_strokes_away(brush: MainWindow, qtbot: QtBot) -> None:
    what_if, event = brush.controllers.what_if, spindle(brush)
    paint(brush, qtbot, event.onset, event.stop)
    qtbot.keyClick(brush.traces.canvas, KEY.Key_Escape)
    assert (what_if.is_on, what_if.strokes, what_if.explanation) == (False, (), None)
    assert not brush.actions_by_id["what_if"].isChecked()
    assert not brush.traces.state.brush.is_on
    # A drag marks events again.
    mouse = Mouse(brush.traces)
    n_before = brush.session.n_events
    mouse.drag(mouse.point(event.stop + 2.0, "C3"), mouse.point(event.stop + 2.6, "C3"))
    assert brush.session.n_events == n_before + 1


def test_all_of_it_by_keys_alone(brush: MainWindow, qtbot: QtBot) -> None:
    what_if, canvas = brush.controllers.what_if, brush.traces.canvas
    panel, event = brush.what_if_panel, spindle(brush)
    qtbot.keyClick(canvas, KEY.Key_I, MODIFIER.ShiftModifier)
    settle(brush, qtbot)
    assert (what_if.strokes[0].start, what_if.strokes[0].stop) == (event.onset, event.stop)
    assert panel.channel_box.currentText() == "C3"
    assert panel.start_spin.value() == pytest.approx(event.onset, abs=0.01)
    panel.paint.setFocus()
    qtbot.keyClick(panel.paint, KEY.Key_Space)
    assert len(what_if.strokes) == 2
    qtbot.keyClick(canvas, KEY.Key_I, MODIFIER.ControlModifier)
    assert what_if.strokes == ()


def test_smallest_edit_is_told_in_words_and_can_be_painted(brush: MainWindow, qtbot: QtBot) -> None:
    what_if, panel = brush.controllers.what_if, brush.what_if_panel
    qtbot.keyClick(brush.traces.canvas, KEY.Key_I, MODIFIER.AltModifier)
    assert panel.search.text() == "Stop the search"
    qtbot.waitUntil(lambda: what_if.smallest is not None, timeout=SLOW)
    found = what_if.smallest
    assert found.stroke is not None
    assert f"{found.stroke.duration:.2f} s of C3" in panel.found.text()
    assert "drops p from" in panel.found.text()
    qtbot.mouseClick(panel.smallest, Qt.MouseButton.LeftButton)
    settle(brush, qtbot)
    assert what_if.strokes == (found.stroke,)
    assert what_if.answer.level == pytest.approx(found.after)


def test_the_search_can_be_stopped(brush: MainWindow, qtbot: QtBot) -> None:
    what_if, panel = brush.controllers.what_if, brush.what_if_panel
    qtbot.mouseClick(panel.search, Qt.MouseButton.LeftButton)
    assert what_if.is_searching
    qtbot.mouseClick(panel.search, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not what_if.is_searching, timeout=SLOW)
    assert panel.search.text() == "Smallest edit"


def test_a_row_that_the_model_does_not_read_is_said(brush: MainWindow, qtbot: QtBot) -> None:
    event, row = spindle(brush), "O1"
    assert row in brush.session.channels
    paint(brush, qtbot, event.onset, event.stop, row)
    what_if = brush.controllers.what_if
    assert "Strokes on O1 change nothing" in brush.what_if_panel.head.text()
    assert what_if.answer.level == what_if.question.before.level


def test_an_event_without_a_model_and_a_stroke_without_a_baseline_are_said(
    brush: MainWindow, qtbot: QtBot
) -> None:
    session, what_if = brush.session, brush.controllers.what_if
    said: list[str] = []
    session.said.connect(said.append)
    session.set_page(0.0)
    mouse = Mouse(brush.traces)
    mouse.drag(mouse.point(0.2, "C3"), mouse.point(1.0, "C3"))
    qtbot.waitUntil(lambda: any("choose the baseline zero" in one for one in said), timeout=SLOW)
    qtbot.waitUntil(lambda: what_if.shown_strokes == (), timeout=SLOW)
    session.select(None)
    assert "Select an event" in brush.what_if_panel.head.text()
    paint(brush, qtbot, 8.0, 9.0)
    assert set(what_if.signals) == {"C3"}


def test_another_event_is_another_question(brush: MainWindow, qtbot: QtBot) -> None:
    what_if, first = brush.controllers.what_if, spindle(brush)
    qtbot.keyClick(brush.traces.canvas, KEY.Key_N, MODIFIER.ShiftModifier)
    assert brush.session.selection != first.id
    qtbot.waitUntil(lambda: what_if.question is not None, timeout=SLOW)
    assert what_if.question.event_id == brush.session.selection


def test_the_brush_is_put_away_with_the_recording(brush: MainWindow, qtbot: QtBot) -> None:
    event = spindle(brush)
    paint(brush, qtbot, event.onset, event.stop)
    brush.session.close()
    assert not brush.controllers.what_if.is_on
    assert brush.controllers.what_if.strokes == ()


def test_another_class_is_another_question(open_night: MainWindow, qtbot: QtBot) -> None:
    session, what_if = open_night.session, open_night.controllers.what_if
    session.settings.explanation_mode = "off"
    own = Event(80.0, 1.0, "spindle", "C3")
    session.do(AddEvent(own))
    session.select(own.id)
    what_if.set_on(True)
    qtbot.waitUntil(lambda: what_if.question is not None, timeout=SLOW)
    session.do(ChangeEvents((own.id,), {"kind": "k_complex"}))
    assert what_if.question is None
    assert "k_complex" in what_if.sentence


def test_a_drag_goes_on_without_a_brush_that_was_put_away(brush: MainWindow, qtbot: QtBot) -> None:
    mouse, what_if, event = Mouse(brush.traces), brush.controllers.what_if, spindle(brush)
    mouse.press(mouse.point(event.onset, "C3"))
    mouse.move(mouse.point(event.midpoint, "C3"))
    qtbot.keyClick(brush.traces.canvas, KEY.Key_I)
    assert not what_if.is_on
    mouse.move(mouse.point(event.stop, "C3"))
    mouse.release(mouse.point(event.stop, "C3"))
    assert what_if.live is None
    assert what_if.strokes == ()
    assert brush.traces.state.brush.strokes == ()
