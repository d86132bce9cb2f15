"""Where two scorers differ, in the order of the night: the queue of a review."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sleepscope.agreement.matching import Match
from sleepscope.events.event import Event

DisagreementKind = Literal["extra", "missed", "boundary", "kind"]

# Experts place the edges of one spindle some tenths of a second apart.
BOUNDARY_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One place where two scorers differ.

    Attributes
    ----------
    nature : {"extra", "missed", "boundary", "kind"}
        ``a`` alone has the event; ``b`` alone has it; both have it with edges that are far apart;
        both have it and call it differently.
    a, b : Event or None
        The events of either side.
    """

    nature: DisagreementKind
    a: Event | None
    b: Event | None

    @property
    def onset(self) -> float:
        """First onset of the two, s."""
        return min(event.onset for event in (self.a, self.b) if event is not None)

    @property
    def stop(self) -> float:
        """Last end of the two, s."""
        return max(event.stop for event in (self.a, self.b) if event is not None)

    @property
    def onset_difference(self) -> float | None:
        """Onset of ``a`` less that of ``b``, s; None where one is missing."""
        return None if self.a is None or self.b is None else self.a.onset - self.b.onset

    @property
    def stop_difference(self) -> float | None:
        """End of ``a`` less that of ``b``, s; None where one is missing."""
        return None if self.a is None or self.b is None else self.a.stop - self.b.stop


def disagreements(
    matched: Match, *, boundary: float | None = BOUNDARY_SECONDS
) -> tuple[Disagreement, ...]:
    """List where the two sides of a matching differ, by onset.

    Parameters
    ----------
    matched : Match
        ``a`` is under test, ``b`` the reference.
    boundary : float or None, s
        Pairs whose onset or end differs by more are listed; None leaves boundaries out. Points
        have no boundaries.

    Returns
    -------
    tuple of Disagreement
    """
    found = [Disagreement("extra", event, None) for event in matched.only_a]
    found += [Disagreement("missed", None, event) for event in matched.only_b]
    for pair in matched.pairs:
        if pair.a.kind != pair.b.kind:
            found.append(Disagreement("kind", pair.a, pair.b))
        elif boundary is not None and pair.iou is not None:
            apart = max(abs(pair.a.onset - pair.b.onset), abs(pair.a.stop - pair.b.stop))
            if apart > boundary + 1e-9:
                found.append(Disagreement("boundary", pair.a, pair.b))
    return tuple(sorted(found, key=lambda d: (d.onset, d.stop, d.nature)))


def next_after(queue: Sequence[Disagreement], time: float) -> Disagreement | None:
    """The first disagreement that begins after a moment (s), or None behind the last."""
    index = bisect_right(queue, time, key=lambda d: d.onset)
    return queue[index] if index < len(queue) else None


def last_before(queue: Sequence[Disagreement], time: float) -> Disagreement | None:
    """The last disagreement that begins before a moment (s), or None ahead of the first."""
    index = bisect_left(queue, time, key=lambda d: d.onset)
    return queue[index - 1] if index else None
