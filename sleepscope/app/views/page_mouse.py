"""Mouse and wheel on a page become wishes: nothing is edited here."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent

from sleepscope.app.views.page_gestures import (
    Gesture,
    channel_at,
    edge_at,
    event_at,
    events_in,
    in_body,
    lane_at,
)
from sleepscope.app.views.page_layers import PageLayers
from sleepscope.app.views.page_overlay import selected_event
from sleepscope.recordings.sample_grid import event_rate

# A wheel's click in Qt's eighths of a degree.
WHEEL_CLICK = 120
ZOOM_PER_CLICK = 1.25
GAIN_PER_CLICK = 1.25
# The body of an event moves with either: some window managers keep Alt for themselves.
MOVES = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier
# Shortest and longest page, s.
SHORTEST_PAGE, LONGEST_PAGE = 0.5, 48 * 3600.0


class PageMouse(QObject):
    """Turns the pointer's doings into signals; the gesture under way is in ``gesture``."""

    page_requested = Signal(float)
    zoom_requested = Signal(float, float)
    gain_requested = Signal(str, float)
    event_clicked = Signal(str)
    event_toggled = Signal(str)
    event_reached = Signal(str)
    events_banded = Signal(object)
    selection_cleared = Signal()
    event_drawn = Signal(object, float, float)
    event_resized = Signal(str, float, float)
    event_moved = Signal(str, float, float)
    menu_requested = Signal(object, object, float, QPoint)
    channel_menu_requested = Signal(str, QPoint)
    moment_picked = Signal(str, float)
    hovered = Signal(str, float, float)
    measured = Signal(str, float, float)
    brushed = Signal(str, float, float)
    brush_lifted = Signal()
    brush_dropped = Signal()
    changed = Signal()

    def __init__(self, layers: PageLayers, parent: QObject) -> None:
        super().__init__(parent)
        self._layers = layers
        self.gesture: Gesture | None = None
        self._pan_start = 0.0
        self._turned = 0.0

    @property
    def readout(self) -> str:
        """Length of the event under the pointer, while it is drawn or changed."""
        gesture = self.gesture
        if gesture is None or not gesture.begun or gesture.action in ("pan", "measure"):
            return ""
        if gesture.action == "paint":
            words = (f"{gesture.stop - gesture.onset:.2f} s", self._layers.state.brush.words)
            return " · ".join(word for word in words if word)
        if gesture.action == "band":
            return f"{len(events_in(self._layers.state, self._layers.geometry, gesture))} events"
        if gesture.action == "move":
            return f"{gesture.onset:.2f} s"
        return f"{gesture.stop - gesture.onset:.2f} s"

    def press(self, event: QMouseEvent) -> None:
        """Begin what this button and place mean; a right press means nothing (a menu follows)."""
        x, y = event.position().x(), event.position().y()
        geometry = self._layers.geometry
        if self.gesture is None and event.button() == Qt.MouseButton.LeftButton:
            self._press_name(x, y, event.globalPosition().toPoint())
        if self.gesture is not None or not geometry.in_plot(x, y):
            return
        time = geometry.time(x)
        if event.button() == Qt.MouseButton.MiddleButton:
            self._pan_start = self._layers.state.start
            self.gesture = Gesture("pan", None, time, x, y, time, time)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._press_left(event, x, y, time)

    def _press_name(self, x: float, y: float, at: QPoint) -> None:
        """A channel's name at the left edge has a menu of its own."""
        channel = channel_at(self._layers.geometry, y)
        if x < self._layers.geometry.left and channel is not None:
            self.channel_menu_requested.emit(channel, at)

    def _press_left(self, event: QMouseEvent, x: float, y: float, time: float) -> None:
        layers = self._layers
        state, geometry = layers.state, layers.geometry
        modifiers = event.modifiers()
        if state.brush.is_on:
            channel = channel_at(geometry, y)
            self.gesture = Gesture("paint", channel, time, x, y, time, time)
            return
        if state.measuring:
            channel = channel_at(geometry, y)
            if channel is not None:
                self.gesture = Gesture("measure", channel, time, x, y, time, time)
            return
        with_control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        if (
            modifiers & Qt.KeyboardModifier.ShiftModifier
            and lane_at(state, geometry, y) is not None
        ):
            self.gesture = Gesture("band", None, time, x, y, time, time, to_x=x, to_y=y)
            return
        selected = selected_event(state)
        if selected is not None:
            chosen = selected.event
            onset, stop = chosen.onset, max(chosen.onset, chosen.stop)
            if modifiers & MOVES and in_body(geometry, selected, x, y):
                self.gesture = Gesture(
                    "move", chosen.channel, time, x, y, onset, stop, event=chosen
                )
                return
            if modifiers & Qt.KeyboardModifier.AltModifier:
                return
            edge = edge_at(geometry, selected, x, y)
            if edge is not None and not with_control:
                self.gesture = Gesture(edge, chosen.channel, time, x, y, onset, stop, event=chosen)
                return
        under = event_at(state, geometry, x, y)
        if under is not None:
            (self.event_toggled if with_control else self.event_clicked).emit(under.id)
            return
        for_all = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        channel = None if for_all else channel_at(geometry, y)
        if state.recording is not None:
            self.gesture = Gesture("draw", channel, time, x, y, time, time)

    def move(self, event: QMouseEvent) -> None:
        """Go on with a gesture, or tell what lies under the pointer."""
        x, y = event.position().x(), event.position().y()
        geometry = self._layers.geometry
        if self.gesture is None:
            self._hover(x, y)
            return
        if self.gesture.action == "pan":
            shift = (self.gesture.x - x) / geometry.pixels_per_second
            self.page_requested.emit(self._kept(self._pan_start + shift))
            return
        recording = self._layers.state.recording
        limit = recording.duration if recording is not None else math.inf
        sfreq = self._rate(self.gesture.channel)
        self.gesture = self.gesture.moved_to(x, y, geometry.time(x), sfreq, limit)
        begun = self.gesture.begun and self.gesture.channel is not None
        if begun and self.gesture.stop > self.gesture.onset:
            follow = {"measure": self.measured, "paint": self.brushed}.get(self.gesture.action)
            if follow is not None:
                follow.emit(self.gesture.channel, self.gesture.onset, self.gesture.stop)
        self.changed.emit()

    def release(self, event: QMouseEvent) -> None:
        """End a gesture: a drag asks for its edit, a mere click picks a moment."""
        gesture, button = self.gesture, event.button()
        panning = gesture is not None and gesture.action == "pan"
        expected = Qt.MouseButton.MiddleButton if panning else Qt.MouseButton.LeftButton
        if gesture is None or button != expected:
            return
        self.gesture = None
        self.changed.emit()
        if panning:
            return
        if not gesture.begun:
            self._click(gesture, event.position())
            return
        if gesture.action == "paint":
            self.brush_lifted.emit()
            return
        if gesture.action == "band":
            self.events_banded.emit(events_in(self._layers.state, self._layers.geometry, gesture))
            return
        if gesture.action == "draw":
            if gesture.stop > gesture.onset:
                self.event_drawn.emit(gesture.channel, gesture.onset, gesture.stop)
        elif gesture.event is not None:
            before = (gesture.event.onset, gesture.event.stop)
            if before == (gesture.onset, gesture.stop):
                return
            wish = self.event_moved if gesture.action == "move" else self.event_resized
            wish.emit(gesture.event.id, gesture.onset, gesture.stop)

    def _click(self, gesture: Gesture, position: QPointF) -> None:
        """End a press that became no drag."""
        if gesture.action == "draw":
            self._pick(gesture, position)
            return
        layers = self._layers
        under = event_at(layers.state, layers.geometry, gesture.x, gesture.y)
        if under is None:
            return
        if gesture.action == "paint":
            self.event_clicked.emit(under.id)
        elif gesture.action == "band":
            self.event_reached.emit(under.id)
        elif gesture.action == "move":
            self.event_toggled.emit(under.id)

    def _pick(self, gesture: Gesture, position: QPointF) -> None:
        self.selection_cleared.emit()
        channel = channel_at(self._layers.geometry, position.y())
        if channel is not None:
            self.moment_picked.emit(channel, gesture.anchor)

    def cancel(self) -> bool:
        """Drop the gesture under way; whether there was one."""
        if self.gesture is None:
            return False
        if self.gesture.action == "pan":
            self.page_requested.emit(self._pan_start)
        if self.gesture.action == "paint":
            self.brush_dropped.emit()
        self.gesture = None
        self.changed.emit()
        return True

    def wheel(self, event: QWheelEvent) -> None:
        """Page; with Ctrl zoom time around the pointer; with Alt the gain under the pointer."""
        turn = event.angleDelta()
        # Alt makes Qt report an upright wheel as a sideways one.
        self._turned += (turn.y() or turn.x()) / WHEEL_CLICK
        clicks = math.trunc(self._turned)
        if clicks == 0:
            return
        self._turned -= clicks
        state, geometry = self._layers.state, self._layers.geometry
        modifiers = event.modifiers()
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            length = state.length / ZOOM_PER_CLICK**clicks
            length = min(max(length, SHORTEST_PAGE), LONGEST_PAGE)
            self.zoom_requested.emit(length, geometry.time(event.position().x()))
        elif modifiers & Qt.KeyboardModifier.AltModifier:
            channel = channel_at(geometry, event.position().y())
            if channel is not None:
                self.gain_requested.emit(channel, GAIN_PER_CLICK**clicks)
        else:
            self.page_requested.emit(self._kept(state.start - clicks * state.length))

    def menu(self, position: QPointF, at: QPoint) -> None:
        """Ask for a menu on what lies under a point; nothing else happens."""
        geometry = self._layers.geometry
        x, y = position.x(), position.y()
        if not geometry.in_plot(x, y):
            self._press_name(x, y, at)
            return
        event = event_at(self._layers.state, geometry, x, y)
        self.menu_requested.emit(
            event.id if event is not None else None,
            channel_at(geometry, y),
            geometry.time(x),
            at,
        )

    def cursor(self, x: float, y: float, modifiers: Qt.KeyboardModifier) -> Qt.CursorShape:
        """The pointer's shape says what a press would do."""
        geometry = self._layers.geometry
        if not geometry.in_plot(x, y):
            on_name = x < geometry.left and channel_at(geometry, y) is not None
            return Qt.CursorShape.PointingHandCursor if on_name else Qt.CursorShape.ArrowCursor
        if self._layers.state.brush.is_on:
            return Qt.CursorShape.IBeamCursor
        if self._layers.state.measuring:
            return Qt.CursorShape.CrossCursor
        selected = selected_event(self._layers.state)
        if modifiers & MOVES and in_body(geometry, selected, x, y):
            return Qt.CursorShape.SizeAllCursor
        if edge_at(geometry, selected, x, y) is not None:
            return Qt.CursorShape.SizeHorCursor
        if event_at(self._layers.state, geometry, x, y) is not None:
            return Qt.CursorShape.PointingHandCursor
        return Qt.CursorShape.CrossCursor

    def _hover(self, x: float, y: float) -> None:
        geometry = self._layers.geometry
        channel = channel_at(geometry, y)
        if channel is None or not geometry.in_plot(x, y):
            return
        time = geometry.time(x)
        signal = self._layers.shown_signal(channel)
        value = signal.value_at(time) if signal is not None else math.nan
        self.hovered.emit(channel, time, value)

    def _rate(self, channel: str | None) -> float:
        """Rate that an event's ends are cut to."""
        recording = self._layers.state.recording
        return event_rate(recording, channel) if recording is not None else 1.0

    def _kept(self, start: float) -> float:
        """A page start that lies in the recording, at most on its last whole page."""
        recording = self._layers.state.recording
        if recording is None:
            return max(0.0, start)
        length = self._layers.state.length
        last = max(0.0, (math.ceil(recording.duration / length - 1e-9) - 1) * length)
        return min(max(0.0, start), last)
