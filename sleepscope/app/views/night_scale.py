"""Sensitivities of long pages: a whole night at 7 µV/mm is a black bar that says nothing."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from sleepscope.app.views.gains import SENSITIVITIES
from sleepscope.recordings.recording import Recording
from sleepscope.signals.envelope import Pyramid, middle_value

# The night is looked at in so many stretches; nine in ten of them fit their lanes.
STRETCHES = 960
FITTING_SHARE = 0.9


class NightScale:
    """Remembers how far each channel of a recording reaches over the night."""

    def __init__(self) -> None:
        self._spans: dict[str, tuple[Pyramid, float]] = {}

    def span(self, label: str, pyramid: Pyramid, recording: Recording) -> float:
        """Height (µV) that nine in ten stretches of the night stay within, NaN without any."""
        known = self._spans.get(label)
        if known is not None and known[0] is pyramid:
            return known[1]
        columns = pyramid.columns(0.0, recording.duration, STRETCHES)
        ranges = columns.high - columns.low
        ranges = np.sort(ranges[np.isfinite(ranges)])
        span = float(ranges[int(FITTING_SHARE * (len(ranges) - 1))]) if len(ranges) else math.nan
        self._spans[label] = pyramid, span
        return span


def fitted_sensitivity(
    spans: Iterable[float], height: float, pixels_per_mm: float, now: float, usual: float
) -> float | None:
    """The clinical step at which the night of a kind of channel fits its lanes.

    Parameters
    ----------
    spans : iterable of float, µV
        Of every shown channel of the kind, which all get the same, so that they can be compared.
    height : float, px
        Of their lanes.
    pixels_per_mm : float
        Of the screen.
    now, usual : float, µV/mm
        Sensitivity of short pages and what it is by default: steps that a person went from there
        are gone here, too.

    Returns
    -------
    float or None
        µV/mm; None where nothing is known of the night.
    """
    known = np.array([span for span in spans if math.isfinite(span) and span > 0])
    if len(known) == 0:
        return None
    needed = middle_value(known) * pixels_per_mm / height
    place = next((k for k, step in enumerate(SENSITIVITIES) if step >= needed), None)
    last = len(SENSITIVITIES) - 1
    moved = _place(now) - _place(usual)
    return SENSITIVITIES[min(max((last if place is None else place) + moved, 0), last)]


def _place(sensitivity: float) -> int:
    """Place of the clinical step next to a sensitivity."""
    return min(
        range(len(SENSITIVITIES)), key=lambda k: abs(math.log(SENSITIVITIES[k] / sensitivity))
    )
