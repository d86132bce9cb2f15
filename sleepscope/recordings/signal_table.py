"""How a text table is written, seen from its beginning, and whether it lists signals or events."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DELIMITERS = ("\t", ";", ",")
_RATE_REMARK = re.compile(
    r"\b(?:sfreq|sf|fs|srate|sampling[ _]?(?:rate|frequency)|sample[ _]?rate)\s*[=:]?\s*"
    r"(\d+(?:\.\d+)?)",
    re.IGNORECASE,
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TIMES = _words(
    "time t times sec secs second seconds s timestamp timestamps datetime clock clocktime ms "
    "milliseconds timems timesec timeseconds zeit temps tiempo tempo"
)
_COUNTERS = _words("index sample samples sampleindex samplenumber n unnamed0") | {""}
# What columns of events and stages are called, and no channel.
_EVENT_WORDS = _words(
    "onset onsets start starts begin duration durations end stop offset event events eventtype "
    "eventname type annotation annotations description stage stages sleepstage sleepstages "
    "hypnogram epoch epochs scorer trialtype class instance confidence marker markers starttime "
    "endtime stoptime peak startsec endsec channel"
)
_CLOCK = re.compile(r"(?:\d{4}-\d\d-\d\d[ T])?\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?")
# A beginning of this many bytes is not all of the file.
_CUT_BYTES = 1024
# Rows of the beginning that are looked at.
_MOST_ROWS = 20


@dataclass(frozen=True, slots=True)
class SignalTable:
    """How a table is written.

    Attributes
    ----------
    header_lines : int
        Lines ahead of the first row, the header included.
    delimiter : str
        "" where there is one column.
    labels : tuple of str
        Cells of the header.
    sfreq : float or None, Hz
        From a remark ahead of the header.
    is_events : bool
        Whether it lists events or stages.
    """

    header_lines: int
    delimiter: str
    labels: tuple[str, ...]
    sfreq: float | None
    is_events: bool

    @property
    def has_times(self) -> bool:
        """Whether the first column says when each sample was taken."""
        return len(self.labels) > 1 and _plain(self.labels[0]) in _TIMES

    @property
    def in_milliseconds(self) -> bool:
        """Whether numbers in the column of times are ms."""
        return _plain(self.labels[0]) in ("ms", "timems", "milliseconds")

    @property
    def channels(self) -> tuple[int, ...]:
        """Columns that are channels: all that have a label, without times and counters."""
        counted = len(self.labels) > 1 and _plain(self.labels[0]) in _COUNTERS
        first = 1 if counted or self.has_times else 0
        return tuple(k for k in range(first, len(self.labels)) if self.labels[k])

    def cells(self, line: str) -> list[str]:
        """The cells of a row, with decimal points."""
        cells = line.split(self.delimiter) if self.delimiter else [line]
        if self.delimiter != ",":
            cells = [cell.replace(",", ".") for cell in cells]
        return [cell.strip().strip('"') for cell in cells]


def decode_table(raw: bytes) -> str:
    """Text of a table: UTF-16 where it says so, UTF-8, else Latin-1."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw[: len(raw) // 2 * 2].decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Of a beginning, the last letter may be cut in two.
        if error.reason == "unexpected end of data":
            return raw[: error.start].decode("utf-8-sig")
        return raw.decode("latin-1")


def find_table(head: bytes) -> SignalTable | None:
    """The table that a file begins with; None where there is no header above rows of cells."""
    text = decode_table(head)
    if "\0" in text:
        return None
    # The last line of a longer file is cut.
    lines = text.splitlines()[: -1 if len(head) >= _CUT_BYTES else None]
    sfreq, skipped = None, 0
    for line in lines:
        if line.strip() and not line.lstrip().startswith(("#", "%")):
            break
        found = _RATE_REMARK.search(line)
        if found and float(found[1]) > 0:
            sfreq = float(found[1])
        skipped += 1
    rows = [line for line in lines[skipped + 1 :] if line.strip()][:_MOST_ROWS]
    if not rows or lines[skipped].lstrip().startswith(("[", "{")):
        return None
    header = lines[skipped]
    delimiter = max(_DELIMITERS, key=header.count)
    if not header.count(delimiter):
        delimiter = ""
    labels = [cell.strip().strip('"').strip() for cell in _split(header, delimiter)]
    if not any(labels) or any(_is_number(label) for label in labels):
        return None
    table = SignalTable(skipped + 1, delimiter, tuple(labels), sfreq, is_events=False)
    verdict = _lists_events(table, rows)
    if verdict is None:
        return None
    return SignalTable(skipped + 1, delimiter, tuple(labels), sfreq, verdict)


def _split(line: str, delimiter: str) -> list[str]:
    return line.split(delimiter) if delimiter else [line]


def _lists_events(table: SignalTable, rows: list[str]) -> bool | None:
    """Whether the rows are events, signals, or (None) no rows of this table."""
    if any(_plain(label) in _EVENT_WORDS for label in table.labels):
        return True
    cells = [table.cells(row) for row in rows]
    if any(len(row) != len(table.labels) for row in cells):
        return None
    first = 1 if table.has_times else 0
    texts = [c for row in cells for c in row[first:] if c and not _is_number(c)]
    if texts:
        return True if table.delimiter else None
    timed = all(_is_number(row[0]) or is_clock(row[0]) for row in cells)
    return table.has_times and not timed


def is_clock(cell: str) -> bool:
    """Whether a cell is a time of day, perhaps with a date."""
    return _CLOCK.fullmatch(cell.strip()) is not None


def _is_number(cell: str) -> bool:
    try:
        float(cell.replace("_", "x"))
    except ValueError:
        return False
    return True


def _plain(label: str) -> str:
    """A label without case, blanks and punctuation: "Time (s)" is "times"."""
    return re.sub(r"[^a-z0-9]", "", label.lower())
