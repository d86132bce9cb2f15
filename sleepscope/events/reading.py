"""Read any file of events or stages: the reader is chosen by what is in the file."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from sleepscope.errors import EventFileError
from sleepscope.events import (
    annotation_csv,
    bids,
    brainvision,
    compumedics,
    dreams,
    edf_plus,
    edfbrowser_xml,
    grass,
    hume,
    hypnogram_text,
    luna,
    mne_fif,
    mne_text,
    noxturnal,
    nsrr,
    remlogic,
    sleepscope_csv,
    stage_columns,
    wonambi,
    yasa_csv,
)
from sleepscope.events.event_file import (
    HEAD_BYTES,
    EventFile,
    Source,
    head_text,
    outside_notices,
)
from sleepscope.events.unreadable import advice_on


class EventFormat(Protocol):
    """One module per format; the first that recognises a file reads it."""

    NAME: str

    def sniff(self, head: bytes) -> bool:
        """Whether the first bytes of a file are of this format."""

    def read(self, source: Source) -> EventFile:
        """Read the file, or raise EventFileError with one sentence."""


# From the most telling first lines to the least: a column of digits could be many things.
FORMATS: tuple[EventFormat, ...] = (
    edf_plus,
    mne_fif,
    hume,
    grass,
    dreams,
    nsrr,
    compumedics,
    wonambi,
    edfbrowser_xml,
    brainvision,
    remlogic,
    luna,
    mne_text,
    sleepscope_csv,
    annotation_csv,
    bids,
    yasa_csv,
    noxturnal,
    stage_columns,
    hypnogram_text,
)


def read_events(
    path: str | Path,
    *,
    recording_duration: float | None = None,
    recording_start: datetime.datetime | None = None,
) -> EventFile:
    """Read a file of events or stages.

    Events beyond the end of the recording are kept, and a notice counts them.

    Parameters
    ----------
    path : str or Path
        The file; its extension does not matter.
    recording_duration : float or None, s
        Length of the recording that the file belongs to.
    recording_start : datetime.datetime or None
        Clock time of that recording's first sample, for files with a clock of their own.

    Returns
    -------
    EventFile

    Raises
    ------
    EventFileError
        If the file cannot be read, is of no known format, or is damaged; one sentence.
    """
    file = Path(path)
    source = Source(file, _head(file), recording_duration, recording_start)
    chosen = next((known for known in FORMATS if known.sniff(source.head)), None)
    if chosen is None:
        advice = advice_on(source.head)
        if advice:
            raise EventFileError(f"{file.name} {advice}.")
        nature = "text" if head_text(source.head) is not None else "bytes"
        raise EventFileError(
            f"{file.name} holds {nature} that SleepScope does not know as events or stages; it "
            f"reads {'; '.join(known.NAME for known in FORMATS)}."
        )
    read = chosen.read(source)
    notices = outside_notices(read.event_sets, read.hypnogram, source)
    return replace(read, notices=(*read.notices, *notices))


def _head(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise EventFileError(f"{path.name} is a folder; choose a file of events or stages.")
        if path.exists() and not path.is_file():
            raise EventFileError(f"{path.name} is no ordinary file.")
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        raise EventFileError(f"{path.name} cannot be read: {error.strerror}.") from error
    except ValueError as error:  # a null character in the name
        raise EventFileError(f"{path.name!r} is not the name of a file.") from error
    if not head:
        raise EventFileError(f"{path.name} is empty.")
    return head
