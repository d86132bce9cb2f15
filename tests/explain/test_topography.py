"""Electrodes on the head, and the surface between them."""

from __future__ import annotations

import numpy as np
import pytest

from sleepscope.explain.topography import HeadMap, positions_of, topography


def test_electrodes_sit_where_the_10_20_system_has_them() -> None:
    places = positions_of(("Cz", "C3-M2", "C4", "Fpz", "Oz", "T3", "EEG T8-A1", "M1", "Chin"))
    assert set(places) == {"Cz", "C3-M2", "C4", "Fpz", "Oz", "T3", "EEG T8-A1"}
    assert np.hypot(*places["Cz"]) < 0.05
    assert places["C3-M2"][0] == pytest.approx(-0.4, abs=0.05)
    assert places["C4"][0] == pytest.approx(0.4, abs=0.05)
    assert places["Fpz"][1] == pytest.approx(0.8, abs=0.05)
    assert places["Oz"][1] == pytest.approx(-0.8, abs=0.1)
    assert places["T3"][0] == pytest.approx(-0.85, abs=0.05)
    assert places["EEG T8-A1"][0] == pytest.approx(0.85, abs=0.05)


def test_surface_goes_through_the_electrodes_and_ends_with_the_head() -> None:
    places = [(-0.5, 0.5), (0.5, 0.5), (0.0, -0.5)]
    found = topography([1.0, 3.0, 0.0], places, 200)
    assert np.isnan(found[0, 0])
    assert np.isfinite(found[100, 100])
    for value, (x, y) in zip((1.0, 3.0, 0.0), places, strict=True):
        assert found[round(100 - 100 * y), round(100 + 100 * x)] == pytest.approx(value, abs=0.06)
    assert np.nanmax(found) < 3.2
    assert np.nanmin(found) > -0.2


def test_one_electrode_is_a_level_and_several_at_one_place_their_mean() -> None:
    assert np.nanmax(np.abs(topography([2.0], [(0.1, 0.1)]) - 2.0)) < 1e-9
    found = topography([1.0, 3.0, np.nan], [(0.1, 0.1), (0.1, 0.1), (0.5, 0.0)])
    assert np.nanmax(np.abs(found - 2.0)) < 1e-9
    with pytest.raises(ValueError, match="at least one electrode"):
        topography([np.nan], [(0.0, 0.0)])


def test_head_takes_two_known_electrodes() -> None:
    head = HeadMap.of(("C3-M2", "C4-M1", "Chin"), (1.0, 2.0, 9.0), 20)
    assert head is not None
    assert dict(head.values) == {"C3-M2": 1.0, "C4-M1": 2.0}
    assert HeadMap.of(("C3-M2", "Chin"), (1.0, 2.0)) is None
    assert HeadMap.of(("C3-M2", "C3", "C4"), (1.0, 2.0, float("nan"))) is None
