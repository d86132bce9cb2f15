"""Signals as a table of text: a header of labels, one column a channel, perhaps times in front."""

from __future__ import annotations

import datetime
import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import RecordingError
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.header_fields import ANONYMOUS_DATE
from sleepscope.recordings.rate import checked_rate, rate_needed, rate_of_times
from sleepscope.recordings.recording import ArrayRecording
from sleepscope.recordings.signal_table import SignalTable, decode_table, is_clock
from sleepscope.recordings.unitless import assumed_channel, look_like_volts, split_unit

_DAY = 86400.0


def read_csv_signal(path: Path, table: SignalTable, sfreq: float | None = None) -> ArrayRecording:
    """Read a table of signals.

    Parameters
    ----------
    path : Path
        Delimited by commas, semicolons or tabs; with the latter two, numbers may have decimal
        commas. Blank cells are samples that were not recorded.
    table : SignalTable
        How it is written.
    sfreq : float, Hz, optional
        Sampling rate where neither a column of times nor a remark ("# sfreq = 256") says it.

    Raises
    ------
    RateNeededError
        If nobody says the rate.
    RecordingError
        If it is a table of events, or something in it is no number.
    """
    if table.is_events:
        raise RecordingError(
            f"{path.name} is a table of events or stages, not of signals; open the recording it "
            "belongs to, then this file as events."
        )
    if not table.channels:
        raise RecordingError(f"{path.name} has no column that could be a channel.")
    rate = table.sfreq
    if rate is None and not table.has_times:
        if sfreq is None:
            raise rate_needed(path.name)
        rate = checked_rate(sfreq)
    try:
        text = decode_table(path.read_bytes())
    except OSError as error:
        raise RecordingError(f"{path.name} cannot be read: {error.strerror or error}.") from error
    if not any(line.strip() for line in text.splitlines()[table.header_lines :]):
        raise RecordingError(f"{path.name} holds a header but no samples below it.")
    start = None
    if table.has_times:
        times, start = _times(text, table, path)
        measured = rate_of_times(times, path.name)
        rate = measured if rate is None else rate
    values = _numbers(text, table, path)
    return _recording(path, table, values, checked_rate(rate or math.nan), start)


def _recording(
    path: Path,
    table: SignalTable,
    values: NDArray[np.float64],
    sfreq: float,
    start: datetime.datetime | None,
) -> ArrayRecording:
    labels = [table.labels[k] for k in table.channels]
    unit, notices = "µV", []
    if not all(split_unit(label)[1] for label in labels):
        volts = any(look_like_volts(column) for column in values)
        unit = "V" if volts else "µV"
        notices.append(
            f"{path.name} does not say its units; values without one are taken as {unit}"
            + (", as they are so small." if volts else ".")
        )
    channels: list[Channel] = []
    signals: dict[str, NDArray[np.floating]] = {}
    for label, column in zip(labels, values, strict=True):
        channel, factor = assumed_channel(label, unit, sfreq, len(column), signals)
        channels.append(channel)
        with np.errstate(over="ignore"):
            signals[channel.label] = column * factor
    return ArrayRecording(path, tuple(channels), signals, start=start, notices=tuple(notices))


def _numbers(text: str, table: SignalTable, path: Path) -> NDArray[np.float64]:
    """(n_channels, n_samples) of the cells below the header, NaN where one is blank."""
    plain = text if table.delimiter == "," else text.replace(",", ".")
    try:
        _check_width(text, table)
        columns = np.loadtxt(
            # Split as everywhere here: NumPy knows fewer ends of lines.
            plain.splitlines()[table.header_lines :],
            delimiter=table.delimiter or None,
            usecols=table.channels,
            comments=None,
            ndmin=2,
        )
    except ValueError:
        columns = _row_by_row(text, table, path)
    return np.ascontiguousarray(columns.T)


def _check_width(text: str, table: SignalTable) -> None:
    """Raise ValueError if there are more or fewer cells in all than columns times rows."""
    if not table.delimiter:
        return
    lines = text.splitlines()[table.header_lines :]
    rows = sum(not line.isspace() for line in lines if line)
    if sum(line.count(table.delimiter) for line in lines) != rows * (len(table.labels) - 1):
        raise ValueError("rows of different widths")


def _row_by_row(text: str, table: SignalTable, path: Path) -> NDArray[np.float64]:
    """The same, slower, with blank cells as NaN and a sentence for what is no number."""
    rows: list[list[float]] = []
    lines = text.splitlines()
    for number, line in enumerate(lines[table.header_lines :], table.header_lines + 1):
        if not line.strip():
            continue
        cells = table.cells(line)
        if len(cells) != len(table.labels):
            raise RecordingError(
                f"Line {number} of {path.name} has {len(cells)} cells where its header has "
                f"{len(table.labels)}."
            )
        rows.append([_number(cells[k], number, path) for k in table.channels])
    return np.array(rows, dtype=np.float64).reshape(-1, len(table.channels))


def _number(cell: str, line: int, path: Path) -> float:
    if not cell:
        return math.nan
    try:
        return float(cell)
    except ValueError:
        raise RecordingError(
            f"Line {line} of {path.name} holds '{cell[:40]}' where a number is expected."
        ) from None


def _times(
    text: str, table: SignalTable, path: Path
) -> tuple[NDArray[np.float64], datetime.datetime | None]:
    """When each sample was taken, s, and the clock time of the first where they are clock times."""
    lines = [line for line in text.splitlines()[table.header_lines :] if line.strip()]
    cells = [line.split(table.delimiter, 1)[0].strip().strip('"') for line in lines]
    if cells and is_clock(cells[0]):
        return _clock_times(cells, table, path)
    factor = 1e-3 if table.in_milliseconds else 1.0
    number = table.header_lines + 1
    times = [_number(cell.replace(",", "."), number + k, path) for k, cell in enumerate(cells)]
    return np.array(times) * factor, None


def _clock_times(
    cells: list[str], table: SignalTable, path: Path
) -> tuple[NDArray[np.float64], datetime.datetime]:
    moments = [_moment(cell, table.header_lines + 1 + k, path) for k, cell in enumerate(cells)]
    first = moments[0]
    times = np.array([(moment - first).total_seconds() for moment in moments])
    if ":" in cells[0][:3]:
        # Times of day start again at midnight.
        times += _DAY * np.cumsum(np.diff(times, prepend=0.0) < -_DAY / 2)
    return times, first


def _moment(cell: str, line: int, path: Path) -> datetime.datetime:
    written = cell.replace(",", ".")
    if ":" in written[:3]:
        # Hours of one digit are filled up to two.
        padded = written if written.index(":") == 2 else f"0{written}"
        written = f"{ANONYMOUS_DATE.isoformat()} {padded}"
    try:
        return datetime.datetime.fromisoformat(written).replace(tzinfo=None)
    except ValueError:
        raise RecordingError(
            f"Line {line} of {path.name} holds '{cell[:40]}' where a time is expected."
        ) from None
