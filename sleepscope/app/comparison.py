"""Who is compared with whom, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sleepscope.agreement.matching import Match, match
from sleepscope.constants import DEFAULT_IOU
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet, Span
from sleepscope.events.hypnogram import Hypnogram


@dataclass(frozen=True, slots=True)
class CompareSettings:
    """What is compared.

    Attributes
    ----------
    a, b : str
        Scorer under test, scorer taken for the truth.
    kind : str
        Events of this kind.
    iou : float
        Overlap from which two events count as one.
    stages : tuple of str or None
        Only events in these stages; None for all.
    """

    a: str
    b: str
    kind: str
    iou: float = DEFAULT_IOU
    stages: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcome of a comparison.

    Attributes
    ----------
    settings : CompareSettings
    outcome : Match
    disagreements : tuple of Event
        Events of either side without a partner, by onset.
    looks : mapping of event id to "matched", "missed" or "extra"
    """

    settings: CompareSettings
    outcome: Match
    disagreements: tuple[Event, ...] = field(repr=False)
    looks: Mapping[str, str] = field(repr=False)

    @property
    def n_matched(self) -> int:
        """Pairs."""
        return len(self.outcome.pairs)

    @property
    def n_missed(self) -> int:
        """Events of B alone."""
        return len(self.outcome.only_b)

    @property
    def n_extra(self) -> int:
        """Events of A alone."""
        return len(self.outcome.only_a)

    @property
    def precision(self) -> float | None:
        """Share of A's events that B has too; None where A has none."""
        return _share(self.n_matched, self.n_matched + self.n_extra)

    @property
    def recall(self) -> float | None:
        """Share of B's events that A has too; None where B has none."""
        return _share(self.n_matched, self.n_matched + self.n_missed)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall; None where neither has events."""
        return _share(2 * self.n_matched, 2 * self.n_matched + self.n_missed + self.n_extra)

    @property
    def mean_iou(self) -> float | None:
        """Mean overlap of the pairs; None without pairs of stretches."""
        values = [pair.iou for pair in self.outcome.pairs if pair.iou is not None]
        return sum(values) / len(values) if values else None

    @property
    def spans(self) -> tuple[Span, ...] | None:
        """Where both looked, s; None for the whole recording."""
        return self.outcome.spans


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def compare(
    a: EventSet, b: EventSet, settings: CompareSettings, hypnogram: Hypnogram | None
) -> Comparison:
    """Match two scorers' events of one kind, inside the spans that both scored.

    Raises
    ------
    SettingsError
        If stages are asked for without a hypnogram, or a setting is out of range.
    """
    of_kind = [s.with_events(e for e in s.events if e.kind == settings.kind) for s in (a, b)]
    outcome = match(
        of_kind[0],
        of_kind[1],
        iou=settings.iou,
        stages=settings.stages,
        hypnogram=hypnogram if settings.stages is not None else None,
    )
    looks = {event.id: "missed" for event in outcome.only_b}
    looks |= {event.id: "extra" for event in outcome.only_a}
    for pair in outcome.pairs:
        looks[pair.a.id] = looks[pair.b.id] = "matched"
    alone = sorted((*outcome.only_a, *outcome.only_b), key=lambda e: (e.onset, e.id))
    return Comparison(settings, outcome, tuple(alone), MappingProxyType(looks))
