"""When each data record of an EDF+ or BDF+ file was recorded, and where nothing was."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sleepscope.recordings.edf_header import EdfHeader
from sleepscope.recordings.record_file import RecordFile
from sleepscope.recordings.record_onsets import believed_onsets, first_onset, read_onsets

# A time-keeping annotation is "+", at most some twenty digits, and two bytes of 0x14.
_ONSET_BYTES = 32
# Below this, s, differences between onset and expectation are rounding in the file.
_ROUNDING = 0.001
# Gaps make a time line longer than its samples; beyond this much, s, onsets are not believed: a
# week where the header announces gaps, a day where it denies them.
_LONGEST_GAPS = 7 * 86400.0
_LONGEST_DENIED_GAPS = 86400.0


@dataclass(frozen=True, slots=True)
class Timeline:
    """Stretches of records that follow each other without a gap.

    Attributes
    ----------
    record_duration : float, s
        Length of a record.
    first_onset : float, s
        Onset of the first record after the clock time in the header.
    first_records : (n_runs,) ndarray of int
        The first record of each stretch.
    onsets : (n_runs,) ndarray, s
        When each stretch begins, from the first sample.
    n_records : int
        Records in all.
    notices : tuple of str
        What was odd, one sentence each.
    """

    record_duration: float
    first_onset: float
    first_records: NDArray[np.int64]
    onsets: NDArray[np.float64]
    n_records: int
    notices: tuple[str, ...] = ()

    @property
    def record_counts(self) -> NDArray[np.int64]:
        """(n_runs,) records in each stretch."""
        return np.diff(self.first_records, append=self.n_records)

    @property
    def stops(self) -> NDArray[np.float64]:
        """(n_runs,) end of each stretch, s."""
        return self.onsets + self.record_counts * self.record_duration

    @property
    def duration(self) -> float:
        """Seconds from the first to behind the last sample."""
        return float(self.stops[-1])

    @property
    def gaps(self) -> tuple[tuple[float, float], ...]:
        """Stretches between the runs, s."""
        pairs = zip(self.stops[:-1].tolist(), self.onsets[1:].tolist(), strict=True)
        return tuple((stop, onset) for stop, onset in pairs if onset > stop)


def read_timeline(header: EdfHeader, file: RecordFile) -> Timeline:
    """The time line of a file: from its record onsets where it has them, else without gaps.

    Raises
    ------
    RecordingError
        If the file cannot be read.
    """
    keeper = next((s for s in header.signals if s.is_annotations), None)
    fastest = max((s.samples_per_record for s in header.signals if not s.is_annotations), default=1)
    if keeper is None or keeper.samples_per_record == 0:
        onsets = np.full(header.n_records, np.nan)
    else:
        width = min(_ONSET_BYTES, keeper.samples_per_record * header.sample_bytes)
        onsets = read_onsets(file, header.n_records, keeper.record_offset, width)
    duration, notices = _record_duration(header, onsets)
    tolerance = max(_ROUNDING, 0.5 * duration / max(fastest, 1))
    if duration == 0:
        onsets = onsets[:1]
    discontinuous = header.variant == "D"
    return build_timeline(onsets, duration, tolerance, discontinuous, notices)


def build_timeline(
    onsets: NDArray[np.float64],
    record_duration: float,
    tolerance: float,
    discontinuous: bool,
    notices: tuple[str, ...] = (),
) -> Timeline:
    """Order records into stretches without gaps.

    Parameters
    ----------
    onsets : (n_records,) ndarray, s
        What each record says, NaN where it says nothing.
    record_duration : float, s
        Length of a record.
    tolerance : float, s
        Differences up to this are no gap.
    discontinuous : bool
        Whether the header announces gaps; if not, the onsets must clearly tell of them and agree
        with those behind them.
    notices : tuple of str
        What was odd so far.
    """
    n = len(onsets)
    expected = np.arange(n) * record_duration
    first = first_onset(onsets, record_duration, tolerance, discontinuous)
    whole = Timeline(record_duration, first, np.zeros(1, np.int64), np.zeros(1), n, notices)
    onsets = onsets - first
    late = onsets - expected
    if np.isnan(late).all() or np.nanmax(np.abs(late)) <= tolerance:
        return whole
    onsets, wrong = believed_onsets(onsets, record_duration, tolerance, discontinuous)
    if wrong:
        said = f"Onsets of {wrong} of {n} data records are not confirmed by the next ones"
        whole = _with(whole, f"{said} and not used.")
    late = onsets - expected
    if np.isnan(late).all() or np.nanmax(np.abs(late)) <= tolerance:
        return whole
    placed, overlaps, silent = _place(onsets, record_duration, tolerance)
    gap_seconds = placed[-1] - expected[-1]
    most = _LONGEST_GAPS if discontinuous else _LONGEST_DENIED_GAPS
    if gap_seconds > most:
        said = f"The onsets of the data records leave gaps of {gap_seconds:.0f} s in all"
        return _with(whole, f"{said}, which is not believed; records follow each other.")
    if not discontinuous and (overlaps or gap_seconds < record_duration / 2):
        said = "The onsets of the data records do not fit their length"
        return _with(whole, f"{said}; as the file announces no gaps, they are not used.")
    starts = np.flatnonzero(np.diff(placed - expected, prepend=-np.inf) > tolerance / 2)
    said_more = list(whole.notices)
    if not discontinuous:
        said_more.append(
            f"The file announces no gaps, but the onsets of its records leave {len(starts) - 1}."
        )
    if overlaps:
        said_more.append(
            f"{overlaps} data records begin before the one ahead ends; they are put behind it."
        )
    silent -= wrong
    if silent:
        said_more.append(
            f"{silent} data records do not say when they begin; they are put behind the one ahead."
        )
    return Timeline(record_duration, first, starts, placed[starts], n, tuple(said_more))


def _with(timeline: Timeline, notice: str) -> Timeline:
    return Timeline(
        timeline.record_duration,
        timeline.first_onset,
        timeline.first_records,
        timeline.onsets,
        timeline.n_records,
        (*timeline.notices, notice),
    )


def _place(
    onsets: NDArray[np.float64], record_duration: float, tolerance: float
) -> tuple[NDArray[np.float64], int, int]:
    """Where each record goes, and how many overlapped or said nothing."""
    placed: list[float] = []
    run_onset, run_length = 0.0, 0
    overlaps = silent = 0
    for onset in onsets.tolist():
        # Counted from the start of the stretch, so that rounding does not add up.
        follows = run_onset + run_length * record_duration
        if onset != onset:
            silent += 1
        elif onset > follows + tolerance:
            run_onset, run_length = onset, 0
            follows = onset
        elif onset < follows - tolerance:
            overlaps += 1
        placed.append(follows)
        run_length += 1
    return np.array(placed), overlaps, silent


def _record_duration(
    header: EdfHeader, onsets: NDArray[np.float64]
) -> tuple[float, tuple[str, ...]]:
    """Seconds in a record; where the header does not say, the usual distance of the onsets."""
    if header.record_duration > 0 or all(s.is_annotations for s in header.signals):
        return header.record_duration, ()
    steps = np.diff(onsets)
    steps = steps[steps > 0]
    if len(steps):
        duration = float(np.median(steps))
        return duration, (f"By their onsets data records last {duration:g} s.",)
    return 1.0, ("Data records are taken to last 1 s.",)
