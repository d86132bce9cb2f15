"""Rows of the review file as plain dictionaries: what the edit log keeps of before and after."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from typing import Any, Final, Literal

from sleepscope.constants import STAGES, UNSCORED
from sleepscope.events.event import Event, Status, Verdict
from sleepscope.events.event_set import Span
from sleepscope.events.hypnogram import Hypnogram

Row = dict[str, Any]
Target = Literal["event", "verdict", "scorer", "hypnogram", "run", "sitting"]

# One letter a stage keeps the log of a staged night small.
_LETTER_OF_STAGE: Final = dict(zip((*STAGES, UNSCORED), "W123R?", strict=True))
_STAGE_OF_LETTER: Final = {letter: stage for stage, letter in _LETTER_OF_STAGE.items()}


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row of one table before and after an edit; None where there is no such row.

    Whole rows are kept, so that a step is undone by writing ``before`` and redone by writing
    ``after``, whatever the verb was.
    """

    target: Target
    before: Row | None
    after: Row | None

    @property
    def inverse(self) -> RowChange:
        """The change that takes this one back."""
        return RowChange(self.target, self.after, self.before)

    @property
    def row(self) -> Row:
        """The row after, or before where it is gone."""
        row = self.after if self.after is not None else self.before
        assert row is not None
        return row


def event_row(event: Event, scorer_id: int, status: Status, origin: str | None = None) -> Row:
    """The row of an event; ``origin`` is the id of the source event it is a changed copy of."""
    return {
        "id": event.id,
        "scorer": scorer_id,
        "onset": event.onset,
        "duration": event.duration,
        "kind": event.kind,
        "channel": event.channel,
        "confidence": event.confidence,
        "note": event.note,
        "unsure": int(event.unsure),
        "status": status,
        "origin": origin,
    }


def event_of(row: Row) -> Event:
    """The event in a row."""
    return Event(
        row["onset"],
        row["duration"],
        row["kind"],
        row["channel"],
        row["confidence"],
        row["note"],
        bool(row["unsure"]),
        row["id"],
    )


def verdict_row(verdict: Verdict) -> Row:
    """The row of a verdict."""
    return {
        "event": verdict.event_id,
        "person": verdict.scorer,
        "status": verdict.status,
        "at": verdict.when.isoformat(),
    }


def verdict_of(row: Row) -> Verdict:
    """The verdict in a row."""
    when = datetime.datetime.fromisoformat(row["at"])
    return Verdict(row["event"], row["person"], row["status"], when)


def hypnogram_row(hypnogram: Hypnogram) -> Row:
    """The row of a hypnogram."""
    return {
        "scorer": hypnogram.scorer,
        "epoch_seconds": hypnogram.epoch_seconds,
        "start": hypnogram.start,
        "stages": "".join(_LETTER_OF_STAGE[stage] for stage in hypnogram.stages),
    }


def hypnogram_of(row: Row) -> Hypnogram:
    """The hypnogram in a row."""
    stages = tuple(_STAGE_OF_LETTER[letter] for letter in row["stages"])
    return Hypnogram(stages, row["epoch_seconds"], row["start"], row["scorer"])


def spans_text(spans: tuple[Span, ...] | None) -> str | None:
    """Scored spans as JSON; None stays None (the whole recording)."""
    return None if spans is None else json.dumps(spans)


def spans_of(text: str | None) -> tuple[Span, ...] | None:
    """Scored spans from JSON."""
    if text is None:
        return None
    return tuple((float(start), float(stop)) for start, stop in json.loads(text))
