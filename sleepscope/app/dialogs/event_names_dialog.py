"""What a person calls events: names found in files and the kinds they stand for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from sleepscope.app.dialogs.asking import Question
from sleepscope.app.language import tr
from sleepscope.constants import EVENT_KINDS
from sleepscope.errors import SettingsError

_NAME, _KIND = 0, 1
_HEIGHT = 260


def ask_event_names(
    parent: QWidget,
    kinds: Mapping[str, str],
    found: Sequence[str],
    take: Callable[[dict[str, str]], None],
) -> Question:
    """Edit the table of names.

    Parameters
    ----------
    parent : QWidget
    kinds : mapping of str to str
        Kind by name, as the table says now.
    found : sequence of str
        Names in the open files that no table knows; offered as rows without a kind.
    take : callable
        Gets the table; rows without a kind are left out.
    """
    dialog = Question(
        tr("Event names"),
        tr(
            "Other programs have names of their own for events. Say here which kind a name stands "
            "for; files opened from now on are read so. Names without a kind stay as they are."
        ),
        parent,
    )
    table = QTableWidget(0, 2, dialog)
    table.setAccessibleName(tr("Event names"))
    table.setHorizontalHeaderLabels([tr("Name in files"), tr("Kind")])
    table.verticalHeader().hide()
    table.horizontalHeader().setHighlightSections(False)
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    table.setMinimumHeight(_HEIGHT)
    table.setTabKeyNavigation(False)
    for name, kind in kinds.items():
        _add_row(table, name, kind)
    for name in found:
        if name not in kinds:
            _add_row(table, name, "")
    dialog.column.addWidget(table)
    buttons = QHBoxLayout()
    for text, act in ((tr("Add a name"), _add), (tr("Remove the name"), _remove)):
        button = QPushButton(text, dialog)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False, act=act: act(table))
        buttons.addWidget(button)
    buttons.addStretch(1)
    dialog.column.addLayout(buttons)
    dialog.table = table
    dialog.finish(lambda: take(names_of(table)))
    if not table.rowCount():
        _add_row(table, "", "")
    table.setFocus()
    table.setCurrentCell(0, _NAME)
    dialog.open()
    return dialog


def _add(table: QTableWidget) -> None:
    _add_row(table, "", "")
    table.setCurrentCell(table.rowCount() - 1, _NAME)
    table.editItem(table.item(table.rowCount() - 1, _NAME))


def _remove(table: QTableWidget) -> None:
    if table.currentRow() >= 0:
        table.removeRow(table.currentRow())


def _add_row(table: QTableWidget, name: str, kind: str) -> None:
    row = table.rowCount()
    table.insertRow(row)
    table.setItem(row, _NAME, QTableWidgetItem(name))
    box = QComboBox(table)
    box.setEditable(True)
    box.addItems(["", *EVENT_KINDS])
    box.setCurrentText(kind)
    box.setAccessibleName(tr("Kind"))
    # The wheel scrolls the table; it must not change a kind on its way.
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    box.wheelEvent = lambda event: event.ignore()
    table.setCellWidget(row, _KIND, box)


def names_of(table: QTableWidget) -> dict[str, str]:
    """Kind by name, rows without both left out.

    Raises
    ------
    SettingsError
        If a name stands there twice with two kinds.
    """
    kinds: dict[str, str] = {}
    for row in range(table.rowCount()):
        item, box = table.item(row, _NAME), table.cellWidget(row, _KIND)
        assert isinstance(box, QComboBox)
        name = "" if item is None else item.text().strip()
        kind = box.currentText().strip()
        if not name or not kind:
            continue
        if kinds.get(name, kind) != kind:
            raise SettingsError(
                f"'{name}' stands for {kinds[name]} and for {kind}; remove one of the two."
            )
        kinds[name] = kind
    return kinds
