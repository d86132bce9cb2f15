"""Menus of the overviews: whose stages are the night's, and the channel of the spectrogram."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from sleepscope.app.language import tr
from sleepscope.app.scorers import title_of
from sleepscope.app.session import Session

Choose = Callable[[str], None]


def _fill(menu: QMenu, choices: dict[str, str], now: str | None, choose: Choose) -> None:
    """One of several, by a key each; ``now`` is ticked."""
    menu.clear()
    group = QActionGroup(menu)
    for value, text in choices.items():
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(value == now)
        action.triggered.connect(lambda _checked=False, value=value: choose(value))
        group.addAction(action)
    if not choices:
        menu.addAction(tr("nothing to choose")).setEnabled(False)


def fill_night_stages(menu: QMenu, session: Session, choose: Choose) -> None:
    """Whose stages detection, comparison, table and export go by."""
    names = {scorer: title_of(scorer) for scorer in session.stages.all}
    now = None if session.hypnogram is None else session.hypnogram.scorer
    _fill(menu, names, now, choose)


def fill_compared_stages(menu: QMenu, session: Session, choose: Choose) -> None:
    """Whose stages are held against the night's."""
    chosen = None if session.hypnogram is None else session.hypnogram.scorer
    names = {scorer: title_of(scorer) for scorer in session.stages.all if scorer != chosen}
    _fill(menu, names, session.stages.compared, choose)


def fill_channels(menu: QMenu, session: Session, choose: Choose) -> None:
    """The channel of the spectrogram."""
    recording = session.recording
    labels = () if recording is None else tuple(c.label for c in recording.channels)
    _fill(menu, {label: label for label in labels}, session.spectrum.channel, choose)
