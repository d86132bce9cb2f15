"""Bands and regions computed by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sleepscope.explain.band_importance import (
    ALL_BANDS,
    BANDS,
    SIGMA,
    Band,
    frequency_importance,
    row_shares,
)
from sleepscope.explain.region_importance import REGIONS, mean_over_regions, region_of, site_of

# An octave apart: rows reach from 22.6 to 11.3, 5.7, 2.8 and 1.4 Hz.
FREQS = np.array([16.0, 8.0, 4.0, 2.0])


def test_band_of_an_octave_between_two_rows_is_half_of_each() -> None:
    theta = Band("theta", 4.0, 8.0)
    np.testing.assert_allclose(row_shares(FREQS, theta), [0.0, 0.5, 0.5, 0.0])
    # The rows' means are 4 and 1, so FI is 2.5.
    relevance = np.array([[9.0, 9.0], [3.0, 5.0], [0.0, 2.0], [7.0, 7.0]])
    assert frequency_importance(relevance, FREQS, [theta])[0] == pytest.approx(2.5)


def test_published_bands_and_sigma() -> None:
    assert [(b.name, b.low, b.high) for b in BANDS] == [
        ("delta", 1, 4), ("theta", 4, 8), ("alpha", 8, 14), ("beta", 14, 30), ("gamma", 30, 40),
    ]  # fmt: skip
    assert (SIGMA.low, SIGMA.high) == (11.0, 16.0)
    assert ALL_BANDS[-1] is SIGMA


def test_bands_reach_as_far_as_the_rate_and_beyond_it_there_is_none() -> None:
    gamma = BANDS[-1]
    assert gamma.within(1.0, 32.0) == Band("gamma", 30.0, 32.0)
    assert gamma.within(1.0, 25.0) is None
    relevance = np.ones((4, 2))
    found = frequency_importance(relevance, FREQS, [None, gamma, SIGMA])
    np.testing.assert_array_equal(np.isnan(found), [True, True, False])


def test_sign_is_kept_and_missing_moments_do_not_count() -> None:
    relevance = np.array([[-2.0, np.nan], [0.0, np.nan], [0.0, np.nan], [0.0, np.nan]])
    whole = Band("top row", 12.0, 20.0)
    assert frequency_importance(relevance, FREQS, [whole])[0] == pytest.approx(-2.0)
    assert np.isnan(frequency_importance(relevance * np.nan, FREQS, [whole])).all()


@pytest.mark.parametrize(
    ("label", "region"),
    [
        ("F3-M2", "frontal"), ("EEG Fpz-Cz", "frontal"), ("F7", "frontal"), ("C4-A1", "central"),
        ("FC1", "central"), ("CPz", "central"), ("O2-M1", "parieto-occipital"),
        ("EEG Pz-Oz", "parieto-occipital"), ("T3", "temporal left"), ("T8", "temporal right"),
        ("TP9", "temporal left"), ("FT10", "temporal right"), ("EEG C3-(M1+M2)/2", "central"),
        ("M1", None), ("EEG", None), ("Chin", None),
    ],
)  # fmt: skip
def test_region_by_the_first_electrode(label: str, region: str | None) -> None:
    assert region_of(label) == region


def test_site_of_a_derivation() -> None:
    assert site_of("EEG C3-A2") == "C3"
    assert site_of("M1M2") is None


def test_regions_are_means_of_their_channels() -> None:
    labels = ("F3", "F4", "C3", "O1", "EEG")
    region = mean_over_regions(np.array([1.0, 3.0, 5.0, np.nan, 100.0]), labels)
    np.testing.assert_array_equal(region, [2.0, 5.0, np.nan, np.nan, np.nan])
    bands = np.array([[1.0, -2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0], [9.0, 9.0]])
    matrix = mean_over_regions(bands, labels)
    assert matrix.shape == (len(REGIONS), 2)
    np.testing.assert_array_equal(matrix[:3], [[2.0, 1.0], [5.0, 6.0], [7.0, 8.0]])
    assert np.isnan(matrix[3:]).all()
