"""Rows of cells as the bytes of a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence


def csv_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """Write rows as UTF-8, one line each."""
    return "".join(map(_line, rows)).encode("utf-8", "replace")


def _line(cells: Sequence[str]) -> str:
    # With CR LF as its own line end, csv quotes cells that hold either; files end lines with LF.
    text = io.StringIO(newline="")
    # A null character makes a file bytes to every reader of text.
    csv.writer(text, lineterminator="\r\n").writerow([cell.replace("\0", "") for cell in cells])
    return text.getvalue().removesuffix("\r\n") + "\n"
