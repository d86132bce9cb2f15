"""Lists of channels to tick."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from sleepscope.app.language import tr
from sleepscope.recordings.channel import Channel


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


def _tick(item: QListWidgetItem, on: bool) -> None:
    item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
