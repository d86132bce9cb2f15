"""What a file on the command line is: a recording, a file of events, or neither."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sleepscope.errors import EventFileError, RecordingError, SleepScopeError

if TYPE_CHECKING:
    from sleepscope.events.event_file import EventFile
    from sleepscope.recordings.recording import Recording

_HEAD_BYTES: Final = 4096


@dataclass(frozen=True, slots=True)
class FoundFile:
    """What was found in a file.

    Attributes
    ----------
    recording : Recording or None
        With at least one channel; open.
    events : EventFile or None
        Events and stages: the file's own, or those inside the recording.
    start : datetime.datetime or None
        Clock time of the first sample, where the file says it.
    notices : tuple of str
        What is odd besides the notices of both.
    """

    recording: Recording | None = None
    events: EventFile | None = None
    start: datetime.datetime | None = None
    notices: tuple[str, ...] = ()


@contextmanager
def found_file(
    path: Path, sfreq: float | None = None, read_as: str | None = None
) -> Iterator[FoundFile]:
    """Look into a file; the recording is closed at the end of the block.

    Parameters
    ----------
    path : Path
    sfreq : float, Hz, optional
        Sampling rate of a recording that does not say it.
    read_as : str, optional
        Format of a file of events that several fit.

    Raises
    ------
    SleepScopeError
        If it is neither a recording nor a file of events, in one sentence.
    """
    from sleepscope.events.reading import read_events
    from sleepscope.recordings.edf_header import is_edf
    from sleepscope.recordings.opening import open_recording

    try:
        recording = open_recording(path, sfreq=sfreq)
    except RecordingError as refused:
        try:
            events = read_events(path, read_as=read_as)
        except EventFileError as error:
            raise _why(path, refused, error) from None
        if is_edf(_head(path)) and not events.event_sets and events.hypnogram is None:
            # A cut recording has a readable, empty list of annotations: that is not its news.
            raise
        yield FoundFile(events=events)
        return
    try:
        if recording.channels:
            inside, notices = _inside(recording)
            yield FoundFile(recording, inside, recording.start, notices)
        else:  # a hypnogram in EDF+ holds annotations alone
            yield FoundFile(events=read_events(path), start=recording.start)
    finally:
        recording.close()


def _inside(recording: Recording) -> tuple[EventFile | None, tuple[str, ...]]:
    """Annotations inside a recording, or in the file of marks that BrainVision has beside it."""
    from sleepscope.review.recorded_events import recorded_events

    try:
        found = recorded_events(recording)
    except EventFileError as error:
        return None, (f"Its annotations cannot be read: {error}",)
    if found is not None and not found.event_sets and found.hypnogram is None:
        # That it holds none needs no notice here.
        found = replace(found, notices=())
    return found, ()


def _why(path: Path, refused: RecordingError, error: EventFileError) -> SleepScopeError:
    """The sentence that says most: of the reader that knows the file, else of neither."""
    from sleepscope.events.reading import FORMATS
    from sleepscope.events.unreadable import advice_on
    from sleepscope.recordings.array_file import is_array_file
    from sleepscope.recordings.edf_header import is_edf
    from sleepscope.recordings.mne_formats import mne_source
    from sleepscope.recordings.rate import RateNeededError

    head = _head(path)
    known_recording = (
        is_edf(head) or is_array_file(head, path.name) or mne_source(path, head) is not None
    )
    if not head or known_recording or isinstance(refused, RateNeededError):
        return refused
    if advice_on(head) or any(known.sniff(head) for known in FORMATS):
        return error
    return SleepScopeError(
        f"{path.name} is neither a recording nor a file of events or stages that SleepScope knows; "
        "its help lists under 'Files' what it reads."
    )


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES)
    except (OSError, ValueError):
        return b""
