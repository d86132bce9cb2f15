"""Minimum and maximum of a trace per pixel column, so that no spike is lost at any zoom."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sleepscope.progress import Progress, Steps

# Samples in a bucket of the finest level, and buckets of one level in a bucket of the next.
FINEST = 32
FACTOR = 8
# Samples read at a time while a pyramid is built: 2 MB of float64, a few milliseconds of work.
CHUNK = FINEST * 8192
# Values in a column up to which they are laid side by side: 1440 columns of 5 take 0.04 ms instead
# of 0.16 ms.
FEW = 32


@dataclass(frozen=True, slots=True)
class Envelope:
    """Extremes of a trace in neighbouring columns.

    Attributes
    ----------
    first_column : int
        Column that the first value belongs to.
    low, high : (n_columns,) ndarray
        Smallest and largest sample of each column; NaN where a column holds only gaps.
    """

    first_column: int
    low: NDArray[np.floating[Any]]
    high: NDArray[np.floating[Any]]

    def level(self) -> float:
        """What the trace lies around: the median of the columns' middles, 0 without any."""
        middles = (self.low + self.high) / 2
        middles = middles[np.isfinite(middles)]
        return middle_value(middles) if len(middles) else 0.0

    def lowered(self, offset: float) -> Envelope:
        """The same with ``offset`` taken off every value."""
        if offset == 0:
            return self
        return Envelope(self.first_column, self.low - offset, self.high - offset)


def middle_value(values: NDArray[np.floating[Any]]) -> float:
    """The median of finite values, the upper one of a pair: numpy's loads 30 ms of code first."""
    half = len(values) // 2
    return float(np.partition(values, half)[half])


def column_envelope(
    low: NDArray[np.floating[Any]],
    high: NDArray[np.floating[Any]],
    first_position: float,
    step: float,
    n_columns: int,
) -> Envelope:
    """Extremes per column of values that lie at evenly spaced positions.

    Parameters
    ----------
    low, high : (n,) ndarray
        The same array twice for plain samples, the two sides of a pyramid level otherwise.
    first_position, step : float, columns
        Position of the first value and distance of the values, in columns (1.5 is the middle of
        column 1). With ``step`` at most 1 no column between the first and the last stays empty.
    n_columns : int
        Columns ``0 .. n_columns - 1`` are wanted.
    """
    first, behind, starts, members = _column_starts(len(low), first_position, step, n_columns)
    if len(starts) == 0:
        return Envelope(first, low[:0], high[:0])
    # Where nothing is missing, the pair that does not look out for NaN is a third faster.
    whole = bool(np.isfinite(low[:behind]).all())
    least, most = (np.minimum, np.maximum) if whole else (np.fmin, np.fmax)
    if members is None:
        low, high = low[:behind], high[:behind]
        return Envelope(first, least.reduceat(low, starts), most.reduceat(high, starts))
    return Envelope(first, least.reduce(low[members]), most.reduce(high[members]))


# Channels of one rate share their columns, so a page computes them once a rate.
@lru_cache(maxsize=16)
def _column_starts(
    n: int, first_position: float, step: float, n_columns: int
) -> tuple[int, int, NDArray[np.intp], NDArray[np.intp] | None]:
    """First column, end of the values on the page, where each column begins, and its members.

    The members, (n_most, n_columns), are the indices of each column's values, the last one
    repeated; None where there are so many that going through them in order is faster.
    """
    nothing = np.empty(0, dtype=np.intp)
    if n == 0:
        return 0, 0, nothing, None
    first = max(0, math.floor(first_position))
    last = min(n_columns - 1, math.floor(first_position + (n - 1) * step))
    if last < first:
        return 0, 0, nothing, None
    # A hair of slack keeps a sample that lies on an edge in the column to its right.
    edges = np.ceil((np.arange(first, last + 2) - first_position) / step - 1e-9).astype(np.intp)
    edges = np.clip(edges, 0, n)
    behind = int(edges[-1])
    starts = np.minimum(edges[:-1], behind - 1)
    starts.setflags(write=False)
    return first, behind, starts, _members(starts, behind)


def _members(starts: NDArray[np.intp], behind: int) -> NDArray[np.intp] | None:
    # An empty column takes the value after it, as reduceat does.
    stops = np.maximum(np.append(starts[1:], behind), starts + 1)
    n_most = int((stops - starts).max())
    if n_most > FEW:
        return None
    members: NDArray[np.intp] = np.minimum(starts + np.arange(n_most)[:, np.newaxis], stops - 1)
    members.setflags(write=False)
    return members


@dataclass(frozen=True, slots=True)
class Pyramid:
    """Extremes of a whole channel in buckets of 32, 256, 2048, ... samples.

    Attributes
    ----------
    sfreq : float, Hz
        Rate of the channel.
    buckets : tuple of int
        Samples in a bucket of each level, from fine to coarse.
    low, high : tuple of (n_buckets,) ndarray of float32
        Extremes per level.
    """

    sfreq: float
    buckets: tuple[int, ...]
    low: tuple[NDArray[np.float32], ...]
    high: tuple[NDArray[np.float32], ...]

    def level_for(self, samples_per_column: float) -> int | None:
        """Coarsest level with at least two buckets a column; None: read the samples instead."""
        fitting = [i for i, bucket in enumerate(self.buckets) if 2 * bucket <= samples_per_column]
        return fitting[-1] if fitting else None

    def columns(self, start: float, length: float, n_columns: int) -> Envelope | None:
        """Extremes per column of ``[start, start + length)`` seconds.

        The values are exact; a spike may stand one column beside its place. None where the
        columns are finer than the finest level.
        """
        seconds = length / n_columns
        level = self.level_for(seconds * self.sfreq)
        if level is None:
            return None
        bucket_seconds = self.buckets[level] / self.sfreq
        first = max(0, math.floor(start / bucket_seconds))
        behind = max(first, math.ceil((start + length) / bucket_seconds))
        # A bucket stands where it begins, which lies on the page for the last one too.
        position = (first * bucket_seconds - start) / seconds
        low, high = self.low[level][first:behind], self.high[level][first:behind]
        return column_envelope(low, high, max(position, 0.0), bucket_seconds / seconds, n_columns)


def build_pyramid(
    read: Callable[[int, int], NDArray[np.floating[Any]]],
    n_samples: int,
    sfreq: float,
    message: str = "",
) -> Steps[Pyramid]:
    """Read a channel once and keep its extremes, chunk by chunk.

    Parameters
    ----------
    read : callable
        Returns the samples ``[first, behind)``.
    n_samples : int
    sfreq : float, Hz
    message : str
        For the progress report.
    """
    lows: list[NDArray[np.float32]] = []
    highs: list[NDArray[np.float32]] = []
    for first in range(0, n_samples, CHUNK):
        yield Progress(first, n_samples, message)
        samples = read(first, min(first + CHUNK, n_samples)).astype(np.float32)
        starts = np.arange(0, len(samples), FINEST)
        lows.append(np.fmin.reduceat(samples, starts))
        highs.append(np.fmax.reduceat(samples, starts))
    nothing = np.empty(0, dtype=np.float32)
    low = [np.concatenate(lows) if lows else nothing]
    high = [np.concatenate(highs) if highs else nothing]
    buckets = [FINEST]
    while len(low[-1]) > FACTOR * 256:
        starts = np.arange(0, len(low[-1]), FACTOR)
        low.append(np.fmin.reduceat(low[-1], starts))
        high.append(np.fmax.reduceat(high[-1], starts))
        buckets.append(buckets[-1] * FACTOR)
    return Pyramid(sfreq, tuple(buckets), tuple(low), tuple(high))
