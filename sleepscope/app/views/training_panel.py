"""A training that runs or is done: how far, its loss, what came of it."""

from __future__ import annotations

import itertools

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from sleepscope.app.language import tr
from sleepscope.app.theme import LIGHT, Theme, scorer_colour
from sleepscope.app.views.polyline import cosmetic_pen

# Networks whose curves stay on the plot beside the one that is fitted.
_MOST_CURVES = 40


class LossPlot(QWidget):
    """Training loss against batches, one line for each network; the latest is the strong one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self.curves: dict[str, list[tuple[int, float]]] = {}
        self._earlier = itertools.count(1)
        self.setAccessibleName(tr("Training loss"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(260, 140)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 90)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def clear(self) -> None:
        """Forget all curves."""
        self.curves.clear()
        self.update()

    def add(self, network: str, batch: int, loss: float) -> None:
        """A new point of a network's curve; from the first batch on it is another network's."""
        points = self.curves.pop(network, [])
        if points and points[-1][0] >= batch:
            self.curves[f"{network} ({next(self._earlier)})"] = points
            points = []
        points.append((batch, loss))
        self.curves[network] = points
        while len(self.curves) > _MOST_CURVES:
            del self.curves[next(iter(self.curves))]
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.page))
        line = self.fontMetrics().height()
        painter.setPen(QColor(self._theme.muted))
        most = max((loss for points in self.curves.values() for _, loss in points), default=0.0)
        last = max((points[-1][0] for points in self.curves.values()), default=0)
        head = tr("Training loss (lower is better)")
        painter.drawText(QRectF(6, 2, self.width() - 12, line), head)
        if most > 0 and last > 1:
            left = 8 + self.fontMetrics().horizontalAdvance("0.00")
            area = QRectF(left, line + 8, self.width() - left - 10, self.height() - 2 * line - 14)
            self._paint_axes(painter, area, most, last)
            for k, points in enumerate(self.curves.values()):
                is_latest = k == len(self.curves) - 1
                colour = QColor(scorer_colour(self._theme, 0) if is_latest else self._theme.muted)
                painter.setPen(cosmetic_pen(colour))
                painter.drawPolyline(
                    [
                        QPointF(
                            area.left() + area.width() * batch / last,
                            area.bottom() - area.height() * loss / most,
                        )
                        for batch, loss in points
                    ]
                )
        painter.end()

    def _paint_axes(self, painter: QPainter, area: QRectF, most: float, last: int) -> None:
        line = self.fontMetrics().height()
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for value, y in ((most, area.top()), (0.0, area.bottom())):
            painter.drawText(QRectF(0, y - line / 2, area.left() - 4, line), right, f"{value:.2f}")
        painter.drawLine(area.topLeft(), area.bottomLeft())
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        below = QRectF(area.left(), area.bottom() + 2, area.width(), line)
        painter.drawText(below, right, tr("{n} batches", n=last))


class TrainingPanel(QWidget):
    """Words, progress, curve, verdict and buttons.

    ``train_wanted``, ``stop_wanted``, ``resume_wanted`` and ``install_wanted`` say what the person
    asked for.
    """

    train_wanted = Signal()
    stop_wanted = Signal()
    resume_wanted = Signal()
    install_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = _words(self)
        self.bar = QProgressBar(self)
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setMaximumHeight(8)
        # Else the buttons below jump from under the pointer when a training stops.
        policy = self.bar.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.bar.setSizePolicy(policy)
        self.plot = LossPlot(self)
        self.verdict = _words(self)
        self.verdict.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.train_button = QPushButton(tr("Train…"), self)
        self.stop_button = QPushButton(tr("Stop"), self)
        self.resume_button = QPushButton(tr("Go on"), self)
        self.install_button = QPushButton(tr("Install"), self)
        self.train_button.setToolTip(tr("Train a network on reviewed nights (Ctrl+Alt+T)."))
        self.stop_button.setToolTip(tr("Stop; the training can go on from there."))
        self.install_button.setToolTip(tr("Offer the new model in Detect, beside the others."))
        self.resume_button.setToolTip(tr("Go on where the training was stopped."))
        row = QHBoxLayout()
        for button, wish in (
            (self.train_button, self.train_wanted),
            (self.stop_button, self.stop_wanted),
            (self.resume_button, self.resume_wanted),
            (self.install_button, self.install_wanted),
        ):
            button.clicked.connect(wish)
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(4)
        for widget in (self.words, self.bar):
            column.addWidget(widget)
        # What to do and what came of it are seen first where the panel is low.
        column.addLayout(row)
        column.addWidget(self.verdict)
        column.addWidget(self.plot, 1)
        self.set_state("none", tr("No training yet. Analyse > Train teaches a model on nights that "
                                  "you scored, and compares it with the one that came with the "
                                  "program."))  # fmt: skip

    def set_state(self, state: str, words: str, verdict: str = "") -> None:
        """Show how things stand: "none", "running", "stopped", "done" or "installed"."""
        self.words.setText(words)
        self.verdict.setText(verdict)
        self.verdict.setVisible(bool(verdict))
        self.bar.setVisible(state == "running")
        self.plot.setVisible(state != "none")
        self.train_button.setEnabled(state != "running")
        self.stop_button.setEnabled(state == "running")
        self.resume_button.setEnabled(state == "stopped")
        self.install_button.setEnabled(state == "done")

    def advance(self, fraction: float, words: str, point: tuple[str, int, float] | None) -> None:
        """How far it is, 0..1, what is done, and a point of the curve: network, batch, loss."""
        self.bar.setValue(round(1000 * fraction))
        self.words.setText(words)
        if point is not None:
            self.plot.add(*point)


def _words(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
