"""An EDF, EDF+, BDF or BDF+ file as a Recording."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import RecordingError
from sleepscope.recordings.channel import Channel, unique_label
from sleepscope.recordings.edf_header import EdfHeader, read_edf_header
from sleepscope.recordings.edf_timeline import Timeline, read_timeline
from sleepscope.recordings.kinds import channel_kind, settled_kinds
from sleepscope.recordings.record_file import RecordFile, in_two_threads
from sleepscope.recordings.recording import Recording, check_missing
from sleepscope.recordings.signal_header import SignalHeader
from sleepscope.recordings.units import MICROVOLT, microvolts_per


@dataclass(frozen=True, slots=True)
class _Signal:
    """Where a channel's samples lie in a record, and what a digital step of it is worth."""

    offset: int
    samples_per_record: int
    gain: float
    zero: float  # value of digital 0


@dataclass(frozen=True, slots=True)
class _Place:
    """The same bytes in each of some records."""

    record: int
    n_records: int
    offset: int
    width: int


class EdfRecording(Recording):
    """A file of the EDF family, opened for reading only.

    Parameters
    ----------
    path : Path
        The file; whether it is one of the family is seen from its first bytes.

    Attributes
    ----------
    header : EdfHeader
        The header after repairs.
    size : int, bytes
        Length of the file.

    Raises
    ------
    RecordingError
        If the file cannot be read or holds no data.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.size = path.stat().st_size
            with path.open("rb") as file:
                self.header = read_edf_header(file, path, self.size)
        except OSError as error:
            raise RecordingError(
                f"{path.name} cannot be read: {error.strerror or error}."
            ) from error
        header = self.header
        self._file = RecordFile(path, header.data_offset, header.record_bytes)
        self._timeline = read_timeline(header, self._file)
        self.duration = self._timeline.duration
        self.gaps = self._timeline.gaps
        self.start = _first_sample(header, self._timeline)
        self.subject_code = header.subject_code
        self._signals: dict[str, _Signal] = {}
        self._placements: dict[int, NDArray[np.int64]] = {}
        notices = [*header.notices, *self._timeline.notices]
        self.channels = self._build_channels(notices)
        self.notices = tuple(notices)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def head(self) -> bytes:
        """The bytes of the header, as they are in the file."""
        return self._file.head(self.header.data_offset)

    def record(self, index: int, longest: int) -> bytes:
        """The bytes of one data record, as they are in the file, ``longest`` at most."""
        rows = self._file.rows(index, 1, 0, min(longest, self.header.record_bytes))
        return b"".join(row.tobytes() for row in rows)

    def _build_channels(self, notices: list[str]) -> tuple[Channel, ...]:
        channels: list[Channel] = []
        repeated: dict[str, None] = {}
        for signal in self.header.signals:
            if signal.is_annotations or signal.samples_per_record == 0:
                continue
            label = unique_label(signal.label, self._signals)
            if label != signal.label:
                repeated[signal.label] = None
            channels.append(self._channel(label, signal))
        notices.extend(
            f"Several channels are called '{label}'; they are told apart by numbers."
            for label in repeated
        )
        if not channels:
            notices.append("The file holds annotations only, no signals.")
        return settled_kinds(channels)

    def _channel(self, label: str, signal: SignalHeader) -> Channel:
        scale = microvolts_per(signal.unit)
        factor = 1.0 if scale is None else scale
        gain = signal.gain * factor
        self._signals[label] = _Signal(
            signal.record_offset,
            signal.samples_per_record,
            gain,
            signal.physical_min * factor - signal.digital_min * gain,
        )
        low, high = sorted((signal.physical_min * factor, signal.physical_max * factor))
        unit = signal.unit if scale is None else MICROVOLT
        sfreq = signal.samples_per_record / self._timeline.record_duration
        last_run = int(self._timeline.record_counts[-1]) * signal.samples_per_record
        return Channel(
            label=label,
            kind=channel_kind(label, unit, signal.transducer),
            unit=unit,
            sfreq=sfreq,
            n_samples=int(self._run_starts(signal.samples_per_record)[-1]) + last_run,
            physical_range=(low, high),
            prefiltering=signal.prefiltering,
            transducer=signal.transducer,
        )

    def _run_starts(self, samples_per_record: int) -> NDArray[np.int64]:
        """(n_runs,) index on the uniform grid at which each stretch without gaps begins."""
        starts = self._placements.get(samples_per_record)
        if starts is None:
            line = self._timeline
            sfreq = samples_per_record / line.record_duration if line.record_duration else 0.0
            lengths = line.record_counts * samples_per_record
            starts = np.round(line.onsets * sfreq).astype(np.int64)
            # Rounding must not let a stretch begin inside the one ahead.
            before = np.concatenate(([0], np.cumsum(lengths)[:-1]))
            starts = np.maximum.accumulate(starts - before) + before
            self._placements[samples_per_record] = starts
        return starts

    def _read_samples(self, channel: Channel, first: int, behind: int) -> NDArray[np.float64]:
        signal = self._signals[channel.label]
        spr = signal.samples_per_record
        starts = self._run_starts(spr)
        if len(starts) == 1:
            values = np.empty(behind - first)
            self._read_stored(signal, first, behind, values)
            return values
        lengths = self._timeline.record_counts * spr
        check_missing(self.path.name, channel, behind - first - int(lengths.sum()))
        values = np.full(behind - first, np.nan)
        stored = self._timeline.first_records * spr
        run = max(0, int(np.searchsorted(starts, first, side="right")) - 1)
        while run < len(starts) and starts[run] < behind:
            a = max(first, int(starts[run]))
            b = min(behind, int(starts[run] + lengths[run]))
            if a < b:
                shift = int(stored[run] - starts[run])
                self._read_stored(signal, a + shift, b + shift, values[a - first : b - first])
            run += 1
        return values

    def _read_stored(
        self, signal: _Signal, first: int, behind: int, values: NDArray[np.float64]
    ) -> None:
        """Fill ``values`` with the samples ``[first, behind)`` in the order of the file."""
        spr, width = signal.samples_per_record, self.header.sample_bytes
        done = 0
        while first < behind:
            record, inside = divmod(first, spr)
            if inside or behind - first < spr:
                n_records, n = 1, min(spr - inside, behind - first)
            else:
                n_records, n = (behind - first) // spr, spr
            place = _Place(record, n_records, signal.offset + inside * width, n * width)
            size = n_records * n
            self._read_shared(signal, place, values[done : done + size])
            done += size
            first += size

    def _read_shared(self, signal: _Signal, place: _Place, values: NDArray[np.float64]) -> None:
        """Read, in two threads where so much of the file has to be passed that it pays."""
        spr = signal.samples_per_record

        def unpack(first: int, behind: int) -> None:
            piece = replace(place, record=place.record + first, n_records=behind - first)
            self._unpack(signal, piece, values[first * spr : behind * spr])

        # Of a record that is read in part there is only one.
        if place.n_records == 1:
            self._unpack(signal, place, values)
        else:
            in_two_threads(unpack, place.n_records, self.header.record_bytes)

    def _unpack(self, signal: _Signal, place: _Place, values: NDArray[np.float64]) -> None:
        done = 0
        for rows in self._file.rows(place.record, place.n_records, place.offset, place.width):
            digital = _digital(rows, self.header.sample_bytes)
            block = values[done : done + digital.size].reshape(digital.shape)
            # Three passes over a block that stays in the cache are faster than one that casts
            # and multiplies.
            block[...] = digital
            block *= signal.gain
            block += signal.zero
            done += digital.size


def _digital(rows: NDArray[np.uint8], sample_bytes: int) -> NDArray[np.signedinteger]:
    """Rows of little-endian samples of two or three bytes as numbers."""
    if sample_bytes == 2:
        return rows.view("<i2")
    padded = np.zeros((rows.shape[0], rows.shape[1] // 3, 4), dtype=np.uint8)
    padded[:, :, 1:] = rows.reshape(rows.shape[0], -1, 3)
    numbers: NDArray[np.int32] = padded.view("<i4")[:, :, 0] >> 8
    return numbers


def _first_sample(header: EdfHeader, timeline: Timeline) -> datetime.datetime | None:
    if header.start is None:
        return None
    try:
        return header.start + datetime.timedelta(seconds=timeline.first_onset)
    except OverflowError:
        return header.start
