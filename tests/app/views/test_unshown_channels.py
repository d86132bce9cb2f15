"""Events of channels that are not shown can be selected, resized and are named by their tips."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint

from sleepscope.app.views.event_lanes import LaneEvents
from sleepscope.app.views.trace_view import TraceView
from sleepscope.events.event import Event
from tests.app.views.conftest import Mouse

EVENTS = (
    Event(5.0, 2.0, "spindle", "C3-M2", id="shown"),
    Event(10.0, 2.0, "spindle", "Pz-M1", id="stray"),
    Event(15.0, 2.0, "arousal", None, id="common"),
)
# No row shows this channel.
PLACES = {"Pz-M1": None}
LANES = (LaneEvents("human:AB", "AB", "#0072B2", EVENTS),)


def middle(view: TraceView, event_id: str) -> QPoint:
    geometry = view.canvas.layers.geometry
    event = next(event for event in EVENTS if event.id == event_id)
    return QPoint(round(geometry.x(event.midpoint)), round(geometry.common[0].middle))


def test_event_of_a_channel_that_is_not_there_is_in_the_common_lane(
    view: TraceView, mouse: Mouse, heard: Callable[[str], list[tuple[object, ...]]]
) -> None:
    clicked = heard("event_clicked")
    view.set_places(PLACES)
    view.set_lanes(LANES)
    for event_id in ("stray", "common"):
        mouse.click(middle(view, event_id))
    assert clicked == [("stray",), ("common",)]


def test_stray_event_is_named_and_its_edges_are_grabbed_in_its_lane(
    view: TraceView, mouse: Mouse, heard: Callable[[str], list[tuple[object, ...]]]
) -> None:
    resized = heard("event_resized")
    view.set_places(PLACES)
    view.set_lanes(LANES)
    view.set_selection("stray")
    geometry = view.canvas.layers.geometry
    y = geometry.common[0].middle
    mouse.drag(mouse.point(12.0, y), mouse.point(13.0, y))
    # There is no channel to take the rate from: the fastest one stands in.
    assert resized == [("stray", 10.0, round(mouse.time(13.0) * 256) / 256)]
    tip = view.canvas._tip(middle(view, "stray").toPointF())
    assert "Pz-M1" in tip
