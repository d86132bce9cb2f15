"""Which scorers of two copies of a review are one, and what becomes of the others."""

from __future__ import annotations

from typing import Any

from sleepscope.events.event import new_event_id
from sleepscope.review.intake import same_events
from sleepscope.review.merge_plan import MergePlan
from sleepscope.review.merge_side import differs
from sleepscope.review.merge_words import many, short_name
from sleepscope.review.rows import Row, event_of, spans_of, spans_text


def pair_scorers(plan: MergePlan, common: set[int]) -> None:
    """Find for each scorer of the second file the number it has in the first."""
    mine, theirs = plan.mine, plan.theirs
    names, fresh = mine.live_names(), max(mine.scorers, default=0) + 1
    for id_, row in theirs.scorers.items():
        other = names.get(row["name"]) if row["live"] else None
        is_same = other is not None and other not in common and _is_same_set(plan, id_, other)
        if is_same and other is not None:
            plan.scorers[id_] = other
            if id_ in common:
                plan.begun_anew[id_] = other
        elif id_ in common:
            plan.scorers[id_] = id_
        else:
            plan.scorers[id_] = fresh
            fresh += 1
    taken = set(mine.events)
    for id_, row in theirs.scorers.items():
        if plan.scorers[id_] not in mine.scorers and row["live"]:
            for event in theirs.of_scorer(id_):
                if event["id"] in taken:
                    plan.ids[event["id"]] = new_event_id()


def _is_same_set(plan: MergePlan, theirs: int, mine: int) -> bool:
    """Whether two scorers of one name are one; a person is, a file or a model by its events."""
    if plan.mine.scorers[mine]["name"].startswith("human:"):
        return True
    rows_a, rows_b = plan.mine.of_scorer(mine), plan.theirs.of_scorer(theirs)
    if not same_events(map(event_of, rows_a), map(event_of, rows_b)):
        return False
    by_place = sorted(rows_a, key=_place), sorted(rows_b, key=_place)
    plan.ids.update({b["id"]: a["id"] for a, b in zip(*by_place, strict=True)})
    return True


def _place(row: Row) -> tuple[Any, ...]:
    confidence = -1.0 if row["confidence"] is None else row["confidence"]
    where = (row["onset"], row["duration"], row["kind"], row["channel"] or "", confidence)
    return (*where, row["note"], row["unsure"])


def merge_scorers(plan: MergePlan) -> None:
    """Sets that only one file has, or that one of them removed, and where each scorer looked."""
    mine, theirs = plan.mine, plan.theirs
    names = set(mine.live_names())
    for id_, row in theirs.scorers.items():
        if not row["live"]:
            if id_ in mine.scorers and mine.scorers[id_]["live"]:
                name = short_name(row)
                plan.notes.append(f"{name} was removed in the other file and stays here.")
            continue
        own = mine.scorers.get(id_)
        if own is None:
            events = theirs.of_scorer(id_)
            named = {**row, "name": free_name(row["name"], names)}
            names.add(named["name"])
            plan.new_sets.append((named, events))
            plan.notes.append(f"{short_name(named)} comes with {many(len(events), 'event')}.")
        elif not own["live"]:
            named = {**own, "name": free_name(row["name"], names), "live": 1}
            names.add(named["name"])
            plan.scorer_changes += differs("scorer", own, named)
            plan.notes.append(f"{short_name(named)} was removed here and comes back.")
        elif own["spans"] != row["spans"]:
            joined = _joined_spans(own["spans"], row["spans"])
            plan.scorer_changes += differs("scorer", own, {**own, "spans": joined})
            plan.notes.append(f"{short_name(own)} looked wherever one of the files says so.")


def free_name(name: str, names: set[str]) -> str:
    free, number = name, 1
    while free in names:
        number += 1
        free = f"{name} ({number})"
    return free


def _joined_spans(first: str | None, second: str | None) -> str | None:
    """All that lies in one of two sets of spans; None means everywhere."""
    a, b = spans_of(first), spans_of(second)
    if a is None or b is None:
        return None
    joined: list[tuple[float, float]] = []
    for start, stop in sorted((*a, *b)):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(stop, joined[-1][1])
        else:
            joined.append((start, stop))
    return spans_text(tuple(joined))
