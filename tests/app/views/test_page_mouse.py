"""Every gesture on a page asks for what it should and for nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from sleepscope.app.views.event_lanes import LaneEvents
from sleepscope.app.views.trace_view import TraceView
from tests.app.views.conftest import Mouse

Heard = Callable[[str], list[tuple[object, ...]]]
Lanes = tuple[LaneEvents, ...]
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
EDITS = ("event_drawn", "event_resized", "event_moved")


def bar(view: TraceView, event_id: str) -> QPoint:
    """Middle of an event's bar in its lane."""
    geometry = view.canvas.layers.geometry
    for number, lane in enumerate(view.state.lanes):
        event = lane.by_id.get(event_id)
        if event is not None:
            row = geometry.row(event.channel)
            bands = geometry.common if row is None else row.lanes
            return QPoint(round(geometry.x(event.midpoint)), round(bands[number].middle))
    raise AssertionError(event_id)


def test_drag_on_a_trace_draws_an_event_cut_to_samples(mouse: Mouse, heard: Heard) -> None:
    drawn = heard("event_drawn")
    mouse.drag(mouse.point(10, "C3-M2"), mouse.point(12, "C3-M2"))
    [(channel, onset, stop)] = drawn
    assert channel == "C3-M2"
    assert onset == round(mouse.time(10) * 256) / 256
    assert stop == round(mouse.time(12) * 256) / 256


def test_drag_to_the_left_draws_the_same_event(mouse: Mouse, heard: Heard) -> None:
    drawn = heard("event_drawn")
    mouse.drag(mouse.point(12, "E1-M2"), mouse.point(10, "E1-M2"))
    mouse.drag(mouse.point(10, "E1-M2"), mouse.point(12, "E1-M2"))
    assert drawn[0] == drawn[1]


def test_drag_with_shift_draws_on_all_channels(mouse: Mouse, heard: Heard) -> None:
    drawn = heard("event_drawn")
    mouse.drag(mouse.point(10, "C3-M2"), mouse.point(12, "C3-M2"), modifier=SHIFT)
    assert [channel for channel, *_ in drawn] == [None]


def test_drag_shows_the_duration_while_it_lasts(view: TraceView, mouse: Mouse) -> None:
    mouse.press(mouse.point(10, "C3-M2"))
    assert view.canvas.mouse.readout == ""
    mouse.move(mouse.point(12, "C3-M2"))
    duration = float(view.canvas.mouse.readout.removesuffix(" s"))
    assert duration == pytest.approx(2.0, abs=0.05)
    mouse.release(mouse.point(12, "C3-M2"))
    assert view.canvas.mouse.readout == ""


def test_drag_is_kept_inside_the_recording(view: TraceView, mouse: Mouse, heard: Heard) -> None:
    drawn = heard("event_drawn")
    view.set_page(290.0, 30.0)
    mouse.drag(mouse.point(295, "C3-M2"), mouse.point(315, "C3-M2"))
    assert drawn[0][2] == 300.0


def test_escape_cancels_a_drag(view: TraceView, mouse: Mouse, heard: Heard) -> None:
    calls = [heard(name) for name in EDITS]
    mouse.press(mouse.point(10, "C3-M2"))
    mouse.move(mouse.point(12, "C3-M2"))
    QTest.keyClick(view.canvas, Qt.Key.Key_Escape)
    assert view.canvas.mouse.gesture is None
    mouse.release(mouse.point(12, "C3-M2"))
    assert not any(calls)


def test_escape_in_a_drag_does_not_reach_a_shortcut(view: TraceView, mouse: Mouse) -> None:
    fired = []
    action = QAction(view)
    action.setShortcut(QKeySequence(Qt.Key.Key_Escape))
    action.triggered.connect(lambda: fired.append(1))
    view.addAction(action)
    mouse.press(mouse.point(10, "C3-M2"))
    mouse.move(mouse.point(12, "C3-M2"))
    QTest.keyClick(view.canvas, Qt.Key.Key_Escape)
    assert not fired
    QTest.keyClick(view.canvas, Qt.Key.Key_Escape)
    assert fired


def test_click_on_a_trace_picks_a_moment_and_clears_the_selection(
    mouse: Mouse, heard: Heard
) -> None:
    picked, cleared, drawn = (
        heard("moment_picked"),
        heard("selection_cleared"),
        heard("event_drawn"),
    )
    mouse.click(mouse.point(10, "E1-M2"))
    assert picked == [("E1-M2", mouse.time(10))]
    assert len(cleared) == 1
    assert not drawn


@pytest.mark.parametrize("event_id", ["mine", "theirs", "point", "common"])
def test_click_on_a_bar_selects_its_event(
    view: TraceView, mouse: Mouse, heard: Heard, lanes: Lanes, event_id: str
) -> None:
    clicked, cleared = heard("event_clicked"), heard("selection_cleared")
    view.set_lanes(lanes)
    mouse.click(bar(view, event_id))
    assert clicked == [(event_id,)]
    assert not cleared


def test_edges_of_the_selected_event_resize_on_release(
    view: TraceView, mouse: Mouse, heard: Heard, lanes: Lanes
) -> None:
    resized = heard("event_resized")
    view.set_lanes(lanes)
    view.set_selection("mine")
    mouse.press(mouse.point(7, "C3-M2"))
    mouse.move(mouse.point(8, "C3-M2"))
    assert not resized
    mouse.move(mouse.point(9, "C3-M2"))
    mouse.release(mouse.point(9, "C3-M2"))
    assert resized == [("mine", 5.0, round(mouse.time(9) * 256) / 256)]
    mouse.drag(mouse.point(5, "C3-M2"), mouse.point(4, "C3-M2"))
    assert resized[1] == ("mine", round(mouse.time(4) * 256) / 256, 7.0)


def test_edge_stops_one_sample_before_the_other(
    view: TraceView, mouse: Mouse, heard: Heard, lanes: Lanes
) -> None:
    resized = heard("event_resized")
    view.set_lanes(lanes)
    view.set_selection("mine")
    mouse.drag(mouse.point(5, "C3-M2"), mouse.point(15, "C3-M2"))
    assert resized == [("mine", 7.0 - 1 / 256, 7.0)]


def test_edges_of_an_event_of_all_channels_are_grabbed_anywhere(
    view: TraceView, mouse: Mouse, heard: Heard, lanes: Lanes
) -> None:
    resized = heard("event_resized")
    view.set_lanes(lanes)
    view.set_selection("common")
    mouse.drag(mouse.point(15, "Flow"), mouse.point(17, "Flow"))
    assert resized == [("common", 12.0, round(mouse.time(17) * 256) / 256)]


def test_edges_of_an_event_that_is_not_selected_stay(
    view: TraceView, mouse: Mouse, heard: Heard, lanes: Lanes
) -> None:
    resized, drawn = heard("event_resized"), heard("event_drawn")
    view.set_lanes(lanes)
    mouse.drag(mouse.point(7, "C3-M2"), mouse.point(9, "C3-M2"))
    assert not resized
    assert len(drawn) == 1


def test_events_of_a_lane_that_is_not_editable_stay(
    view: TraceView, mouse: Mouse, heard: Heard, lanes: Lanes
) -> None:
    calls = [heard(name) for name in ("event_resized", "event_moved")]
    view.set_lanes(lanes)
    view.set_selection("theirs")
    mouse.drag(mouse.point(6.5, "C3-M2"), mouse.point(8, "C3-M2"))
    mouse.drag(mouse.point(6, "C3-M2"), mouse.point(8, "C3-M2"), modifier=ALT)
    assert not any(calls)


def test_body_moves_with_alt_and_keeps_its_duration(
    view: TraceView, mouse: Mouse, heard: Heard, lanes: Lanes
) -> None:
    moved = heard("event_moved")
    view.set_lanes(lanes)
    view.set_selection("mine")
    mouse.drag(mouse.point(6, "C3-M2"), mouse.point(10, "C3-M2"), modifier=ALT)
    [(event_id, onset, stop)] = moved
    assert event_id == "mine"
    assert onset == pytest.approx(9.0, abs=0.05)
    assert onset * 256 == round(onset * 256)
    assert stop - onset == pytest.approx(2.0)


def test_body_without_alt_stays_and_a_new_event_is_drawn(
    view: TraceView, mouse: Mouse, heard: Heard, lanes: Lanes
) -> None:
    moved, drawn = heard("event_moved"), heard("event_drawn")
    view.set_lanes(lanes)
    view.set_selection("mine")
    mouse.drag(mouse.point(6, "C3-M2"), mouse.point(10, "C3-M2"))
    assert not moved
    assert len(drawn) == 1


def test_right_click_asks_for_a_menu_and_changes_nothing(
    view: TraceView, mouse: Mouse, heard: Heard, lanes: Lanes
) -> None:
    menus = heard("menu_requested")
    others = [heard(name) for name in (*EDITS, "event_clicked", "selection_cleared")]
    view.set_lanes(lanes)
    at = bar(view, "mine")
    mouse.press(at, Qt.MouseButton.RightButton)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.canvas.mapToGlobal(at))
    QApplication.sendEvent(view.canvas, event)
    mouse.release(at, Qt.MouseButton.RightButton)
    [(event_id, channel, time, place)] = menus
    assert (event_id, channel) == ("mine", "C3-M2")
    assert time == pytest.approx(6.0, abs=0.05)
    assert place == view.canvas.mapToGlobal(at)
    assert not any(others)


def test_menu_on_an_empty_trace_names_the_channel_alone(
    view: TraceView, mouse: Mouse, heard: Heard
) -> None:
    menus = heard("menu_requested")
    at = mouse.point(10, "Flow")
    QApplication.sendEvent(
        view.canvas, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, QPoint())
    )
    assert menus[0][:2] == (None, "Flow")


def test_wheel_pages(view: TraceView, mouse: Mouse, heard: Heard) -> None:
    pages = heard("page_requested")
    view.set_page(60.0, 30.0)
    mouse.wheel(mouse.point(70, "C3-M2"), -120)
    mouse.wheel(mouse.point(70, "C3-M2"), 120)
    assert pages == [(90.0,), (30.0,)]


def test_fine_wheel_turns_add_up_to_one_page(view: TraceView, mouse: Mouse, heard: Heard) -> None:
    pages = heard("page_requested")
    for _ in range(8):
        mouse.wheel(mouse.point(10, "C3-M2"), -15)
    assert pages == [(30.0,)]


@pytest.mark.parametrize(("start", "turn", "asked"), [(0.0, 120, 0.0), (270.0, -120, 270.0)])
def test_wheel_stops_at_the_ends(
    view: TraceView, mouse: Mouse, heard: Heard, start: float, turn: int, asked: float
) -> None:
    pages = heard("page_requested")
    view.set_page(start, 30.0)
    mouse.wheel(mouse.point(start + 10, "C3-M2"), turn)
    assert pages == [(asked,)]


def test_wheel_with_control_zooms_around_the_pointer(mouse: Mouse, heard: Heard) -> None:
    zooms, pages = heard("zoom_requested"), heard("page_requested")
    mouse.wheel(mouse.point(10, "C3-M2"), 120, CONTROL)
    [(length, anchor)] = zooms
    assert length == 30.0 / 1.25
    assert anchor == mouse.time(10)
    assert not pages


@pytest.mark.parametrize("sideways", [False, True])
def test_wheel_with_alt_is_the_gain_of_the_channel_under_the_pointer(
    mouse: Mouse, heard: Heard, sideways: bool
) -> None:
    gains, pages = heard("gain_requested"), heard("page_requested")
    mouse.wheel(mouse.point(10, "E1-M2"), 120, ALT, sideways)
    assert gains == [("E1-M2", 1.25)]
    assert not pages


def test_middle_drag_pans(view: TraceView, mouse: Mouse, heard: Heard) -> None:
    pages = heard("page_requested")
    view.set_page(60.0, 30.0)
    view.page_requested.connect(lambda start: view.set_page(start, 30.0))
    start, stop = mouse.point(75, "C3-M2"), mouse.point(70, "C3-M2")
    mouse.drag(start, stop, Qt.MouseButton.MiddleButton)
    shift = (start.x() - stop.x()) / view.canvas.layers.geometry.pixels_per_second
    assert pages[-1] == (pytest.approx(60.0 + shift),)
    assert view.state.start == pytest.approx(60.0 + shift)


def test_escape_takes_a_pan_back(view: TraceView, mouse: Mouse, heard: Heard) -> None:
    pages = heard("page_requested")
    view.set_page(60.0, 30.0)
    mouse.press(mouse.point(75, "C3-M2"), Qt.MouseButton.MiddleButton)
    mouse.move(mouse.point(70, "C3-M2"))
    QTest.keyClick(view.canvas, Qt.Key.Key_Escape)
    assert pages[-1] == (60.0,)


def test_hover_tells_channel_moment_and_value(mouse: Mouse, heard: Heard) -> None:
    hovered = heard("hovered")
    mouse.move(mouse.point(10, "E1-M2"))
    mouse.move(mouse.point(11, "E1-M2"))
    channel, time, value = hovered[-1]
    assert channel == "E1-M2"
    assert time == mouse.time(11)
    assert isinstance(value, float)
    assert abs(value) <= 50.001


def test_pointer_shape_says_what_a_press_would_do(
    view: TraceView, mouse: Mouse, lanes: Lanes
) -> None:
    view.set_lanes(lanes)
    view.set_selection("mine")
    mouse.move(mouse.point(6, "C3-M2"))
    mouse.move(mouse.point(7, "C3-M2"))
    assert view.canvas.cursor().shape() == Qt.CursorShape.SizeHorCursor
    mouse.move(bar(view, "theirs"))
    assert view.canvas.cursor().shape() == Qt.CursorShape.PointingHandCursor
    mouse.move(mouse.point(15, "E1-M2"))
    assert view.canvas.cursor().shape() == Qt.CursorShape.CrossCursor


def test_gutter_and_axis_draw_nothing(view: TraceView, mouse: Mouse, heard: Heard) -> None:
    calls = [heard(name) for name in (*EDITS, "moment_picked", "selection_cleared")]
    mouse.drag(QPoint(20, 50), QPoint(90, 50))
    bottom = round(view.canvas.layers.geometry.bottom) + 5
    mouse.drag(QPoint(300, bottom), QPoint(400, bottom))
    assert not any(calls)


def test_view_never_changes_its_own_events(view: TraceView, mouse: Mouse, lanes: Lanes) -> None:
    view.set_lanes(lanes)
    view.set_selection("mine")
    before = view.state
    mouse.drag(mouse.point(7, "C3-M2"), mouse.point(9, "C3-M2"))
    mouse.drag(mouse.point(20, "C3-M2"), mouse.point(22, "C3-M2"))
    mouse.wheel(mouse.point(20, "C3-M2"), -120)
    assert view.state is before
