"""What a model is to learn from: nights, whose they are, whose marks, and how it is judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from sleepscope.app.dialogs.asking import Question
from sleepscope.app.file_names import RECORDINGS, name_filters
from sleepscope.app.language import tr
from sleepscope.constants import REM, SPINDLE
from sleepscope.errors import SettingsError
from sleepscope.networks.model_folder import check_new_name, free_name

WIDTH = 680
_TASKS = {SPINDLE: "Sleep spindles (EEG)", REM: "Rapid eye movements (EOG)"}
_SOURCES = {
    "reviewed": "Reviews: what people accepted, changed and added",
    "folder": "Files of events beside the recordings",
}
_HEADS = ("Recording", "Person", "Channels", "Events", "Scored, min", "Held out in")
_PERSON, _CHANNELS = 1, 2


@dataclass(frozen=True, slots=True)
class NightRow:
    """One night that can be learned from: events of the task on the channels that are read, and
    minutes that somebody scored."""

    path: Path
    person: str
    channels: str
    n_events: int
    minutes: float


@dataclass(frozen=True, slots=True)
class TrainChoice:
    """What was chosen; ``steps`` and ``folds`` None where the usual is taken."""

    source: str
    task: str
    files: tuple[Path, ...]
    people: dict[Path, str]
    name: str
    folds: int | None
    steps: int | None


class TrainDialog(Question):
    """Asks for nights and hands the choice to ``take``.

    ``nights_wanted`` (source, task, files) asks what is scored in them; :meth:`set_nights` answers.
    """

    nights_wanted = Signal(str, str, object)

    def __init__(
        self, parent: QWidget, files: Sequence[Path], take: Callable[[TrainChoice], None]
    ) -> None:
        super().__init__(
            tr("Train"),
            tr("Teach a network on nights that were scored. It is judged on people it never saw: "
               "each is held out in turn."),
            parent,
        )  # fmt: skip
        self.setMinimumWidth(WIDTH)
        self._files = list(dict.fromkeys(files))
        self._rows: tuple[NightRow, ...] = ()
        self.task_box, self.source_box = QComboBox(self), QComboBox(self)
        for box, words in ((self.task_box, _TASKS), (self.source_box, _SOURCES)):
            for key, text in words.items():
                box.addItem(tr(text), key)
        self.table = self._made_table()
        self.go_on_button = QPushButton(self)
        self.split = QLabel(self)
        self.split.setWordWrap(True)
        self.left_out = QLabel(self)
        self.left_out.setWordWrap(True)
        self.left_out.hide()
        self.name_field = QLineEdit(self)
        self.name_field.setMaxLength(60)
        self.folds_box, self.steps_box = QSpinBox(self), QSpinBox(self)
        self.folds_box.setRange(1, 50)
        self.folds_box.setSpecialValueText(tr("each person"))
        self.steps_box.setRange(0, 100_000)
        self.steps_box.setSpecialValueText(tr("as usual"))
        self.train_button = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.train_button.setText(tr("Train"))
        self._lay_out()
        self.task_box.currentIndexChanged.connect(self._show_task)
        self.source_box.currentIndexChanged.connect(self._ask_again)
        self.table.itemChanged.connect(lambda _item: self._show_split())
        self.folds_box.valueChanged.connect(lambda _n: self._show_split())
        self.finish(lambda: take(self.choice()))
        # Else the only button that is not off would have it, and Enter would cancel.
        self.task_box.setFocus()
        self._show_task()

    def _made_table(self) -> QTableWidget:
        table = QTableWidget(0, len(_HEADS), self)
        table.setHorizontalHeaderLabels([tr(head) for head in _HEADS])
        table.setAccessibleName(tr("Nights"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        head = table.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(_PERSON, QHeaderView.ResizeMode.Stretch)
        table.setMinimumHeight(180)
        return table

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow(tr("Look for"), self.task_box)
        form.addRow(tr("Marks from"), self.source_box)
        self.column.addLayout(form)
        self.column.addWidget(self.table)
        row = QHBoxLayout()
        for text, pressed in (
            (tr("Add nights…"), self._add),
            (tr("Take away"), self._take_away),
        ):
            button = QPushButton(text, self)
            button.setAutoDefault(False)
            button.clicked.connect(pressed)
            row.addWidget(button)
        row.addStretch(1)
        self.go_on_button.setAutoDefault(False)
        self.go_on_button.hide()
        row.addWidget(self.go_on_button)
        self.column.addLayout(row)
        self.column.addWidget(self.split)
        self.column.addWidget(self.left_out)
        below = QFormLayout()
        below.addRow(tr("Name of the model"), self.name_field)
        below.addRow(tr("Groups held out"), self.folds_box)
        below.addRow(tr("Batches"), self.steps_box)
        self.column.addLayout(below)

    # --- nights ------------------------------------------------------------------------------

    def add_files(self, files: Sequence[Path]) -> None:
        """Take in recordings, and ask what is scored in them."""
        self._files = list(dict.fromkeys([*self._files, *files]))
        self._ask_again()

    def _add(self) -> None:
        chosen, _ = QFileDialog.getOpenFileNames(
            self, tr("Nights to learn from"), "", name_filters(RECORDINGS)
        )
        if chosen:
            self.add_files([Path(name) for name in chosen])

    def _take_away(self) -> None:
        rows = {index.row() for index in self.table.selectedIndexes()}
        gone = {self._rows[row].path for row in rows}
        self._files = [path for path in self._files if path not in gone]
        self._ask_again()

    def _show_task(self) -> None:
        # A name that is taken could not be installed when all the work is done.
        self.name_field.setText(free_name(f"{self.task_box.currentData()}-own"))
        self._ask_again()

    def _ask_again(self) -> None:
        source, task = self.source_box.currentData(), self.task_box.currentData()
        self.split.setText(tr("Reading the nights…"))
        self.train_button.setEnabled(False)
        self.nights_wanted.emit(source, task, tuple(self._files))

    def set_nights(self, rows: Sequence[NightRow], left_out: Sequence[str]) -> None:
        """Show the nights that can be learned from, and why others cannot."""
        known = self.people()
        self._rows = tuple(rows)
        self.table.blockSignals(True)
        self.table.setRowCount(len(rows))
        for k, row in enumerate(rows):
            person = known.get(row.path, row.person)
            texts = (
                row.path.name, person, row.channels, str(row.n_events), f"{row.minutes:.1f}", "",
            )  # fmt: skip
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                if column != _PERSON:
                    item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
                if column > _CHANNELS:
                    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    item.setTextAlignment(right)
                self.table.setItem(k, column, item)
        self.table.blockSignals(False)
        more = tr(" and {n} more.", n=len(left_out) - 3) if len(left_out) > 3 else ""
        self.left_out.setText(" ".join(left_out[:3]) + more)
        self.left_out.setVisible(bool(left_out))
        self._show_split()

    def offer_to_go_on(self, name: str, go_on: Callable[[], None]) -> None:
        """Offer to go on with the training of a model that was stopped, in place of a new one."""
        self.go_on_button.setText(tr("Go on with {name}", name=name))
        self.go_on_button.setToolTip(tr("Its training was stopped; it goes on from there."))
        self.go_on_button.clicked.connect(lambda: (self.reject(), go_on()))
        self.go_on_button.show()

    def take_nights(self, found: tuple[Sequence[NightRow], Sequence[str]]) -> None:
        """What a job found, see :meth:`set_nights`."""
        self.set_nights(*found)

    def people(self) -> dict[Path, str]:
        """Whose each night is, as the table has it."""
        return {
            row.path: self.table.item(k, _PERSON).text().strip() for k, row in enumerate(self._rows)
        }

    def _show_split(self) -> None:
        """Say who is held out when."""
        people = list(dict.fromkeys(self.people().values()))
        self.folds_box.setMaximum(max(1, len(people)))
        groups = self.folds_box.value() if self.folds_box.value() > 1 else len(people)
        self.table.blockSignals(True)
        for k, person in enumerate(self.people().values()):
            fold = people.index(person) % max(1, groups) + 1
            text = tr("fold {k} of {n}", k=fold, n=groups)
            self.table.item(k, len(_HEADS) - 1).setText(text)
        self.table.blockSignals(False)
        enough = len(people) >= 2
        if enough:
            words = tr("{nights} nights of {people} people. For each fold a fresh network learns "
                       "from the others; threshold and durations, too, come from them alone. Two "
                       "nights of one person must have the same name in the column Person.",
                       nights=len(self._rows), people=len(people))  # fmt: skip
            if len(people) - -(-len(people) // groups) < 2:
                words += " " + tr("With so few people learned from, the threshold is chosen on the "
                                  "nights the weights were fitted to.")  # fmt: skip
        else:
            words = tr("Nights of at least two people are needed: one to learn from, one to judge "
                       "on.")  # fmt: skip
        self.split.setText(words)
        self.train_button.setEnabled(enough)
        # While it could not be pressed, Enter went to Cancel.
        self.train_button.setDefault(enough)
        self.fit()

    def choice(self) -> TrainChoice:
        """What was chosen.

        Raises
        ------
        SettingsError
            If the name cannot be that of a model or is taken, or a night has no person.
        """
        name, people = self.name_field.text().strip(), self.people()
        check_new_name(name)
        if free_name(name) != name:
            raise SettingsError(
                f"There is a model '{name}' already, so this one could not be installed; name it "
                f"'{free_name(name)}', say."
            )
        nobody = next((path.name for path, person in people.items() if not person), None)
        if nobody is not None:
            raise SettingsError(f"Say whose night {nobody} is, in the column Person.")
        folds = self.folds_box.value()
        return TrainChoice(
            self.source_box.currentData(),
            self.task_box.currentData(),
            tuple(people),
            people,
            name,
            folds if folds > 1 else None,
            self.steps_box.value() or None,
        )
