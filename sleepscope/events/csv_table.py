"""Tables of text with a header line: comma, semicolon or tab between the cells."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sleepscope.errors import EventFileError
from sleepscope.events.event_file import Source, first_line, seconds

_DELIMITERS = (",", "\t", ";")
# What Excel takes for the separator of a table, in a line of its own.
_SEPARATOR = re.compile(rb"^(?:\xef\xbb\xbf)?sep=.\r?\n", re.IGNORECASE)


def header_of(head: bytes) -> tuple[str, ...]:
    """Column names of the first line, lower case and without blanks; () where it is no table."""
    line = first_line(_SEPARATOR.sub(b"", head, count=1))
    cells = line.split(_delimiter(line))
    return tuple(_column(cell) for cell in cells) if len(cells) > 1 else ()


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=line.count)


def _column(cell: str) -> str:
    return cell.strip().strip('"').strip().casefold()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table.

    Attributes
    ----------
    line : int
        Number of its first line in the file, from 1.
    cells : dict of column to text
        Lower-case column names; cells the line lacks are absent.
    """

    line: int
    cells: dict[str, str]
    source: Source
    decimal_comma: bool

    def get(self, column: str) -> str:
        """The cell without surrounding blanks, "" where the line has none."""
        return self.cells.get(column, "").strip()

    def seconds(self, column: str) -> float:
        """The cell as seconds; EventFileError names the line if it is no number."""
        cell = self.get(column)
        if self.decimal_comma and "." not in cell:
            cell = cell.replace(",", ".")
        return seconds(cell, column, self.source, self.line)


def rows(text: str, source: Source) -> Iterator[Row]:
    """Yield the lines under the header; blank ones are left out.

    Raises
    ------
    EventFileError
        If the text is no table, a cell is huge or quotes do not close.
    """
    if _SEPARATOR.match(text.encode("utf-8", "replace")[:20]):
        # Excel's own first line; a blank one in its place keeps the numbers of the others.
        text = "\n" + text.partition("\n")[2]
    head = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = _delimiter(head)
    # newline="" keeps line ends inside quoted cells as they are.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: list[str] | None = None
    before = 0
    try:
        for cells in reader:
            line, before = before + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns = [_column(cell) for cell in cells]
                continue
            yield Row(line, dict(zip(columns, cells, strict=False)), source, delimiter == ";")
    except csv.Error as error:
        raise EventFileError(
            f"Line {reader.line_num} of {source.name} is no line of a table: {error}."
        ) from error
