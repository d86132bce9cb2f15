"""The fields of one row of a montage: title, group, colour, gain, polarity, filters."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QCheckBox,
    QColorDialog,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from sleepscope.app.language import tr
from sleepscope.errors import MontageError
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.montage import NOTCHES, Corners, MontageRow
from sleepscope.signals.filters import display_filter


class MontageRowForm(QGroupBox):
    """Shows a row and announces how a person changed it."""

    changed = Signal(object)  # MontageRow

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: MontageRow | None = None
        self._filling = False
        self.title_field = QLineEdit(self)
        self.group_box = QComboBox(self)
        self.group_box.setEditable(True)
        self.colour_button = QPushButton(self)
        self.colour_button.setAutoDefault(False)
        self.usual_colour = QPushButton(tr("As usual"), self)
        self.usual_colour.setAutoDefault(False)
        self.gain_box = self._spin(1e9, 1)
        self.gain_box.setSpecialValueText(tr("as usual"))
        self.sensitivity_box = self._spin(1e6, 2)
        self.sensitivity_box.setSpecialValueText(tr("as usual"))
        self.sensitivity_box.setToolTip(tr("On a calibrated screen; else the gain counts."))
        self.inverted_box = QCheckBox(tr("&Inverted (negative up)"), self)
        self.own_filters = QCheckBox(tr("Own &filters"), self)
        self.high_pass, self.low_pass = self._spin(1e4, 2), self._spin(1e4, 1)
        for box in (self.high_pass, self.low_pass):
            box.setSpecialValueText(tr("none"))
            box.setSuffix(tr(" Hz"))
        self.notch = QComboBox(self)
        self.notch.addItem(tr("none"), None)
        for corner in NOTCHES:
            self.notch.addItem(tr("{n} Hz", n=f"{corner:g}"), corner)
        self.usual = QLabel(self)
        self.trouble = QLabel(self)
        for label in (self.usual, self.trouble):
            label.setWordWrap(True)
        self._lay_out()
        self._connect()

    def _spin(self, most: float, decimals: int) -> QDoubleSpinBox:
        box = QDoubleSpinBox(self)
        box.setRange(0.0, most)
        box.setDecimals(decimals)
        box.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        # The page follows a finished number and not each of its digits.
        box.setKeyboardTracking(False)
        return box

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.addRow(tr("&Title"), self.title_field)
        form.addRow(tr("&Group"), self.group_box)
        colours = QHBoxLayout()
        colours.addWidget(self.colour_button, 1)
        colours.addWidget(self.usual_colour)
        colour_words = QLabel(tr("&Colour"), self)
        colour_words.setBuddy(self.colour_button)
        form.addRow(colour_words, colours)
        form.addRow(tr("Ga&in: lane of"), self.gain_box)
        form.addRow(tr("&Sensitivity"), self.sensitivity_box)
        form.addRow("", self.inverted_box)
        form.addRow("", self.own_filters)
        form.addRow(tr("&High-pass"), self.high_pass)
        form.addRow(tr("&Low-pass"), self.low_pass)
        form.addRow(tr("&Notch"), self.notch)
        form.addRow("", self.usual)
        form.addRow("", self.trouble)
        labels = {self.title_field: tr("Title"), self.group_box: tr("Group"),
                  self.colour_button: tr("Colour"), self.gain_box: tr("Gain"),
                  self.sensitivity_box: tr("Sensitivity"),
                  self.high_pass: tr("High-pass"), self.low_pass: tr("Low-pass"),
                  self.notch: tr("Notch")}  # fmt: skip
        for widget, name in labels.items():
            widget.setAccessibleName(name)

    def _connect(self) -> None:
        self.title_field.editingFinished.connect(
            lambda: self._change(title=self.title_field.text().strip())
        )
        self.group_box.lineEdit().editingFinished.connect(self._take_group)
        self.group_box.activated.connect(lambda _index: self._take_group())
        self.colour_button.clicked.connect(self._ask_colour)
        self.usual_colour.clicked.connect(lambda: self._change(colour=""))
        self.gain_box.valueChanged.connect(lambda value: self._change(gain=value or None))
        self.sensitivity_box.valueChanged.connect(
            lambda value: self._change(sensitivity=value or None)
        )
        self.inverted_box.toggled.connect(lambda on: self._change(inverted=on))
        self.own_filters.toggled.connect(self._take_filters)
        for box in (self.high_pass, self.low_pass):
            box.valueChanged.connect(self._take_filters)
        self.notch.currentIndexChanged.connect(self._take_filters)

    def set_row(self, row: MontageRow, channel: Channel, groups: tuple[str, ...]) -> None:
        """Show a row."""
        self._filling = True
        self._row = row
        self._usual = display_filter(channel.kind).corners
        self.setTitle(row.channel)
        self.title_field.setText(row.title)
        self.title_field.setPlaceholderText(row.channel)
        self.group_box.clear()
        self.group_box.addItems(["", *groups])
        self.group_box.setCurrentText(row.group)
        self._show_colour(row.colour)
        self.gain_box.setSuffix(f" {channel.unit}" if channel.unit else "")
        self.gain_box.setValue(row.gain or 0.0)
        self.sensitivity_box.setSuffix(f" {channel.unit}/mm" if channel.unit else "")
        self.sensitivity_box.setValue(row.sensitivity or 0.0)
        self.inverted_box.setChecked(row.inverted)
        self.own_filters.setChecked(row.filters is not None)
        self._show_filters(row.filters if row.filters is not None else self._usual)
        words = corners_text(self._usual)
        self.usual.setText(tr("{kind} as usual: {filters}", kind=channel.kind, filters=words))
        self.trouble.clear()
        self._filling = False
        self._enable()

    def _show_colour(self, colour: str) -> None:
        self.colour_button.setText(colour or tr("of its kind"))
        ink = "#000000" if QColor(colour).lightnessF() > 0.5 else "#FFFFFF"
        style = f"background-color: {colour}; color: {ink};" if colour else ""
        self.colour_button.setStyleSheet(style)

    def _show_filters(self, corners: Corners) -> None:
        self.high_pass.setValue(corners[0] or 0.0)
        self.low_pass.setValue(corners[1] or 0.0)
        self.notch.setCurrentIndex(max(0, self.notch.findData(corners[2])))

    def _enable(self) -> None:
        for widget in (self.high_pass, self.low_pass, self.notch):
            widget.setEnabled(self.own_filters.isChecked())

    def _take_group(self) -> None:
        self._change(group=self.group_box.currentText().strip())

    def _take_filters(self, *_: object) -> None:
        self._enable()
        if self._filling or self._row is None:
            return
        if not self.own_filters.isChecked():
            self._filling = True
            self._show_filters(self._usual)
            self._filling = False
            self._change(filters=None)
            return
        corners = (self.high_pass.value() or None, self.low_pass.value() or None,
                   self.notch.currentData())  # fmt: skip
        self._change(filters=corners)

    def _ask_colour(self) -> None:
        chooser = QColorDialog(self)
        if self._row is not None and self._row.colour:
            chooser.setCurrentColor(QColor(self._row.colour))
        chooser.colorSelected.connect(lambda colour: self._change(colour=colour.name()))
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    def _change(self, **changes: object) -> None:
        if self._filling or self._row is None:
            return
        try:
            row = replace(self._row, **changes)
        except MontageError as error:
            self.trouble.setText(str(error))
            return
        self.trouble.clear()
        if row != self._row:
            self._row = row
            self._show_colour(row.colour)
            self.changed.emit(row)


def corners_text(corners: Corners) -> str:
    """Filters in words: "0.3-35 Hz, notch 50 Hz"."""
    high_pass, low_pass, notch = corners
    if high_pass and low_pass:
        parts = [f"{high_pass:g}–{low_pass:g} Hz"]
    else:
        parts = [tr("from {n} Hz", n=f"{high_pass:g}")] if high_pass else []
        parts += [tr("up to {n} Hz", n=f"{low_pass:g}")] if low_pass else []
    parts += [tr("notch {n} Hz", n=f"{notch:g}")] if notch else []
    return ", ".join(parts) or tr("not filtered")
