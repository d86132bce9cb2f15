"""Markers of BrainVision recordings: a ``.vmrk`` file with its header, ``.vhdr``, beside it.

"BrainVision Core Data Format 1.0", Brain Products: positions are samples, counted from 1.
"""

from __future__ import annotations

import datetime
import math
import re
from pathlib import Path

from sleepscope.errors import EventFileError
from sleepscope.events.clock import shift_of
from sleepscope.events.event_file import EventFile, Source, decode, first_line
from sleepscope.events.marks import Mark, file_of_marks

NAME = "BrainVision markers"

_FIRST_LINE = re.compile(r"^Brain ?Vision Data Exchange Marker File", re.IGNORECASE)
_ENTRY = re.compile(r"^(?:Mk|Ch)(\d{1,6})=(.*)$")
_MOST_HEADER_BYTES = 4 * 1024 * 1024
# Markers of the stimulation, not of a scorer: "S2" there is no stage of sleep.
_TRIGGERS = {"stimulus", "response", "event"}


def sniff(head: bytes) -> bool:
    """Whether the first line says so."""
    return _FIRST_LINE.match(first_line(head)) is not None


def read(source: Source) -> EventFile:
    """Read stages into a hypnogram, the rest into events; triggers keep their type as prefix.

    Raises
    ------
    EventFileError
        If the header is missing, has no sampling interval or a marker has no position.
    """
    text, notices = source.text()
    sfreq, channels = _header(text, source)
    marks: list[Mark] = []
    start = None
    for line, cells in _entries(text, "Marker Infos"):
        kind, label = cells[0], cells[1] if len(cells) > 1 else ""
        if kind == "New Segment":
            start = start or _date(cells)
            continue
        position = _number(cells, 2, line, source)
        # A marker of one sample is a point.
        length = _number(cells, 3, line, source) if len(cells) > 3 and cells[3] else 0
        if kind.casefold() in _TRIGGERS:
            label = f"{kind}/{label}"
        channel = channels.get(cells[4]) if len(cells) > 4 else None
        marks.append(
            Mark(
                (position - 1) / sfreq,
                length / sfreq if length > 1 else 0.0,
                label or kind or "other",
                channel,
            )
        )
    shift, notice = shift_of(start, source)
    moved = [
        Mark(mark.onset + shift, mark.duration, mark.label, mark.channel, mark.note)
        for mark in marks
    ]
    return file_of_marks(moved, source, NAME, (*notices, notice) if notice else notices)


def _entries(text: str, section: str) -> list[tuple[int, list[str]]]:
    """Number of the line and cells of each entry in a section."""
    entries = []
    inside = False
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if line.startswith("["):
            inside = line.casefold() == f"[{section}]".casefold()
            continue
        found = _ENTRY.match(line) if inside else None
        if found:
            # Commas inside a text are written as \1.
            cells = [cell.strip().replace("\\1", ",") for cell in found[2].split(",")]
            entries.append((number, [*cells] if section == "Marker Infos" else [found[1], *cells]))
    return entries


def _number(cells: list[str], index: int, line: int, source: Source) -> float:
    cell = cells[index] if len(cells) > index else ""
    if not re.fullmatch(r"\d{1,12}", cell, re.ASCII):
        raise EventFileError(
            f"Line {line} of {source.name} has '{cell[:40]}' for a position or a size; it must be "
            "a number of samples."
        )
    return float(cell)


def _date(cells: list[str]) -> datetime.datetime | None:
    """Clock time of a new segment, 20131113161403794232; zeros where it was taken out."""
    if len(cells) < 6 or cells[2] != "1":
        return None
    try:
        return datetime.datetime.strptime(cells[5], "%Y%m%d%H%M%S%f")  # noqa: DTZ007
    except ValueError:
        return None


def _header(text: str, source: Source) -> tuple[float, dict[str, str]]:
    """Samples per second, and channel labels by their number, from the header beside the file."""
    path = _header_path(text, source)
    try:
        with path.open("rb") as file:
            head, _ = decode(file.read(_MOST_HEADER_BYTES), path.name)
    except OSError as error:
        raise EventFileError(
            f"{source.name} counts in samples; its header {path.name} must lie beside it to tell "
            "how long a sample is."
        ) from error
    found = re.search(r"^SamplingInterval[ \t]*=[ \t]*(\S{1,40})[ \t\r]*$", head, re.MULTILINE)
    try:
        interval = float(found[1]) if found else math.nan
    except ValueError:
        interval = math.nan
    if not 1e-3 <= interval <= 1e9:  # False for NaN
        raise EventFileError(
            f"{path.name}, the header of {source.name}, states no SamplingInterval in microseconds."
        )
    channels = {cells[0]: cells[1] for _, cells in _entries(head, "Channel Infos")}
    return 1e6 / interval, channels


def _header_path(text: str, source: Source) -> Path:
    """NAME.vhdr; where that is missing, the header called like the data file."""
    own = source.path.with_suffix(".vhdr")
    data = re.search(r"^DataFile[ \t]*=([^/\\\r\n]{1,200})\r?$", text, re.MULTILINE)
    if own.is_file() or data is None or "\0" in data[1]:
        return own
    other = source.path.with_name(Path(data[1].strip()).stem + ".vhdr")
    return other if other.is_file() else own
