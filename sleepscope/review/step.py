"""What an edit did: the step one can undo, and what it touched."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sleepscope.errors import ReviewError

# "done" can be undone, "undone" can be redone, "dropped" was undone and then left behind by a new
# edit, "fixed" is not part of undo (what the program did by itself on opening).
# What a merge brought along from another copy of the file is "fixed", too.
StepState = Literal["done", "undone", "dropped", "fixed"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing a person did, however many rows it touched.

    Attributes
    ----------
    id : int
        Grows with time.
    name : str
        For the Edit menu: "Accept spindle at 00:12:31".
    verb : str
        accept, reject, reset, add, move, change, delete, import, detect, remove, rename, spans,
        stages, merge, blind, audit.
    who : str
        Scorer name of the person ("human:AB"), or "" where the program acted by itself.
    when : datetime.datetime
        With time zone (UTC).
    state : {"done", "undone", "dropped", "fixed"}
    """

    id: int
    name: str
    verb: str
    who: str
    when: datetime.datetime
    state: StepState


@dataclass(frozen=True, slots=True)
class Change:
    """What an edit, an undo or a redo touched, so that a view refreshes only that.

    Attributes
    ----------
    step : Step or None
        None where nothing had to be done; then everything else is empty.
    event_ids : frozenset of str
        Events that came, went, moved, or whose status is another one now; empty although
        ``scorers`` is not where a whole set came or went.
    scorers : frozenset of str
        Sets that came, went (also out of sight), or hold one of those events.
    hypnograms : frozenset of str
        Scorers whose hypnogram is another one now.
    event_id : str or None
        The event to select next: the one added, or the person's copy of the one changed.
    scorer : str or None
        The name under which a set was stored by an import or a detection.
    """

    step: Step | None = None
    event_ids: frozenset[str] = frozenset()
    scorers: frozenset[str] = frozenset()
    hypnograms: frozenset[str] = frozenset()
    event_id: str | None = None
    scorer: str | None = None

    def __bool__(self) -> bool:
        return self.step is not None


def joined(changes: Sequence[Change]) -> Change:
    """What several changes touched, as one; the step is the last one's."""
    if not changes:
        return Change()
    return Change(
        changes[-1].step,
        frozenset().union(*(change.event_ids for change in changes)),
        frozenset().union(*(change.scorers for change in changes)),
        frozenset().union(*(change.hypnograms for change in changes)),
    )


class OthersStepError(ReviewError):
    """The step that undo or redo would touch is somebody else's.

    Attributes
    ----------
    step : Step
    """

    title = "This step is somebody else's"

    def __init__(self, step: Step) -> None:
        self.step = step
        super().__init__(
            f"The next step, '{step.name}', is by {step.who.removeprefix('human:')}; go to it in "
            "the history if you mean it."
        )
