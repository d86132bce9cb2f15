"""The running median level."""

from __future__ import annotations

import numpy as np

from sleepscope.signals.background import background_level, bin_means, running_median


def test_a_bin_counts_only_if_half_of_it_is_usable():
    values = np.arange(20.0)
    usable = np.ones(20, dtype=bool)
    usable[0:4] = False
    usable[10:17] = False
    np.testing.assert_allclose(bin_means(values, usable, 10), [6.5, np.nan])


def test_the_running_median_is_that_of_numpy():
    values = np.random.default_rng(0).normal(size=57)
    values[[3, 4, 30]] = np.nan
    expected = [np.nanmedian(values[max(0, k - 5) : k + 6]) for k in range(57)]
    np.testing.assert_allclose(running_median(values, 5), expected)


def test_a_window_without_a_value_has_no_median():
    assert np.isnan(running_median(np.full(9, np.nan), 2)).all()


def test_a_burst_hardly_moves_the_level():
    values = np.ones(20_000)
    values[10_000:10_300] = 50.0
    level = background_level(values, np.ones(20_000, dtype=bool), 100.0)
    np.testing.assert_allclose(level, 1.0)


def test_the_level_depends_on_half_a_window_and_a_bin():
    rng = np.random.default_rng(1)
    values, usable = rng.normal(size=40_000), np.ones(40_000, dtype=bool)
    whole = background_level(values, usable, 100.0, window_seconds=20.0)
    part = background_level(values[10_000:20_000], usable[:10_000], 100.0, window_seconds=20.0)
    np.testing.assert_allclose(part[1200:-1200], whole[11_200:18_800], atol=1e-6)


def test_the_level_is_held_over_what_is_not_usable():
    values, usable = np.ones(1000), np.ones(1000, dtype=bool)
    usable[500:] = False
    level = background_level(values, usable, 10.0, window_seconds=4.0)
    np.testing.assert_allclose(level, 1.0)
    nothing = background_level(values, np.zeros(1000, dtype=bool), 10.0)
    np.testing.assert_allclose(nothing, 0.0)
