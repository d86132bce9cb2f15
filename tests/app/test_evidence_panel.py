"""The evidence tab follows the selection, only while it is looked at."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from sleepscope.app.commands import AddEvent
from sleepscope.app.main_window import MainWindow
from sleepscope.events.event import Event
from sleepscope.explain.explanation import Explanation


@pytest.fixture
def looked_at(open_night: MainWindow, qtbot: QtBot) -> MainWindow:
    open_night.session.settings.explanation_mode = "off"
    open_night.raise_dock("evidence")
    qtbot.waitUntil(lambda: not open_night.evidence_panel.visibleRegion().isEmpty())
    return open_night


def shown(window: MainWindow, column: int) -> list[str]:
    table = window.evidence_panel.table
    return [table.item(row, column).text() for row in range(table.rowCount())]


def spindle(window: MainWindow) -> Event:
    events = window.session.event_sets()[0].events
    return next(e for e in events if e.kind == "spindle" and e.channel is not None)


def test_nothing_selected_asks_for_an_event(looked_at: MainWindow) -> None:
    assert "Select an event" in looked_at.evidence_panel.head.text()
    assert looked_at.evidence_panel.table.isHidden()


def test_selected_spindle_is_measured_with_sources(looked_at: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseMove(looked_at.traces.canvas)
    qtbot.keyClick(looked_at.traces.canvas, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: looked_at.evidence_panel.table.rowCount() == 9)
    panel = looked_at.evidence_panel
    assert shown(looked_at, 0)[0] == "Peak frequency"
    assert shown(looked_at, 1)[0].endswith("Hz")
    assert shown(looked_at, 2)[0] == "11-16 Hz"
    assert set(shown(looked_at, 3)) <= {"✓", "✗", ""}
    assert "AASM" in panel.table.item(0, 0).toolTip()
    assert "criteria hold" in panel.head.text()


def test_hidden_tab_starts_no_job(open_night: MainWindow, qtbot: QtBot) -> None:
    evidencing = open_night.controllers.evidencing
    open_night.raise_dock("compare")
    open_night.session.select(spindle(open_night).id)
    assert not evidencing._soon.isActive()
    assert evidencing.evidence is None


def test_an_edit_is_measured_anew(looked_at: MainWindow, qtbot: QtBot) -> None:
    session, event = looked_at.session, spindle(looked_at)
    session.select(event.id)
    qtbot.waitUntil(lambda: looked_at.evidence_panel.table.rowCount() == 9)
    before = shown(looked_at, 1)[1]
    with qtbot.waitSignal(looked_at.controllers.evidencing.changed):
        qtbot.keyClick(looked_at.traces.canvas, Qt.Key.Key_BracketRight)
    assert session.selected.duration < event.duration
    measured = looked_at.controllers.evidencing
    qtbot.waitUntil(lambda: measured.evidence.criteria[1].value == session.selected.duration)
    assert shown(looked_at, 1)[1] == measured.evidence.criteria[1].text != before


def test_event_without_criteria_is_said_in_a_sentence(
    looked_at: MainWindow, qtbot: QtBot, sentences: list[str]
) -> None:
    event = Event(30.0, 5.0, "arousal", "C3")
    looked_at.session.do(AddEvent(event))
    looked_at.session.select(event.id)
    head = looked_at.evidence_panel.head
    qtbot.waitUntil(lambda: "no criteria for 'arousal'" in head.text())
    assert sentences == []


def test_map_that_is_hot_elsewhere_or_of_another_channel_warns(
    looked_at: MainWindow, qtbot: QtBot
) -> None:
    session, event = looked_at.session, spindle(looked_at)
    session.select(event.id)
    qtbot.waitUntil(lambda: looked_at.evidence_panel.table.rowCount() == 9)
    times = event.onset + np.arange(-20, 20) * 0.2
    heat = np.where(times < event.onset - 2.0, 3.0, 0.1).astype(np.float32)
    session.set_explanation(
        Explanation("Grad-CAM", "l", "", "model:m@1", ("X",), times, heat, times, heat, event.id)
    )
    words = looked_at.evidence_panel.warnings.text()
    assert "Hot outside the marked span" in words
    assert f"never saw {event.channel}" in words
    assert looked_at.evidence_panel.warnings.isVisible()


@pytest.mark.parametrize(
    ("n_down", "name"), [(1, "quietest"), (3, "gradients")], ids=["occlusion", "gradients"]
)
def test_a_second_opinion_agrees_as_far_as_one_number_says_and_can_be_drawn(
    looked_at: MainWindow, qtbot: QtBot, n_down: int, name: str
) -> None:
    looked_at.session.settings.explanation_mode = "band"
    looked_at.session.select(spindle(looked_at).id)
    panel, evidencing = looked_at.evidence_panel, looked_at.controllers.evidencing
    assert panel.second.isHidden()
    for _ in range(n_down):
        qtbot.keyClick(panel.opinion_box, Qt.Key.Key_Down)
    assert panel.opinion_box.currentData() == name
    qtbot.waitUntil(lambda: panel.agreement.text().startswith("agreement"), timeout=60_000)
    if name == "quietest":
        assert evidencing.occlusion.baseline == "quietest"
        assert f"{abs(evidencing.occlusion.whole[0]):.2f}" in panel.second.text()
    else:
        assert "features of zero" in panel.second.text()
    first = looked_at.session.explanation
    assert evidencing.drawn() is first
    panel.second_check.click()
    drawn = looked_at.traces.canvas.layers.state.explanation
    assert drawn.method in ("Occlusion", "Integrated gradients")
    assert looked_at.session.explanation is first
    panel.second_check.click()
    assert looked_at.traces.canvas.layers.state.explanation is first
    for _ in range(n_down):
        qtbot.keyClick(panel.opinion_box, Qt.Key.Key_Up)
    assert panel.second.isHidden()
    assert panel.agreement.isHidden()


def test_the_cards_figures_stand_where_the_map_is_shown(
    looked_at: MainWindow, qtbot: QtBot
) -> None:
    looked_at.session.settings.explanation_mode = "band"
    looked_at.session.select(spindle(looked_at).id)
    panel = looked_at.evidence_panel
    qtbot.waitUntil(lambda: "spindle-1d" in panel.fidelity.text(), timeout=60_000)
    assert "highest inside the expert's event in 0." in panel.fidelity.text()
    looked_at.session.select(None)
    assert panel.fidelity.isHidden()
