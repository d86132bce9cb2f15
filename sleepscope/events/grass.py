"""Report workbooks of Grass Twin: the sheets "Stage File" and "Log File" of an Excel file."""

from __future__ import annotations

import re

from sleepscope.constants import EPOCH_SECONDS, UNSCORED
from sleepscope.errors import EventFileError
from sleepscope.events.clock import onsets_of, time_of_day
from sleepscope.events.event_file import EventFile, Source
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.events.marks import Mark, event_of
from sleepscope.events.stages import stage_of
from sleepscope.events.workbook import Workbook

NAME = "Grass Twin report (Excel workbook)"

_STAGES, _LOG, _FACTS = "Stage File", "Log File", "list"
_MOST_EPOCHS = 200_000
# "13:27:28  57": the clock time and the number of the epoch.
_LOG_TIME = re.compile(r"^\s*(\d{1,2}:\d{2}:\d{2})\b")


def sniff(head: bytes) -> bool:
    """Whether the file is an archive, as workbooks are; which one is seen when it is read."""
    return head.startswith(b"PK\x03\x04")


def read(source: Source) -> EventFile:
    """Read the scorer's stage of every epoch, and the log as events without duration.

    Raises
    ------
    EventFileError
        If the file is no workbook of Grass Twin or is damaged.
    """
    workbook = Workbook(source.raw(), source.name)
    if _STAGES not in workbook.sheets:
        held = ", ".join(workbook.sheets[:6]) or "no sheets"
        raise EventFileError(
            f"{source.name} is a workbook with {held[:200]}; a report of Grass Twin has the sheet "
            f"'{_STAGES}', and other tables open when saved as CSV."
        )
    stages = _stages(workbook, source)
    start = _recording_start(workbook)
    marks, notices = _log(workbook, start, source)
    return EventFile(
        source.path,
        "Grass Twin report",
        (EventSet.of(source.scorer, (event_of(mark, source) for mark in marks)),),
        Hypnogram(stages, EPOCH_SECONDS, 0.0, source.scorer),
        notices,
    )


def _stages(workbook: Workbook, source: Source) -> tuple[str, ...]:
    """One stage per row, below the header; the epochs are numbered from 1."""
    stages: dict[int, str] = {}
    for row in workbook.rows(_STAGES)[1:]:
        number = row.get("A", "")
        if not re.fullmatch(r"\d{1,6}(?:\.0*)?", number, re.ASCII):
            continue
        stages[int(float(number))] = stage_of(row.get("B", "")) or UNSCORED
    last = max(stages, default=0)
    if not 0 < last <= _MOST_EPOCHS:
        raise EventFileError(f"{source.name} holds no stages on its sheet '{_STAGES}'.")
    return tuple(stages.get(number, UNSCORED) for number in range(1, last + 1))


def _recording_start(workbook: Workbook) -> str:
    if _FACTS not in workbook.sheets:
        return ""
    facts = (row for row in workbook.rows(_FACTS) if row.get("B") == "RecordingStartTime")
    return next(facts, {}).get("C", "")


def _log(workbook: Workbook, start: str, source: Source) -> tuple[list[Mark], tuple[str, ...]]:
    """Events of the log; without the start of the recording their times mean nothing."""
    first = time_of_day(start)
    if _LOG not in workbook.sheets or first is None:
        return [], ()
    times, labels = [first], []
    for row in workbook.rows(_LOG)[1:]:
        found = _LOG_TIME.match(row.get("B", ""))
        time = time_of_day(found[1]) if found else None
        if time is not None and row.get("C", "").strip():
            times.append(time)
            labels.append(row["C"].strip())
    # The first time is the report's own start, from which the epochs count as well.
    alone = Source(source.path, source.head)
    (begin, *onsets), _ = onsets_of(times, alone)
    marks = [Mark(onset - begin, 0.0, label) for onset, label in zip(onsets, labels, strict=True)]
    return marks, ()
