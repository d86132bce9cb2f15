"""What merging two copies of a review comes to, and what a person has to decide.

Both files begin with the same log up to the moment of the copy. A row that only one of them
touched since then is taken from that one, deletions too. Where both touched it, and differently,
it is a conflict. Without a common beginning every row counts as touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sleepscope.errors import ReviewError
from sleepscope.events.event import new_event_id
from sleepscope.review.intake import same_events
from sleepscope.review.merge_side import (
    Key,
    LoggedEdit,
    Side,
    common_length,
    differs,
    rows_before,
    scorers_in,
)
from sleepscope.review.rows import Row, RowChange, event_of, spans_of, spans_text

Choice = Literal["mine", "theirs", "both"]
Rows = dict[Key, Row | None]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something that both copies changed, and differently.

    Attributes
    ----------
    scorer : str
        Whose it is.
    what : str
        "spindle at 00:12:31", "epoch 12 (00:05:30)".
    mine, theirs : str
        What each file says.
    outcomes : mapping of choice to rows by key
        What is written for each choice there is.
    at : float, s
        Where in the night.
    """

    scorer: str
    what: str
    mine: str
    theirs: str
    outcomes: Mapping[Choice, Rows] = field(repr=False)
    at: float = 0.0


@dataclass(slots=True)
class MergePlan:
    """What a merge would write into the first file.

    Attributes
    ----------
    mine, theirs : Side
        The second one in the terms of the first.
    conflicts : list of Conflict
        By scorer and time.
    notes : list of str
        What is taken without a question, one sentence each.
    taken : mapping of key to row
        What is taken from the second file without a question; None deletes.
    scorer_changes : list of RowChange
    new_sets : list of (scorer row, event rows)
        Sets that only the second file has.
    scorers : mapping of int to int
        Scorer numbers of the second file in the first.
    ids : mapping of str to str
        Event ids of the second file that are others in the first.
    tail : list of LoggedEdit
        The second file's log since the copy.
    n_common : int
        Edits that both logs begin with.
    """

    mine: Side
    theirs: Side
    conflicts: list[Conflict] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    taken: Rows = field(default_factory=dict)
    scorer_changes: list[RowChange] = field(default_factory=list)
    new_sets: list[tuple[Row, list[Row]]] = field(default_factory=list)
    scorers: dict[int, int] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    tail: list[LoggedEdit] = field(default_factory=list)
    n_common: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether the second file has nothing that the first lacks."""
        return not (self.conflicts or self.taken or self.scorer_changes or self.new_sets)

    def changes(self, choices: Mapping[int, Choice]) -> list[RowChange]:
        """The rows to write, once each conflict (by its place in the list) is decided.

        Raises
        ------
        ReviewError
            If one is not decided, or not possible as decided.
        """
        rows = dict(self.taken)
        for index, conflict in enumerate(self.conflicts):
            choice = choices.get(index)
            outcome = None if choice is None else conflict.outcomes.get(choice)
            if outcome is None:
                raise ReviewError(
                    f"{conflict.what} of {conflict.scorer} is in conflict and not decided; choose "
                    f"{', '.join(conflict.outcomes)}."
                )
            for key, row in outcome.items():
                if key[0] == "epoch":
                    _set_epoch(rows, self.mine, key, row)
                else:
                    rows[key] = row
        return [*self.scorer_changes, *self._ordered(rows)]

    def _ordered(self, rows: Rows) -> Iterator[RowChange]:
        """Events before the verdicts on them, and away after these."""
        now: dict[Key, Row] = {("event", i): row for i, row in self.mine.events.items()}
        now |= {("verdict", *pair): row for pair, row in self.mine.verdicts.items()}
        now |= {("hypnogram", name): row for name, row in self.mine.hypnograms.items()}
        gone = {key[1] for key, row in rows.items() if key[0] == "event" and row is None}
        lost = {k: None for k in now if k[0] == "verdict" and k[1] in gone}
        rows = {**rows, **lost}
        there = {key for key in now if key[0] == "event"} | {
            ("event", row["id"]) for _, events in self.new_sets for row in events
        }
        there |= {key for key, row in rows.items() if row is not None}
        order: tuple[Callable[[Key, Row | None], bool], ...] = (
            lambda key, row: key[0] == "verdict" and row is None,
            lambda key, _row: key[0] == "event",
            lambda key, row: key[0] == "verdict" and row is not None,
            lambda key, _row: key[0] == "hypnogram",
        )
        for is_next in order:
            for key, row in rows.items():
                if not is_next(key, row):
                    continue
                if key[0] == "verdict" and (
                    row is not None and (key[1] in gone or ("event", key[1]) not in there)
                ):
                    continue
                target: Any = key[0]
                yield from differs(target, now.get(key), row)


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
    _pair_scorers(plan, scorers_in(mine.log[:n_common]))
    plan.theirs = theirs.as_seen_by(plan.scorers, plan.ids)
    before = rows_before(mine.log[n_common:], _Same(), {})
    touched_by_me = set(before)
    before_theirs = rows_before(plan.tail, plan.scorers, plan.ids)
    before |= {key: row for key, row in before_theirs.items() if key not in before}
    _merge_scorers(plan)
    _Merging(plan, before, touched_by_me, set(before_theirs)).run()
    plan.conflicts.sort(key=lambda one: (one.scorer, one.at))
    return plan


class _Same(dict[int, int]):
    """Every number stands for itself."""

    def __missing__(self, key: int) -> int:
        return key


def _pair_scorers(plan: MergePlan, common: set[int]) -> None:
    """Find for each scorer of the second file the number it has in the first."""
    mine, theirs = plan.mine, plan.theirs
    names, fresh = mine.live_names(), max(mine.scorers, default=0) + 1
    for id_, row in theirs.scorers.items():
        other = names.get(row["name"]) if row["live"] else None
        if id_ in common:
            plan.scorers[id_] = id_
        elif other is not None and other not in common and _is_same_set(plan, id_, other):
            plan.scorers[id_] = other
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


def _merge_scorers(plan: MergePlan) -> None:
    """Sets that only one file has, or that one of them removed, and where each scorer looked."""
    mine, theirs = plan.mine, plan.theirs
    names = set(mine.live_names())
    for id_, row in theirs.scorers.items():
        if not row["live"]:
            if id_ in mine.scorers and mine.scorers[id_]["live"]:
                plan.notes.append(f"{_short(row)} was removed in the other file and stays here.")
            continue
        own = mine.scorers.get(id_)
        if own is None:
            events = theirs.of_scorer(id_)
            named = {**row, "name": _free_name(row["name"], names)}
            names.add(named["name"])
            plan.new_sets.append((named, events))
            plan.notes.append(f"{_short(named)} comes with {_many(len(events), 'event')}.")
        elif not own["live"]:
            if row["name"] in names:
                continue
            plan.scorer_changes += differs("scorer", own, {**own, "live": 1})
            plan.notes.append(f"{_short(own)} was removed here and comes back.")
        elif own["spans"] != row["spans"]:
            joined = _joined_spans(own["spans"], row["spans"])
            plan.scorer_changes += differs("scorer", own, {**own, "spans": joined})
            plan.notes.append(f"{_short(own)} looked wherever one of the files says so.")


def _free_name(name: str, names: set[str]) -> str:
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
            a = {key: _row(mine, key) for key in unit}
            b = {key: _row(theirs, key) for key in unit}
            if _said(a) == _said(b):
                continue
            base = {key: self.before.get(key, a[key]) for key in unit}
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
        self.plan.notes += [f"{_many(n, 'event')}: {verb}." for verb, n in counts.items() if n]
        for scorer in dict.fromkeys((*mine.hypnograms, *theirs.hypnograms)):
            self._stages(scorer)

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
                f"{str(source.get('kind', 'event')).replace('_', ' ')} at {_clock(onset)}",
                _words(a),
                _words(b),
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
                self.plan.notes.append(f"The stages of {_short({'name': scorer})} come along.")
            return
        if _grid(a) != _grid(b):
            name = _free_name(scorer, {*self.plan.mine.hypnograms, *self.plan.theirs.hypnograms})
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
                    f"epoch {epoch + 1} ({_clock(at)})",
                    _stage(one),
                    _stage(other),
                    {"mine": {key: {"stage": one}}, "theirs": {key: {"stage": other}}},
                    at,
                )
            )
        stages = "".join(merged)
        if stages != a["stages"]:
            n = sum(x != y for x, y in zip(stages, a["stages"], strict=True))
            self.plan.taken["hypnogram", scorer] = {**a, "stages": stages}
            who = _short({"name": scorer})
            self.plan.notes.append(f"{_many(n, 'epoch')} of {who} taken from the other file.")


def _short(scorer: Row) -> str:
    """A scorer without "human:" or "model:"."""
    name = str(scorer["name"])
    return name.partition(":")[2] or name


def _many(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


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


def _words(rows: Rows) -> str:
    """What a side says of an event."""
    parts: list[str] = []
    for row in rows.values():
        if row is None:
            continue
        if "person" in row:
            parts.insert(0, str(row["status"]))
        else:
            note = f', "{row["note"]}"' if row["note"] else ""
            unsure = ", unsure" if row["unsure"] else ""
            channel = f" on {row['channel']}" if row["channel"] else ""
            kind = str(row["kind"]).replace("_", " ")
            stop = row["onset"] + row["duration"]
            parts.append(f"{kind} {row['onset']:.2f}-{stop:.2f} s{channel}{note}{unsure}")
    return ", ".join(parts) or "deleted"


def _grid(row: Row) -> tuple[float, float, int]:
    return row["epoch_seconds"], row["start"], len(row["stages"])


def _stage(letter: str) -> str:
    return {"1": "N1", "2": "N2", "3": "N3"}.get(letter, letter)


def _set_epoch(rows: Rows, mine: Side, key: Key, row: Row | None) -> None:
    assert row is not None
    whole: Key = ("hypnogram", key[1])
    now = rows.get(whole) or mine.hypnograms[key[1]]
    epoch = int(key[2])
    stages = now["stages"][:epoch] + row["stage"] + now["stages"][epoch + 1 :]
    rows[whole] = {**now, "stages": stages}


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"
