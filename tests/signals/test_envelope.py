"""Extremes per pixel column: exact, and no spike is ever lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sleepscope.progress import finish
from sleepscope.signals.envelope import FINEST, Pyramid, build_pyramid, column_envelope

N_COLUMNS = 100


def pyramid_of(signal: np.ndarray, sfreq: float = 256.0) -> Pyramid:
    return finish(build_pyramid(lambda a, b: signal[a:b], len(signal), sfreq))


@given(st.integers(1, 2000), st.floats(0.01, 1.0), st.floats(-50.0, 50.0), st.integers(0, 10_000))
def test_columns_hold_the_extremes_of_their_own_samples(
    n: int, step: float, position: float, seed: int
) -> None:
    signal = np.random.default_rng(seed).standard_normal(n)
    envelope = column_envelope(signal, signal, position, step, N_COLUMNS)
    places = position + np.arange(n) * step
    # Samples on the very edge of a column may count to either side.
    on_edge = np.abs(places - np.rint(places)) < 1e-6
    columns = np.floor(places).astype(int)
    for k, (low, high) in enumerate(zip(envelope.low, envelope.high, strict=True)):
        inside = signal[(columns == envelope.first_column + k) & ~on_edge]
        if len(inside) and not on_edge.any():
            assert (low, high) == (inside.min(), inside.max())
    on_page = signal[(columns >= 0) & (columns < N_COLUMNS) & ~on_edge]
    if len(on_page):
        assert envelope.low.min() <= on_page.min()
        assert envelope.high.max() >= on_page.max()


@pytest.mark.parametrize("place", [0, 1, 4999, 12_345, 99_999])
@pytest.mark.parametrize("n_columns", [10, 333, 1440, 50_000])
def test_spike_of_one_sample_is_in_its_column(place: int, n_columns: int) -> None:
    signal = np.zeros(100_000)
    signal[place] = 7.0
    envelope = column_envelope(signal, signal, 0.0, n_columns / len(signal), n_columns)
    assert len(envelope.high) == n_columns
    assert np.flatnonzero(envelope.high) == [place * n_columns // len(signal)]
    assert envelope.low.max() == 0.0


def test_gaps_are_left_out_and_columns_of_gaps_alone_are_nan() -> None:
    signal = np.arange(100.0)
    signal[10:25] = np.nan
    envelope = column_envelope(signal, signal, 0.0, 0.1, 10)
    assert np.isnan(envelope.low[1])
    assert (envelope.low[2], envelope.high[2]) == (25.0, 29.0)


def test_signal_beside_the_page_gives_no_columns() -> None:
    signal = np.ones(10)
    assert len(column_envelope(signal, signal, 200.0, 0.5, N_COLUMNS).low) == 0
    assert len(column_envelope(signal, signal, -200.0, 0.5, N_COLUMNS).low) == 0
    assert len(column_envelope(signal[:0], signal[:0], 0.0, 0.5, N_COLUMNS).low) == 0


@pytest.mark.parametrize("place", [0, 31, 32, 123_456, 999_999])
@pytest.mark.parametrize("length", [400.0, 1800.0, 3906.25])
def test_spike_of_one_sample_is_in_every_level_of_the_pyramid(place: int, length: float) -> None:
    signal = np.zeros(1_000_000, dtype=np.float32)
    signal[place] = -9.0
    pyramid = pyramid_of(signal)
    assert all(low.min() == -9.0 for low in pyramid.low)
    start = min(max(0.0, place / 256.0 - length / 2), len(signal) / 256.0 - length)
    envelope = pyramid.columns(start, length, 1440)
    assert envelope is not None
    columns = envelope.first_column + np.flatnonzero(envelope.low < 0)
    expected = (place / 256.0 - start) / length * 1440
    assert np.abs(columns - expected).max() <= 1.5


def test_pyramid_equals_the_samples_where_buckets_fill_columns() -> None:
    signal = np.random.default_rng(0).standard_normal(FINEST * 800).astype(np.float32)
    envelope = pyramid_of(signal, 32.0).columns(0.0, 800.0, 100)
    assert envelope is not None
    assert np.array_equal(envelope.low, signal.reshape(100, -1).min(axis=1))
    assert np.array_equal(envelope.high, signal.reshape(100, -1).max(axis=1))


def test_short_views_are_left_to_the_samples() -> None:
    assert pyramid_of(np.zeros(100_000)).columns(0.0, 30.0, 1440) is None


def test_pyramid_of_nothing_is_empty() -> None:
    pyramid = pyramid_of(np.zeros(0))
    envelope = pyramid.columns(0.0, 10_000.0, 10)
    assert envelope is not None
    assert len(envelope.low) == 0


def test_building_reports_its_progress() -> None:
    signal = np.zeros(1_000_000)
    reports = list(build_pyramid(lambda a, b: signal[a:b], len(signal), 256.0, "Looking"))
    assert [report.done for report in reports] == sorted(report.done for report in reports)
    assert reports[-1].total == len(signal)
    assert reports[0].message == "Looking"
