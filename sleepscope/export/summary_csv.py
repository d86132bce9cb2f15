"""The night summary as CSV."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

from sleepscope.errors import ExportError
from sleepscope.events.csv_text import defuse
from sleepscope.export.atomic_write import write_whole
from sleepscope.export.csv_lines import csv_bytes
from sleepscope.recordings.neutral_name import neutral_scorers
from sleepscope.summary.night import COLUMNS, SummaryRow


def write_summary(path: Path, rows: Iterable[SummaryRow], file_stems: Collection[str] = ()) -> None:
    """Write the rows under their columns.

    ``file_stems`` are names of the recording's files, which no scorer is called after here.

    Raises
    ------
    ExportError
        If the name does not end in .csv or the file cannot be written.
    """
    if path.suffix.lower() != ".csv":
        raise ExportError(f"{path.name} must end in .csv; a summary is written as CSV alone.")
    rows = tuple(rows)
    names = neutral_scorers((row.scorer for row in rows), file_stems)
    rows = tuple(replace(row, scorer=names[row.scorer]) for row in rows)
    cells = ([defuse(cell) for cell in row.cells()] for row in rows)
    write_whole({path: csv_bytes([COLUMNS, *cells])})
