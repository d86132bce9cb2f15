"""Stages in text: one per line, or the column of stages in a table with a line per epoch."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

_HEADINGS = {
    "stage",
    "stages",
    "hypnogram",
    "sleep stage",
    "sleep_stage",
    "sleepstage",
    "stade",
    "values",
    "hypno",
}
# A table of anything else than epochs has other columns.
_BESIDE = {"", "epoch", "epochs", "index", "epoch_number", "time"}
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[ T]\d{1,2}:\d{2}:\d{2}")


@dataclass(frozen=True, slots=True)
class StageWord:
    """What stands for the stage of an epoch, and for its beginning where the table has times.

    Attributes
    ----------
    line : int
        From 1.
    word, time : str
        As written; ``time`` is "" where there is none.
    """

    line: int
    word: str
    time: str = ""


def stage_words(text: str) -> Iterator[StageWord]:
    """The stages of a text, heading and blank lines left out."""
    lines = text.splitlines()
    head = next((line for line in lines if line.strip()), "")
    columns = _columns(head)
    delimiter = _delimiter(head)
    is_first = True
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        if is_first and (columns or line.strip().strip('"').casefold() in _HEADINGS):
            is_first = False
            continue
        is_first = False
        if not columns:
            yield StageWord(number, line.strip())
            continue
        cells = [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
        at = next(k for k, column in enumerate(columns) if column in _HEADINGS)
        clock = columns.index("time") if "time" in columns else -1
        time = cells[clock] if 0 <= clock < len(cells) and _DATE.match(cells[clock]) else ""
        yield StageWord(number, cells[at] if at < len(cells) else "", time)


def _delimiter(head: str) -> str:
    return max((",", "\t", ";"), key=head.count)


def _columns(head: str) -> list[str]:
    """Names of the columns of a table with a line per epoch; [] where the text is none."""
    columns = [cell.strip().strip('"').casefold() for cell in head.split(_delimiter(head))]
    stages = [column for column in columns if column in _HEADINGS]
    others = [column for column in columns if column not in _HEADINGS]
    fits = len(columns) > 1 and len(stages) == 1 and set(others) <= _BESIDE
    return columns if fits else []
