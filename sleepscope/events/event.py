"""An event of the night, and a person's decision on one."""

from __future__ import annotations

import datetime
import os
from dataclasses import dataclass, field
from typing import Literal, get_args

Status = Literal["unreviewed", "accepted", "rejected", "changed", "added"]
STATUSES: tuple[Status, ...] = get_args(Status)


def new_event_id() -> str:
    """A fresh id that no other event has, here or in another lab's file."""
    # As random as a UUID and five times as fast; a detection can make 100,000 events.
    return os.urandom(16).hex()


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens for a while (or at a point, with duration 0).

    Attributes
    ----------
    onset, duration : float, s
        ``[onset, onset + duration)``, from the first sample of the recording.
    kind : str
        One of ``constants.EVENT_KINDS``, or the label as found.
    channel : str or None
        Channel label; None for an event of all channels.
    confidence : float or None
        0..1, from a model; None from people.
    note : str
        Free text.
    unsure : bool
        The scorer's own mark of doubt.
    id : str
        Unique; made anew unless given.
    """

    onset: float
    duration: float
    kind: str
    channel: str | None = None
    confidence: float | None = None
    note: str = ""
    unsure: bool = False
    id: str = field(default_factory=new_event_id)

    @property
    def stop(self) -> float:
        """End of the event, s."""
        return self.onset + self.duration

    @property
    def midpoint(self) -> float:
        """Middle of the event, s: it decides to which span or stage the event belongs."""
        return self.onset + self.duration / 2


@dataclass(frozen=True, slots=True)
class Verdict:
    """A person's decision on an event of a model or a file; the event itself stays as it was."""

    event_id: str
    scorer: str
    status: Status
    when: datetime.datetime
