"""Choosing, changing and keeping montages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QColorDialog, QFileDialog, QMenu, QWidget

from sleepscope.app.controllers.controller import Controller, pause
from sleepscope.app.dialogs.asking import Question, ask_name
from sleepscope.app.dialogs.montage_dialog import MontageDialog, MontageWishes
from sleepscope.app.dialogs.save_dialog import ask_where
from sleepscope.app.language import tr
from sleepscope.app.montage_store import (
    MOST_MONTAGES,
    automatic_montage,
    file_stem,
    keep_own,
    known_montages,
    remember,
    usable,
)
from sleepscope.app.session import Session, folder_of
from sleepscope.errors import MontageError, SleepScopeError
from sleepscope.recordings.montage import Montage
from sleepscope.recordings.montage_file import SUFFIX, read_montage, write_montage
from sleepscope.recordings.montage_fit import recording_kind

# A wheel over a gain makes many changes; what is left of them is written once.
REMEMBER_MS = 400


class Montages(Controller):
    """Montages of the open recording; the last one is kept for recordings of its kind."""

    names_changed = Signal()

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(session, window)
        self._known: tuple[Montage, ...] = ()
        self._shown: Montage | None = None
        self._unwritten: tuple[str, Montage] | None = None
        self._timer = pause(self, self._remember, REMEMBER_MS)
        session.view_changed.connect(self._follow)
        session.recording_changed.connect(self._take_recording)

    # --- choosing ----------------------------------------------------------------------------

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the montages that Ctrl+1 to Ctrl+9 choose, in this order."""
        return tuple(montage.name for montage in self._known[:MOST_MONTAGES])

    @property
    def name(self) -> str:
        """Name of the montage that is shown, "" where nothing is."""
        return "" if self.session.montage is None else self.session.montage.name

    def pick(self, number: int) -> None:
        """Show the montage of a key, 1 to 9."""
        if number <= len(self._known):
            self._show(self._known[number - 1])

    def pick_automatic(self) -> None:
        """Show what fits the channels, as when the first recording of its kind was opened."""
        if self.session.recording is not None:
            self.session.set_montage(automatic_montage(self.session.recording.source))

    def _show(self, montage: Montage) -> None:
        recording = self.session.recording
        if recording is None:
            return
        fitted = usable(montage, recording)
        if fitted is None:
            self.names_changed.emit()  # the list goes back to what is shown
            channels = ", ".join(row.channel for row in montage.rows[:6])
            self.session.fail(
                MontageError(
                    f"{self.session.name} has no channel of the montage '{montage.name}' "
                    f"({channels}); choose another."
                )
            )
            return
        self.session.set_montage(fitted)
        words = tr("Montage: {name}, {n} rows.", name=fitted.name, n=len(fitted.shown))
        missing = len(montage.rows) - len(fitted.rows)
        if missing > 0:
            words += " " + tr("This recording does not have {n} of its channels.", n=missing)
        self.session.say(words)

    def refresh(self) -> None:
        """Read the folder of montages again."""
        trouble: list[str] = []
        self._known = known_montages(trouble)
        for sentence in trouble:
            self.session.notice(sentence)
        self.names_changed.emit()

    # --- remembering -------------------------------------------------------------------------

    def _take_recording(self) -> None:
        self._remember()
        self._shown = self.session.montage
        if self.session.recording is not None:
            self.refresh()

    def _follow(self) -> None:
        recording, montage = self.session.recording, self.session.montage
        if recording is None or montage is None or montage == self._shown:
            return
        if self._shown is None or montage.name != self._shown.name:
            self.names_changed.emit()
        self._shown = montage
        for channel in self.session.lent:
            if len(montage.shown) > 1:
                montage = montage.changed(channel, shown=False)
        self._unwritten = recording_kind(recording.source), montage
        self._timer.start()

    def _remember(self) -> None:
        self._timer.stop()
        if self._unwritten is None:
            return
        kind, montage = self._unwritten
        self._unwritten = None
        try:
            remember(kind, montage)
        except SleepScopeError as error:
            self.session.say(str(error))

    # --- changing ----------------------------------------------------------------------------

    def ask(self, channel: str = "") -> None:
        """Open the editor, at the row of a channel."""
        recording, montage = self.session.recording, self.session.montage
        if recording is None or montage is None:
            return
        wishes = MontageWishes(
            show=self.session.set_montage,
            automatic=lambda: automatic_montage(recording.source),
            keep=self._keep_as,
            export=self._ask_export,
            load=self._ask_import,
        )
        MontageDialog(self.window, recording, montage, wishes, channel).open()

    def _keep_as(self, dialog: MontageDialog) -> Question:
        def keep(name: str) -> None:
            montage = replace(dialog.montage, name=name)
            keep_own(montage)
            dialog.set_montage(montage)
            self.refresh()

        return ask_name(
            dialog,
            tr("Keep this montage"),
            tr("It is chosen by its name, in recordings of other laboratories, too."),
            dialog.montage.name,
            keep,
        )

    def _ask_export(self, dialog: MontageDialog) -> None:
        name = f"{file_stem(dialog.montage.name)}{SUFFIX}"
        ask_where(
            dialog,
            tr("Export this montage"),
            folder_of(self.session) / name,
            tr("Montages (*{suffix})", suffix=SUFFIX),
            lambda path: self.export(dialog.montage, path),
        )

    def export(self, montage: Montage, path: Path) -> bool:
        """Write a montage to share it; whether it was written."""
        try:
            write_montage(montage, path)
        except MontageError as error:
            self.session.fail(error)
            return False
        self.session.say(tr("The montage is in {name}.", name=path.name))
        return True

    def _ask_import(self, dialog: MontageDialog) -> None:
        chooser = QFileDialog(dialog, tr("Import a montage"), str(folder_of(self.session)))
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.setNameFilter(tr("Montages (*{suffix})", suffix=SUFFIX))
        chooser.fileSelected.connect(lambda path: self.take(Path(path), dialog))
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    def take(self, path: Path, dialog: MontageDialog | None = None) -> bool:
        """Keep a montage file among the person's own and show it; whether it is one."""
        try:
            montage = read_montage(path)
            keep_own(montage)
        except MontageError as error:
            self.session.fail(error)
            return False
        self.refresh()
        self._show(montage)
        if dialog is not None and self.session.montage is not None:
            dialog.set_montage(self.session.montage)
        return True

    # --- one row -----------------------------------------------------------------------------

    def change(self, channel: str, **changes: object) -> None:
        """Change how a row looks."""
        if self.session.montage is not None:
            self.session.set_montage(self.session.montage.changed(channel, **changes))

    def hide(self, channel: str) -> None:
        """Take a row off the page; the editor brings it back."""
        montage = self.session.montage
        if montage is not None and len(montage.shown) > 1:
            self.session.set_montage(montage.changed(channel, shown=False))
        else:
            self.session.say(tr("The last channel stays; show another one first."))

    def move(self, channel: str, steps: int) -> None:
        """Move a row down, or up below zero."""
        if self.session.montage is not None:
            self.session.set_montage(self.session.montage.moved(channel, steps))

    def ask_colour(self, channel: str) -> None:
        """Ask for the colour of a row."""
        chooser = QColorDialog(self.window)
        chooser.setWindowTitle(tr("Colour of {label}", label=channel))
        chooser.colorSelected.connect(lambda colour: self.change(channel, colour=colour.name()))
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    def show_menu(self, channel: str, position: QPoint) -> None:
        """What can be done with the row of a channel."""
        montage = self.session.montage
        row = None if montage is None else montage.row(channel)
        if row is None:
            return
        menu = QMenu(self.window)
        menu.setObjectName("channel_menu")
        menu.addSection(row.name)
        for text, act in (
            (tr("&Hide"), lambda: self.hide(channel)),
            (tr("&Filters, gain and title…"), lambda: self.ask(channel)),
            (tr("&Colour…"), lambda: self.ask_colour(channel)),
            (tr("Move &up"), lambda: self.move(channel, -1)),
            (tr("Move &down"), lambda: self.move(channel, 1)),
        ):
            menu.addAction(text).triggered.connect(lambda _checked=False, act=act: act())
        inverted = menu.addAction(tr("&Inverted (negative up)"))
        inverted.setCheckable(True)
        inverted.setChecked(row.inverted)
        inverted.toggled.connect(lambda on: self.change(channel, inverted=on))
        usual = menu.addAction(tr("As &usual: colour, gain, filters"))
        usual.triggered.connect(
            lambda: self.change(
                channel, colour="", gain=None, sensitivity=None, filters=None, inverted=False
            )
        )
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(position)
