"""What the records of an EDF+ or BDF+ file say about when they begin."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sleepscope.recordings.record_file import RecordFile, in_two_threads

# End of an onset: the byte between the parts of a time-stamped annotations list (EDF+ 2.2.2).
_END = 0x14
_PLUS, _ZERO, _POINT = b"+0."
# Digits that a float holds exactly; the quotient by a power of ten is then rounded only once, as
# ``float`` does.
_EXACT_DIGITS = 15
_TENS = 10.0 ** np.arange(_EXACT_DIGITS + 1)
# So many records behind an onset, or all that are left, must stand against it or by it.
_WITNESSES = 3
# Seconds that records of a file without gaps cannot begin too late.
_A_DAY = 86400.0


def read_onsets(file: RecordFile, n_records: int, offset: int, width: int) -> NDArray[np.float64]:
    """Read what the first annotation of each record says.

    Parameters
    ----------
    file : RecordFile
    n_records : int
        Records in the file.
    offset, width : int, bytes
        Where in a record the annotation begins, and how much of it is looked at.

    Returns
    -------
    (n_records,) ndarray, s
        NaN where it says nothing.

    Raises
    ------
    RecordingError
        If the file cannot be read.
    """
    heads = np.empty((n_records, width), dtype=np.uint8)

    def fill(first: int, behind: int) -> None:
        at = first
        for rows in file.rows(first, behind - first, offset, width):
            heads[at : at + len(rows)] = rows
            at += len(rows)

    in_two_threads(fill, n_records, file.record_bytes)
    return parse_onsets(heads)


def parse_onsets(heads: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Onsets written as ``+12.5`` and a byte 0x14, all at once.

    Parameters
    ----------
    heads : (n_records, width) ndarray of uint8
        The first bytes of each record's annotations.

    Returns
    -------
    (n_records,) ndarray, s
        NaN where there is no number.
    """
    ends = np.argmax(heads == _END, axis=1)
    plain = (heads[:, 0] == _PLUS) & (ends > 1)
    values = np.zeros(len(heads), dtype=np.int64)
    digits = np.zeros(len(heads), dtype=np.int64)
    decimals = np.zeros(len(heads), dtype=np.int64)
    points = np.zeros(len(heads), dtype=np.int64)
    for column in range(1, int(ends.max(initial=0))):
        inside = column < ends
        letters = heads[:, column]
        is_digit = inside & (letters >= _ZERO) & (letters < _ZERO + 10) & (digits < _EXACT_DIGITS)
        is_point = inside & (letters == _POINT)
        plain &= is_digit | is_point | ~inside
        values = np.where(is_digit, 10 * values + letters - _ZERO, values)
        digits += is_digit
        decimals += is_digit & (points > 0)
        points += is_point
    plain &= (digits > 0) & (points <= 1)
    onsets = values / _TENS[decimals]
    for row in np.flatnonzero(~plain).tolist():
        onsets[row] = _onset(heads[row].tobytes())
    return onsets


def _onset(head: bytes) -> float:
    """One onset in whatever way it is written."""
    try:
        return float(head.partition(b"\x14")[0])
    except ValueError:
        return float("nan")


def first_onset(
    onsets: NDArray[np.float64], record_duration: float, tolerance: float, discontinuous: bool
) -> float:
    """Onset of the first record, s: its own, or that of the records behind it less their length.

    These are believed where they agree with each other and the first cannot be right: it would
    begin behind them, or a day before them in a file that announces no gaps.
    """
    first = float(onsets[0]) if len(onsets) and np.isfinite(onsets[0]) else 0.0
    behind = onsets[1 : 1 + _WITNESSES]
    said = behind - (1 + np.arange(len(behind))) * record_duration
    if discontinuous or len(said) < 2 or not np.ptp(said) <= tolerance:
        return first
    late = float(said[0]) - first
    return first if -tolerance <= late <= _A_DAY else float(said[0])


def believed_onsets(
    onsets: NDArray[np.float64], record_duration: float, tolerance: float, discontinuous: bool
) -> tuple[NDArray[np.float64], int]:
    """Leave out onsets that the records behind them stand against.

    Parameters
    ----------
    onsets : (n_records,) ndarray, s
        From the first record; NaN where a record says nothing.
    record_duration : float, s
    tolerance : float, s
        Differences up to this are none.
    discontinuous : bool
        Whether the header announces gaps. Then an onset is left out where all of the next records
        begin earlier; if not, also where they do not follow it without a gap.

    Returns
    -------
    onsets : (n_records,) ndarray, s
        NaN where a record is not believed.
    count : int
        How many are not.
    """
    # Lists, as there may be a million records of which every one is looked at by itself.
    said: list[float] = onsets.tolist()
    late: list[float] = (onsets - np.arange(len(onsets)) * record_duration).tolist()
    believed = onsets.copy()
    level = 0.0
    count = 0
    for record, own in enumerate(late):
        if own != own or abs(own - level) <= tolerance:
            continue
        next_ones = slice(record + 1, record + 1 + _WITNESSES)
        if discontinuous:
            begin = [onset for onset in said[next_ones] if onset == onset]
            fits = own < level or not begin or max(begin) > said[record]
        else:
            behind = late[next_ones]
            fits = bool(behind) and all(abs(other - own) <= tolerance for other in behind)
        if fits:
            level = own
        else:
            believed[record] = np.nan
            count += 1
    return believed, count
