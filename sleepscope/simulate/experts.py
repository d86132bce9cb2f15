"""Imperfect simulated experts: they miss events, draw borders loosely and mark some in error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from sleepscope.constants import REM, SPINDLE, SPINDLE_MIN_SECONDS
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet

Span = tuple[float, float]

# What a scorer of a clinic marks, and where: the derivations of the AASM manual.
MARKED_ON: Final[dict[str, tuple[str, ...]]] = {
    SPINDLE: ("C3", "C4"),
    "k_complex": ("C3",),
    REM: ("E1",),
}
# Where a mark in error would fall: nobody looks for spindles in wake.
MARKED_IN: Final = {SPINDLE: {"N2", "N3"}, "k_complex": {"N2"}, REM: {"R"}}


@dataclass(frozen=True, slots=True)
class ExpertHabits:
    """How one expert scores.

    Attributes
    ----------
    scorer : str
    misses : dict
        Share of the events missed, by kind.
    jitter : float, s
        Standard deviation of each border.
    false_marks : float
        Number of marks in error, as a share of the true ones.
    fixed_duration : float or None, s
        Length this expert gives nearly every spindle and K-complex, whatever it measures (expert
        2 of DREAMS writes 1.0 s); None for measured lengths.
    joins : float, s
        Eye movements closer than this become one mark.
    """

    scorer: str
    misses: dict[str, float]
    jitter: float
    false_marks: float
    fixed_duration: float | None = None
    joins: float = 0.0


CAREFUL: Final = ExpertHabits(
    "file:expert1", {SPINDLE: 0.14, "k_complex": 0.15, REM: 0.10}, 0.07, 0.06
)
HASTY: Final = ExpertHabits(
    "file:expert2", {SPINDLE: 0.24, "k_complex": 0.35, REM: 0.15}, 0.12, 0.10, 1.0, 0.25
)


def score(
    rng: np.random.Generator,
    truth: EventSet,
    habits: ExpertHabits,
    where: Mapping[str, Sequence[Span]],
) -> EventSet:
    """The events as an expert with these habits marks them.

    Parameters
    ----------
    truth : EventSet
        What is there; kinds and channels outside ``MARKED_ON`` are passed over.
    where : dict of sequences of (start, stop), s
        Where marks in error of each kind may fall.
    """
    seen: list[Event] = []
    for kind, channels in MARKED_ON.items():
        there = [e for e in truth.events if e.kind == kind and e.channel in channels]
        kept = [e for e in there if rng.random() >= habits.misses[kind]]
        marks = [_mark(rng, event, habits) for event in kept]
        marks += _false_marks(
            rng, kind, round(habits.false_marks * len(there)), where[kind], habits
        )
        seen += _join(marks, habits.joins) if kind == REM and habits.joins else marks
    return EventSet.of(habits.scorer, _apart(seen))


def _mark(rng: np.random.Generator, event: Event, habits: ExpertHabits) -> Event:
    """One event with loose borders, in hundredths of a second as a scoring program writes them."""
    onset = max(0.0, event.onset + habits.jitter * rng.standard_normal())
    stop = event.stop + habits.jitter * rng.standard_normal()
    duration = max(stop - onset, 0.3 if event.kind == REM else SPINDLE_MIN_SECONDS)
    if habits.fixed_duration is not None and event.kind != REM and rng.random() < 0.93:
        onset = max(0.0, event.midpoint - habits.fixed_duration / 2 + rng.normal(0, habits.jitter))
        duration = habits.fixed_duration
    return Event(
        round(onset, 2),
        round(duration, 2),
        event.kind,
        event.channel,
        unsure=bool(rng.random() < 0.05),
        id=seeded_id(rng),
    )


def _false_marks(
    rng: np.random.Generator, kind: str, count: int, spans: Sequence[Span], habits: ExpertHabits
) -> list[Event]:
    """Marks where nothing is."""
    if not spans:
        return []
    lengths = np.array([stop - start for start, stop in spans])
    marks = []
    for _ in range(count):
        start, stop = spans[int(rng.choice(len(spans), p=lengths / lengths.sum()))]
        length = float(rng.uniform(0.5, 1.1))
        onset = float(rng.uniform(start, max(start, stop - 2.0)))
        channel = str(rng.choice(MARKED_ON[kind]))
        event = Event(onset, length, kind, channel, id="")
        marks.append(_mark(rng, event, habits))
    return marks


def _join(marks: Sequence[Event], joins: float) -> list[Event]:
    """Marks of one channel with the short pauses between them closed."""
    joined: list[Event] = []
    for mark in sorted(marks, key=lambda e: e.onset):
        if joined and mark.onset - joined[-1].stop < joins:
            last = joined[-1]
            stop = max(last.stop, mark.stop)
            joined[-1] = replace(last, duration=round(stop - last.onset, 2))
        else:
            joined.append(mark)
    return joined


def _apart(marks: Sequence[Event]) -> list[Event]:
    """Marks of one kind and channel never overlap: the later one gives way."""
    kept: list[Event] = []
    last: dict[tuple[str, str | None], float] = {}
    for mark in sorted(marks, key=lambda e: (e.onset, e.duration)):
        key = (mark.kind, mark.channel)
        if mark.onset >= last.get(key, -1.0):
            kept.append(mark)
            last[key] = mark.stop
    return kept


def seeded_id(rng: np.random.Generator) -> str:
    """An event id that the seed fixes, so that the same night has the same ids."""
    return rng.bytes(16).hex()
