"""The widget a page is painted on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from sleepscope.app.language import tr
from sleepscope.app.views.brush import paint_strokes
from sleepscope.app.views.channel_gutter import scale_text, sensitivity_text
from sleepscope.app.views.epoch_ribbon import paint_epoch_edges
from sleepscope.app.views.page_gestures import event_at, lane_at
from sleepscope.app.views.page_layers import PageLayers
from sleepscope.app.views.page_mouse import PageMouse
from sleepscope.app.views.page_overlay import (
    event_band,
    paint_chosen,
    paint_readout,
    paint_rubber_band,
    paint_selection,
    paint_span,
    selected_event,
)
from sleepscope.app.views.page_state import PageState
from sleepscope.app.views.ruler import paint_ruler


class PageCanvas(QWidget):
    """Paints a :class:`PageState` and hands mouse and keys to :class:`PageMouse`.

    Signals
    -------
    resized()
        The page is wider or higher, and a second has another length.
    ruler_left()
        Esc while there is a ruler.
    brush_left()
        Esc while the what-if brush is at hand.
    """

    resized = Signal()
    ruler_left = Signal()
    brush_left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layers = PageLayers()
        self.mouse = PageMouse(self.layers, self)
        self.mouse.changed.connect(self.update)
        self._state = PageState()
        self._pointer = QPointF()
        self._focus_by_key = False
        # A channel of the next page at a time, whenever there is nothing else to do.
        self._ahead = QTimer(self)
        self._ahead.setInterval(0)
        self._ahead.timeout.connect(self._read_ahead)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 160)
        self.setAccessibleName("Traces")

    def sizeHint(self) -> QSize:
        return QSize(1200, 700)

    def show_state(self, state: PageState) -> None:
        """Show a new state; what it has in common with the old one is kept."""
        self._state = state
        self._refresh()

    def _refresh(self) -> None:
        self.layers.show(self._state, self.size(), self.devicePixelRatioF(), self.font())
        self.update()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self._refresh()
        self.resized.emit()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self._refresh()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.layers.ratio != self.devicePixelRatioF():
            self.layers.show(self._state, self.size(), self.devicePixelRatioF(), self.font())
        # "with" ends the painter also where painting fails: one left active crashes Qt.
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.layers.paint(painter)
            self._paint_overlay(painter)
            if self._focus_by_key and self.hasFocus():
                painter.setClipping(False)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(self._state.theme.accent), 2))
                painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        if self.isVisible():
            self._ahead.start()

    def _read_ahead(self) -> None:
        if not self.layers.read_ahead():
            self._ahead.stop()

    def focusInEvent(self, event: QFocusEvent) -> None:
        # Who comes by Tab must see where the keys go; who clicks knows.
        reasons = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._focus_by_key = event.reason() in reasons
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        self._ahead.stop()
        super().hideEvent(event)

    def _paint_overlay(self, painter: QPainter) -> None:
        geometry, theme = self.layers.geometry, self._state.theme
        painter.setClipRect(
            int(geometry.left) - 2, 0, int(geometry.right - geometry.left) + 4, self.height()
        )
        if self._state.epochs is not None:
            paint_epoch_edges(painter, geometry, theme, self._state.epochs)
        gesture = self.mouse.gesture
        paint_strokes(painter, geometry, theme, self.font(), self._state.brush)
        if self._state.brush.is_on and gesture is None and self.underMouse():
            paint_readout(painter, geometry, theme, self.font(), self._state.brush.words,
                          self._pointer)  # fmt: skip
        drag = None
        banding = gesture is not None and gesture.action == "band"
        if self._state.ruler is not None:
            paint_ruler(painter, geometry, theme, self.font(), self._state.ruler)
        if gesture is not None and gesture.begun and gesture.action not in ("pan", "measure"):
            drag = (gesture.onset, gesture.stop)
        selected = selected_event(self._state)
        if len(self._state.chosen) > 1:
            paint_chosen(painter, geometry, self._state)
        drawing = gesture is not None and gesture.action in ("draw", "paint")
        if selected is not None:
            paint_selection(
                painter, geometry, theme, selected, None if drawing or banding else drag,
                washed=not self._state.shows_explanation(selected.event.channel),
            )  # fmt: skip
        if drag is None or gesture is None:
            return
        if drawing and gesture.action == "draw":
            band = event_band(geometry, gesture.channel)
            if band is not None:
                paint_span(painter, geometry, theme, band, *drag, grips=False)
        if banding:
            corners = QPointF(gesture.x, gesture.y), QPointF(gesture.to_x, gesture.to_y)
            paint_rubber_band(painter, theme, *corners)
        text = self.mouse.readout
        paint_readout(painter, geometry, theme, self.font(), text, self._pointer)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._pointer = event.position()
        self.mouse.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        self.mouse.move(event)
        if self._state.brush.is_on:
            self.update()  # its readout follows the pointer
        if self.mouse.gesture is None:
            x, y = event.position().x(), event.position().y()
            self.setCursor(self.mouse.cursor(x, y, event.modifiers()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.mouse.release(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.mouse.wheel(event)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.mouse.cancel()
        self.mouse.menu(QPointF(event.pos()), event.globalPos())

    def event(self, event: QEvent) -> bool:
        # While something is dragged, Esc is this widget's and not a shortcut's.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_Escape
            and self.mouse.gesture is not None
        ):
            event.accept()
            return True
        if event.type() == QEvent.Type.ToolTip:
            self.setToolTip(self._tip(QPointF(event.pos())))
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            has_ruler = self._state.measuring or self._state.ruler is not None
            if self.mouse.cancel():
                return
            if self._state.brush.is_on:
                self.brush_left.emit()
                return
            if has_ruler:
                self.ruler_left.emit()
                return
        super().keyPressEvent(event)

    def _tip(self, position: QPointF) -> str:
        """What a channel's name, a lane or an event's bar has to say."""
        geometry, state = self.layers.geometry, self._state
        x, y = position.x(), position.y()
        row = geometry.row_at(y)
        if x < geometry.left:
            return self._channel_tip(row.label) if row is not None else ""
        number = lane_at(state, geometry, y)
        if number is None:
            return ""
        lane = state.lanes[number].lane
        lines = [f"{lane.title} ({lane.note})" if lane.note else lane.title]
        event = event_at(state, geometry, x, y)
        if event is not None:
            confidence = "" if event.confidence is None else f", confidence {event.confidence:.2f}"
            lines.append(f"{event.kind}, {event.duration:.2f} s{confidence}")
            if event.channel is not None and geometry.row(state.place(event.channel)) is None:
                lines.append(tr("on {channel}, which is not shown", channel=event.channel))
            words = [
                lane.looks.get(event.id, ""),
                lane.statuses.get(event.id, "unreviewed"),
                event.note,
            ]
            lines.extend(word for word in words if word)
        return "\n".join(lines)

    def _channel_tip(self, label: str) -> str:
        channel = self.layers.channel(label)
        if channel is None:
            return ""
        settings = self._state.filter_of(label).below_nyquist(channel.sfreq)
        highpass, lowpass, notch = settings.corners
        parts = [f"{channel.kind}, {channel.sfreq:g} Hz"]
        parts += [f"high-pass {highpass:g} Hz"] if highpass else []
        parts += [f"low-pass {lowpass:g} Hz"] if lowpass else []
        parts += [f"notch {notch:g} Hz"] if notch else []
        parts += ["not filtered"] if settings.is_raw else []
        row = self.layers.geometry.row(label)
        if row is None:
            return label
        scale = scale_text(channel, row.trace, self.layers.scale_of(label))
        look = self._state.row(label)
        parts += ["inverted"] if look.inverted else []
        title = f"{look.title} ({label})" if look.title else label
        lines = [title, ", ".join(parts), f"bar: {scale}"]
        sensitivity = self._state.sensitivities.get(label)
        if sensitivity is not None:
            per_cm = f"{10 * sensitivity:g} {channel.unit}/cm"
            lines.append(f"{sensitivity_text(channel, sensitivity)}, {per_cm}")
        return "\n".join(lines)
