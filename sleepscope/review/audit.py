"""An audit of a model by a person who sees nothing of it, kept in the review file.

The person's marks are a scorer of their own ("human:AB audit"), whose scored spans are the windows
that were seen.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from sleepscope.agreement.audit import (
    AuditPlan,
    AuditResult,
    AuditWindow,
    audit_result,
    draw_windows,
)
from sleepscope.constants import DEFAULT_IOU
from sleepscope.errors import ReviewError
from sleepscope.events.event import Event
from sleepscope.events.event_set import Span
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.review.edits import Edit
from sleepscope.review.rows import RowChange
from sleepscope.review.sitting import Sitting, sitting_row
from sleepscope.review.step import Change

if TYPE_CHECKING:
    from sleepscope.review.review_file import ReviewFile
    from sleepscope.review.review_reader import ReviewReader

# An hour of windows is kept: nobody audits longer.
_MOST_WINDOWS: Final = 120


def begin_audit(
    review: ReviewFile,
    person: str,
    model: str,
    *,
    kind: str,
    duration: float,
    hypnogram: Hypnogram | None,
    seed: int,
    iou: float = DEFAULT_IOU,
    target: float = 0.1,
) -> Change:
    """Draw windows and hide everybody from a person.

    Parameters
    ----------
    model : str
        Scorer whose precision and recall are asked for.
    kind : str
        Kind of events that is scored.
    duration : float, s
        Of the recording.
    seed : int
        Of the draw; it is kept.
    target : float
        Half-width of the intervals that is enough.

    Raises
    ------
    ReviewError
        If the person is in a sitting already, there is no such model, or the recording is shorter
        than a window.
    """
    if review.sitting(person) is not None:
        raise ReviewError("A blind scoring or an audit of yours is not ended yet; end it first.")
    found = review.event_set(model)
    if found is None:
        raise ReviewError(f"There is no scorer '{model}' to audit; let a network detect first.")
    events = [event for event in found.events if event.kind == kind]
    plan = draw_windows(duration, events, hypnogram, seed=seed)
    if not plan.windows:
        raise ReviewError(f"A recording of {duration:.0f} s is too short for a window of 30 s.")
    scorer, number = f"{person} audit", 1
    while review.event_set(scorer) is not None:
        number += 1
        scorer = f"{person} audit {number}"
    facts = {
        "began": datetime.datetime.now(datetime.UTC).isoformat(),
        "scorer": scorer,
        "model": model,
        "kind": kind,
        "iou": iou,
        "target": target,
        "seed": seed,
        "sizes": dict(plan.sizes),
        "windows": [[w.start, w.stop, w.stratum] for w in plan.windows[:_MOST_WINDOWS]],
        "seen": [],
    }
    sitting = Sitting(review.fresh_sitting_id(), "audit", person, "open", facts)
    changes = (
        *review.edit_of_new_scorer(scorer, ()).changes,
        RowChange("sitting", None, sitting_row(sitting)),
    )
    return review.write(
        Edit("audit", f"Begin an audit of {model.partition(':')[2]}", changes),
        person,
        undoable=False,
    )


def mark_seen(review: ReviewFile, sitting: Sitting, place: int) -> Change:
    """Say that a window was scored; it joins the scored spans of the audit's scorer."""
    seen = list(sitting.facts["seen"])
    if place in seen:
        return Change()
    after = sitting.turned("open", seen=[*seen, place])
    changes = (
        *review.edit_of_spans(sitting.facts["scorer"], seen_spans(after)).changes,
        RowChange("sitting", sitting_row(sitting), sitting_row(after)),
    )
    start = sitting.facts["windows"][place][0]
    minutes = f"{int(start) // 3600:02}:{int(start) // 60 % 60:02}:{int(start) % 60:02}"
    return review.write(
        Edit("audit", f"Audit the window at {minutes}", changes), sitting.person, undoable=False
    )


def seen_spans(sitting: Sitting) -> tuple[Span, ...]:
    """The windows that were scored, in the order of the night."""
    windows = sitting.facts["windows"]
    return tuple(sorted((windows[k][0], windows[k][1]) for k in sitting.facts["seen"]))


def result_of(review: ReviewReader, sitting: Sitting) -> AuditResult:
    """What the audit says so far.

    Raises
    ------
    ReviewError
        If the model's events are gone.
    """
    facts = sitting.facts
    model = review.event_set(facts["model"])
    if model is None:
        raise ReviewError(f"The events of {facts['model']} are gone; there is nothing to audit.")
    windows = tuple(AuditWindow(*window) for window in facts["windows"])
    plan = AuditPlan(windows, facts["sizes"], facts["seed"])
    mine = review.event_set(facts["scorer"])

    def of_kind(events: Sequence[Event]) -> list[Event]:
        return [event for event in events if event.kind == facts["kind"]]

    return audit_result(
        plan,
        facts["seen"],
        of_kind(() if mine is None else mine.events),
        of_kind(model.events),
        iou=facts["iou"],
        target=facts["target"],
    )
