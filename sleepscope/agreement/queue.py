"""Every place where two scorers differ, or agree without being sure, as one ordered list."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal, get_args

from sleepscope.agreement.matching import Match, match
from sleepscope.constants import UNSCORED
from sleepscope.events.event import Event
from sleepscope.events.hypnogram import Hypnogram

Nature = Literal["kind", "missed", "extra", "boundary", "uncertain"]
Order = Literal["nature", "time", "confidence", "stage", "size"]
NATURES: Final[tuple[Nature, ...]] = get_args(Nature)
ORDERS: Final[tuple[Order, ...]] = get_args(Order)

# Pairs that overlap less than this have edges worth a look.
LOW_IOU: Final = 0.5
# A model's event of less confidence is worth a look although the other scorer has it, too.
LOW_CONFIDENCE: Final = 0.6
# Spindles and most micro-events are scored in N2; wakefulness comes last.
_STAGE_ORDER: Final = ("N2", "N3", "R", "N1", "W", UNSCORED)
# Without a confidence a conflict is neither strong nor weak.
_UNKNOWN: Final = 0.5


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One question for the person who reviews.

    Attributes
    ----------
    nature : {"kind", "missed", "extra", "boundary", "uncertain"}
        Both have it and call it differently; ``b`` alone has it; ``a`` alone has it; both have it
        with an IoU below 0.5; both have it, but ``a`` (a model) with little confidence, or one of
        the two marked it as doubtful.
    a, b : Event or None
        The events of either side.
    iou : float or None
        Of a pair of two stretches.
    stage : str
        Stage at the midpoint, "?" where unknown.
    """

    nature: Nature
    a: Event | None
    b: Event | None
    iou: float | None
    stage: str

    @property
    def events(self) -> tuple[Event, ...]:
        """The one or two events."""
        return tuple(event for event in (self.a, self.b) if event is not None)

    @property
    def onset(self) -> float:
        """First onset of the two, s."""
        return min(event.onset for event in self.events)

    @property
    def stop(self) -> float:
        """Last end of the two, s."""
        return max(event.stop for event in self.events)

    @property
    def confidence(self) -> float | None:
        """Confidence of the model's event, the one of ``a`` first."""
        return next((e.confidence for e in self.events if e.confidence is not None), None)

    @property
    def size(self) -> float:
        """Seconds on which the two differ."""
        if self.a is None or self.b is None:
            return self.stop - self.onset
        return abs(self.a.onset - self.b.onset) + abs(self.a.stop - self.b.stop)

    @property
    def strength(self) -> float:
        """How strongly the two contradict each other, 0..1."""
        confidence = _UNKNOWN if self.confidence is None else self.confidence
        if self.nature == "boundary":
            return 1.0 - (self.iou or 0.0)
        return 1.0 - confidence if self.nature == "uncertain" else confidence


def review_queue(
    matched: Match,
    *,
    others_a: Sequence[Event] = (),
    others_b: Sequence[Event] = (),
    hypnogram: Hypnogram | None = None,
    order: Order = "nature",
) -> tuple[QueueItem, ...]:
    """List what a person should look at.

    Parameters
    ----------
    matched : Match
        Of events of one kind; ``a`` is under test, ``b`` the reference.
    others_a, others_b : sequence of Event
        Events of other kinds: one that fits an event without a partner makes a conflict of class,
        unless the other side has it too, under its own name (a spindle on a K-complex).
    hypnogram : Hypnogram, optional
        Gives the stages.
    order : {"nature", "time", "confidence", "stage", "size"}
        "nature": in the order of ``NATURES``, the strongest conflict first, then by stage (N2, N3,
        R, N1, W), then the largest; "confidence": the strongest first; "stage": N2 first; "size":
        the most seconds first.

    Returns
    -------
    tuple of QueueItem
    """

    def item(nature: Nature, a: Event | None, b: Event | None, iou: float | None) -> QueueItem:
        event = b or a
        assert event is not None
        stage = UNSCORED if hypnogram is None else hypnogram.stage_at(event.midpoint)
        return QueueItem(nature, a, b, iou, stage)

    found: list[QueueItem] = []
    named: set[str] = set()
    both = {"iou": matched.iou, "spans": matched.spans, "by_channel": matched.by_channel}
    odd_a, odd_b = _not_shared(others_a, others_b, both)
    for a, b in ((matched.only_a, odd_b), (odd_a, matched.only_b)):
        for pair in match(a, b, **both).pairs if a and b else ():  # type: ignore[arg-type]
            found.append(item("kind", pair.a, pair.b, pair.iou))
            named |= {pair.a.id, pair.b.id}
    found += [item("extra", event, None, None) for event in matched.only_a if event.id not in named]
    found += [
        item("missed", None, event, None) for event in matched.only_b if event.id not in named
    ]
    for pair in matched.pairs:
        if pair.iou is not None and pair.iou < LOW_IOU:
            found.append(item("boundary", pair.a, pair.b, pair.iou))
        elif _is_doubtful(pair.a) or _is_doubtful(pair.b):
            found.append(item("uncertain", pair.a, pair.b, pair.iou))
    return tuple(sorted(found, key=_KEYS[order]))


def _not_shared(
    others_a: Sequence[Event], others_b: Sequence[Event], how: Mapping[str, object]
) -> tuple[list[Event], list[Event]]:
    """Events of other kinds without a partner of their own kind on the other side."""
    shared: set[int] = set()
    for kind in {event.kind for event in others_a} & {event.kind for event in others_b}:
        a = [event for event in others_a if event.kind == kind]
        b = [event for event in others_b if event.kind == kind]
        for pair in match(a, b, **how).pairs:  # type: ignore[arg-type]
            shared |= {id(pair.a), id(pair.b)}
    odd_a = [event for event in others_a if id(event) not in shared]
    odd_b = [event for event in others_b if id(event) not in shared]
    return odd_a, odd_b


def _is_doubtful(event: Event) -> bool:
    return event.unsure or (event.confidence is not None and event.confidence < LOW_CONFIDENCE)


def _stage_rank(item: QueueItem) -> int:
    return _STAGE_ORDER.index(item.stage)


_KEYS: Final[dict[str, Callable[[QueueItem], tuple[object, ...]]]] = {
    "nature": lambda i: (
        NATURES.index(i.nature), -i.strength, _stage_rank(i), -i.size, i.onset
    ),
    "time": lambda i: (i.onset, i.stop),
    "confidence": lambda i: (-i.strength, i.onset),
    "stage": lambda i: (_stage_rank(i), NATURES.index(i.nature), i.onset),
    "size": lambda i: (-i.size, i.onset),
}  # fmt: skip


# A longer rest between two decisions is a pause and not part of the person's pace.
_PAUSE_SECONDS: Final = 120.0
# The pace of late, not that of an hour ago.
_RECENT: Final = 30


def seconds_to_go(decisions: Sequence[float], n_left: int) -> float | None:
    """How long the rest of a queue will take at the person's own pace.

    Parameters
    ----------
    decisions : sequence of float, s
        When decisions were taken, by any clock.
    n_left : int
        Questions that are open.

    Returns
    -------
    float or None, s
        None before three decisions were taken without a pause between them.
    """
    moments = sorted(set(decisions))
    gaps = [b - a for a, b in pairwise(moments) if b - a <= _PAUSE_SECONDS][-_RECENT:]
    return statistics.median(gaps) * n_left if len(gaps) >= 2 else None
