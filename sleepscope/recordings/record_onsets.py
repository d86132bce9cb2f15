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
