"""What merging two copies of a review comes to, and what a person has to decide."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sleepscope.errors import ReviewError
from sleepscope.review.merge_side import Key, LoggedEdit, Side, differs
from sleepscope.review.rows import Row, RowChange

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
    begun_anew : mapping of int to int
        Sets that both files had, that ended here and began again: the old number, the new one.
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
    begun_anew: dict[int, int] = field(default_factory=dict)
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


def _set_epoch(rows: Rows, mine: Side, key: Key, row: Row | None) -> None:
    assert row is not None
    whole: Key = ("hypnogram", key[1])
    now = rows.get(whole) or mine.hypnograms[key[1]]
    epoch = int(key[2])
    stages = now["stages"][:epoch] + row["stage"] + now["stages"][epoch + 1 :]
    rows[whole] = {**now, "stages": stages}
