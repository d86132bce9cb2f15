"""Hidden events are not drawn, listed, walked to or edited, whatever is done to the others."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from sleepscope.app.commands import (
    ChangeEvent,
    ChangeEvents,
    DeleteEvents,
    ImportSet,
    RemoveScorer,
    SetVerdict,
)
from sleepscope.app.main_window import MainWindow
from sleepscope.errors import ReviewError, SleepScopeError
from sleepscope.events.event import Event
from sleepscope.events.event_filter import EventFilter
from sleepscope.events.event_set import EventSet

KEY, MODIFIER = Qt.Key, Qt.KeyboardModifier
MODEL = "model:m@12345678"


@pytest.fixture
def crowd(open_night: MainWindow) -> MainWindow:
    """The small night with a model's 60 events of three classes and every confidence, too."""
    kinds = ("spindle", "rem", "arousal")
    events = [Event(4.0 * k, 1.0, kinds[k % 3], "C3", confidence=k / 60) for k in range(60)]
    open_night.session.do(ImportSet(EventSet.of(MODEL, events)))
    return open_night


def rows_of(window: MainWindow) -> dict[str, tuple[object, ...]]:
    """Every event with its scorer and status."""
    session = window.session
    return {
        event.id: (one.scorer, event, session.review.status_of(event.id))
        for one in session.event_sets()
        for event in one.events
    }


def model_events(window: MainWindow) -> tuple[Event, ...]:
    return next(s.events for s in window.session.event_sets() if s.scorer == MODEL)


@pytest.mark.parametrize("seed", range(6))
def test_random_edits_never_touch_a_hidden_event(crowd: MainWindow, seed: int) -> None:
    session, chance = crowd.session, random.Random(seed)
    for _ in range(12):
        every = [event.id for one in session.event_sets() for event in one.events]
        stages = chance.sample(("W", "N2", "R", "?"), chance.randint(0, 1))
        session.set_event_filter(
            EventFilter(
                frozenset(chance.sample([MODEL, "human:AB", "file:expert1"], chance.randint(0, 2))),
                frozenset(chance.sample(("spindle", "rem", "arousal"), chance.randint(0, 2))),
                frozenset(stages),
                chance.choice((0.0, 0.3, 0.9)),
            )
        )
        before = rows_of(crowd)
        hidden = {one: row for one, row in before.items() if not session.is_shown(one)}
        ids = tuple(chance.sample(every, min(len(every), chance.choice((1, 5, 40)))))
        command = chance.choice(
            (
                SetVerdict(ids, chance.choice(("accepted", "rejected", "unreviewed"))),
                DeleteEvents(ids),
                ChangeEvents(ids, {"kind": chance.choice(("blink", "other"))}),
                ChangeEvents(ids, {"unsure": True}),
                ChangeEvent(ids[0], {"kind": "k_complex"}),
                RemoveScorer(chance.choice(session.event_sets()).scorer),
            )
        )
        try:
            session.do(command)
        except SleepScopeError:
            assert rows_of(crowd) == before
        after = rows_of(crowd)
        assert {one: after.get(one) for one in hidden} == hidden
        if isinstance(command, RemoveScorer):
            crowd.controllers.reviewing.undo()


def test_edit_of_hidden_events_alone_is_refused(crowd: MainWindow) -> None:
    session = crowd.session
    hidden = model_events(crowd)[0].id
    session.set_event_filter(EventFilter(scorers=frozenset({MODEL})))
    with pytest.raises(ReviewError, match="1 of 1 events are hidden"):
        session.do(SetVerdict((hidden,), "accepted"))
    with pytest.raises(ReviewError, match="60 of 60"):
        session.do(RemoveScorer(MODEL))


def test_event_whose_copy_is_hidden_is_left_as_it_is(crowd: MainWindow) -> None:
    session = crowd.session
    source, other = (event.id for event in model_events(crowd)[:2])
    copy = session.do(ChangeEvent(source, {"kind": "blink"})).event_id
    session.set_event_filter(EventFilter(kinds=frozenset({"blink"})))
    session.do(SetVerdict((source, other), "accepted"))
    assert session.find_event(copy) is not None
    assert session.status_of(source) == "changed"
    assert session.status_of(other) == "accepted"


def test_next_event_steps_over_hidden_ones(crowd: MainWindow, qtbot: QtBot) -> None:
    session = crowd.session
    session.set_event_filter(EventFilter(kinds=frozenset({"rem", "arousal"})))
    events = model_events(crowd)
    session.select(events[0].id)
    qtbot.keyClick(crowd.traces.canvas, KEY.Key_N)
    assert session.selection == events[3].id
    qtbot.keyClick(crowd.traces.canvas, KEY.Key_N, MODIFIER.ShiftModifier)
    assert session.selection == events[0].id


def test_lanes_and_table_show_what_is_shown(crowd: MainWindow) -> None:
    session = crowd.session
    session.set_event_filter(EventFilter(frozenset({"file:demo-expert1"}), min_confidence=0.5))
    shown = {event.id for one in session.shown_event_sets() for event in one.events}
    assert {row.event.id for row in crowd.table.model.rows} == shown
    assert {e for lane in crowd.traces.state.lanes for e in lane.by_id} == shown
    assert len([e for e in model_events(crowd) if e.id in shown]) == 30


def test_mark_says_how_many_are_hidden_and_shows_them_again(
    crowd: MainWindow, qtbot: QtBot
) -> None:
    assert not crowd.hidden_mark.isVisible()
    crowd.session.set_event_filter(EventFilter(scorers=frozenset({MODEL})))
    assert crowd.hidden_mark.isVisible()
    assert crowd.hidden_mark.words.text() == "60 events hidden"
    qtbot.mouseClick(crowd.hidden_mark.button, Qt.MouseButton.LeftButton)
    assert crowd.session.n_hidden == 0
    assert not crowd.hidden_mark.isVisible()


def test_panel_hides_what_is_unticked_and_it_is_remembered(crowd: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(crowd.traces.canvas, KEY.Key_H, MODIFIER.ControlModifier)
    panel = crowd.shown_events
    qtbot.waitUntil(panel.isVisible)
    box = panel.boxes["kinds", "arousal"]
    qtbot.keyClick(box, KEY.Key_Space)
    assert crowd.session.event_filter.kinds == {"arousal"}
    assert crowd.session.n_hidden == 20
    panel.least.setValue(0.5)
    qtbot.keyClick(panel.boxes["scorers", MODEL], KEY.Key_Space)
    assert crowd.session.settings.event_filter == EventFilter(
        frozenset({MODEL}), frozenset({"arousal"}), min_confidence=0.5
    )
    qtbot.mouseClick(panel.all_button, Qt.MouseButton.LeftButton)
    assert crowd.session.event_filter == EventFilter()
    assert box.isChecked()


def test_hidden_event_leaves_the_selection(crowd: MainWindow) -> None:
    session = crowd.session
    events = model_events(crowd)
    session.choose([event.id for event in events[:3]], events[1].id)
    session.set_event_filter(EventFilter(kinds=frozenset({events[1].kind})))
    assert session.chosen == {events[0].id, events[2].id}
    assert session.selection == events[0].id
    session.select(events[1].id)
    assert session.selection is None


def test_undo_of_an_edit_of_a_hidden_event_works_and_says_so(
    crowd: MainWindow, qtbot: QtBot
) -> None:
    session, said = crowd.session, []
    session.said.connect(said.append)
    event = model_events(crowd)[0].id
    session.do(SetVerdict((event,), "accepted"))
    session.set_event_filter(EventFilter(scorers=frozenset({MODEL})))
    qtbot.keyClick(crowd.traces.canvas, KEY.Key_Z, MODIFIER.ControlModifier)
    assert session.status_of(event) == "unreviewed"
    assert "hidden" in said[-1]
    assert session.selection is None


def test_drawn_event_of_a_hidden_class_is_kept_and_said(crowd: MainWindow) -> None:
    session, said = crowd.session, []
    session.said.connect(said.append)
    session.set_event_filter(EventFilter(kinds=frozenset({"spindle"})))
    before = session.n_hidden
    crowd.controllers.reviewing.draw("C3", 10.0, 11.0)
    assert session.n_hidden == before + 1
    assert "hidden" in said[-1]


@pytest.mark.parametrize("name", ["hide_scorer", "hide_kind"])
def test_menu_of_an_event_hides_its_like(crowd: MainWindow, name: str) -> None:
    session, event = crowd.session, model_events(crowd)[0]
    at = crowd.mapToGlobal(crowd.rect().center())
    crowd._show_event_menu(event.id, "C3", 0.5, at)
    menu = next(m for m in crowd.findChildren(QMenu) if m.isVisible())
    action = crowd.actions_by_id[name]
    assert action in menu.actions()
    action.trigger()
    menu.close()
    assert not session.is_shown(event.id)
