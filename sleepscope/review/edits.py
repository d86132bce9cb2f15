"""What each edit means: from what is there and what a person wants to the rows that change.

A set of a model or a file never changes. A person decides on its events (a verdict); a moved or
renamed one leaves the source where it was, marked "changed", and gives the person a copy.
"""

from __future__ import annotations

import dataclasses
import datetime
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sleepscope.constants import STAGES, UNSCORED
from sleepscope.errors import ReviewError
from sleepscope.events.event import Event, Status, Verdict, new_event_id
from sleepscope.events.event_set import Span
from sleepscope.events.hypnogram import Hypnogram, blank_hypnogram, filled_from, own_copy
from sleepscope.review.content import ReviewContent
from sleepscope.review.rows import (
    RowChange,
    event_row,
    hypnogram_row,
    spans_text,
    verdict_row,
)

CHANGEABLE: Final = ("onset", "duration", "kind", "channel", "note", "unsure")
_VERB_OF_STATUS: Final = {"accepted": "accept", "rejected": "reject", "unreviewed": "reset"}


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit worked out, not yet written.

    Attributes
    ----------
    verb, name : str
        As in :class:`~sleepscope.review.step.Step`.
    changes : tuple of RowChange
        In the order they are written.
    event_id : str or None
        The event to select next.
    merge_key : object
        Edits in quick succession with the same key make one step; None never merges.
    """

    verb: str
    name: str
    changes: tuple[RowChange, ...]
    event_id: str | None = None
    merge_key: object = None


@dataclass(frozen=True, slots=True)
class Editor:
    """Works out one person's edits.

    Attributes
    ----------
    content : ReviewContent
    person : str
        Scorer name, "human:AB".
    when : datetime.datetime
    fresh_scorer_id : int
        Row number for the person's set, should this be the first event in it.
    duration : float, s
        Of the recording.
    """

    content: ReviewContent
    person: str
    when: datetime.datetime
    fresh_scorer_id: int
    duration: float

    def __post_init__(self) -> None:
        if not self.person.startswith("human:") or self.person == "human:":
            raise ReviewError(
                f"'{self.person}' cannot edit; only a person can, named like 'human:AB'."
            )

    def verdict(self, event_ids: Iterable[str], status: Status) -> Edit:
        """Accept, reject or reset events; an own event that is rejected goes."""
        verb = _VERB_OF_STATUS.get(status)
        if verb is None:
            choices = ", ".join(_VERB_OF_STATUS)
            raise ReviewError(f"'{status}' is not a decision on an event; it must be {choices}.")
        changes: list[RowChange] = []
        touched: list[Event] = []
        ids = dict.fromkeys(event_ids)
        if status == "accepted":
            # A changed copy is what the person stands for: its source stays "changed".
            ids = dict.fromkeys(i for i in ids if self.content.copy_of(self.person, i) not in ids)
        else:
            ids = self._without_copies(ids)
        for event_id in ids:
            event = self.content.event(event_id)
            if self._owns(event_id):
                new = self._reject_own(event_id) if status == "rejected" else []
            else:
                new = [*self._remove_copy(event_id), *self._set_verdict(event_id, status)]
            changes += new
            touched += [event] if new else []
        return Edit(verb, _name(verb, touched), tuple(changes))

    def add(self, event: Event) -> Edit:
        """Put a new event into the person's own set."""
        event = dataclasses.replace(event, confidence=None)
        if self.content.has_event(event.id):
            event = dataclasses.replace(event, id=new_event_id())
        self._check(event)
        scorer, changes = self._own_set()
        changes.append(RowChange("event", None, event_row(event, scorer, "added")))
        return Edit("add", _name("add", [event]), tuple(changes), event.id)

    def change(self, event_id: str, wanted: dict[str, Any]) -> Edit:
        """Move an event or change its class, channel or note."""
        unknown = sorted(set(wanted) - set(CHANGEABLE))
        if unknown:
            raise ReviewError(
                f"'{unknown[0]}' of an event cannot be changed; it must be one of "
                f"{', '.join(CHANGEABLE)}."
            )
        event_id = self.content.copy_of(self.person, event_id) or event_id
        old = self.content.event(event_id)
        new = dataclasses.replace(old, **wanted)
        self._check(new)
        verb = "move" if {"onset", "duration"} & _differing(old, new) else "change"
        if new == old:
            return Edit(verb, "", ())
        if self._owns(event_id):
            before = self.content.row(event_id)
            after = event_row(new, before["scorer"], before["status"], before["origin"])
            changes = [RowChange("event", before, after)]
        else:
            new = dataclasses.replace(new, id=new_event_id(), confidence=None)
            scorer, changes = self._own_set()
            changes += self._set_verdict(event_id, "changed")
            changes.append(RowChange("event", None, event_row(new, scorer, "changed", event_id)))
        return Edit(verb, _name(verb, [new]), tuple(changes), new.id, (verb, new.id))

    def change_all(self, event_ids: Iterable[str], wanted: dict[str, Any]) -> Edit:
        """Change the class, note or mark of doubt of many events alike, as one step."""
        changes: list[RowChange] = []
        touched: list[Event] = []
        # An event and its changed copy both named are one event.
        ids = (self.content.copy_of(self.person, one) or one for one in event_ids)
        for event_id in dict.fromkeys(ids):
            new = self.change(event_id, wanted).changes
            if changes:
                # The person's own set begins once.
                new = tuple(change for change in new if change.target != "scorer")
            changes += new
            touched += [self.content.event(event_id)] if new else []
        return Edit("change", _name("change", touched), tuple(changes))

    def delete(self, event_ids: Iterable[str]) -> Edit:
        """Delete own events, reject those of others.

        A deleted copy sets its source back to unreviewed.
        """
        changes: list[RowChange] = []
        touched: list[Event] = []
        for event_id in self._without_copies(dict.fromkeys(event_ids)):
            event = self.content.event(event_id)
            if self._owns(event_id):
                new = self._delete_own(event_id, "unreviewed")
            else:
                new = [*self._remove_copy(event_id), *self._set_verdict(event_id, "rejected")]
            changes += new
            touched += [event] if new else []
        return Edit("delete", _name("delete", touched), tuple(changes))

    def stage(self, first: int, behind: int, stage: str) -> Edit:
        """Give the person's epochs ``[first, behind)`` a stage, "?" to take theirs away."""
        own = self.content.hypnograms.get(self.person) or blank_hypnogram(
            self.duration, self.person
        )
        if not 0 <= first < behind <= len(own.stages):
            raise ReviewError(
                f"There are no epochs {first + 1} to {behind}; the recording has 1 to "
                f"{len(own.stages)}."
            )
        if stage not in (*STAGES, UNSCORED):
            raise ReviewError(f"'{stage}' is no stage; it must be one of {', '.join(STAGES)}.")
        seconds = int(own.span_of(first, behind)[0])
        clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        words = f"Stage {stage}" if stage != UNSCORED else "Unscore"
        many = f"{behind - first} epochs from" if behind - first > 1 else "epoch at"
        changed = own.with_stage(first, behind, stage)
        return edit_hypnogram(self.content, changed, f"{words}, {many} {clock}", None)

    def stages_from(self, scorer: str) -> Edit:
        """Fill the person's unscored epochs of 30 s with another scorer's stages."""
        source = self.content.hypnograms.get(scorer)
        if source is None:
            names = ", ".join(self.content.hypnograms) or "none yet"
            raise ReviewError(f"'{scorer}' has no stages in the review; there are: {names}.")
        own = self.content.hypnograms.get(self.person)
        if own is None:
            copied = own_copy(source, self.duration, self.person)
        else:
            copied = filled_from(own, source)
        return edit_hypnogram(self.content, copied, f"Start from the stages of {scorer}", None)

    # --- parts -------------------------------------------------------------------------------

    def _owns(self, event_id: str) -> bool:
        return self.content.scorer_name(event_id) == self.person

    def _without_copies(self, ids: dict[str, None]) -> dict[str, None]:
        """The events without the person's copies of others among them: those go with these."""
        return {i: None for i in ids if not (self._owns(i) and self.content.origin(i) in ids)}

    def _own_set(self) -> tuple[int, list[RowChange]]:
        scorer = self.content.scorer_id(self.person)
        if scorer is not None:
            return scorer, []
        row = {"id": self.fresh_scorer_id, "name": self.person, "spans": None, "live": 1}
        return self.fresh_scorer_id, [RowChange("scorer", {**row, "live": 0}, row)]

    def _set_verdict(self, event_id: str, status: Status) -> list[RowChange]:
        old = self.content.verdict(event_id, self.person)
        if (old.status if old else "unreviewed") == status:
            return []
        before = verdict_row(old) if old else None
        if status == "unreviewed":
            return [RowChange("verdict", before, None)]
        new = Verdict(event_id, self.person, status, self.when)
        return [RowChange("verdict", before, verdict_row(new))]

    def _remove_copy(self, source_id: str) -> list[RowChange]:
        copy = self.content.copy_of(self.person, source_id)
        return [] if copy is None else self._remove_row(copy)

    def _remove_row(self, event_id: str) -> list[RowChange]:
        verdicts = [
            RowChange("verdict", verdict_row(verdict), None)
            for verdict in self.content.verdicts_on(event_id).values()
        ]
        return [*verdicts, RowChange("event", self.content.row(event_id), None)]

    def _delete_own(self, event_id: str, source_becomes: Status) -> list[RowChange]:
        changes = self._remove_row(event_id)
        source = self.content.origin(event_id)
        if source is not None and self.content.has_event(source):
            changes += self._set_verdict(source, source_becomes)
        return changes

    def _reject_own(self, event_id: str) -> list[RowChange]:
        return self._delete_own(event_id, "rejected")

    def _check(self, event: Event) -> None:
        # Half a millisecond of play: CSV files round to the millisecond.
        inside = event.onset >= -0.0005 and event.stop <= self.duration + 0.0005
        if not (math.isfinite(event.onset) and math.isfinite(event.duration) and inside):
            raise ReviewError(
                f"An event from {event.onset:.3f} to {event.stop:.3f} s does not fit into the "
                f"recording, which goes from 0 to {self.duration:.3f} s."
            )
        if event.duration < 0:
            raise ReviewError(f"An event cannot last {event.duration:.3f} s; 0 s is the least.")
        if not event.kind:
            raise ReviewError("An event needs a class; this one has an empty name.")


def edit_spans(
    content: ReviewContent, scorer: str, spans: Sequence[Span] | None, duration: float
) -> Edit:
    """Set the stretches in which a scorer looked; None for the whole recording."""
    before = content.scorer_row(scorer)
    if spans is not None:
        spans = tuple(sorted((float(a), float(b)) for a, b in spans))
        for start, stop in spans:
            if not 0 <= start < stop <= duration + 0.0005:
                raise ReviewError(
                    f"A scored stretch from {start:.3f} to {stop:.3f} s is not inside the "
                    f"recording, which goes from 0 to {duration:.3f} s."
                )
    after = {**before, "spans": spans_text(None if spans is None else tuple(spans))}
    changes = () if after == before else (RowChange("scorer", before, after),)
    return Edit("spans", f"Set the scored stretches of {scorer}", changes)


def edit_new_scorer(scorer: str, spans: Sequence[Span] | None, scorer_id: int) -> Edit:
    """A set without events."""
    text = None if spans is None else spans_text(tuple(spans))
    row = {"id": scorer_id, "name": scorer, "spans": text, "live": 1}
    return Edit("add", f"Begin {scorer}", (RowChange("scorer", {**row, "live": 0}, row),))


def edit_hypnogram(
    content: ReviewContent, hypnogram: Hypnogram, name: str, merge_key: object
) -> Edit:
    """Put a hypnogram in the place of its scorer's former one."""
    old = content.hypnograms.get(hypnogram.scorer)
    if old == hypnogram:
        return Edit("stages", "", ())
    before = None if old is None else hypnogram_row(old)
    change = RowChange("hypnogram", before, hypnogram_row(hypnogram))
    return Edit("stages", name or f"Stage {hypnogram.scorer}", (change,), None, merge_key)


def edit_removal(content: ReviewContent, scorer: str) -> Edit:
    """Take a scorer's set away, and with a person's set their verdicts."""
    before = content.scorer_row(scorer)
    changes = [
        RowChange("verdict", verdict_row(verdict), None)
        for verdict in content.verdicts()
        if verdict.scorer == scorer
    ]
    changes.append(RowChange("scorer", before, {**before, "live": 0}))
    return Edit("remove", f"Remove {scorer}", tuple(changes))


def edit_name(content: ReviewContent, scorer: str, name: str) -> Edit:
    """Give a scorer another name; a person's verdicts go with it."""
    before = content.scorer_row(scorer)
    if name == scorer:
        return Edit("rename", "", ())
    nature, name_nature = scorer.partition(":")[0], name.partition(":")[0]
    if name_nature != nature or not name.partition(":")[2].strip():
        raise ReviewError(f"'{name}' cannot name this scorer; it must be '{nature}:' and a name.")
    taken = content.scorer_id(name) is not None
    if taken or any(verdict.scorer == name for verdict in content.verdicts()):
        raise ReviewError(f"There is a scorer '{name}' already; choose another name.")
    changes = []
    for verdict in content.verdicts():
        if verdict.scorer == scorer:
            changes.append(RowChange("verdict", verdict_row(verdict), None))
            renamed = dataclasses.replace(verdict, scorer=name)
            changes.append(RowChange("verdict", None, verdict_row(renamed)))
    changes.append(RowChange("scorer", before, {**before, "name": name}))
    return Edit("rename", f"Rename {short_name(scorer)} to {short_name(name)}", tuple(changes))


def short_name(scorer: str) -> str:
    """A scorer without "model:" or "file:", for the Edit menu."""
    return scorer.partition(":")[2] or scorer


def _differing(old: Event, new: Event) -> set[str]:
    return {name for name in CHANGEABLE if getattr(old, name) != getattr(new, name)}


def _name(verb: str, events: Sequence[Event]) -> str:
    """For the Edit menu: "Accept spindle at 00:12:31", "Reject 12 events"."""
    word = verb.capitalize()
    if len(events) == 1:
        seconds = int(events[0].onset)
        clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        return f"{word} {_kind(events[0])} at {clock}"
    kinds = {_kind(event) for event in events}
    return f"{word} {len(events)} {kinds.pop() + 's' if len(kinds) == 1 else 'events'}"


def _kind(event: Event) -> str:
    return "REM" if event.kind == "rem" else event.kind.replace("_", " ")
