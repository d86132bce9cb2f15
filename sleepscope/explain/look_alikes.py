"""Events that a network takes for the same: the nearest in its own features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import SettingsError
from sleepscope.events.event import Event
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


def once_each(
    nearest: Sequence[LookAlike], event: Event, events: Mapping[str, Event], n: int = N_NEAREST
) -> tuple[LookAlike, ...]:
    """The first ``n`` that are not the same waves marked twice.

    Two marks of one channel that overlap, by two scorers, are one event: of those the nearest
    stays, and what overlaps the event that is asked about goes.

    Parameters
    ----------
    nearest : sequence of LookAlike
        Nearest first.
    event : Event
        That is asked about.
    events : mapping of id to Event
        Of this night; those that are not in it stay.
    """
    kept: list[LookAlike] = []
    seen = [event]
    for one in nearest:
        other = events.get(one.event_id)
        if other is not None and one.entry is None:
            if any(_overlap(other, before) for before in seen):
                continue
            seen.append(other)
        kept.append(one)
        if len(kept) == n:
            break
    return tuple(kept)


def _overlap(a: Event, b: Event) -> bool:
    return a.channel == b.channel and a.onset < b.stop and b.onset < a.stop


def _distances(values: NDArray[np.float32], own: NDArray[np.float32]) -> list[float]:
    return [float(d) for d in np.sqrt(((values - own) ** 2).mean(axis=1))]
