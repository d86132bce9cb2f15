"""Merging: what another copy of a review holds comes into this one, as a step of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sleepscope.review.edits import Edit
from sleepscope.review.intake import INSERT_EVENT
from sleepscope.review.merge_plan import Choice, MergePlan
from sleepscope.review.merge_side import EVENT_COLUMNS, in_terms_of
from sleepscope.review.rows import Row, RowChange
from sleepscope.review.step import Change

if TYPE_CHECKING:
    from sleepscope.review.review_file import ReviewFile


def merge(
    review: ReviewFile,
    plan: MergePlan,
    choices: Mapping[int, Choice],
    *,
    name: str,
    person: str = "",
) -> Change:
    """Write a merge; one step that undo takes back.

    Parameters
    ----------
    plan : MergePlan
        Of this review (first) and another copy.
    choices : mapping of int to choice
        What was decided on each conflict, by its place in the plan.
    name : str
        Of the other file, for the history.

    Raises
    ------
    ReviewError
        If a conflict is not decided, or the file cannot be written; nothing is changed then.
    """
    changes = plan.changes(choices)
    if plan.is_empty and not _new_runs(plan):
        return Change()
    edit = Edit("merge", f"Merge {name}", tuple(changes))
    change = review.write(edit, person, bring=_bring(plan))
    review.refresh()
    return change


def _bring(plan: MergePlan) -> Callable[[Any], Sequence[RowChange]]:
    """Puts in what the log does not name row by row: whole sets, runs, the other's log."""

    def bring(execute: Any) -> list[RowChange]:
        changes = [_bring_set(execute, row, events) for row, events in plan.new_sets]
        changes += [_bring_run(execute, run) for run in _new_runs(plan)]
        steps = _bring_log(execute, plan)
        _bring_sittings(execute, plan, steps)
        return changes

    return bring


def _bring_set(execute: Any, row: Row, events: Sequence[Row]) -> RowChange:
    asleep = {**row, "live": 0}
    execute("INSERT INTO scorers VALUES (:id, :name, :spans, :live)", asleep)
    for event in events:
        execute(INSERT_EVENT, tuple(event[name] for name in EVENT_COLUMNS))
    return RowChange("scorer", asleep, {**row, "live": 1})


def _new_runs(plan: MergePlan) -> list[Row]:
    """Runs of the other file that this one lacks, by their facts and tracks."""
    known = {(run["scorer"], run["facts"], run["probability"]) for run in plan.mine.runs}
    runs = ({**run, "scorer": plan.scorers[run["scorer"]]} for run in plan.theirs.runs)
    return [
        run
        for run in runs
        if run["live"] and (run["scorer"], run["facts"], run["probability"]) not in known
    ]


def _bring_run(execute: Any, run: Row) -> RowChange:
    cursor = execute(
        "INSERT INTO runs (scorer, live, facts, probability) VALUES (?, 0, ?, ?)",
        (run["scorer"], run["facts"], run["probability"]),
    )
    row = {"id": cursor.lastrowid, "live": 0}
    return RowChange("run", row, {**row, "live": 1})


def _bring_log(execute: Any, plan: MergePlan) -> dict[int, int]:
    """Append the other file's log since the copy; returns its steps' numbers here.

    Steps of the past are no part of undo here: what they came to is the merge's own step.
    """
    numbers: dict[int, int] = {}
    known = {_of_step(row) for row in plan.mine.steps.values()}
    for step, at, who, verb, target, before, after in plan.tail:
        row = plan.theirs.steps[step]
        if _of_step(row) in known and not _is_common(plan, step):
            continue  # an earlier merge brought it
        if step not in numbers:
            cursor = execute(
                "INSERT INTO steps (name, verb, who, at, state) VALUES (?, ?, ?, ?, 'fixed')",
                (row["name"], row["verb"], row["who"], row["at"]),
            )
            numbers[step] = cursor.lastrowid
        texts = [_translated(plan, target, text) for text in (before, after)]
        execute(
            "INSERT INTO edits (step, at, who, verb, target, before, after) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (numbers[step], at, who, f"merged {verb}", target, *texts),
        )
    return numbers


def _is_common(plan: MergePlan, step: int) -> bool:
    """Whether a step began before the copy was made."""
    return step in plan.mine.steps and _of_step(plan.mine.steps[step]) == _of_step(
        plan.theirs.steps[step]
    )


def _of_step(row: Row) -> tuple[str, ...]:
    return row["who"], row["at"], row["verb"], row["name"]


def _translated(plan: MergePlan, target: str, text: str | None) -> str | None:
    if text is None:
        return None
    row = in_terms_of(target, json.loads(text), plan.scorers, plan.ids)
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def _bring_sittings(execute: Any, plan: MergePlan, steps: Mapping[int, int]) -> None:
    """Blind scorings and audits of the other file that this one lacks, with what they measured."""
    known = {_of_sitting(row) for row in plan.mine.sittings}
    fresh = max((row["id"] for row in plan.mine.sittings), default=0) + 1
    open_people = {row["person"] for row in plan.mine.sittings if row["state"] != "ended"}
    numbers: dict[int, int] = {}
    for row in plan.theirs.sittings:
        if _of_sitting(row) in known:
            continue
        # A person is in one sitting at a time.
        state = "ended" if row["person"] in open_people else row["state"]
        execute(
            "INSERT INTO sittings (id, kind, person, state, facts) VALUES (?, ?, ?, ?, ?)",
            (fresh, row["kind"], row["person"], state, row["facts"]),
        )
        numbers[row["id"]] = fresh
        fresh += 1
    for row in plan.theirs.leanings:
        step = steps.get(row["step"], row["step"] if _is_common(plan, row["step"]) else None)
        if row["sitting"] in numbers and step is not None:
            execute(
                "INSERT INTO leanings (sitting, step, at, verb, before, after) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (
                    numbers[row["sitting"]],
                    step,
                    row["at"],
                    row["verb"],
                    row["before"],
                    row["after"],
                ),
            )


def _of_sitting(row: Row) -> tuple[str, str, str]:
    return row["kind"], row["person"], str(json.loads(row["facts"]).get("began"))
