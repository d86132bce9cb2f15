"""While one scores blind, nothing tells what a model makes of anything: one sentence says so."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from sleepscope.app.commands import AddEvent, BeginAudit, BeginBlind, EndSitting, ImportSet
from sleepscope.app.main_window import MainWindow
from sleepscope.errors import SettingsError
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet

KEY, MODIFIER = Qt.Key, Qt.KeyboardModifier
BOTH = MODIFIER.ControlModifier | MODIFIER.AltModifier
OWN = Event(80.0, 1.0, "spindle", "C3")
SENTENCE = "waits until the blind scoring is revealed"
SLOW = 60_000


@pytest.fixture
def blind(open_night: MainWindow) -> MainWindow:
    """The small night, scored blind, with an event of the person's own selected."""
    session = open_night.session
    session.settings.explanation_mode = "band"
    session.do(BeginBlind(None, hides_others=False))
    session.do(AddEvent(OWN))
    session.select(OWN.id)
    return open_night


def topics(window: MainWindow) -> set[str]:
    return {job.topic for job in window.session.jobs.jobs}


def test_an_event_of_ones_own_is_not_explained(blind: MainWindow, qtbot: QtBot) -> None:
    session, explaining = blind.session, blind.controllers.explaining
    with pytest.raises(SettingsError, match=SENTENCE):
        explaining.model_for(OWN)
    assert not explaining._soon.isActive()
    with qtbot.waitSignal(session.said) as said:
        explaining.explain_selection()
    assert SENTENCE in said.args[0]
    assert session.explanation is None
    assert "explain" not in topics(blind)
    with qtbot.waitSignal(session.said) as said:
        blind.controllers.explaining_night.explain_all()
    assert SENTENCE in said.args[0]


def test_the_map_that_was_kept_of_a_span_is_not_shown_either(
    blind: MainWindow, qtbot: QtBot
) -> None:
    session, explaining = blind.session, blind.controllers.explaining
    session.do(EndSitting(session.sitting))
    job = explaining.explain_selection()
    with qtbot.waitSignal(job.ended, timeout=SLOW):
        pass
    assert session.explanation is not None
    session.select(None)
    session.do(BeginBlind(None, hides_others=False))
    session.select(OWN.id)
    assert session.explanation is None


def test_the_brush_is_not_taken_up_and_put_away_when_it_begins(
    blind: MainWindow, qtbot: QtBot
) -> None:
    session, what_if = blind.session, blind.controllers.what_if
    action = blind.actions_by_id["what_if"]
    with qtbot.waitSignal(session.said) as said:
        qtbot.keyClick(blind.traces.canvas, KEY.Key_I)
    assert SENTENCE in said.args[0]
    assert not what_if.is_on
    assert not action.isChecked()
    what_if.search()
    what_if.paint_selected()
    assert what_if.strokes == ()
    session.do(EndSitting(session.sitting))
    what_if.set_on(True)
    assert action.isChecked()
    session.do(BeginBlind(None, hides_others=False))
    assert not what_if.is_on
    assert not action.isChecked()


def test_look_alikes_and_their_verdicts_go_and_wait(open_night: MainWindow, qtbot: QtBot) -> None:
    session, do = open_night.session, open_night.controllers.look_alikes
    session.settings.explanation_mode = "off"
    events = session.event_sets()[0].events
    chosen = next(e.id for e in events if e.kind == "spindle" and e.channel == "C3")
    session.select(chosen)
    qtbot.keyClick(open_night.traces.canvas, KEY.Key_L)
    qtbot.waitUntil(lambda: len(do.tiles) > 0, timeout=SLOW)
    session.do(BeginBlind(None, hides_others=False))
    assert do.features is None
    assert do.map is None
    assert open_night.look_alikes_panel.grid.tiles == ()
    assert SENTENCE in open_night.look_alikes_panel.head.text()
    session.select(None)
    session.select(chosen)
    qtbot.waitUntil(lambda: not do._soon.isActive())
    assert "look-alikes" not in topics(open_night)
    with qtbot.waitSignal(session.said) as said:
        do.add_to_library()
    assert SENTENCE in said.args[0]


def test_the_error_atlas_goes_and_comes_back(open_night: MainWindow, qtbot: QtBot) -> None:
    session, panel = open_night.session, open_night.atlas_panel
    session.settings.explanation_mode = "off"
    session.do(ImportSet(EventSet.of("model:spindle-1d@12345678", [Event(20.0, 1.0, "spindle")])))
    qtbot.waitUntil(lambda: session.comparison is not None)
    qtbot.keyClick(open_night.traces.canvas, KEY.Key_E, BOTH)
    qtbot.waitUntil(lambda: panel.table.rowCount() > 0, timeout=SLOW)
    session.do(BeginBlind(None, hides_others=False))
    assert panel.table.rowCount() == 0
    assert SENTENCE in panel.head.text()
    session.do(EndSitting(session.sitting))
    qtbot.waitUntil(lambda: panel.table.rowCount() > 0, timeout=SLOW)


def test_in_an_audit_it_waits_for_the_end(open_night: MainWindow, qtbot: QtBot) -> None:
    session = open_night.session
    assert session.why_models_wait == ""
    model = "model:spindle-1d@12345678"
    found = [Event(20.0 * k, 1.0, "spindle", "C3") for k in range(1, 9)]
    session.do(ImportSet(EventSet.of(model, found)))
    session.do(BeginAudit(model, "spindle", session.recording.duration, None, 0, 0.2, 0.1))
    assert "waits until the audit has ended" in session.why_models_wait
    session.do(EndSitting(session.sitting))
    assert session.why_models_wait == ""
