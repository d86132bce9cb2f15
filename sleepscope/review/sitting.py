"""A sitting: a stretch of work under a rule of its own, kept in the review file.

Blind scoring hides what models found until the person's events are frozen; an audit hides all
others and shows a person windows drawn by chance.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from sleepscope.review.rows import Row

SittingKind = Literal["blind", "audit"]
# "open": others are hidden. "frozen": hidden, and the person's events stay as they are.
# "revealed": all is shown, and each edit is measured against the model. "ended": over.
SittingState = Literal["open", "frozen", "revealed", "ended"]


@dataclass(frozen=True, slots=True)
class Sitting:
    """One sitting of one person.

    Attributes
    ----------
    id : int
        Row in the file.
    kind : {"blind", "audit"}
    person : str
        Scorer name, "human:AB".
    state : {"open", "frozen", "revealed", "ended"}
    facts : mapping
        What the kind keeps: see :mod:`sleepscope.review.blind` and :mod:`sleepscope.review.audit`.
    """

    id: int
    kind: SittingKind
    person: str
    state: SittingState
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_hiding(self) -> bool:
        """Whether others are hidden from the person."""
        return self.state in ("open", "frozen")

    def turned(self, state: SittingState, **facts: Any) -> Sitting:
        """The same sitting in another state, with more facts."""
        return dataclasses.replace(self, state=state, facts={**self.facts, **facts})

    def hides(self, scorer: str) -> bool:
        """Whether the events of a scorer are kept from the person's eyes now."""
        if not self.is_hiding:
            return False
        if self.kind == "audit":
            return bool(scorer != self.facts["scorer"])
        # A consensus may hold what a model found: only people and files stay in sight.
        is_model = not scorer.startswith(("human:", "file:"))
        return bool(scorer != self.person and (is_model or self.facts["hides_others"]))


def sitting_row(sitting: Sitting) -> Row:
    """The row of a sitting."""
    return {
        "id": sitting.id,
        "kind": sitting.kind,
        "person": sitting.person,
        "state": sitting.state,
        "facts": json.dumps(dict(sitting.facts), ensure_ascii=False),
    }


def sitting_of(row: Row) -> Sitting:
    """The sitting in a row.

    Raises
    ------
    ValueError
        If kind, state or facts are none of a sitting.
    """
    facts = json.loads(row["facts"])
    known = row["kind"] in get_args(SittingKind) and row["state"] in get_args(SittingState)
    if not known or not isinstance(facts, dict):
        raise ValueError(f"a sitting '{row['kind']}' in the state '{row['state']}'")
    return Sitting(row["id"], row["kind"], row["person"], row["state"], facts)
