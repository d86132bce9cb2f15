"""Which events are shown: tick boxes for scorers, classes and stages, the least confidence."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QFrame,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from sleepscope.app.language import tr
from sleepscope.app.swatch import swatch
from sleepscope.events.event_filter import EventFilter

FIELDS = ("scorers", "kinds", "stages")


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be hidden.

    Attributes
    ----------
    name, title : str
        As the filter names it, as people read it.
    n_events : int
    colour : str
        "#RRGGBB" of a scorer, else "".
    """

    name: str
    title: str
    n_events: int
    colour: str = ""


@dataclass(frozen=True, slots=True)
class ShownChoices:
    """All that can be hidden, and what is."""

    filter: EventFilter = dataclasses.field(default_factory=EventFilter)
    scorers: tuple[Choice, ...] = ()
    kinds: tuple[Choice, ...] = ()
    stages: tuple[Choice, ...] = ()
    has_confidence: bool = False


class ShownEventsPanel(QWidget):
    """Announces another filter as soon as a box is ticked or the confidence is moved."""

    filter_changed = Signal(object)  # EventFilter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices = ShownChoices()
        self.boxes: dict[tuple[str, str], QCheckBox] = {}
        titles = {"scorers": tr("Scorers"), "kinds": tr("Classes"), "stages": tr("Stages")}
        self.groups = {field: QGroupBox(titles[field], self) for field in FIELDS}
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(0, 100)
        self.slider.setAccessibleName(tr("Least confidence, per cent"))
        self.slider.setToolTip(tr("Hide events of a lower confidence."))
        self.least = QDoubleSpinBox(self)
        self.least.setToolTip(self.slider.toolTip())
        self.least.setRange(0.0, 1.0)
        self.least.setSingleStep(0.05)
        self.least.setDecimals(2)
        self.least.setKeyboardTracking(False)
        self.least.setAccessibleName(tr("Least confidence"))
        self.confidence = QGroupBox(tr("Confidence at least"), self)
        self.confidence.setToolTip(
            tr("Events of a model with less confidence are hidden; people give none, so theirs "
               "stay.")
        )  # fmt: skip
        self.count = QLabel(self)
        self.all_button = QPushButton(tr("Show all"), self)
        self.all_button.setToolTip(tr("Show every event again (Ctrl+Shift+H)."))
        self.all_button.clicked.connect(lambda: self.filter_changed.emit(EventFilter()))
        self.slider.valueChanged.connect(lambda value: self.least.setValue(value / 100))
        self.least.valueChanged.connect(self._announce_confidence)
        self._lay_out()

    def _lay_out(self) -> None:
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        for field in FIELDS:
            QVBoxLayout(self.groups[field]).setSpacing(2)
            column.addWidget(self.groups[field])
        row = QHBoxLayout(self.confidence)
        row.addWidget(self.slider, 1)
        row.addWidget(self.least)
        column.addWidget(self.confidence)
        column.addStretch(1)
        area = QScrollArea(self)
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        foot = QHBoxLayout()
        foot.addWidget(self.count, 1)
        foot.addWidget(self.all_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(4, 4, 4, 4)
        whole.addWidget(area, 1)
        whole.addLayout(foot)

    def set_choices(self, choices: ShownChoices, n_hidden: int) -> None:
        """Show what there is, ticked where it is shown."""
        for field in FIELDS:
            names = [one.name for one in getattr(choices, field)]
            if names != [one.name for one in getattr(self._choices, field)]:
                self._build(field, getattr(choices, field))
            self._fill(field, getattr(choices, field), getattr(choices.filter, field))
        self._choices = choices
        with QSignalBlocker(self.least), QSignalBlocker(self.slider):
            self.least.setValue(choices.filter.min_confidence)
            self.slider.setValue(round(100 * choices.filter.min_confidence))
        self.confidence.setEnabled(choices.has_confidence or choices.filter.min_confidence > 0)
        self.count.setText(hidden_text(n_hidden) if n_hidden else tr("Nothing is hidden"))
        self.all_button.setEnabled(not choices.filter.hides_nothing)

    def _build(self, field: str, choices: Sequence[Choice]) -> None:
        layout = self.groups[field].layout()
        for key in [key for key in self.boxes if key[0] == field]:
            box = self.boxes.pop(key)
            layout.removeWidget(box)
            box.deleteLater()
        for choice in choices:
            box = QCheckBox(self.groups[field])
            box.setToolTip(tr("Show these events, or hide them. Hidden ones are never changed."))
            box.toggled.connect(
                lambda on, field=field, name=choice.name: self._announce(field, name, not on)
            )
            layout.addWidget(box)
            self.boxes[field, choice.name] = box
        self.groups[field].setVisible(bool(choices))

    def _fill(self, field: str, choices: Sequence[Choice], hidden: frozenset[str]) -> None:
        for choice in choices:
            box = self.boxes[field, choice.name]
            box.setText(f"{choice.title}  ({choice.n_events:,})".replace("&", "&&"))
            if choice.colour:
                box.setIcon(swatch(choice.colour))
            with QSignalBlocker(box):
                box.setChecked(choice.name not in hidden)

    def _announce(self, field: str, name: str, is_hidden: bool) -> None:
        self.filter_changed.emit(self._choices.filter.with_hidden(field, name, is_hidden))

    def _announce_confidence(self, least: float) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(100 * least))
        self.filter_changed.emit(replace(self._choices.filter, min_confidence=round(least, 2)))


class HiddenMark(QWidget):
    """ "412 events hidden" with a button that shows them; away while nothing is hidden."""

    show_all_requested = Signal()
    choice_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = QPushButton(self)
        self.words.setFlat(True)
        self.words.setToolTip(tr("Choose which events are shown."))
        self.button = QPushButton(tr("Show all"), self)
        self.button.setToolTip(tr("Show every event again."))
        self.words.clicked.connect(self.choice_requested)
        self.button.clicked.connect(self.show_all_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 6, 0)
        for button in (self.words, self.button):
            # As high as the words beside it: the page must not jump when the mark comes.
            button.setFixedHeight(self.fontMetrics().height() + 2)
        row.addWidget(self.words)
        row.addWidget(self.button)
        self.hide()

    def set_hidden(self, n_events: int, colour: str) -> None:
        """Say how many events are hidden, in a colour that stands out."""
        self.words.setText(hidden_text(n_events))
        self.words.setStyleSheet(f"color: {colour}; font-weight: bold")
        self.setVisible(n_events > 0)


def hidden_text(n_events: int) -> str:
    """ "412 events hidden"."""
    if n_events == 1:
        return tr("1 event hidden")
    return tr("{n} events hidden", n=f"{n_events:,}")
