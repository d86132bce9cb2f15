"""Values of electrodes as a map of the head seen from above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.explain.region_importance import site_of

Position = tuple[float, float]

# The outer ring of the 10-20 system (Fpz, T7, Oz) lies at four fifths of the way to the nasion.
_RING: Final = 0.8
# Names of the 1958 system for sites that were renamed.
_RENAMED: Final = {"T3": "T7", "T4": "T8", "T5": "P7", "T6": "P8"}


@lru_cache(maxsize=1)
def standard_positions() -> Mapping[str, Position]:
    """Electrodes of the 10-20 system, in capitals: x to the right ear, y to the nose.

    In units of the head's radius, seen from above: the distance from the middle is the angle from
    the vertex. The places on a sphere are those that MNE-Python ships.
    """
    import mne

    places = mne.channels.make_standard_montage("colin27_1020").get_positions()["ch_pos"]
    middle = (places["Fpz"] + places["Oz"]) / 2
    found: dict[str, Position] = {}
    for name, place in places.items():
        x, y, z = place - np.array([0.0, middle[1], 0.0])
        across = np.hypot(x, y)
        away = _RING * np.arctan2(across, z) / (np.pi / 2)
        share = away / across if across > 0 else 0.0
        found[name.upper()] = (float(x * share), float(y * share))
    return found


def positions_of(labels: Sequence[str]) -> dict[str, Position]:
    """Where the first electrode of each label sits; labels of unknown electrodes are left out."""
    known = standard_positions()
    found: dict[str, Position] = {}
    for label in labels:
        site = site_of(label)
        place = None if site is None else known.get(_RENAMED.get(site, site))
        if place is not None:
            found[label] = place
    return found


@dataclass(frozen=True, slots=True)
class HeadMap:
    """Values on the head.

    Attributes
    ----------
    values : mapping of label to float
        Of the channels whose electrode is known.
    positions : mapping of label to (x, y)
    surface : (n, n) ndarray
        As of :func:`topography`.
    """

    values: Mapping[str, float]
    positions: Mapping[str, Position]
    surface: NDArray[np.float64] = field(repr=False)

    @classmethod
    def of(cls, labels: Sequence[str], values: Sequence[float], n: int = 96) -> HeadMap | None:
        """The map of the channels whose electrodes are known; None for fewer than two.

        One electrode alone would colour the whole head.
        """
        positions = positions_of(labels)
        known = {
            label: float(value)
            for label, value in zip(labels, values, strict=True)
            if label in positions and np.isfinite(value)
        }
        if len({positions[label] for label in known}) < 2:
            return None
        places = {label: positions[label] for label in known}
        return cls(known, places, topography(list(known.values()), list(places.values()), n))


def topography(
    values: Sequence[float], positions: Sequence[Position], n: int = 64
) -> NDArray[np.float64]:
    """Values between electrodes, (n, n), the nose at the first row; NaN outside the head.

    The surface goes through every electrode's value and is the flattest one that does (radial
    functions that grow with the distance), so that it neither overshoots much between electrodes
    nor beyond them. Electrodes at one place give their mean.

    Parameters
    ----------
    values : (n_electrodes,) sequence, at least one
        NaN does not count.
    positions : (n_electrodes,) sequence of (x, y)
        As of :func:`positions_of`.

    Raises
    ------
    ValueError
        If no value is left.
    """
    from scipy.interpolate import RBFInterpolator

    at: dict[Position, list[float]] = {}
    for value, place in zip(values, positions, strict=True):
        if np.isfinite(value):
            at.setdefault(place, []).append(float(value))
    if not at:
        raise ValueError("A topography needs at least one electrode with a value.")
    axis = (np.arange(n) + 0.5) / n * 2 - 1
    grid = np.stack(np.meshgrid(axis, -axis), axis=-1)
    places = np.array(list(at))
    means = np.array([np.mean(own) for own in at.values()])
    surface = RBFInterpolator(places, means, kernel="linear", degree=0)
    found = surface(grid.reshape(-1, 2)).reshape(n, n)
    found[np.hypot(grid[..., 0], grid[..., 1]) > 1.0] = np.nan
    return np.asarray(found, dtype=np.float64)
