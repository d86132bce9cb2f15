"""Read any file of events or stages: the reader is chosen by what is in the file."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
    hypnogram_aasm,
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
from sleepscope.events.own_kinds import read_own_kinds
from sleepscope.events.unreadable import advice_on


class EventFormat(Protocol):
    """One module per format."""

    __name__: str

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
    hypnogram_aasm,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A format that fits a file.

    Attributes
    ----------
    name : str
        Short, as on the command line: "hypnogram-aasm".
    title : str
        In words.
    found : EventFile
        What the file holds, read so.
    """

    name: str
    title: str
    found: EventFile


class SeveralFormatsError(EventFileError):
    """A file can be read in several ways that do not say the same: ask the person.

    Attributes
    ----------
    candidates : tuple of Candidate
        Two or more.
    """

    title = "Several formats fit this file"

    def __init__(self, path: Path, candidates: tuple[Candidate, ...]) -> None:
        listed = "; ".join(f"'{one.name}': {one.title}" for one in candidates)
        super().__init__(
            f"{path.name} fits {len(candidates)} formats that do not say the same, {listed}; "
            "name the one to read it as (on the command line with --read-as)."
        )
        self.candidates = candidates


def name_of(known: EventFormat) -> str:
    """What a format is called on the command line: "edf-plus", "hypnogram-text"."""
    return known.__name__.rpartition(".")[2].replace("_", "-")


def read_events(
    path: str | Path,
    *,
    recording_duration: float | None = None,
    recording_start: datetime.datetime | None = None,
    read_as: str | None = None,
    is_inside: bool = False,
) -> EventFile:
    """Read a file of events or stages.

    Formats are told by what is in a file. Where several fit, it is read in each, and only if that
    gives something else, the person has to choose.

    Events beyond the end of the recording are kept, and a notice counts them.

    Parameters
    ----------
    path : str or Path
        The file; its extension does not matter.
    recording_duration : float or None, s
        Length of the recording that the file belongs to.
    recording_start : datetime.datetime or None
        Clock time of that recording's first sample, for files with a clock of their own.
    read_as : str, optional
        Name of the format to take for a file that several fit.
    is_inside : bool
        Whether the file is a part of the recording, and not another's.

    Returns
    -------
    EventFile

    Raises
    ------
    SeveralFormatsError
        If several formats fit, and ``read_as`` is none of them.
    EventFileError
        If the file cannot be read, is of no known format, or is damaged; one sentence.
    """
    file = Path(path)
    check_format(read_as)
    own = read_own_kinds()
    source = Source(file, _head(file), recording_duration, recording_start, own.by_key, is_inside)
    fitting = [known for known in FORMATS if known.sniff(source.head)]
    if not fitting:
        advice = advice_on(source.head)
        if advice:
            raise EventFileError(f"{file.name} {advice}.")
        nature = "text" if head_text(source.head) is not None else "bytes"
        raise EventFileError(
            f"{file.name} holds {nature} that SleepScope does not know as events or stages; it "
            f"reads {'; '.join(known.NAME for known in FORMATS)}."
        )
    named = [known for known in fitting if name_of(known) == read_as] or fitting
    read = named[0].read(source) if len(named) == 1 else _agreed(named, source)
    notices = outside_notices(read.event_sets, read.hypnogram, source)
    return replace(read, notices=(*read.notices, *notices, *own.notices))


def check_format(name: str | None) -> None:
    """Refuse a name that no format has; None is none at all.

    Raises
    ------
    EventFileError
        Names the formats.
    """
    names = [name_of(known) for known in FORMATS]
    if name is not None and name not in names:
        raise EventFileError(
            f"'{name}' is no format of events or stages; choose one of {', '.join(names)}."
        )


def _agreed(fitting: Sequence[EventFormat], source: Source) -> EventFile:
    """What all formats that fit make of a file, or SeveralFormatsError."""
    candidates: list[Candidate] = []
    refused: list[EventFileError] = []
    for known in fitting:
        try:
            candidates.append(Candidate(name_of(known), known.NAME, known.read(source)))
        except EventFileError as error:
            refused.append(error)
    if not candidates:
        raise refused[0]
    if len({repr(_said(one.found)) for one in candidates}) > 1:
        raise SeveralFormatsError(source.path, tuple(candidates))
    return candidates[0].found


def _said(found: EventFile) -> tuple[object, ...]:
    """What a file says, without the ids that are made at each reading."""
    sets = [
        (one.scorer, one.scored_spans, [replace(event, id="") for event in one.events])
        for one in found.event_sets
    ]
    return sets, found.hypnogram


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
