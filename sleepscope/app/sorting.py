"""Files chosen or dropped together: which are recordings, which are events or stages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sleepscope.app.file_names import SIGNAL_ENDINGS, has_ending
from sleepscope.errors import SleepScopeError
from sleepscope.events.reading import read_events
from sleepscope.recordings.endings import EDF_ENDINGS
from sleepscope.recordings.mne_formats import mne_source
from sleepscope.recordings.opening import open_recording
from sleepscope.recordings.rate import RateNeededError
from sleepscope.recordings.signal_table import find_table

# Marks are a part of their recording, by which it can be opened; annotations alone are not.
Nature = Literal["recording", "events", "marks", "annotations"]
# Enough of a table to tell events from signals.
_HEAD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class SortedFiles:
    """Files by what they are opened as.

    Attributes
    ----------
    recordings, events : tuple of Path
        In the order in which they were named; of a recording in several files, one.
    waiting : tuple of Path
        EDF files of annotations alone, where no recording is there that they belong to.
    """

    recordings: tuple[Path, ...]
    events: tuple[Path, ...]
    waiting: tuple[Path, ...]


def sort_files(paths: Iterable[Path], *, is_open: bool) -> SortedFiles:
    """Sort files by what they hold.

    Parameters
    ----------
    paths : iterable of Path
    is_open : bool
        Whether a recording is open. Marks of a BrainVision recording count as events then, or
        beside a recording; else they stand for their recording.
    """
    natures = {path: nature_of(path) for path in paths}
    is_claimed = is_open or "recording" in natures.values()
    opened_by = {
        _opened_by(path): path
        for path, nature in reversed(natures.items())
        if nature == "recording" or (nature == "marks" and not is_claimed)
    }
    kinds = {"events", "marks", "annotations"} if is_claimed or opened_by else {"events"}
    recordings = tuple(path for path in natures if path in opened_by.values())
    others = [(path, nature) for path, nature in natures.items() if path not in recordings]
    return SortedFiles(
        recordings,
        tuple(path for path, nature in others if nature in kinds),
        () if "annotations" in kinds else tuple(p for p, n in others if n == "annotations"),
    )


def nature_of(path: Path) -> Nature:
    """What a file is; by its name alone where that says it."""
    if has_ending(path, SIGNAL_ENDINGS) or path.is_dir():
        return "recording"
    if has_ending(path, (".vmrk",)):
        return "marks"
    if has_ending(path, (".csv", ".tsv")):
        # Opening would read all of it.
        return "recording" if _is_table_of_signals(path) else "events"
    try:
        recording = open_recording(path)
    except RateNeededError:
        return "recording"
    except SleepScopeError:
        # What is damaged gets the sentence of what its name says.
        is_signals = has_ending(path, EDF_ENDINGS) and not _is_events(path)
        return "recording" if is_signals else "events"
    recording.close()
    return "recording" if recording.channels else "annotations"


def _is_table_of_signals(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            table = find_table(file.read(_HEAD_BYTES))
    except OSError:
        return False
    return table is not None and not table.is_events


def _is_events(path: Path) -> bool:
    try:
        read_events(path)
    except SleepScopeError:
        return False
    return True


def _opened_by(path: Path) -> Path:
    """The file by which a recording is opened: its header, where data lie in another file."""
    if has_ending(path, EDF_ENDINGS):
        return path.absolute()
    try:
        source = mne_source(path, _head(path))
    except SleepScopeError:
        source = None
    return (path if source is None else source.path).absolute()


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES)
    except OSError:
        return b""
