"""The montage editor: rows in their order at the left, how one of them looks at the right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sleepscope.app.dialogs.asking import Question
from sleepscope.app.dialogs.montage_row_form import MontageRowForm
from sleepscope.app.language import tr
from sleepscope.errors import ChannelError, SettingsError
from sleepscope.recordings.derivation import Derivation, DerivedRecording
from sleepscope.recordings.montage import Montage, MontageRow

WIDTH, HEIGHT, MARGIN = 760, 560, 12
_CHANNEL = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class MontageWishes:
    """What the editor asks others to do.

    Attributes
    ----------
    show : callable
        Show a montage on the page.
    automatic : callable
        The montage that fits the recording by itself.
    keep, export, load : callable
        Keep under a name, write to a file, read from a file what this dialog shows.
    """

    show: Callable[[Montage], None]
    automatic: Callable[[], Montage]
    keep: Callable[[MontageDialog], object]
    export: Callable[[MontageDialog], object]
    load: Callable[[MontageDialog], object]


class RowList(QListWidget):
    """Rows to tick, to drag, and to move by Ctrl + arrows; Delete takes one away."""

    moved = Signal(int)
    removed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if steps is not None and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.moved.emit(steps)
        elif event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
        else:
            super().keyPressEvent(event)


class MontageDialog(Question):
    """Edits a montage; the page behind shows every change, Cancel takes all of them back."""

    def __init__(
        self,
        parent: QWidget,
        recording: DerivedRecording,
        montage: Montage,
        wishes: MontageWishes,
        channel: str = "",
    ) -> None:
        words = tr(
            "The page shows each change at once. Tick what is shown; drag rows, or move them by "
            "Ctrl+Up and Ctrl+Down."
        )
        super().__init__(tr("Montage"), words, parent)
        self.resize(WIDTH, HEIGHT)
        # At the right edge, so that the traces can be seen.
        corner = parent.mapToGlobal(parent.rect().topRight())
        self.move(corner.x() - WIDTH - MARGIN, corner.y() + parent.height() // 4)
        self.montage = montage
        self._before = montage
        self._recording = recording
        self._wishes = wishes
        self._filling = False
        self.rows = RowList(self)
        # Boxes to tick of neighbouring rows are not to touch.
        self.rows.setSpacing(1)
        self.rows.setAccessibleName(tr("Rows"))
        self.rows.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.form = MontageRowForm(self)
        self.plus, self.minus = QComboBox(self), QComboBox(self)
        self.add_button = QPushButton(tr("A&dd"), self)
        self._lay_out()
        self._fill_choices()
        self._connect()
        self._fill(channel)
        self.rows.setFocus()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.addWidget(self.rows, 1)
        buttons = QHBoxLayout()
        for text, act in (
            (tr("&Up"), lambda: self._move(-1)),
            (tr("Do&wn"), lambda: self._move(1)),
            (tr("&Remove"), self._remove),
            (tr("Tick a&ll"), lambda: self._tick(True)),
            (tr("Tick n&one"), lambda: self._tick(False)),
        ):
            buttons.addWidget(self._button(text, act))
        left.addLayout(buttons)
        adding = QHBoxLayout()
        self.plus.setAccessibleName(tr("Channel to add"))
        self.minus.setAccessibleName(tr("Minus"))
        adding.addWidget(self.plus, 3)
        adding.addWidget(QLabel(tr("minus"), self))
        adding.addWidget(self.minus, 3)
        adding.addWidget(self.add_button)
        self.add_button.setAutoDefault(False)
        left.addLayout(adding)
        both = QHBoxLayout()
        both.addLayout(left, 3)
        both.addWidget(self.form, 2)
        self.column.addLayout(both, 1)
        below = QHBoxLayout()
        for text, act in (
            (tr("&Save as…"), lambda: self._wishes.keep(self)),
            (tr("E&xport…"), lambda: self._wishes.export(self)),
            (tr("I&mport…"), lambda: self._wishes.load(self)),
            (tr("Rese&t"), lambda: self.set_montage(self._wishes.automatic())),
        ):
            below.addWidget(self._button(text, act))
        below.addStretch(1)
        self.column.addLayout(below)
        self.finish(self._check)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setAutoDefault(True)

    def _button(self, text: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: act())
        return button

    def _fill_choices(self) -> None:
        self.minus.addItem(tr("nothing"), ())
        electrical = [c for c in self._recording.source.channels if c.unit == "µV"]
        for channel in self._recording.source.channels:
            self.plus.addItem(channel.label, channel.label)
        for channel in electrical:
            self.minus.addItem(channel.label, (channel.label,))
        linked = self._recording.linked_reference()
        if linked:
            words = tr("mean of {labels}", labels=" + ".join(linked))
            self.minus.insertItem(1, words, linked)

    def _connect(self) -> None:
        self.rows.currentItemChanged.connect(lambda *_: self._show_row())
        self.rows.itemChanged.connect(self._take_tick)
        self.rows.model().rowsMoved.connect(self._take_order)
        self.rows.moved.connect(self._move)
        self.rows.removed.connect(self._remove)
        self.form.changed.connect(self._take_form)
        self.add_button.clicked.connect(self._add)
        self.rejected.connect(lambda: self._wishes.show(self._before))

    # --- showing -----------------------------------------------------------------------------

    def set_montage(self, montage: Montage) -> None:
        """Edit another montage, and show it on the page."""
        self._take(montage)
        self._fill(self._current())

    def _current(self) -> str:
        item = self.rows.currentItem()
        return "" if item is None else str(item.data(_CHANNEL))

    def _fill(self, current: str) -> None:
        self._filling = True
        self.setWindowTitle(tr("Montage: {name}", name=self.montage.name))
        self.rows.clear()
        chosen = 0
        for number, row in enumerate(self.montage.rows):
            item = QListWidgetItem(self._words(row), self.rows)
            item.setData(_CHANNEL, row.channel)
            flags = item.flags() | Qt.ItemFlag.ItemIsUserCheckable
            item.setFlags(flags & ~Qt.ItemFlag.ItemIsDropEnabled)
            state = Qt.CheckState.Checked if row.shown else Qt.CheckState.Unchecked
            item.setCheckState(state)
            chosen = number if row.channel == current else chosen
        self.rows.setCurrentRow(chosen)
        self._filling = False
        self._show_row()

    def _words(self, row: MontageRow) -> str:
        channel = self._recording.channel(row.channel)
        name = row.name if row.name == row.channel else f"{row.name} ({row.channel})"
        inverted = tr(", inverted") if row.inverted else ""
        return f"{name}    {channel.kind}, {channel.sfreq:g} Hz{inverted}"

    def _show_row(self) -> None:
        row = self.montage.row(self._current())
        if row is None or self._filling:
            self.form.setEnabled(row is not None)
            return
        self.form.setEnabled(True)
        self.form.set_row(row, self._recording.channel(row.channel), self.montage.groups)

    # --- changing ----------------------------------------------------------------------------

    def _take(self, montage: Montage) -> None:
        self.montage = montage
        self.trouble.hide()
        if montage.shown:
            self._wishes.show(montage)

    def _take_form(self, row: MontageRow) -> None:
        rows = tuple(row if r.channel == row.channel else r for r in self.montage.rows)
        self._take(replace(self.montage, rows=rows))
        self._filling = True
        self.rows.currentItem().setText(self._words(row))
        self._filling = False

    def _take_tick(self, item: QListWidgetItem) -> None:
        if not self._filling:
            shown = item.checkState() == Qt.CheckState.Checked
            self._take(self.montage.changed(item.data(_CHANNEL), shown=shown))

    def _tick(self, shown: bool) -> None:
        rows = tuple(replace(row, shown=shown) for row in self.montage.rows)
        self.set_montage(replace(self.montage, rows=rows))

    def _take_order(self) -> None:
        by_channel = {row.channel: row for row in self.montage.rows}
        order = [self.rows.item(k).data(_CHANNEL) for k in range(self.rows.count())]
        if not self._filling and set(order) == set(by_channel):
            self._take(replace(self.montage, rows=tuple(by_channel[c] for c in order)))

    def _move(self, steps: int) -> None:
        place = self.rows.currentRow()
        rows = list(self.montage.rows)
        if 0 <= place + steps < len(rows) and place >= 0:
            rows.insert(place + steps, rows.pop(place))
            self.set_montage(replace(self.montage, rows=tuple(rows)))

    def _remove(self) -> None:
        current, place = self._current(), self.rows.currentRow()
        rows = tuple(row for row in self.montage.rows if row.channel != current)
        if rows and current:
            self._take(replace(self.montage, rows=rows))
            self._fill(rows[min(place, len(rows) - 1)].channel)

    def _add(self) -> None:
        """Add the chosen channel or derivation behind the current row, in its group."""
        plus, minus = self.plus.currentData(), self.minus.currentData()
        label = plus if not minus else self._recording.label_of(Derivation(plus, tuple(minus)))
        try:
            self._recording.channel(label)
            if self.montage.row(label) is not None:
                raise SettingsError(f"{label} has a row already; tick it to see it.")
        except (ChannelError, SettingsError) as error:
            self.trouble.setText(str(error))
            self.trouble.show()
            return
        rows = list(self.montage.rows)
        place = self.rows.currentRow()
        group = rows[place].group if 0 <= place < len(rows) else ""
        rows.insert(place + 1, MontageRow(label, group=group))
        self._take(replace(self.montage, rows=tuple(rows)))
        self._fill(label)

    def _check(self) -> None:
        if not self.montage.shown:
            raise SettingsError(f"0 of {len(self.montage.rows)} rows are ticked; tick at least 1.")
