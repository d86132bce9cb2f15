"""Events of the Brain Imaging Data Structure: tab-separated onset, duration, trial_type.

Pernet et al. 2019, doi:10.1038/s41597-019-0104-8.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from sleepscope.constants import UNSCORED
from sleepscope.events.csv_table import Row, header_of, rows
from sleepscope.events.csv_text import split_note
from sleepscope.events.event import STATUSES, Status
from sleepscope.events.event_file import EventFile, Source, first_line, in_order
from sleepscope.events.marks import Mark, file_of_marks
from sleepscope.events.scored_beside import scored_beside, with_spans

NAME = "BIDS events"

_STAGED = ("stage", "sleep_stage", "stage_hum", "majority", "stage_ai")
_LABELS = ("trial_type", "event_type", "value", *_STAGED)
# The digits of the AASM; with a 5 they are those of Rechtschaffen & Kales. 8 and 9: not scored.
_AASM_DIGITS = {"0": "W", "1": "N1", "2": "N2", "3": "N3", "4": "R"}
_RK_DIGITS = {"0": "W", "1": "N1", "2": "N2", "3": "N3", "4": "N3", "5": "R"}


def sniff(head: bytes) -> bool:
    """Whether the first line names onset, duration and a column of labels."""
    columns = header_of(head)
    # A column of stages between commas is SleepScope's own.
    labels = [name for name in _LABELS if name != "stage" or "\t" in first_line(head)]
    return {"onset", "duration"} <= set(columns) and any(label in columns for label in labels)


def read(source: Source) -> EventFile:
    """Read stages into a hypnogram, the rest into events.

    The columns scorer, confidence, status and note that SleepScope writes are read where they
    hold what SleepScope writes there; other programs mean other things by these names.

    Raises
    ------
    EventFileError
        If a time is no number; names the line.
    """
    text, notices = source.text()
    columns = header_of(source.head)
    label = next(name for name in _LABELS if name in columns)
    staged = _digits_of(row.get(label) for row in rows(text, source)) if label in _STAGED else {}
    marks: list[Mark] = []
    mended: list[str] = []
    placeless = 0
    for row in rows(text, source):
        if row.get("onset") in {"", "n/a"}:
            placeless += 1
            continue
        length = 0.0 if row.get("duration") in {"", "n/a"} else row.seconds("duration")
        onset, length, notice = in_order(row.seconds("onset"), length, source, row.line)
        if notice:
            mended.append(notice)
        note, unsure = split_note(_filled(row, "note"))
        marks.append(
            Mark(
                onset,
                length,
                _stage(_filled(row, label), staged) or _filled(row, label) or "other",
                _filled(row, "channel") or None,
                note,
                unsure,
                _confidence(row),
                _filled(row, "scorer"),
                _status(row),
            )
        )
    if placeless:
        mended.append(f"Rows without an onset in {source.name} are left out: {placeless}.")
    if staged == _AASM_DIGITS and any(mark.label == "Sleep stage R" for mark in marks):
        mended.append(f"Stages in {source.name} are digits up to 4: 4 was read as REM.")
    spans, more = scored_beside(source, "SleepScope")
    found = file_of_marks(marks, source, NAME, (*notices, *mended, *more))
    if not spans:
        return found
    there = [one for one in found.event_sets if one.events or one.scorer in spans]
    return replace(found, event_sets=with_spans(there, spans))


def _digits_of(cells: Iterable[str]) -> dict[str, str]:
    """What the digits in a column of stages mean; empty where there are words."""
    found = {cell for cell in cells if cell not in {"", "n/a"}}
    if not all(re.fullmatch(r"-?\d", cell, re.ASCII) for cell in found):
        return {}
    return _RK_DIGITS if "5" in found else _AASM_DIGITS


def _stage(cell: str, digits: dict[str, str]) -> str:
    """A digit in a column of stages as a stage; "" where it is a word."""
    return f"Sleep stage {digits.get(cell, UNSCORED)}" if digits and cell else ""


def _filled(row: Row, column: str) -> str:
    """The cell, "" where it holds nothing."""
    cell = row.get(column)
    return "" if cell == "n/a" else cell


def _confidence(row: Row) -> float | None:
    try:
        value = float(row.get("confidence"))
    except ValueError:
        return None
    return value if 0 <= value <= 1 else None


def _status(row: Row) -> Status | None:
    return next((status for status in STATUSES if status == row.get("status")), None)
