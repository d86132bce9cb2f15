"""Events and stages that came inside a recording: annotations, markers, triggers."""

from __future__ import annotations

import re
from pathlib import Path

from sleepscope.errors import EventFileError
from sleepscope.events.event_file import EventFile, Source
from sleepscope.events.marks import Mark, file_of_marks
from sleepscope.events.own_kinds import read_own_kinds
from sleepscope.events.reading import read_events
from sleepscope.recordings.edf_recording import EdfRecording
from sleepscope.recordings.mne_recording import MneRecording, RecordedMark
from sleepscope.recordings.recording import Recording

# A trigger of a stimulus called "S2" or "2" is no stage of sleep; a stage is told by its length.
_SHORTEST_STAGE_SECONDS = 4.0
_SAYS_STAGE = re.compile(r"stage|sleep|schlaf|stade", re.IGNORECASE)
_MOST_HEADER_BYTES = 4 * 1024 * 1024
_MARKER_FILE = re.compile(r"^[ \t]*MarkerFile[ \t]*=[ \t]*(.+?)[ \t\r]*$", re.MULTILINE)


def recorded_events(recording: Recording) -> EventFile | None:
    """Events and stages inside a recording's own files.

    Parameters
    ----------
    recording : Recording
        A single one; of a combined recording, each part is asked for its own.

    Returns
    -------
    EventFile or None
        None where the recording's format holds none.

    Raises
    ------
    EventFileError
        If there are annotations that cannot be read.
    """
    if isinstance(recording, EdfRecording):
        if not any(signal.is_annotations for signal in recording.header.signals):
            return None
        return read_events(recording.path, recording_duration=recording.duration, is_inside=True)
    if not isinstance(recording, MneRecording):
        return None
    markers = _marker_file(recording)
    if markers is not None:
        return read_events(
            markers,
            recording_duration=recording.duration,
            recording_start=recording.start,
            is_inside=True,
        )
    if not recording.marks:
        return None
    own = read_own_kinds()
    source = Source(recording.path, b"", recording.duration, recording.start, own.by_key)
    marks = [mark for one in recording.marks for mark in _marks_of(one)]
    return file_of_marks(marks, source, f"annotations in {recording.format}", own.notices)


def _marks_of(recorded: RecordedMark) -> list[Mark]:
    """One mark for each channel of an annotation."""
    is_trigger = recorded.duration < _SHORTEST_STAGE_SECONDS and not _SAYS_STAGE.search(
        recorded.text
    )
    return [
        Mark(
            recorded.onset,
            recorded.duration,
            recorded.text.strip() or "other",
            channel,
            is_event=is_trigger,
        )
        for channel in recorded.channels or (None,)
    ]


def _marker_file(recording: MneRecording) -> Path | None:
    """The marks of a BrainVision recording, which say more than MNE passes on; None without."""
    header = recording.path
    if header.suffix.lower() not in (".vhdr", ".ahdr"):
        return None
    try:
        with header.open("rb") as file:
            text = file.read(_MOST_HEADER_BYTES).decode("latin-1")
    except OSError as error:
        raise EventFileError(f"{header.name} cannot be read: {error.strerror}.") from error
    named = _MARKER_FILE.search(text)
    # Written as Latin-1 or UTF-8; "$b" stands for the name of the header.
    name = "" if named is None else named[1].replace("$b", header.stem)
    for candidate in (name, name.encode("latin-1").decode("utf-8", "replace")):
        path = header.with_name(Path(candidate).name) if candidate else header
        if path != header and "\0" not in candidate and path.is_file():
            return path
    own = header.with_suffix(".vmrk")
    return own if own.is_file() else None
