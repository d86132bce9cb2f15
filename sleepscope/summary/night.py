"""Events of a night counted and averaged, whole and in parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.constants import STAGES
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet, Span, common_spans, in_spans
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.summary.cycles import sleep_cycles
from sleepscope.summary.measures import EventMeasures

COLUMNS: Final = (
    "scorer", "kind", "by", "part", "minutes", "count", "per_minute", "duration_s",
    "frequency_hz", "amplitude_uv",
)  # fmt: skip
HOUR: Final = 3600.0


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One scorer's events of one class in one part of the night.

    Attributes
    ----------
    scorer, kind : str
    by : str
        "night", "stage", "cycle", "hour" or "channel".
    part : str
        "N2", "cycle 1", "hour 1", a channel, or "" for the whole night.
    minutes : float
        Length of the part that the scorer looked at. Channels share that of the night.
    count : int
    per_minute : float or None
        None where the part has no length.
    duration, frequency, amplitude : float or None
        Means, s, Hz, µV; None where nothing could be measured.
    """

    scorer: str
    kind: str
    by: str
    part: str
    minutes: float
    count: int
    per_minute: float | None
    duration: float | None
    frequency: float | None
    amplitude: float | None

    def cells(self) -> tuple[str, ...]:
        """As text, in the order of :data:`COLUMNS`."""
        return (
            self.scorer, self.kind, self.by, self.part, f"{self.minutes:.1f}", str(self.count),
            *(_cell(value, digits) for value, digits in (
                (self.per_minute, 2), (self.duration, 2), (self.frequency, 2), (self.amplitude, 1)
            )),
        )  # fmt: skip


def summary_rows(
    sets: Sequence[EventSet],
    duration: float,
    hypnogram: Hypnogram | None = None,
    measures: Mapping[str, EventMeasures] | None = None,
) -> tuple[SummaryRow, ...]:
    """Summarise each scorer's events, class by class.

    Parameters
    ----------
    sets : sequence of EventSet
    duration : float, s
        Of the recording.
    hypnogram : Hypnogram, optional
        Gives stages and cycles.
    measures : mapping of event id to EventMeasures, optional

    Returns
    -------
    tuple of SummaryRow
        Only events where their scorer looked are counted, by midpoint, those of all channels
        together unless parted by channel; parts without time and without an event are left out.
        A scorer without an event has rows of no class ("") with a count of 0.
    """
    rows: list[SummaryRow] = []
    known = measures or {}
    parts = _parts(duration, hypnogram)
    for one in sets:
        looked = one.scored_spans or ((0.0, duration),)
        inside = [event for event in one.events if in_spans(event, one.scored_spans)]
        # Who looked and found nothing has a density, too: 0 of no class.
        for kind in dict.fromkeys(event.kind for event in inside) or ("",):
            events = [event for event in inside if event.kind == kind]
            midpoints = np.array([event.midpoint for event in events])
            for by, part, spans in parts:
                here = common_spans(looked, spans) or ()
                seconds = sum(stop - start for start, stop in here)
                chosen = [events[place] for place in _places_in(midpoints, here)]
                if seconds > 0 or chosen:
                    rows.append(_row((one.scorer, kind, by, part), seconds, chosen, known))
            seconds = sum(stop - start for start, stop in looked)
            for channel in sorted({event.channel or "" for event in events}):
                chosen = [event for event in events if (event.channel or "") == channel]
                names = (one.scorer, kind, "channel", channel or "no channel")
                rows.append(_row(names, seconds, chosen, known))
    return tuple(rows)


def _places_in(midpoints: NDArray[np.float64], spans: Sequence[Span]) -> list[int]:
    """Which of the midpoints (s) lie in a span: the rule of ``in_spans`` for thousands at once."""
    inside = np.zeros(midpoints.size, dtype=bool)
    for start, stop in spans:
        inside |= (start <= midpoints) & (midpoints < stop)
    places: list[int] = np.flatnonzero(inside).tolist()
    return places


def _parts(duration: float, hypnogram: Hypnogram | None) -> list[tuple[str, str, tuple[Span, ...]]]:
    parts: list[tuple[str, str, tuple[Span, ...]]] = [("night", "", ((0.0, duration),))]
    if hypnogram is not None:
        parts += [("stage", stage, hypnogram.spans_of({stage})) for stage in STAGES]
        parts += [
            ("cycle", f"cycle {cycle.number}", ((cycle.start, cycle.stop),))
            for cycle in sleep_cycles(hypnogram)
        ]
    n_hours = max(1, -int(-duration // HOUR))
    parts += [
        ("hour", f"hour {k + 1}", ((k * HOUR, min(duration, (k + 1) * HOUR)),))
        for k in range(n_hours)
    ]
    return parts


def _row(
    names: tuple[str, str, str, str],
    seconds: float,
    events: Sequence[Event],
    measures: Mapping[str, EventMeasures],
) -> SummaryRow:
    def mean(value_of: Callable[[EventMeasures], float | None]) -> float | None:
        found = (measures.get(event.id) for event in events)
        return _mean(value_of(one) for one in found if one is not None)

    return SummaryRow(
        *names,
        seconds / 60,
        len(events),
        len(events) / (seconds / 60) if seconds > 0 else None,
        _mean(event.duration for event in events),
        mean(lambda one: one.frequency),
        mean(lambda one: one.amplitude),
    )


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _cell(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"
