"""NumPy files: ``.npy`` and ``.npz`` with an array of signals, names and a rate beside it.

They are read without unpickling: a file of Python objects can run code and is refused.
"""

from __future__ import annotations

import ast
import lzma
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import RecordingError
from sleepscope.recordings.channel import Channel, unique_label
from sleepscope.recordings.rate import checked_rate, rate_needed
from sleepscope.recordings.recording import ArrayRecording
from sleepscope.recordings.unitless import assumed_channel, look_like_volts

_NPY = b"\x93NUMPY"
_ZIP = b"PK\x03\x04"
_NAMES = ("chan", "ch_names", "channels", "ch_name", "labels", "names")
_RATES = ("sf", "sfreq", "fs", "srate", "sampling_rate", "sample_rate")
_UNITS = ("unit", "units")
_DATA = ("data", "signals", "signal", "x", "eeg", "eog", "raw")
# What the standard library raises on damaged archives.
_UNPACKABLE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
_LONGEST_HEADER = 10_000
# A night of 64 channels at 512 Hz in single precision has half of that.
_MOST_BYTES = 8 << 30
# More channels than a cap has electrodes: then rows are samples.
_MOST_CHANNELS = 1024


def is_array_file(head: bytes, name: str) -> bool:
    """Whether a file that begins with ``head`` holds NumPy arrays."""
    return head.startswith(_NPY) or (head.startswith(_ZIP) and name.lower().endswith(".npz"))


def read_array_file(path: Path, sfreq: float | None = None) -> ArrayRecording:
    """Read signals out of a NumPy file.

    Parameters
    ----------
    path : Path
        ``.npy`` with an array ``(n_channels, n_samples)`` or ``(n_samples,)`` in µV, or ``.npz``
        with such an array and perhaps names (``chan``, ``ch_names``), rate (``sf``, ``sfreq``)
        and unit (``unit``).
    sfreq : float, Hz, optional
        Sampling rate where the file does not say it.

    Raises
    ------
    RateNeededError
        If neither the file nor the caller says the rate.
    RecordingError
        If the file cannot be read or holds no such array.
    """
    try:
        with path.open("rb") as file:
            arrays = _arrays(file, path)
    except OSError as error:
        raise RecordingError(f"{path.name} cannot be read: {error.strerror or error}.") from error
    except _UNPACKABLE as error:
        raise RecordingError(f"{path.name} is damaged: its arrays cannot be unpacked.") from error
    except MemoryError:
        raise RecordingError(f"{path.name} is larger than the memory of this computer.") from None
    rate = _rate(arrays, path)
    if rate is None:
        rate = None if sfreq is None else checked_rate(sfreq)
    if rate is None:
        raise rate_needed(path.name)
    notices: list[str] = []
    rows = _rows(arrays, path, notices)
    unit = _unit(arrays)
    if not unit:
        volts = any(look_like_volts(samples) for samples in rows.values())
        notices.append(
            f"{path.name} does not say its unit; its values are taken as "
            + ("V, as they are so small." if volts else "µV.")
        )
        unit = "V" if volts else "µV"
    channels: list[Channel] = []
    signals: dict[str, NDArray[np.floating]] = {}
    for label, samples in rows.items():
        channel, factor = assumed_channel(label, unit, rate, len(samples), signals)
        channels.append(channel)
        with np.errstate(over="ignore"):
            signals[channel.label] = samples if factor == 1.0 else samples * factor
    return ArrayRecording(path, tuple(channels), signals, notices=tuple(notices))


def _arrays(file: IO[bytes], path: Path) -> dict[str, NDArray[np.generic]]:
    """The arrays of the file by name; that of an ``.npy`` file is called "data"."""
    if file.read(len(_NPY)) == _NPY:
        file.seek(0, 2)
        size = file.tell()
        file.seek(0)
        return {"data": _array(file, size, path)}
    file.seek(0)
    arrays = {}
    with zipfile.ZipFile(file) as archive:
        members = [m for m in archive.infolist() if m.filename.endswith(".npy")]
        if sum(member.file_size for member in members) > _MOST_BYTES:
            raise RecordingError(
                f"{path.name} announces more than {_MOST_BYTES >> 30} GB of arrays, which is "
                "more than a night has."
            )
        for member in members:
            with archive.open(member) as inside:
                array = _array(inside, member.file_size, path)
            arrays[member.filename.removesuffix(".npy")] = array
    return arrays


def _array(file: IO[bytes], size: int, path: Path) -> NDArray[np.generic]:
    """One array; nothing is allocated beyond what ``size`` bytes can hold, nothing unpickled."""
    shape, fortran, dtype = _header(file, path)
    if dtype.hasobject:
        raise RecordingError(
            f"{path.name} holds Python objects, which can run code and are not read; save it as "
            "an array of numbers."
        )
    count = 1
    for length in shape:
        count *= length
    if count * dtype.itemsize > size:
        raise RecordingError(f"{path.name} is cut short: it announces more than it holds.")
    raw = file.read(count * dtype.itemsize)
    if len(raw) < count * dtype.itemsize:
        raise RecordingError(f"{path.name} is cut short: it announces more than it holds.")
    if dtype.itemsize == 0:
        return np.zeros(shape, dtype=dtype)
    flat = np.frombuffer(raw, dtype=dtype, count=count)
    return flat.reshape(shape[::-1]).T if fortran else flat.reshape(shape)


def _header(file: IO[bytes], path: Path) -> tuple[tuple[int, ...], bool, np.dtype[np.generic]]:
    """Shape, order (True: column by column) and type of an array, as its header says.

    The header is a Python literal, version 1 to 3 of the format; see ``numpy.lib.format``.
    """
    start = file.read(len(_NPY) + 2)
    counted = 2 if start[len(_NPY) :] == b"\x01\x00" else 4
    length = int.from_bytes(file.read(counted), "little")
    try:
        if not start.startswith(_NPY) or length > _LONGEST_HEADER:
            raise ValueError("no header")
        said = ast.literal_eval(file.read(length).decode("latin-1").strip())
        shape, fortran, descr = said["shape"], said["fortran_order"], said["descr"]
        if not (isinstance(descr, str) and isinstance(fortran, bool) and isinstance(shape, tuple)):
            raise TypeError("a structured array")
        if not all(isinstance(length, int) and 0 <= length < 1 << 48 for length in shape):
            raise ValueError("no shape")
        return shape, fortran, np.dtype(descr)
    except (ValueError, SyntaxError, TypeError, KeyError, MemoryError, RecursionError) as error:
        raise RecordingError(f"{path.name} is damaged: an array has no usable header.") from error


def _first(arrays: Mapping[str, NDArray[np.generic]], names: tuple[str, ...]) -> str | None:
    lower = {key.lower(): key for key in arrays}
    return next((lower[name] for name in names if name in lower), None)


def _rate(arrays: Mapping[str, NDArray[np.generic]], path: Path) -> float | None:
    key = _first(arrays, _RATES)
    if key is None or arrays[key].size != 1 or arrays[key].dtype.kind not in "fiu":
        return None
    value = float(arrays[key].reshape(-1)[0])
    try:
        return checked_rate(value)
    except RecordingError:
        raise RecordingError(
            f"{path.name} says a sampling rate of {value:g} Hz, which is none."
        ) from None


def _unit(arrays: Mapping[str, NDArray[np.generic]]) -> str:
    key = _first(arrays, _UNITS)
    if key is None or arrays[key].size != 1 or arrays[key].dtype.kind not in "US":
        return ""
    return _texts(arrays[key])[0]


def _texts(array: NDArray[np.generic]) -> list[str]:
    values = array.reshape(-1).tolist()
    texts = [v.decode("utf-8", "replace") if isinstance(v, bytes) else str(v) for v in values]
    return [" ".join(text.split()) for text in texts]


def _rows(
    arrays: Mapping[str, NDArray[np.generic]], path: Path, notices: list[str]
) -> dict[str, NDArray[np.floating]]:
    """Signals by label, the longest stretch of numbers in the file."""
    numbers = {k: a for k, a in arrays.items() if a.dtype.kind in "fiu" and a.size > 1}
    name_key = _first(arrays, _NAMES)
    is_text = name_key is not None and arrays[name_key].dtype.kind in "US"
    names = _texts(arrays[name_key]) if name_key is not None and is_text else []
    key = _first(numbers, _DATA)
    tables = [k for k, a in numbers.items() if a.ndim == 2]
    single = [k for k, a in numbers.items() if a.ndim == 1]
    if key is None and len(tables) == 1:
        key = tables[0]
    if key is None and not tables and len({len(numbers[k]) for k in single}) == 1:
        # One array a channel, called by its label.
        if len(single) > 1:
            return {k: _float(numbers[k]) for k in single}
        key = single[0]
    if key is None:
        held = ", ".join(f"{k} {'x'.join(map(str, a.shape))}" for k, a in [*arrays.items()][:8])
        raise RecordingError(
            f"{path.name} holds no single array of signals, channels by samples; it has "
            f"{held or 'no arrays'}."
        )
    table = _oriented(numbers[key], names, path, notices)
    if names and len(names) != len(table):
        notices.append(
            f"{path.name} names {len(names)} channels but holds {len(table)}; they are numbered."
        )
        names = []
    labels = names or [f"Channel {k + 1}" for k in range(len(table))]
    rows: dict[str, NDArray[np.floating]] = {}
    for k, label in enumerate(labels):
        rows[unique_label(label or f"Channel {k + 1}", rows)] = _float(table[k])
    return rows


def _float(samples: NDArray[np.generic]) -> NDArray[np.floating]:
    """Numbers as floats; single and double precision stay as they are."""
    kept = samples.dtype.kind == "f" and samples.dtype.itemsize in (4, 8)
    native = samples.dtype.newbyteorder("=") if kept else np.dtype(np.float64)
    converted: NDArray[np.floating] = samples.astype(native, copy=False)
    return converted


def _oriented(
    array: NDArray[np.generic], names: list[str], path: Path, notices: list[str]
) -> NDArray[np.generic]:
    """The array as (n_channels, n_samples)."""
    if array.ndim == 1:
        return array[np.newaxis]
    if array.ndim != 2:
        shape = " x ".join(map(str, array.shape))
        raise RecordingError(
            f"{path.name} holds an array of {shape}; signals have one dimension or two, channels "
            "by samples."
        )
    rows, columns = array.shape
    named_columns = columns == len(names) != rows
    if named_columns or (rows != len(names) and columns < rows):
        notices.append(
            f"{path.name} holds {rows} rows of {columns}; each column is taken as a channel."
        )
        array, rows = array.T, columns
    if rows > _MOST_CHANNELS:
        raise RecordingError(
            f"{path.name} holds an array of {array.shape[0]} channels; at most {_MOST_CHANNELS} "
            "can be opened."
        )
    return array
