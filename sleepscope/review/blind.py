"""Blind, then reveal: a person scores without the model, then sees it, and what changes is kept.

A sitting is open (models hidden), frozen (hidden, and the person's events stay as they are),
revealed (every edit of theirs is written down as towards the model or away from it), ended.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sleepscope.agreement.scores import Scores, score
from sleepscope.constants import DEFAULT_IOU
from sleepscope.errors import ReviewError
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet, Span
from sleepscope.review.content import ReviewContent
from sleepscope.review.edits import Edit
from sleepscope.review.leaning import Leaning, distances, edited, without_doubles
from sleepscope.review.rows import RowChange
from sleepscope.review.sitting import Sitting, sitting_row
from sleepscope.review.verdicts import accepted_events

if TYPE_CHECKING:
    from sleepscope.review.review_file import ReviewFile
    from sleepscope.review.review_reader import ReviewReader
    from sleepscope.review.step import Change

_FIELDS: Final = ("onset", "duration", "kind", "channel")


def begin_blind(
    review: ReviewFile,
    person: str,
    *,
    spans: Sequence[Span] | None = None,
    hides_others: bool = False,
) -> Change:
    """Hide what models found from a person until it is revealed.

    Parameters
    ----------
    spans : sequence of (start, stop) in s, optional
        Where the person is going to look; None for the whole recording. They become the person's
        scored spans when the sitting is frozen.
    hides_others : bool
        Hide other people and files, too.

    Raises
    ------
    ReviewError
        If the person is in a sitting already, or the file cannot be written.
    """
    if review.sitting(person) is not None:
        raise ReviewError("A blind scoring or an audit of yours is not ended yet; end it first.")
    chosen = None if spans is None else [list(span) for span in spans]
    facts = {"began": _now(), "hides_others": hides_others, "spans": chosen}
    sitting = Sitting(review.fresh_sitting_id(), "blind", person, "open", facts)
    return _turn(review, None, sitting, "Begin blind scoring")


def freeze(review: ReviewFile, sitting: Sitting, *, duration: float) -> Change:
    """Keep a person's events as they are until the model is revealed; set their scored spans.

    ``duration`` is the recording's, s.
    """
    if sitting.state != "open":
        raise ReviewError(f"Blind scoring is {sitting.state} already and cannot be frozen again.")
    stood = review.accepted_set(sitting.person)
    rows = [[getattr(event, name) for name in _FIELDS] for event in stood.events]
    frozen = sitting.turned("frozen", frozen_at=_now(), frozen=rows)
    spans = sitting.facts["spans"]
    where = [(0.0, duration)] if spans is None else [(a, b) for a, b in spans]
    changes: tuple[RowChange, ...] = ()
    if review.event_set(sitting.person) is not None:
        changes = review.edit_of_spans(sitting.person, where).changes
    return _turn(review, sitting, frozen, "End blind scoring", changes)


def reveal(review: ReviewFile, sitting: Sitting, model: str, *, iou: float = DEFAULT_IOU) -> Change:
    """Show a model's events; from now on each edit of the person is measured against them."""
    if sitting.state != "frozen":
        raise ReviewError("Only what is frozen can be revealed; end blind scoring first.")
    if review.event_set(model) is None:
        raise ReviewError(f"There is no scorer '{model}' to reveal; let a network detect first.")
    shown = sitting.turned("revealed", revealed_at=_now(), model=model, iou=iou)
    return _turn(review, sitting, shown, f"Reveal {model.partition(':')[2]}")


def end(review: ReviewFile, sitting: Sitting) -> Change:
    """Measure no further edits; what is hidden is shown."""
    if sitting.state == "ended":
        raise ReviewError("This sitting is ended already.")
    name = "End the audit" if sitting.kind == "audit" else "End the reveal"
    return _turn(review, sitting, sitting.turned("ended", ended_at=_now()), name)


def _turn(
    review: ReviewFile,
    before: Sitting | None,
    after: Sitting,
    name: str,
    more: Sequence[RowChange] = (),
) -> Change:
    old = None if before is None else sitting_row(before)
    changes = (*more, RowChange("sitting", old, sitting_row(after)))
    return review.write(Edit(after.kind, name, changes), after.person, undoable=False)


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat()


# --- measuring ----------------------------------------------------------------------------------


def lean(
    content: ReviewContent, sitting: Sitting, changes: Sequence[RowChange]
) -> tuple[float, float] | None:
    """Distance of a person's events from the revealed model's before and after changes.

    None where the changes touch none of theirs, or the model is gone.
    """
    model = content.event_set(sitting.facts["model"])
    if model is None:
        return None
    own = content.scorer_id(sitting.person)
    for change in changes:
        if change.target == "scorer" and change.row["name"] == sitting.person:
            own = change.row["id"]
    is_theirs = any(
        (c.target == "event" and c.row["scorer"] == own)
        or (c.target == "verdict" and c.row["person"] == sitting.person)
        for c in changes
    )
    if not is_theirs:
        return None
    before = {event.id: event for event in accepted_events(content, sitting.person).events}
    accepted = [c.row["event"] for c in changes if c.target == "verdict"]
    others = {one: content.event(one) for one in accepted if content.has_event(one)}
    after = edited(before, changes, sitting.person, own, others)
    kinds = {event.kind for event in model.events}
    return distances(before, after, model.events, sitting.facts["iou"], kinds)


@dataclass(frozen=True, slots=True)
class BlindReport:
    """How a model changed a person's mind.

    Attributes
    ----------
    person, model : str
        Scorer names.
    before, now : Scores
        The person (under test) against the model (taken for the truth): frozen, and today.
    leanings : tuple of Leaning
        Each edit since the reveal, oldest first.
    """

    person: str
    model: str
    before: Scores
    now: Scores
    leanings: tuple[Leaning, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """Number of edits "towards", "away" and "neither"."""
        found = Counter(leaning.direction for leaning in self.leanings)
        return {name: found[name] for name in ("towards", "away", "neither")}


def blind_report(review: ReviewReader, sitting: Sitting) -> BlindReport:
    """Measure what a reveal did; see :class:`BlindReport`.

    Raises
    ------
    ReviewError
        If nothing was revealed yet, or the model's events are gone.
    """
    name = sitting.facts.get("model")
    model = None if name is None else review.event_set(name)
    if name is None or model is None:
        raise ReviewError("There is nothing to report on: no model was revealed, or it is gone.")
    spans = sitting.facts["spans"]
    where = None if spans is None else tuple((float(a), float(b)) for a, b in spans)
    kinds = {event.kind for event in model.events}
    rows = [Event(*row) for row in sitting.facts["frozen"]]
    frozen = EventSet.of(sitting.person, (e for e in rows if e.kind in kinds), where)
    stood = review.accepted_set(sitting.person).events
    iou = sitting.facts["iou"]
    now = without_doubles([e for e in stood if e.kind in kinds], model.events, iou)
    today = EventSet.of(sitting.person, now, where)
    leanings = tuple(Leaning(*row) for row in review.leanings(sitting.id))
    return BlindReport(
        sitting.person,
        name,
        score(frozen, model, iou=iou),
        score(today, model, iou=iou),
        leanings,
    )


REPORT_COLUMNS: Final = ("when", "who", "step", "verb", "before", "after", "direction")


def report_rows(report: BlindReport) -> list[tuple[str, ...]]:
    """A row for each edit since the reveal, see ``REPORT_COLUMNS``; times in UTC."""
    return [
        (
            leaning.when.isoformat(timespec="seconds"),
            report.person,
            leaning.step.name,
            leaning.verb,
            f"{leaning.before:.3f}",
            f"{leaning.after:.3f}",
            leaning.direction,
        )
        for leaning in report.leanings
    ]
