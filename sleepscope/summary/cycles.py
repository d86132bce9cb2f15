"""NREM-REM cycles of a night."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Final

from sleepscope.events.hypnogram import Hypnogram

# Feinberg & Floyd 1979, doi:10.1111/j.1469-8986.1979.tb02991.x: a NREM period lasts at least
# 15 min, a REM period at least 5 min; the first and the last REM period may be shorter.
NREM_SECONDS: Final = 15 * 60.0
REM_SECONDS: Final = 5 * 60.0

RULE: Final = (
    "Cycles by the rule of Feinberg and Floyd (1979): NREM sleep from its first N1, N2 or N3 epoch "
    "on, for at least 15 min, then REM sleep of at least 5 min (the first and the last REM period "
    "of any length); the next cycle begins with the NREM epoch after it."
)
_NREM: Final = ("N1", "N2", "N3")


@dataclass(frozen=True, slots=True)
class SleepCycle:
    """One cycle.

    Attributes
    ----------
    number : int
        From 1.
    start, stop : float, s
        From the first NREM epoch to the next cycle's first one, or to the last epoch of sleep.
    is_complete : bool
        Whether it ended in REM sleep.
    """

    number: int
    start: float
    stop: float
    is_complete: bool


def sleep_cycles(hypnogram: Hypnogram) -> tuple[SleepCycle, ...]:
    """Find the cycles; see :data:`RULE`.

    Wakefulness and epochs without a stage interrupt neither period. A REM period that is too short
    stays within the NREM period around it; NREM sleep too short for a cycle of its own stays within
    the REM period around it.
    """
    seconds, start = hypnogram.epoch_seconds, hypnogram.start
    kinds = ["N" if s in _NREM else "R" if s == "R" else "" for s in hypnogram.stages]
    sleep = [k for k, kind in enumerate(kinds) if kind]
    if not sleep:
        return ()
    periods = _periods(kinds, sleep, seconds)
    cycles: list[tuple[int, bool]] = []  # first epoch, has REM
    for kind, first in periods:
        if kind == "N" and (not cycles or cycles[-1][1]):
            cycles.append((first, False))
        elif kind == "R" and cycles:
            cycles[-1] = (cycles[-1][0], True)
    edges = [first for first, _ in cycles] + [sleep[-1] + 1]
    return tuple(
        SleepCycle(
            number + 1,
            start + edges[number] * seconds,
            start + edges[number + 1] * seconds,
            has_rem,
        )
        for number, (_, has_rem) in enumerate(cycles)
    )


def _periods(kinds: list[str], sleep: list[int], seconds: float) -> list[tuple[str, int]]:
    """NREM and REM periods long enough to count: kind and first epoch."""
    runs = [(kind, list(epochs)) for kind, epochs in groupby(sleep, key=lambda k: kinds[k])]
    rem = [k for k, (kind, _) in enumerate(runs) if kind == "R"]
    kept: list[tuple[str, list[int]]] = []
    for index, (kind, epochs) in enumerate(runs):
        length = len(epochs) * seconds
        is_outer_rem = kind == "R" and index in (rem[0], rem[-1])
        if kind == "R" and length < REM_SECONDS and not is_outer_rem:
            continue
        if kept and kept[-1][0] == kind:
            kept[-1][1].extend(epochs)
        else:
            kept.append((kind, epochs))
    joined: list[tuple[str, int]] = []
    for kind, epochs in kept:
        if kind == "N" and joined and len(epochs) * seconds < NREM_SECONDS:
            continue
        if not joined or joined[-1][0] != kind:
            joined.append((kind, epochs[0]))
    return joined
