"""Events that a network takes for the same: the nearest in its own features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import SettingsError
from sleepscope.explain.event_features import EventFeatures
from sleepscope.explain.reviewed_library import LibraryEntry

N_NEAREST: Final = 12


@dataclass(frozen=True, slots=True)
class LookAlike:
    """One of the nearest events.

    Attributes
    ----------
    event_id : str
    distance : float
        Root mean square difference over the features, in standard deviations of its night.
    entry : LibraryEntry or None
        What the library knows of an event of another recording; None for those of this night.
    """

    event_id: str
    distance: float
    entry: LibraryEntry | None = None


def look_alikes(
    features: EventFeatures,
    event_id: str,
    library: Sequence[LibraryEntry] = (),
    n: int = N_NEAREST,
) -> tuple[LookAlike, ...]:
    """The ``n`` events nearest to one, from its night and from a library, nearest first.

    An event that is in both counts once, as one of this night.

    Raises
    ------
    SettingsError
        If the event has no features.
    """
    if event_id not in features.event_ids:
        raise SettingsError(
            "The selected event has no features of this model: nothing usable was recorded there, "
            "or the model does not read its channel."
        )
    own = features.values[features.event_ids.index(event_id)]
    found = [
        LookAlike(other, distance)
        for other, distance in zip(
            features.event_ids, _distances(features.values, own), strict=True
        )
        if other != event_id
    ]
    here = set(features.event_ids)
    apart = [
        entry
        for entry in library
        if entry.event_id not in here
        and entry.model == features.model
        and entry.values.size == own.size
    ]
    if apart:
        values = np.stack([entry.values for entry in apart])
        found += [
            LookAlike(entry.event_id, distance, entry)
            for entry, distance in zip(apart, _distances(values, own), strict=True)
        ]
    return tuple(sorted(found, key=lambda one: (one.distance, one.event_id))[:n])


def _distances(values: NDArray[np.float32], own: NDArray[np.float32]) -> list[float]:
    return [float(d) for d in np.sqrt(((values - own) ** 2).mean(axis=1))]
