"""Which events are shown: by scorer, class, sleep stage and confidence."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What is hidden; the rest is shown. What is hidden is not drawn, listed or edited.

    Attributes
    ----------
    scorers : frozenset of str
        Scorers whose events are hidden.
    kinds : frozenset of str
        Classes that are hidden.
    stages : frozenset of str
        Stages ("?" for not scored) whose events, by their midpoint, are hidden. Without a
        hypnogram no event is hidden by its stage.
    min_confidence : float
        0..1. Events of less confidence are hidden; those without one (people's) never are.
    """

    scorers: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    min_confidence: float = 0.0

    @property
    def hides_nothing(self) -> bool:
        """Whether every event is shown, whatever it is."""
        return not (self.scorers or self.kinds or self.stages or self.min_confidence > 0)

    def shows(self, event: Event, scorer: str, hypnogram: Hypnogram | None) -> bool:
        """Whether an event of a scorer is shown."""
        if scorer in self.scorers or event.kind in self.kinds:
            return False
        if event.confidence is not None and event.confidence < self.min_confidence:
            return False
        if not self.stages or hypnogram is None:
            return True
        return hypnogram.stage_at(event.midpoint) not in self.stages

    def shown(self, event_set: EventSet, hypnogram: Hypnogram | None) -> EventSet:
        """The set with its shown events alone; the same object where all are shown."""
        if self.hides_nothing:
            return event_set
        scorer = event_set.scorer
        kept = tuple(e for e in event_set.events if self.shows(e, scorer, hypnogram))
        if len(kept) == len(event_set.events):
            return event_set
        return replace(event_set, events=kept)

    def with_hidden(self, field: str, name: str, is_hidden: bool) -> EventFilter:
        """The filter with one name of "scorers", "kinds" or "stages" hidden or shown."""
        names: frozenset[str] = getattr(self, field)
        changed = names | {name} if is_hidden else names - {name}
        return EventFilter(
            changed if field == "scorers" else self.scorers,
            changed if field == "kinds" else self.kinds,
            changed if field == "stages" else self.stages,
            self.min_confidence,
        )
