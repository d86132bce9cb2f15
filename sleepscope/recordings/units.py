"""Units of measurement: every voltage becomes µV, whatever way the file writes it."""

from __future__ import annotations

MICROVOLT = "µV"

# Both micro signs, and what encodings make of them: UTF-8 read as Latin-1, the replacement
# character, the question mark of a lossy conversion.
_MICRO_SIGNS = ("Âµ", "Î¼", "μ", "µ", "\ufffd\ufffd", "\ufffd", "?")
# µV per unit.
_VOLTAGES = {
    "v": 1e6,
    "volt": 1e6,
    "volts": 1e6,
    "mv": 1e3,
    "millivolt": 1e3,
    "millivolts": 1e3,
    "uv": 1.0,
    "microv": 1.0,
    "microvolt": 1.0,
    "microvolts": 1.0,
    "uvolt": 1.0,
    "uvolts": 1.0,
    "nv": 1e-3,
    "nanovolt": 1e-3,
    "nanovolts": 1e-3,
}


def microvolts_per(unit: str) -> float | None:
    """How many µV one ``unit`` is; None if it is no voltage."""
    plain = unit
    for sign in _MICRO_SIGNS:
        plain = plain.replace(sign, "u")
    return _VOLTAGES.get(plain.replace(" ", "").lower())
