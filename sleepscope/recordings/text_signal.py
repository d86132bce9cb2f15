"""Signals as text, one value a line: the excerpts of the DREAMS databases."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import RecordingError
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.header_fields import decode_text
from sleepscope.recordings.kinds import channel_kind
from sleepscope.recordings.rate import RateNeededError, checked_rate
from sleepscope.recordings.recording import ArrayRecording
from sleepscope.recordings.units import MICROVOLT

# Every DREAMS excerpt lasts half an hour; its rate is not written anywhere.
# Devuyst et al. 2011, doi:10.1109/IEMBS.2011.6090522.
_EXCERPT_SECONDS = 1800
_EXCERPT_RATES = (50.0, 100.0, 200.0)
# How far the number of samples may be off for the rate to be told from it.
_TOLERANCE = 0.02
_OTHER_TEXTS = ("hypnogram", "vis1", "vis2", "spindles", "rems", "automatic")


def is_text_signal(head: bytes) -> bool:
    """Whether a file that begins with ``head`` is a column of numbers under a ``[label]``."""
    lines = head.splitlines()
    if len(lines) < 2 or not lines[0].strip().startswith(b"["):
        return False
    try:
        float(lines[1])
    except ValueError:
        return False
    return not decode_text(lines[0]).strip("[]").lower().startswith(_OTHER_TEXTS)


def read_text_signal(path: Path, sfreq: float | None = None) -> ArrayRecording:
    """Read a text signal.

    Parameters
    ----------
    path : Path
        Line 1 is ``[label]``, every further line one value in µV.
    sfreq : float, Hz, optional
        Sampling rate; without it that of a DREAMS excerpt of 1800 s.

    Raises
    ------
    RateNeededError
        If its rate is not known.
    RecordingError
        If the file cannot be read or holds something else than numbers.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise RecordingError(f"{path.name} cannot be read: {error.strerror or error}.") from error
    first, _, rest = raw.partition(b"\n")
    label = decode_text(first).strip("[] \r") or path.stem
    values = _parse(rest, path)
    notices: list[str] = []
    if sfreq is None:
        sfreq = _excerpt_rate(len(values), path)
        surplus = len(values) - round(sfreq * _EXCERPT_SECONDS)
        if surplus:
            notices.append(
                f"{path.name} holds {abs(surplus)} samples {'more' if surplus > 0 else 'fewer'} "
                f"than {_EXCERPT_SECONDS} s at {sfreq:g} Hz; all are kept."
            )
    else:
        sfreq = checked_rate(sfreq)
    channel = Channel(label, channel_kind(label, MICROVOLT), MICROVOLT, sfreq, len(values))
    return ArrayRecording(path, (channel,), {label: values}, notices=tuple(notices))


def _parse(text: bytes, path: Path) -> NDArray[np.float64]:
    tokens = text.split()
    try:
        values = np.fromiter(map(float, tokens), dtype=np.float64, count=len(tokens))
    except ValueError:
        line = next((t for t in tokens if not _is_number(t)), b"")
        raise RecordingError(
            f"{path.name} is read as one number a line, but holds '{decode_text(line[:40])}'."
        ) from None
    if not len(values):
        raise RecordingError(f"{path.name} holds no values.")
    return values


def _is_number(token: bytes) -> bool:
    try:
        float(token)
    except ValueError:
        return False
    return True


def _excerpt_rate(n_values: int, path: Path) -> float:
    sfreq = min(_EXCERPT_RATES, key=lambda rate: abs(n_values - rate * _EXCERPT_SECONDS))
    expected = sfreq * _EXCERPT_SECONDS
    if abs(n_values - expected) > _TOLERANCE * expected:
        rates = ", ".join(f"{rate:g}" for rate in _EXCERPT_RATES)
        raise RateNeededError(
            f"{path.name} does not say its sampling rate, and its {n_values} values are not "
            f"{_EXCERPT_SECONDS} s at {rates} Hz"
        )
    return sfreq
