"""Voltages become µV whatever way they are written."""

from __future__ import annotations

import pytest

from sleepscope.recordings.units import microvolts_per


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        ("uV", 1.0), ("µV", 1.0), ("μV", 1.0), ("UV", 1.0), ("ÂµV", 1.0), ("Î¼V", 1.0),
        ("?V", 1.0), ("\ufffdV", 1.0), ("\ufffd\ufffdV", 1.0), ("microV", 1.0), ("mV", 1e3),
        ("MV", 1e3), ("V", 1e6), ("nV", 1e-3), ("u V", 1.0),
    ],
)  # fmt: skip
def test_voltage_is_scaled_to_microvolts(unit: str, factor: float) -> None:
    assert microvolts_per(unit) == factor


@pytest.mark.parametrize("unit", ["", "%", "Ohm", "V/s", "mmHg", "uV/s", "?"])
def test_other_units_stay_as_they_are(unit: str) -> None:
    assert microvolts_per(unit) is None
