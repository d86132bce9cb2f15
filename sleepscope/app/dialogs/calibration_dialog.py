"""A bar to measure on the screen, so that a millimetre is a millimetre."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QWidget,
)

from sleepscope.app.dialogs.asking import Question
from sleepscope.app.language import tr

# ISO/IEC 7810: bank cards, driving licences and the like are 85.60 mm wide.
CARD_WIDTH = 85.60
TARGETS = (("a bank card's long side", CARD_WIDTH), ("100 mm on a ruler", 100.0))
# The bar may be drawn from half to twice of what the screen says of itself.
SLACK = 2.0


class Bar(QWidget):
    """A bar of so many pixels with an upright line at either end, as a card lies between them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.length = 100.0
        self.longest = 100.0
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Bar to measure"))

    def set_length(self, length: float, longest: float) -> None:
        """Draw ``length`` pixels, with room for ``longest``."""
        self.length, self.longest = length, longest
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(int(self.longest) + 24, 3 * self.fontMetrics().height() + 24)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Text), 0))
            left, right = 12.5, 12.5 + round(self.length)
            middle = self.height() / 2
            painter.drawLine(QPointF(left, middle), QPointF(right, middle))
            for x in (left, right):
                painter.drawLine(QPointF(x, 6), QPointF(x, self.height() - 6))


def ask_calibration(
    parent: QWidget, name: str, pixels_per_mm: float, take: Callable[[float, float], None]
) -> Question:
    """Let a person make a bar as long as a card or a ruler says.

    Parameters
    ----------
    parent : QWidget
    name : str
        Of the screen.
    pixels_per_mm : float
        What is taken for true now, logical pixels.
    take : callable
        Gets the bar's length in pixels and in mm; (0, 0) forgets what was measured.
    """
    dialog = Question(
        tr("Calibrate the screen"),
        tr(
            "Hold a bank card or a ruler against {name} and move the slider (arrow keys work, too) "
            "until the two upright lines are as far apart. Amplitudes are then right in µV/mm.",
            name=name,
        ),
        parent,
    )
    target = QComboBox(dialog)
    target.setAccessibleName(tr("What is held against the screen"))
    for text, length in TARGETS:
        target.addItem(tr(text), length)
    target.addItem(tr("another length"), 0.0)
    length_mm = QDoubleSpinBox(dialog)
    length_mm.setRange(20.0, 300.0)
    length_mm.setDecimals(1)
    length_mm.setSuffix(tr(" mm"))
    length_mm.setAccessibleName(tr("Length of the bar"))
    bar = Bar(dialog)
    slider = QSlider(Qt.Orientation.Horizontal, dialog)
    slider.setAccessibleName(tr("Pixels of the bar"))
    slider.setPageStep(10)
    outcome = QLabel(dialog)
    form = QFormLayout()
    form.addRow(tr("Measure with"), target)
    form.addRow(tr("Length of the bar"), length_mm)
    dialog.column.addLayout(form)
    dialog.column.addWidget(bar)
    dialog.column.addWidget(slider)
    dialog.column.addWidget(outcome)
    dialog.target, dialog.length_mm, dialog.slider, dialog.bar = target, length_mm, slider, bar

    def show() -> None:
        bar.set_length(slider.value(), slider.maximum())
        dpi = slider.value() / length_mm.value() * 25.4
        outcome.setText(
            tr("{n} pixels in a millimetre ({dpi} dots per inch)",
               n=f"{slider.value() / length_mm.value():.3f}", dpi=f"{dpi:.0f}")
        )  # fmt: skip

    def on_length() -> None:
        expected = pixels_per_mm * length_mm.value()
        slider.setRange(round(expected / SLACK), round(expected * SLACK))
        slider.setValue(round(expected))
        show()

    def on_target() -> None:
        chosen = target.currentData()
        length_mm.setEnabled(chosen == 0.0)
        if chosen:
            length_mm.setValue(chosen)
        on_length()

    target.currentIndexChanged.connect(lambda _index: on_target())
    length_mm.valueChanged.connect(lambda _value: on_length())
    slider.valueChanged.connect(lambda _value: show())
    on_target()
    forget = dialog.buttons.addButton(
        tr("As the screen says"), QDialogButtonBox.ButtonRole.ResetRole
    )

    def on_forget() -> None:
        take(0.0, 0.0)
        dialog.reject()

    forget.clicked.connect(on_forget)
    dialog.finish(lambda: take(float(slider.value()), length_mm.value()))
    slider.setFocus()
    dialog.open()
    return dialog
