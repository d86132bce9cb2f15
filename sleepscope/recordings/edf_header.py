"""The header of an EDF, EDF+, BDF or BDF+ file, with what is broken in it repaired in memory.

The layout is that of Kemp et al. 1992, doi:10.1016/0013-4694(92)90009-7, and Kemp & Olivan 2003,
doi:10.1016/S1388-2457(03)00123-8; BDF differs in its first eight bytes and in 24-bit samples.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from sleepscope.errors import RecordingError
from sleepscope.recordings.header_fields import (
    ANONYMOUS_DATE,
    decode_date,
    decode_float,
    decode_int,
    decode_long_date,
    decode_subject_code,
    decode_text,
    decode_time,
)
from sleepscope.recordings.signal_header import SIGNAL_BYTES, SignalHeader, parse_signals

FIXED_BYTES = 256
EDF_VERSION = b"0"
BDF_VERSION = b"\xffBIOSEMI"
# Seconds; a record outside of these is no record of a night but a damaged field.
_SHORTEST_RECORD, _LONGEST_RECORD = 1e-4, 1e6


@dataclass(frozen=True, slots=True)
class EdfHeader:
    """A header as it can be used, after repairs.

    Attributes
    ----------
    sample_bytes : int
        2 for EDF, 3 for BDF.
    variant : str
        "" for plain EDF or BDF, "C" for continuous, "D" for discontinuous EDF+ and BDF+.
    start : datetime.datetime or None
        Clock time in the header; the onset of the first record is not in it.
    data_offset, record_bytes : int, bytes
        Where the first record begins, and the length of each.
    n_records : int
        Complete records in the file.
    record_duration : float, s
        0 where the header does not say (see ``edf_timeline``).
    signals : tuple of SignalHeader
        In the order of the file, annotation signals included.
    subject_code : str
        A code without name and birth date, or "".
    notices : tuple of str
        What was repaired, one sentence each.
    """

    sample_bytes: int
    variant: str
    start: datetime.datetime | None
    data_offset: int
    record_bytes: int
    n_records: int
    record_duration: float
    signals: tuple[SignalHeader, ...]
    subject_code: str
    notices: tuple[str, ...]


def is_edf(head: bytes) -> bool:
    """Whether a file that begins with ``head`` is of the EDF or BDF family."""
    version = head[:8]
    looks_edf = version.strip(b" \0") == EDF_VERSION and version.startswith(EDF_VERSION)
    return len(head) >= 8 and (looks_edf or version == BDF_VERSION)


def read_edf_header(file: BinaryIO, path: Path, size: int) -> EdfHeader:
    """Read and mend the header at the beginning of an open file.

    Parameters
    ----------
    file : binary file
        Open for reading, at its beginning.
    path : Path
        Only its name, for sentences.
    size : int, bytes
        Length of the file: no more than it warrants is believed or allocated.

    Raises
    ------
    RecordingError
        If there is no usable header, or no complete data record behind it.
    """
    fixed = file.read(FIXED_BYTES)
    if len(fixed) < FIXED_BYTES:
        raise RecordingError(
            f"{path.name} ends after {size} bytes, within the {FIXED_BYTES} bytes of its header."
        )
    notices: list[str] = []
    n_signals = _signal_count(fixed, path, size, notices)
    described = file.read(SIGNAL_BYTES * n_signals)
    if any(byte > 127 for byte in fixed[8:] + described):
        notices.append("The header holds letters outside ASCII; they are read as UTF-8 or Latin-1.")
    variant = _variant(fixed)
    sample_bytes = 3 if fixed[:8] == BDF_VERSION else 2
    signals = parse_signals(described, n_signals, sample_bytes, notices)
    patient = decode_text(fixed[8:88])
    header = EdfHeader(
        sample_bytes=sample_bytes,
        variant=variant,
        start=_start(fixed, notices),
        data_offset=FIXED_BYTES + SIGNAL_BYTES * n_signals,
        record_bytes=0,
        n_records=0,
        record_duration=_record_duration(fixed, signals, notices),
        signals=signals,
        subject_code=decode_subject_code(patient) if variant else "",
        notices=(),
    )
    header = _lay_out(header, fixed, path, size, notices)
    return replace(header, notices=tuple(notices))


def _signal_count(fixed: bytes, path: Path, size: int, notices: list[str]) -> int:
    """Number of signals, from its field or from the header length, as far as the size allows."""
    n_signals = decode_int(fixed[252:256])
    header_bytes = decode_int(fixed[184:192])
    if (n_signals is None or n_signals < 1) and header_bytes is not None:
        n_signals = (header_bytes - FIXED_BYTES) // SIGNAL_BYTES
        notices.append(
            "The number of signals is not given; it is taken from the length of the header."
        )
    if n_signals is None or n_signals < 1:
        raise RecordingError(f"The header of {path.name} does not say how many signals it holds.")
    if FIXED_BYTES + SIGNAL_BYTES * n_signals > size:
        raise RecordingError(
            f"The header of {path.name} announces {n_signals} signals, for which its "
            f"{size} bytes are too few."
        )
    return n_signals


def _variant(fixed: bytes) -> str:
    reserved = decode_text(fixed[192:236]).upper()
    return reserved[4:5] if reserved.startswith(("EDF+C", "EDF+D", "BDF+C", "BDF+D")) else ""


def _start(fixed: bytes, notices: list[str]) -> datetime.datetime | None:
    """Clock time of the header; with a date of 1985-01-01 where only the time is known."""
    date, date_well_written = decode_date(fixed[168:176])
    time, time_well_written = decode_time(fixed[176:184])
    if date is None:
        date = decode_long_date(decode_text(fixed[88:168]))
        # "yy" is what EDF+ asks for behind 2084.
        if date is not None and not fixed[168:176].lower().rstrip().endswith(b"yy"):
            notices.append("The start date is not a date; that of the EDF+ field is used.")
    elif not date_well_written:
        notices.append("The start date is not written as dd.mm.yy; it is read as day, month, year.")
    if time is None:
        notices.append("The start time is not a time; the recording has no clock time.")
        return None
    if date is None or date == ANONYMOUS_DATE:
        given = date is None and any(chr(byte).isdigit() for byte in fixed[168:176])
        how = f"'{decode_text(fixed[168:176])}' is none" if given else "is not given"
        notices.append(f"The start date {how}; only the time of day is kept.")
        date = ANONYMOUS_DATE
    if not time_well_written:
        notices.append("The start time is not written as hh.mm.ss; it is read as far as it goes.")
    return datetime.datetime.combine(date, datetime.time.min) + time


def _record_duration(fixed: bytes, signals: tuple[SignalHeader, ...], notices: list[str]) -> float:
    """Seconds in a record; 0 where it has to be found out from the records themselves."""
    duration = decode_float(fixed[244:252])
    if duration is not None and _SHORTEST_RECORD <= duration <= _LONGEST_RECORD:
        return duration
    if any(not signal.is_annotations for signal in signals):
        notices.append("The header does not say how long a data record lasts.")
    return 0.0


def _lay_out(
    header: EdfHeader, fixed: bytes, path: Path, size: int, notices: list[str]
) -> EdfHeader:
    """Where the records lie, and how many complete ones the file really holds."""
    announced = decode_int(fixed[236:244])
    signals = _with_sample_counts(header, announced, size, notices)
    placed, at = [], 0
    for signal in signals:
        placed.append(replace(signal, record_offset=at))
        at += signal.samples_per_record * header.sample_bytes
    if at == 0:
        raise RecordingError(f"The header of {path.name} describes no samples.")
    offset = _data_offset(header, fixed, announced, at, size, notices)
    n_records, rest = divmod(size - offset, at)
    if n_records == 0:
        raise RecordingError(
            f"{path.name} holds a header but no complete data record of {at} bytes behind it."
        )
    if announced != n_records:
        unknown = announced is None or announced < 0
        said = "does not say how many" if unknown else f"announces {announced}"
        notices.append(f"The header {said} data records; the file holds {n_records}, all used.")
    if rest:
        notices.append(f"The last data record is cut short; its {rest} bytes are left out.")
    return replace(
        header, signals=tuple(placed), record_bytes=at, data_offset=offset, n_records=n_records
    )


def _with_sample_counts(
    header: EdfHeader, announced: int | None, size: int, notices: list[str]
) -> tuple[SignalHeader, ...]:
    """The signals with a missing sample count found from the size of the file, if only one is."""
    missing = [s for s in header.signals if s.samples_per_record < 0]
    if not missing:
        return header.signals
    found = 0
    if len(missing) == 1 and announced is not None and announced > 0:
        known = sum(max(0, s.samples_per_record) for s in header.signals)
        record_bytes = (size - header.data_offset) // announced
        found = max(0, record_bytes // header.sample_bytes - known)
    answer = f"by the size of the file it is {found}" if found else "it is left out"
    notices.extend(
        f"The header does not say how many samples {s.label} has in a record; {answer}."
        for s in missing
    )
    return tuple(
        replace(s, samples_per_record=found) if s.samples_per_record < 0 else s
        for s in header.signals
    )


def _data_offset(
    header: EdfHeader,
    fixed: bytes,
    announced: int | None,
    record_bytes: int,
    size: int,
    notices: list[str],
) -> int:
    """Bytes before the first record: what the signal count says, unless only the field fits."""
    computed, field = header.data_offset, decode_int(fixed[184:192])
    if field == computed:
        return computed
    wanted = announced * record_bytes if announced is not None and announced > 0 else None
    fits = field is not None and field > computed and size - field == wanted
    notices.append(
        f"The header says it is {'?' if field is None else field} bytes long where "
        f"{computed} are needed for its signals; records are read from byte "
        f"{field if fits else computed}."
    )
    return field if fits and field is not None else computed
