"""Pictures of the page: files, the clipboard, paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QPixmap
from PySide6.QtWidgets import QDialog, QLabel, QStatusBar, QWidget

from sleepscope import __version__
from sleepscope.app.clock import clock_text, elapsed_text, epoch_of
from sleepscope.app.controllers.controller import Controller
from sleepscope.app.controllers.scaling import Scaling, Shown
from sleepscope.app.dialogs.picture_dialog import PictureChoice, ask_picture
from sleepscope.app.dialogs.save_dialog import ask_where
from sleepscope.app.headline import escaped
from sleepscope.app.language import tr
from sleepscope.app.scorers import title_of
from sleepscope.app.session import Session, folder_of
from sleepscope.app.theme import LIGHT, THEMES, Theme, theme_named
from sleepscope.app.views.event_lanes import index_lanes
from sleepscope.app.views.page_picture import PagePicture, paper
from sleepscope.app.views.trace_view import TraceView
from sleepscope.errors import ExportError, SleepScopeError
from sleepscope.recordings.neutral_name import file_stems, neutral_name, neutral_scorers

TITLES = {"light": tr("Light"), "dark": tr("Dark"), "contrast": tr("High contrast")}


class Picturing(Controller):
    """Writes what the page shows, without its window."""

    def __init__(self, session: Session, window: QWidget, scaling: Scaling) -> None:
        super().__init__(session, window)
        self._scaling = scaling
        self._waiting: Callable[[], None] | None = None
        session.recording_changed.connect(self._forget)
        # The page takes what was read first.
        session.pyramids_changed.connect(self._go_on_if_read, Qt.ConnectionType.QueuedConnection)

    def _once_read(self, draw: Callable[[], None]) -> None:
        """Draw a picture now, or as soon as all traces of a long page are there."""
        if self._traces.canvas.layers.is_read:
            draw()
        else:
            self._waiting = draw
            self.session.say(tr("The night is being read; the picture follows."))

    def _go_on_if_read(self) -> None:
        draw = self._waiting
        if draw is not None and self._traces.canvas.layers.is_read:
            self._waiting = None
            draw()

    def _forget(self) -> None:
        self._waiting = None

    @property
    def _traces(self) -> TraceView:
        traces = self.window.findChild(TraceView)
        assert isinstance(traces, TraceView)
        return traces

    def _size(self) -> QSize:
        return self._traces.canvas.size()

    def picture(self, theme: Theme, *, has_header: bool = True) -> PagePicture:
        """The page as it is shown now, in the colours of a theme; no file is named in it."""
        state, recording = self._traces.state, self.session.recording
        if recording is not None:
            shown = tuple(indexed.lane for indexed in state.lanes)
            names = neutral_scorers((lane.scorer for lane in shown), file_stems(recording))
            called = {old: title_of(new) for old, new in names.items() if new != old}
            lanes = tuple(
                replace(lane, title=called.get(lane.scorer, lane.title)) for lane in shown
            )
            state = replace(state, lanes=index_lanes(lanes, state.lanes, state.places))
        return PagePicture(state, theme, self.header if has_header else None)

    def header(self, speed: float, shown: Shown) -> tuple[str, ...]:
        """What is shown and how, at ``speed`` mm/s: recording, time, filters; no person."""
        session, recording = self.session, self.session.recording
        if recording is None:
            return ()
        page = session.page
        clock = clock_text(recording.start, page.start)
        elapsed = elapsed_text(page.start)
        time = [
            f"{clock} ({elapsed})" if clock else elapsed,
            tr("epoch {k}", k=epoch_of(page.start + 1e-6)),
            tr("{n} s", n=f"{page.length:g}"),
        ]
        if session.hypnogram is not None:
            time.append(session.hypnogram.stage_at(page.start + min(1.0, page.length / 2)))
        name = neutral_name(recording)
        simulated = f" · {tr('SIMULATED RECORDING')}" if session.is_simulated else ""
        scale = self._scaling.words_at(speed, shown)
        how = [scale] if scale else []
        how.append(self._filters())
        if session.montage is not None and session.montage.name:
            how.append(tr("montage {name}", name=session.montage.name))
        how.append(f"SleepScope {__version__}, {tr('not a medical device')}")
        return (f"{name[:1].upper()}{name[1:]}{simulated}", " · ".join(time), " · ".join(how))

    def _filters(self) -> str:
        """Corners by kind of channel: "EEG 0.3-35 Hz"."""
        state = self._traces.state
        kinds: dict[str, str] = {}
        for label, settings in self.session.filters().items():
            channel = state.channel(label)
            if channel is None or settings.is_raw:
                continue
            high, low, notch = settings.corners
            words = f"{high or 0:g}–{low:g} Hz" if low else f"> {high or 0:g} Hz"
            kinds.setdefault(channel.kind, words + (f", notch {notch:g} Hz" if notch else ""))
        filters = ", ".join(f"{kind} {words}" for kind, words in kinds.items())
        return filters or tr("not filtered")

    def ask(self) -> None:
        """Ask what to write and where to."""
        size = self._size()
        theme = theme_named(self.session.settings.theme).name
        ask_picture(self.window, (size.width(), size.height()), TITLES, theme, self._ask_file)

    def _ask_file(self, choice: PictureChoice) -> None:
        recording = self.session.recording
        stem = "page" if recording is None else neutral_name(recording)
        ask_where(
            self.window,
            tr("Export a picture"),
            folder_of(self.session) / f"{stem}.{choice.ending}",
            f"{choice.ending.upper()} (*.{choice.ending})",
            lambda path: self._once_read(lambda: self.write_or_say(path, choice)),
        )

    def write_or_say(self, path: Path, choice: PictureChoice) -> None:
        """Write what was chosen, or say why that is not possible."""
        try:
            if choice.whole_window:
                self.write_window(path)
            else:
                picture = self.picture(THEMES[choice.theme])
                picture.write(path, QSize(choice.width, choice.height), choice.scale)
                self.session.say(tr("Picture written to {path}", path=path))
        except SleepScopeError as error:
            self.session.fail(error)

    def write_window(self, path: Path) -> None:
        """Write what the window shows as PNG, or as SVG or PDF the page alone.

        Raises
        ------
        ExportError
            If the file cannot be written or has another ending.
        """
        if path.suffix.lower() in (".svg", ".pdf"):
            self.picture(theme_named(self.session.settings.theme)).write(path, self._size())
        elif path.suffix.lower() != ".png":
            raise ExportError(f"{path.name} must end in .png, .svg or .pdf; no other is written.")
        elif not self._grabbed().save(str(path), "PNG"):
            raise ExportError(f"The picture {path} cannot be written; choose another folder.")
        self.session.say(tr("Picture written to {path}", path=path))

    def _grabbed(self) -> QPixmap:
        """The window, with a neutral name in its headline."""
        recording, headline = self.session.recording, self.window.findChild(QLabel, "headline")
        if recording is None or headline is None:
            return self.window.grab()
        for bar in self.window.findChildren(QStatusBar):
            bar.clearMessage()  # it may say where something was written
        words = headline.text()
        headline.setText(words.replace(escaped(recording.path.name), neutral_name(recording)))
        try:
            return self.window.grab()
        finally:
            headline.setText(words)

    def copy(self) -> None:
        """Put the page as it is shown onto the clipboard."""
        self._once_read(self._copy)

    def _copy(self) -> None:
        theme = theme_named(self.session.settings.theme)
        ratio = self._traces.canvas.devicePixelRatioF()
        picture = self.picture(theme, has_header=False)
        QGuiApplication.clipboard().setImage(picture.image(self._size(), ratio))
        self.session.say(tr("The page is on the clipboard"))

    def ask_print(self) -> None:
        """Ask for a printer, or for a file to print to."""
        # Loads the printing system of the desktop: only when somebody prints.
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageLayout(paper())
        printer.setDocName("SleepScope")
        dialog = QPrintDialog(printer, self.window)
        dialog.finished.connect(dialog.deleteLater)

        def take() -> None:
            if not self.picture(LIGHT).print_on(printer):
                self.session.fail(ExportError("The page cannot be printed; choose a file (PDF)."))

        dialog.accepted.connect(lambda: self._once_read(take))
        # Its own open() wants a slot of C++ to call.
        QDialog.open(dialog)
