"""What a person or a model does to the review, one frozen object per verb.

The review file knows the inverse of each: undo and redo read its log, so they survive a restart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from sleepscope.detection.detection import Detection
from sleepscope.events.event import Event, Status
from sleepscope.events.event_set import EventSet, Span
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.review.audit import begin_audit, mark_seen
from sleepscope.review.blind import begin_blind, end, freeze, reveal
from sleepscope.review.merge import merge
from sleepscope.review.merge_plan import Choice, MergePlan
from sleepscope.review.review_file import ReviewFile
from sleepscope.review.sitting import Sitting
from sleepscope.review.step import Change


class Command(Protocol):
    """Something that is written to the review file."""

    needs_person: ClassVar[bool]

    def apply(self, review: ReviewFile, person: str, /) -> Change:
        """Write it; ``person`` is a scorer name ("human:AB") or "" where the program acts."""


@dataclass(frozen=True, slots=True)
class SetVerdict:
    """Accept, reject or reset events."""

    needs_person: ClassVar[bool] = True
    event_ids: tuple[str, ...]
    status: Status

    def apply(self, review: ReviewFile, person: str) -> Change:
        return review.set_verdict(self.event_ids, self.status, person)


@dataclass(frozen=True, slots=True)
class AddEvent:
    """Add an event to the person's own."""

    needs_person: ClassVar[bool] = True
    event: Event

    def apply(self, review: ReviewFile, person: str) -> Change:
        return review.add_event(self.event, person)


@dataclass(frozen=True, slots=True)
class ChangeEvent:
    """Move an event, or change its class, channel, note or mark of doubt."""

    needs_person: ClassVar[bool] = True
    event_id: str
    changes: Mapping[str, Any]

    @property
    def event_ids(self) -> tuple[str, ...]:
        """The event, as the commands for many events name theirs."""
        return (self.event_id,)

    def apply(self, review: ReviewFile, person: str) -> Change:
        return review.change_event(self.event_id, person=person, **self.changes)


@dataclass(frozen=True, slots=True)
class ChangeEvents:
    """Change the class, note or mark of doubt of many events alike, as one step."""

    needs_person: ClassVar[bool] = True
    event_ids: tuple[str, ...]
    changes: Mapping[str, Any]

    def apply(self, review: ReviewFile, person: str) -> Change:
        return review.change_events(self.event_ids, person=person, **self.changes)


@dataclass(frozen=True, slots=True)
class DeleteEvents:
    """Delete own events, reject those of others."""

    needs_person: ClassVar[bool] = True
    event_ids: tuple[str, ...]

    def apply(self, review: ReviewFile, person: str) -> Change:
        return review.delete_events(self.event_ids, person)


@dataclass(frozen=True, slots=True)
class RemoveScorer:
    """Take a scorer away with all events; undo brings them back."""

    needs_person: ClassVar[bool] = False
    scorer: str

    def apply(self, review: ReviewFile, person: str) -> Change:
        return review.remove_scorer(self.scorer, person)


@dataclass(frozen=True, slots=True)
class RenameScorer:
    """Give a scorer another name."""

    needs_person: ClassVar[bool] = False
    scorer: str
    name: str

    def apply(self, review: ReviewFile, person: str) -> Change:
        return review.rename_scorer(self.scorer, self.name, person)


@dataclass(frozen=True, slots=True)
class ImportSet:
    """Take in a scorer's events from a file."""

    needs_person: ClassVar[bool] = False
    event_set: EventSet
    statuses: Mapping[str, Status] = field(default_factory=dict)
    undoable: bool = True

    def apply(self, review: ReviewFile, person: str) -> Change:
        return review.import_set(
            self.event_set, self.statuses, person=person, undoable=self.undoable
        )


@dataclass(frozen=True, slots=True)
class SetHypnogram:
    """Take in a hypnogram from a file."""

    needs_person: ClassVar[bool] = False
    hypnogram: Hypnogram
    undoable: bool = True

    def apply(self, review: ReviewFile, person: str) -> Change:
        return review.set_hypnogram(self.hypnogram, person, undoable=self.undoable)


@dataclass(frozen=True, slots=True)
class StageEpochs:
    """Give epochs ``[first, behind)`` of the person's own hypnogram a stage."""

    needs_person: ClassVar[bool] = True
    first: int
    behind: int
    stage: str

    def apply(self, review: ReviewFile, person: str) -> Change:
        return review.stage_epochs(self.first, self.behind, self.stage, person)


@dataclass(frozen=True, slots=True)
class StartStagesFrom:
    """Begin the person's own hypnogram with a copy of another one."""

    needs_person: ClassVar[bool] = True
    scorer: str

    def apply(self, review: ReviewFile, person: str) -> Change:
        return review.start_stages_from(self.scorer, person)


@dataclass(frozen=True, slots=True)
class StoreDetection:
    """Keep what a model found; ``scored_spans`` are those of the chosen stages, None for all."""

    needs_person: ClassVar[bool] = False
    detections: tuple[Detection, ...]
    seconds: float
    scored_spans: tuple[tuple[float, float], ...] | None = None

    def apply(self, review: ReviewFile, person: str) -> Change:
        return review.store_detection(
            self.detections, seconds=self.seconds, scored_spans=self.scored_spans, person=person
        )


@dataclass(frozen=True, slots=True)
class SetScoredSpans:
    """Say in which stretches a scorer looked; None for the whole recording."""

    needs_person: ClassVar[bool] = False
    scorer: str
    spans: tuple[tuple[float, float], ...] | None

    def apply(self, review: ReviewFile, person: str) -> Change:
        return review.set_scored_spans(self.scorer, self.spans, person)


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back the last step, unless it is somebody else's."""

    needs_person: ClassVar[bool] = False

    def apply(self, review: ReviewFile, person: str) -> Change:
        return review.undo(person)


@dataclass(frozen=True, slots=True)
class Redo:
    """Do the last undone step again, unless it is somebody else's."""

    needs_person: ClassVar[bool] = False

    def apply(self, review: ReviewFile, person: str) -> Change:
        return review.redo(person)


@dataclass(frozen=True, slots=True)
class BeginBlind:
    """Hide what models found from the person."""

    needs_person: ClassVar[bool] = True
    spans: tuple[Span, ...] | None = None
    hides_others: bool = False

    def apply(self, review: ReviewFile, person: str) -> Change:
        return begin_blind(review, person, spans=self.spans, hides_others=self.hides_others)


@dataclass(frozen=True, slots=True)
class Freeze:
    """End blind scoring; ``duration`` is the recording's, s."""

    needs_person: ClassVar[bool] = True
    sitting: Sitting
    duration: float

    def apply(self, review: ReviewFile, _person: str) -> Change:
        return freeze(review, self.sitting, duration=self.duration)


@dataclass(frozen=True, slots=True)
class Reveal:
    """Show a model's events after blind scoring."""

    needs_person: ClassVar[bool] = True
    sitting: Sitting
    model: str
    iou: float

    def apply(self, review: ReviewFile, _person: str) -> Change:
        return reveal(review, self.sitting, self.model, iou=self.iou)


@dataclass(frozen=True, slots=True)
class EndSitting:
    """Be done with a blind scoring or an audit."""

    needs_person: ClassVar[bool] = True
    sitting: Sitting

    def apply(self, review: ReviewFile, _person: str) -> Change:
        return end(review, self.sitting)


@dataclass(frozen=True, slots=True)
class Merge:
    """Take in what another copy of the review holds."""

    needs_person: ClassVar[bool] = False
    plan: MergePlan
    choices: Mapping[int, Choice]
    name: str

    def apply(self, review: ReviewFile, person: str) -> Change:
        return merge(review, self.plan, self.choices, name=self.name, person=person)


@dataclass(frozen=True, slots=True)
class BeginAudit:
    """Draw windows for an audit and hide everybody from the person."""

    needs_person: ClassVar[bool] = True
    model: str
    kind: str
    duration: float
    hypnogram: Hypnogram | None
    seed: int
    iou: float
    target: float

    def apply(self, review: ReviewFile, person: str) -> Change:
        return begin_audit(
            review,
            person,
            self.model,
            kind=self.kind,
            duration=self.duration,
            hypnogram=self.hypnogram,
            seed=self.seed,
            iou=self.iou,
            target=self.target,
        )


@dataclass(frozen=True, slots=True)
class MarkSeen:
    """Say that a window of an audit was scored."""

    needs_person: ClassVar[bool] = True
    sitting: Sitting
    place: int

    def apply(self, review: ReviewFile, _person: str) -> Change:
        return mark_seen(review, self.sitting, self.place)
