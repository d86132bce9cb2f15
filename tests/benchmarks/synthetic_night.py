"""A long recording written in a second: channels of given rates, with something to look at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from tests.recordings.edf_bytes import MadeFile, MadeSignal

# What a laboratory records, in the order of a montage.
LABELS = (
    "C3-M2", "C4-M1", "F3-M2", "F4-M1", "O1-M2", "O2-M1", "E1-M2", "E2-M1",
    "Chin EMG", "ECG", "Leg L", "Leg R", "Flow", "Thorax", "Abdomen", "SpO2",
)  # fmt: skip
NIGHT_RATES = (256,) * 8 + (128,) * 4 + (32,) * 3 + (1,)
PAGE_RATES = (256,) * 16

# Seconds of signal that are made; the night repeats them.
_MADE_SECONDS = 300


def write_night(
    path: Path,
    hours: float = 8.0,
    rates: Sequence[int] = NIGHT_RATES,
    *,
    edfplus: bool = False,
    labels: Sequence[str] = LABELS,
    seed: int = 0,
) -> Path:
    """Write an EDF (or EDF+C with an onset in every record) with records of one second.

    Parameters
    ----------
    path : Path
        Where to.
    hours : float
        Length of the night.
    rates : sequence of int, Hz
        One a channel.
    edfplus : bool
        Whether every record says when it begins.
    labels : sequence of str
        Channel labels, as many as rates at least.
    seed : int
        For the noise.

    Returns
    -------
    Path
        ``path``.
    """
    rng = np.random.default_rng(seed)
    n_records = round(hours * 3600)
    signals = [
        MadeSignal(label, _signal(rng, rate), rate, "%" if label == "SpO2" else "uV")
        for label, rate in zip(labels, rates, strict=False)
    ]
    onsets = range(n_records) if edfplus else None
    fields = {"reserved": "EDF+C"} if edfplus else {}
    made = MadeFile(signals, n_records=n_records, onsets=onsets, fields=fields)
    piece = MadeFile(signals, n_records=_MADE_SECONDS).data()
    with path.open("wb") as file:
        file.write(made.header())
        if edfplus:
            _write_with_onsets(file, piece, n_records, made.annotation_bytes)
        else:
            whole, rest = divmod(n_records, _MADE_SECONDS)
            for _ in range(whole):
                file.write(piece)
            file.write(piece[: rest * len(piece) // _MADE_SECONDS])
    return path


def _signal(rng: np.random.Generator, rate: int) -> NDArray[np.int64]:
    """Pink-like noise of some 30 µV with 13-Hz bursts, in steps of 0.1 µV."""
    n = _MADE_SECONDS * rate
    spectrum = np.fft.rfft(rng.standard_normal(n))
    freqs = np.fft.rfftfreq(n, 1 / rate)
    noise = np.fft.irfft(spectrum / np.sqrt(np.maximum(freqs, 0.3)), n)
    times = np.arange(n) / rate
    bursts = np.sin(2 * np.pi * 13 * times) * np.maximum(0, np.sin(2 * np.pi * times / 20)) ** 30
    digital: NDArray[np.int64] = np.round((noise / noise.std() * 30 + 40 * bursts) * 10).astype(int)
    return digital


def _write_with_onsets(file: BinaryIO, piece: bytes, n_records: int, annotation_bytes: int) -> None:
    records = np.frombuffer(piece, dtype=np.uint8).reshape(_MADE_SECONDS, -1)
    for first in range(0, n_records, _MADE_SECONDS):
        n = min(_MADE_SECONDS, n_records - first)
        tals = [b"+%d\x14\x14\0" % (first + k) for k in range(n)]
        heads = b"".join(t.ljust(annotation_bytes, b"\0") for t in tals)
        onsets = np.frombuffer(heads, dtype=np.uint8).reshape(n, -1)
        file.write(np.concatenate((records[:n], onsets), axis=1).tobytes())
