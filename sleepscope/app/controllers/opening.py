"""Opening recordings, event files and the demo night."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog

from sleepscope.app.commands import ImportSet, SetHypnogram
from sleepscope.app.controllers.controller import Controller
from sleepscope.app.default_channels import default_channels
from sleepscope.app.dialogs.asking import ask_rate
from sleepscope.app.language import tr
from sleepscope.app.resources import resource_folder
from sleepscope.app.session import folder_of
from sleepscope.errors import EventFileError, RecordingError, SleepScopeError
from sleepscope.events.channels import find_channel
from sleepscope.events.event_file import EventFile
from sleepscope.events.event_set import EventSet
from sleepscope.events.reading import read_events
from sleepscope.recordings.companion_files import companions
from sleepscope.recordings.edf_recording import EdfRecording
from sleepscope.recordings.identity import recording_identity
from sleepscope.recordings.opening import open_recording, open_recordings
from sleepscope.recordings.rate import RateNeededError
from sleepscope.recordings.recording import Recording
from sleepscope.review.review_file import ReviewFile

# Names that say what a file is meant to be, so that a damaged one gets the right sentence.
_RECORDING_NAMES = (".edf", ".bdf", ".rec")
# What the file dialog shows at first; all else is there under "All files".
_ENDINGS = (
    *_RECORDING_NAMES, ".txt", ".vhdr", ".set", ".fif", ".gdf", ".eeg", ".lay", ".cnt", ".npy",
    ".npz", ".csv", ".tsv",
)  # fmt: skip


class Opening(Controller):
    """Opens what a person chose, dropped or named on the command line."""

    companions_found = Signal(object)  # tuple of Path
    demo_shown = Signal()

    # --- asking ------------------------------------------------------------------------------

    def ask_recording(self) -> None:
        """Ask for a recording."""
        endings = " ".join(f"*{ending}" for ending in _ENDINGS)
        names = tr("Recordings ({endings});;All files (*)", endings=endings)
        dialog = self._file_dialog(tr("Open a recording, or several files of one night"), names)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda found: self.open_night([Path(n) for n in found]))
        dialog.open()

    def ask_events(self) -> None:
        """Ask for files of events or stages."""
        names = tr("Events and stages (*.csv *.tsv *.txt *.xml *.annot *.edf);;All files (*)")
        dialog = self._file_dialog(tr("Open events or stages"), names)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda found: self.open_events([Path(n) for n in found]))
        dialog.open()

    def _file_dialog(self, title: str, names: str) -> QFileDialog:
        folder = str(folder_of(self.session))
        dialog = QFileDialog(self.window, title, folder, names)
        dialog.finished.connect(dialog.deleteLater)
        return dialog

    def set_always_companions(self, on: bool) -> None:
        """Open what lies beside a recording without asking from now on."""
        self.session.settings.opens_companions = on

    # --- recordings --------------------------------------------------------------------------

    def open_night(self, paths: Sequence[Path]) -> bool:
        """Open one recording, or several files of one night as one; whether it is open."""
        first, *others = paths
        if not others:
            return self.open(first)
        # A review of its own: each file alone is another recording.
        together = first.with_name("+".join(path.stem for path in paths) + first.suffix)
        return self.open(first, others=others, review_of=together)

    def open(
        self,
        path: Path,
        *,
        others: Sequence[Path] = (),
        review_of: Path | None = None,
        sfreq: float | None = None,
    ) -> bool:
        """Open a recording with its review.

        Parameters
        ----------
        path : Path
        others : sequence of Path
            More files of the same night.
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
            ask_rate(
                self.window,
                str(error),
                lambda rate: self.open(path, others=others, review_of=review_of, sfreq=rate),
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
        self.session.open(recording, review, default_channels(recording))
        self.session.settings.folder = str(path.absolute().parent)
        if review_of is None:
            self.session.settings.add_recent(path)
        for notice in (*recording.notices, *review.notices):
            self.session.notice(notice)
        try:
            self._take_embedded_events(recording)
        except SleepScopeError as error:
            self.session.notice(str(error))
        if review_of is None:
            self._offer_companions(path, review)
        return True

    def _take_embedded_events(self, recording: Recording) -> None:
        """Annotations inside an EDF+ or BDF+ recording come with it."""
        if not isinstance(recording, EdfRecording):
            return
        if any(signal.is_annotations for signal in recording.header.signals):
            found = read_events(recording.path, recording_duration=recording.duration)
            if found.event_sets or found.hypnogram is not None:
                self._take(found, recording, undoable=False)

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

    def _open_events_of(self, path: Path) -> bool:
        recording = self.session.recording
        try:
            if recording is None:
                raise EventFileError(
                    f"{path.name} belongs to a recording and none is open; open that first."
                )
            found = read_events(
                path,
                recording_duration=recording.duration,
                recording_start=recording.start,
            )
            self._take(found, recording)
        except SleepScopeError as error:
            self.session.fail(error)
            return False
        return True

    def _take(self, found: EventFile, recording: Recording, *, undoable: bool = True) -> None:
        labels = [channel.label for channel in recording.channels]
        for event_set in found.event_sets:
            fitted = with_known_channels(event_set, labels)
            self.session.do(ImportSet(fitted, found.statuses, undoable))
            self._say_unknown_channels(found.path.name, fitted, recording)
        if found.hypnogram is not None:
            hypnogram = found.hypnogram
            if not hypnogram.scorer:
                hypnogram = dataclasses.replace(hypnogram, scorer=f"file:{found.path.stem}")
            self.session.do(SetHypnogram(hypnogram, undoable))
        for notice in found.notices:
            self.session.notice(notice)

    def _say_unknown_channels(self, name: str, event_set: EventSet, recording: Recording) -> None:
        there = {channel.label for channel in recording.channels}
        lost = [e.channel for e in event_set.events if e.channel and e.channel not in there]
        if lost:
            words = tr(
                "{n} events of {name} lie on {channels}, which {recording} does not have: they are "
                "listed, but not drawn.",
                n=len(lost), name=name, recording=recording.path.name,
                channels=", ".join(dict.fromkeys(lost)),
            )  # fmt: skip
            self.session.notice(words)

    # --- whatever was dropped ----------------------------------------------------------------

    def take(self, paths: Sequence[Path]) -> None:
        """Open dropped files: recordings are recordings, all else are events of the open one."""
        events: list[Path] = []
        for path in paths:
            named_so = path.suffix.lower() in _RECORDING_NAMES
            if self._is_recording(path) or (named_so and not self._is_event_file(path)):
                self.open(path)
            else:
                events.append(path)
        if events:
            self.open_events(events)

    def _is_recording(self, path: Path) -> bool:
        """Whether a file holds signals."""
        try:
            recording = open_recording(path)
        except RateNeededError:
            return True
        except SleepScopeError:
            return False
        recording.close()
        return bool(recording.channels)

    def _is_event_file(self, path: Path) -> bool:
        """Whether an EDF holds annotations alone, as Sleep-EDF's hypnograms do."""
        if self.session.recording is None:
            return False
        try:
            read_events(path)
        except SleepScopeError:
            return False
        return True


def with_known_channels(event_set: EventSet, labels: Sequence[str]) -> EventSet:
    """The set with its channels named as in the recording, where it is clear which are meant."""
    return event_set.with_events(
        dataclasses.replace(event, channel=find_channel(event.channel, labels) or event.channel)
        for event in event_set.events
    )
