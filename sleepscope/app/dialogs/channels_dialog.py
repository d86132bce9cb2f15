"""Which channels are shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QPushButton, QWidget

from sleepscope.app.dialogs.asking import Question
from sleepscope.app.language import tr
from sleepscope.errors import SettingsError
from sleepscope.recordings.channel import Channel


def ask_channels(
    parent: QWidget,
    channels: Sequence[Channel],
    shown: Sequence[str],
    take: Callable[[tuple[str, ...]], None],
) -> Question:
    """Ask which channels to show; at least one."""
    dialog = Question(tr("Channels shown"), tr("Tick what the page shows."), parent)
    table = channel_list(dialog, channels, shown)
    table.setMinimumHeight(min(520, 40 + 22 * len(channels)))
    buttons = QHBoxLayout()
    for text, kinds in (
        (tr("All"), None),
        (tr("EEG and EOG"), {"EEG", "EOG"}),
        (tr("None"), set()),
    ):
        button = QPushButton(text, dialog)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False, kinds=kinds: tick(table, channels, kinds))
        buttons.addWidget(button)
    buttons.addStretch(1)
    dialog.column.addLayout(buttons)
    dialog.column.addWidget(table, 1)

    def on_ok() -> None:
        labels = ticked(table)
        if not labels:
            raise SettingsError(f"0 of {len(channels)} channels are ticked; tick at least 1.")
        take(labels)

    dialog.finish(on_ok)
    dialog.open()
    return dialog


def channel_list(
    parent: QWidget, channels: Sequence[Channel], chosen: Sequence[str]
) -> QListWidget:
    """A list of channels to tick."""
    table = QListWidget(parent)
    table.setAccessibleName(tr("Channels"))
    fill_channel_list(table, channels, chosen)
    return table


def fill_channel_list(
    table: QListWidget, channels: Sequence[Channel], chosen: Sequence[str]
) -> None:
    """List other channels, those in ``chosen`` ticked."""
    table.clear()
    for channel in channels:
        words = f"{channel.label}    {channel.kind}, {channel.sfreq:g} Hz"
        item = QListWidgetItem(f"{words}, {channel.unit}" if channel.unit else words, table)
        item.setData(Qt.ItemDataRole.UserRole, channel.label)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        _tick(item, channel.label in chosen)


def ticked(table: QListWidget) -> tuple[str, ...]:
    """Labels of the ticked channels, in the order of the file."""
    items = (table.item(row) for row in range(table.count()))
    return tuple(
        item.data(Qt.ItemDataRole.UserRole)
        for item in items
        if item.checkState() == Qt.CheckState.Checked
    )


def tick(table: QListWidget, channels: Sequence[Channel], kinds: set[str] | None) -> None:
    """Tick all channels of these kinds and no others; None ticks all."""
    for row, channel in enumerate(channels):
        _tick(table.item(row), kinds is None or channel.kind in kinds)


def _tick(item: QListWidgetItem, on: bool) -> None:
    item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
