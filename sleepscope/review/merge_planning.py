"""Comparing two copies of a review, row by row, with what both began with.

Both files begin with the same log up to the moment of the copy. A row that only one of them
touched since then is taken from that one, deletions too. Where both touched it, and differently,
it is a conflict. Without a common beginning every row counts as touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sleepscope.errors import ReviewError
from sleepscope.events.event import new_event_id
from sleepscope.review.merge_plan import Choice, Conflict, MergePlan, Rows
from sleepscope.review.merge_scorers import free_name, merge_scorers, pair_scorers
from sleepscope.review.merge_side import Key, Side, common_length, rows_before, scorers_in
from sleepscope.review.merge_words import clock_words, many, row_words, short_name, stage_name
from sleepscope.review.rows import Row


def plan_merge(mine: Side, theirs: Side) -> MergePlan:
    """Compare two copies of a review; see the head of this module.

    Raises
    ------
    ReviewError
        If they are reviews of different recordings.
    """
    if mine.recording != theirs.recording:
        raise ReviewError("The two files are reviews of different recordings and cannot be merged.")
    n_common = common_length(mine.log, theirs.log)
    plan = MergePlan(mine, theirs, n_common=n_common, tail=list(theirs.log[n_common:]))
    pair_scorers(plan, scorers_in(mine.log[:n_common]))
    plan.theirs = theirs.as_seen_by(plan.scorers, plan.ids)
    before = rows_before(mine.log[n_common:], _Same(plan.begun_anew), {})
    touched_by_me = set(before)
    before_theirs = rows_before(plan.tail, plan.scorers, plan.ids)
    before |= {key: row for key, row in before_theirs.items() if key not in before}
    merge_scorers(plan)
    _Merging(plan, before, touched_by_me, set(before_theirs)).run()
    plan.conflicts.sort(key=lambda one: (one.scorer, one.at))
    return plan


class _Same(dict[int, int]):
    """Every number stands for itself, unless it is told otherwise."""

    def __missing__(self, key: int) -> int:
        return key


@dataclass(slots=True)
class _Merging:
    """Goes through what can be decided together: events, decisions on events, epochs."""

    plan: MergePlan
    before: Rows
    mine_touched: set[Key]
    theirs_touched: set[Key]

    def run(self) -> None:
        mine, theirs = self.plan.mine, self.plan.theirs
        counts = {"new": 0, "changed": 0, "deleted": 0}
        for unit in self._units():
            a = {key: self._own_row(key) for key in unit}
            b = {key: _row(theirs, key) for key in unit}
            if _said(a) == _said(b):
                continue
            base = {
                key: None if self._is_left(key) else self.before.get(key, a[key]) for key in unit
            }
            if self.plan.n_common == 0:
                base = dict.fromkeys(unit)
            changed_a, changed_b = (_said(side) != _said(base) for side in (a, b))
            changed_a |= self._others_decided(b, mine, self.mine_touched)
            changed_b |= self._others_decided(a, theirs, self.theirs_touched)
            if not changed_b:
                continue
            if changed_a:
                self._conflict(a, b)
                continue
            self.plan.taken.update(b)
            for key in unit:
                if key[0] == "event":
                    verb = "new" if a[key] is None else "deleted" if b[key] is None else "changed"
                    counts[verb] += 1
        self.plan.notes += [f"{many(n, 'event')}: {verb}." for verb, n in counts.items() if n]
        for scorer in dict.fromkeys((*mine.hypnograms, *theirs.hypnograms)):
            self._stages(scorer)

    def _is_left(self, key: Key) -> bool:
        """Whether an event lies here in a set that ended and began again without it."""
        row = self.plan.mine.events.get(key[1]) if key[0] == "event" else None
        return row is not None and row["scorer"] in self.plan.begun_anew

    def _own_row(self, key: Key) -> Row | None:
        return None if self._is_left(key) else _row(self.plan.mine, key)

    def _others_decided(self, other: Rows, side: Side, touched: set[Key]) -> bool:
        """Whether people decided on an event since the copy that the other file has deleted."""
        gone = {key[1] for key, row in other.items() if key[0] == "event" and row is None}
        return any(
            key[0] == "verdict" and key[1] in gone and key[1:] in side.verdicts for key in touched
        )

    def _units(self) -> Iterator[tuple[Key, ...]]:
        """Keys that are decided together: an own event; a person's verdict with their copy."""
        mine, theirs = self.plan.mine, self.plan.theirs
        shared = {
            id_
            for id_, row in theirs.scorers.items()
            if row["live"] and id_ in mine.scorers and mine.scorers[id_]["live"]
        }
        revived = {c.row["id"] for c in self.plan.scorer_changes}
        shared |= revived
        people = {row["name"]: id_ for id_, row in mine.scorers.items() if row["live"]}
        units: dict[tuple[str, ...], dict[Key, None]] = {}
        for side in (mine, theirs):
            for event_id, row in side.events.items():
                if row["scorer"] not in shared:
                    continue
                is_copy = row["origin"] is not None
                unit = ("on", str(row["scorer"]), row["origin"]) if is_copy else ("event", event_id)
                units.setdefault(unit, {})["event", event_id] = None
            for event_id, person in side.verdicts:
                scorer = people.get(person)
                is_gone = any(
                    r["name"] == person and not r["live"] for r in theirs.scorers.values()
                ) and not any(r["name"] == person and r["live"] for r in theirs.scorers.values())
                if is_gone and side is mine:
                    continue
                unit = ("on", str(scorer if scorer is not None else person), event_id)
                units.setdefault(unit, {})["verdict", event_id, person] = None
        return (tuple(keys) for keys in units.values())

    def _conflict(self, a: Rows, b: Rows) -> None:
        outcomes: dict[Choice, Rows] = {"mine": a, "theirs": {**dict.fromkeys(a), **b}}
        events_b = [row for key, row in b.items() if key[0] == "event" and row is not None]
        has_a = any(row is not None for key, row in a.items() if key[0] == "event")
        if has_a and events_b:
            both = dict(a)
            for row in events_b:
                extra = {**row, "id": new_event_id(), "origin": None, "status": "added"}
                both["event", extra["id"]] = extra
            outcomes["both"] = both
        first = next((row for side in (a, b) for row in side.values() if row is not None), {})
        source = self.plan.mine.events.get(first.get("event", "")) or first
        onset = float(source.get("onset", 0.0))
        owner = first.get("person") or self._name(first.get("scorer"))
        self.plan.conflicts.append(
            Conflict(
                str(owner),
                f"{str(source.get('kind', 'event')).replace('_', ' ')} at {clock_words(onset)}",
                row_words(a),
                row_words(b),
                outcomes,
                onset,
            )
        )

    def _name(self, scorer: Any) -> str:
        row = self.plan.mine.scorers.get(scorer) or self.plan.theirs.scorers.get(scorer, {})
        return str(row.get("name", ""))

    def _stages(self, scorer: str) -> None:
        a, b = self.plan.mine.hypnograms.get(scorer), self.plan.theirs.hypnograms.get(scorer)
        key: Key = ("hypnogram", scorer)
        if a == b or b is None:
            return
        base = self.before.get(key, a) if self.plan.n_common else None
        if a is None:
            if base is None or base != b:
                self.plan.taken[key] = b
                self.plan.notes.append(f"The stages of {short_name({'name': scorer})} come along.")
            return
        if _grid(a) != _grid(b):
            name = free_name(scorer, {*self.plan.mine.hypnograms, *self.plan.theirs.hypnograms})
            both: Rows = {("hypnogram", name): {**b, "scorer": name}}
            outcomes: dict[Choice, Rows] = {"mine": {}, "theirs": {key: b}, "both": both}
            one, other = (
                f"{len(row['stages'])} epochs of {row['epoch_seconds']:g} s" for row in (a, b)
            )
            self.plan.conflicts.append(Conflict(scorer, "the stages", one, other, outcomes))
            return
        old = base["stages"] if base is not None and _grid(base) == _grid(a) else None
        self._epochs(scorer, a, b, old)

    def _epochs(self, scorer: str, a: Row, b: Row, old: str | None) -> None:
        merged = list(a["stages"])
        for epoch, (one, other) in enumerate(zip(a["stages"], b["stages"], strict=True)):
            was = "?" if old is None else old[epoch]
            if one == other or other == was:
                continue
            if one == was:
                merged[epoch] = other
                continue
            at = a["start"] + epoch * a["epoch_seconds"]
            key: Key = ("epoch", scorer, str(epoch))
            self.plan.conflicts.append(
                Conflict(
                    scorer,
                    f"epoch {epoch + 1} ({clock_words(at)})",
                    stage_name(one),
                    stage_name(other),
                    {"mine": {key: {"stage": one}}, "theirs": {key: {"stage": other}}},
                    at,
                )
            )
        stages = "".join(merged)
        if stages != a["stages"]:
            n = sum(x != y for x, y in zip(stages, a["stages"], strict=True))
            self.plan.taken["hypnogram", scorer] = {**a, "stages": stages}
            who = short_name({"name": scorer})
            self.plan.notes.append(f"{many(n, 'epoch')} of {who} taken from the other file.")


def _row(side: Side, key: Key) -> Row | None:
    if key[0] == "event":
        return side.events.get(key[1])
    return side.verdicts.get((key[1], key[2]))


def _said(rows: Rows) -> dict[Key, Any]:
    """Rows without what does not matter: when a verdict was given, ids of copies."""
    said: dict[Key, Any] = {}
    for key, row in rows.items():
        if row is None:
            continue
        if key[0] == "verdict":
            said[key] = row["status"]
        else:
            is_copy = row["origin"] is not None
            values = {k: v for k, v in row.items() if not (is_copy and k == "id")}
            said[("copy",) if is_copy else key] = values
    return said


def _grid(row: Row) -> tuple[float, float, int]:
    return row["epoch_seconds"], row["start"], len(row["stages"])
