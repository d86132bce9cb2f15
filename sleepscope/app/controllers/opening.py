"""Opening recordings, event files and the demo night."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog

from sleepscope.app.commands import ImportSet, SetHypnogram
from sleepscope.app.controllers.controller import Controller
from sleepscope.app.dialogs.asking import Question, ask_rate
from sleepscope.app.dialogs.event_names_dialog import ask_event_names
from sleepscope.app.dialogs.format_dialog import ask_format
from sleepscope.app.file_names import EVENTS, RECORDINGS, name_filters
from sleepscope.app.fitted_events import (
    fitted,
    placed_sentence,
    shifted,
    unknown_channels_sentence,
)
from sleepscope.app.language import tr
from sleepscope.app.montage_store import first_montage
from sleepscope.app.resources import resource_folder
from sleepscope.app.session import folder_of
from sleepscope.app.sorting import sort_files
from sleepscope.constants import EVENT_KINDS
from sleepscope.errors import EventFileError, RecordingError, SleepScopeError
from sleepscope.events.event_file import EventFile
from sleepscope.events.own_kinds import read_own_kinds, write_own_kinds
from sleepscope.events.reading import SeveralFormatsError, read_events
from sleepscope.progress import Progress, Steps, finish
from sleepscope.recordings.combined_recording import CombinedRecording
from sleepscope.recordings.companion_files import companions
from sleepscope.recordings.identity import recording_identity
from sleepscope.recordings.opening import open_recordings
from sleepscope.recordings.rate import RateNeededError
from sleepscope.recordings.recording import Recording
from sleepscope.review.recorded_events import recorded_events
from sleepscope.review.review_file import ReviewFile

# Of a file of events: some 12,000 lines, which take 0.3 s to read.
LARGE_BYTES: Final = 500_000


class Opening(Controller):
    """Opens what a person chose, dropped or named on the command line."""

    companions_found = Signal(object)  # tuple of Path
    demo_shown = Signal()
    # Without a screen nobody can answer: what would be asked is said as a failure.
    may_ask = True
    # The format of files that several fit, where the command line names one.
    read_as: str | None = None

    # --- asking ------------------------------------------------------------------------------

    def ask_recording(self) -> None:
        """Ask for a recording."""
        title = tr("Open a recording, or several files of one night")
        self._ask_files(title, RECORDINGS, self.take)

    def ask_events(self) -> None:
        """Ask for files of events or stages."""
        self._ask_files(tr("Open events or stages"), EVENTS, self.open_events)

    def _ask_files(
        self,
        title: str,
        names: dict[str, tuple[str, ...]],
        take: Callable[[list[Path]], object],
    ) -> None:
        folder = str(folder_of(self.session))
        dialog = QFileDialog(self.window, title, folder, name_filters(names))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda found: take([Path(name) for name in found]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def ask_event_names(self) -> None:
        """Ask which kinds the names of events in files stand for."""
        own = read_own_kinds()
        for notice in own.notices:
            self.session.notice(notice)
        known = {*EVENT_KINDS, *own.kinds.values()}
        found = dict.fromkeys(
            event.kind
            for event_set in self.session.event_sets()
            for event in event_set.events
            if event.kind not in known
        )
        ask_event_names(self.window, own.kinds, list(found), self._keep_event_names)

    def _keep_event_names(self, kinds: dict[str, str]) -> None:
        path = write_own_kinds(kinds)
        self.session.say(tr("{n} names of events kept in {path}", n=len(kinds), path=path))

    def set_always_companions(self, on: bool) -> None:
        """Open what lies beside a recording without asking from now on."""
        self.session.settings.opens_companions = on

    # --- recordings --------------------------------------------------------------------------

    def open_night(self, paths: Sequence[Path], events: Sequence[Path] = ()) -> bool:
        """Open one recording, or several files of one night as one; whether it is open."""
        first, *others = paths
        if not others:
            return self.open(first, events=events)
        # A review of its own: each file alone is another recording.
        together = first.with_name("+".join(path.stem for path in paths) + first.suffix)
        return self.open(first, others=others, events=events, review_of=together)

    def open(
        self,
        path: Path,
        *,
        others: Sequence[Path] = (),
        events: Sequence[Path] = (),
        review_of: Path | None = None,
        sfreq: float | None = None,
    ) -> bool:
        """Open a recording with its review.

        Parameters
        ----------
        path : Path
        others : sequence of Path
            More files of the same night.
        events : sequence of Path
            Files of events or stages to open with it.
        review_of : Path, optional
            The review is looked for beside this name instead (the demo night may lie in a folder
            that belongs to the program).
        sfreq : float, Hz, optional
            Sampling rate of files that do not say it; the person is asked where it is needed.

        Returns
        -------
        bool
            Whether it is open; if not, the person was told why, or asked for the rate.
        """
        try:
            recording = open_recordings((path, *others), sfreq=sfreq)
        except RateNeededError as error:
            if not self.may_ask:
                self.session.fail(error)
                return False
            ask_rate(
                self.window,
                tr("{why} At which rate was it recorded?", why=error.why),
                lambda rate: self.open(
                    path, others=others, events=events, review_of=review_of, sfreq=rate
                ),
            )
            return False
        except SleepScopeError as error:
            self.session.fail(error)
            return False
        try:
            if not recording.channels:
                raise RecordingError(
                    f"{path.name} holds annotations only, no signals; open the recording that it "
                    "belongs to, then this file."
                )
            identity = recording_identity(recording)
            # The same recording may be open: its review's lock must be free before it is taken.
            self.session.close()
            review = ReviewFile.open(review_of or path, identity, person=self.session.person)
        except SleepScopeError as error:
            recording.close()
            self.session.fail(error)
            return False
        self.session.open(recording, review, first_montage(recording))
        self.session.settings.folder = str(path.absolute().parent)
        if review_of is None or others:
            self.session.settings.add_recent((path, *others))
        if isinstance(recording, CombinedRecording):
            self.session.notice(placed_sentence(recording))
        for notice in (*recording.notices, *review.notices):
            self.session.notice(notice)
        try:
            self._take_embedded_events(recording)
        except SleepScopeError as error:
            self.session.notice(str(error))
        if events:
            self.open_events(events)
        elif review_of is None:
            self._offer_companions(path, review)
        return True

    def _take_embedded_events(self, recording: Recording) -> None:
        """Annotations inside a recording come with it."""
        parts: list[tuple[Recording, float]] = [(recording, 0.0)]
        if isinstance(recording, CombinedRecording):
            parts = list(zip(recording.recordings, recording.offsets, strict=True))
        for part, offset in parts:
            found = recorded_events(part)
            if found is not None and (found.event_sets or found.hypnogram is not None):
                self._take(fitted(shifted(found, offset), recording), recording, undoable=False)

    def _offer_companions(self, path: Path, review: ReviewFile) -> None:
        if any(event_set.scorer.startswith("file:") for event_set in review.event_sets()):
            return
        found = companions(path)
        if found and self.session.settings.opens_companions:
            self.open_events(found)
        elif found:
            self.companions_found.emit(found)

    def show_demo(self) -> None:
        """Open the simulated night and say that it is there, for a detection to follow."""
        if self.open_demo():
            self.demo_shown.emit()

    def open_demo(self, *, review_folder: Path | None = None) -> bool:
        """Open the simulated night with its two experts and its stages."""
        import platformdirs

        folder = resource_folder() / "demo"
        if review_folder is None:
            review_folder = platformdirs.user_data_path("sleepscope", appauthor=False) / "demo"
        try:
            review_folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = f"{review_folder} cannot be made: {error.strerror}."
            self.session.fail(RecordingError(reason))
            return False
        if not self.open(folder / "demo.edf", review_of=review_folder / "demo.edf"):
            return False
        return self.open_events(companions(folder / "demo.edf"))

    def close(self) -> None:
        """Close the recording."""
        self.session.close()

    # --- events ------------------------------------------------------------------------------

    def open_events(self, paths: Iterable[Path]) -> bool:
        """Open files of events or stages that belong to the open recording; say what fails."""
        opened = [self._open_events_of(path) for path in paths]
        return all(opened)

    def _open_events_of(self, path: Path, read_as: str | None = None) -> bool:
        """Open one file; a large one is read in the background, and True says that it began."""
        recording = self.session.recording
        try:
            if recording is None:
                raise EventFileError(
                    f"{path.name} belongs to a recording and none is open; open that first."
                )
            steps = _read_steps(path, recording, read_as or self.read_as)
            if self.may_ask and _is_large(path):
                # Its own topic: of several files each is wanted.
                job = self.session.jobs.start(
                    tr("Reading {name}", name=path.name), f"events {path}", steps
                )
                job.succeeded.connect(lambda found: self._take_or_refuse(path, found, recording))
                job.failed.connect(lambda error: self._refuse_events(path, error))
                return True
            return self._take_or_refuse(path, finish(steps), recording)
        except SleepScopeError as error:
            self._refuse_events(path, error)
            return False

    def _take_or_refuse(self, path: Path, found: EventFile, recording: Recording) -> bool:
        QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            self._take(found, recording)
        except SleepScopeError as error:
            self._refuse_events(path, error)
            return False
        finally:
            QGuiApplication.restoreOverrideCursor()
        return True

    def _refuse_events(self, path: Path, error: BaseException) -> None:
        """Ask for the format where several fit; say everything else."""
        if isinstance(error, SeveralFormatsError) and self.may_ask:
            ask_format(
                self.window,
                path.name,
                error.candidates,
                lambda name: self._open_events_of(path, name),
            )
        else:
            self.session.fail(error)

    def _take(self, found: EventFile, recording: Recording, *, undoable: bool = True) -> None:
        for event_set in found.event_sets:
            self.session.do(ImportSet(event_set, found.statuses, undoable))
            words = unknown_channels_sentence(found.path.name, event_set, recording)
            if words:
                self.session.notice(words)
        if found.hypnogram is not None:
            hypnogram = found.hypnogram
            if not hypnogram.scorer:
                hypnogram = dataclasses.replace(hypnogram, scorer=f"file:{found.path.stem}")
            self.session.do(SetHypnogram(hypnogram, undoable))
        for notice in found.notices:
            self.session.notice(notice)

    # --- whatever was chosen or dropped ------------------------------------------------------

    def take(self, paths: Sequence[Path]) -> None:
        """Open files by what they hold: recordings as one night, all else as its events."""
        files = sort_files(paths, is_open=self.session.recording is not None)
        if files.recordings:
            self.open_night(files.recordings, files.events)
        elif files.events:
            self.open_events(files.events)
        if files.waiting:
            self._offer_as_events(files.waiting)

    def _offer_as_events(self, paths: Sequence[Path]) -> None:
        """Ask for the recording that files of annotations belong to; all are opened."""
        words = tr(
            "{names}: annotations only, no signals. Choose the recording that they belong to, and "
            "they are opened as its events.",
            names=", ".join(path.name for path in paths),
        )
        dialog = Question(tr("Whose events are these?"), words, self.window)
        ok = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setText(tr("Choose the recording…"))
        title = tr("Open the recording of {name}", name=paths[0].name)
        dialog.finish(
            lambda: self._ask_files(title, RECORDINGS, lambda found: self.take([*found, *paths]))
        )
        dialog.open()


def _is_large(path: Path) -> bool:
    """Whether reading a file of events would hold up the window."""
    try:
        return path.stat().st_size > LARGE_BYTES
    except OSError:
        return False  # reading it says why


def _read_steps(path: Path, recording: Recording, read_as: str | None) -> Steps[EventFile]:
    yield Progress(0, 0, tr("Reading {name}", name=path.name))
    found = read_events(
        path,
        recording_duration=recording.duration,
        recording_start=recording.start,
        read_as=read_as,
    )
    return fitted(found, recording)
