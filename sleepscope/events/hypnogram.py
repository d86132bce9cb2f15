"""The stages of a night, epoch by epoch, by one scorer."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from sleepscope.constants import EPOCH_SECONDS, STAGES, UNSCORED
from sleepscope.errors import EventFileError


@dataclass(frozen=True, slots=True)
class Hypnogram:
    """Sleep stages on a regular grid of epochs.

    Attributes
    ----------
    stages : tuple of str
        W, N1, N2, N3, R or "?" (not scored, movement, unknown).
    epoch_seconds : float
        Length of an epoch (30 s by the AASM manual; 5 s in DREAMS, 20 s in older studies).
    start : float, s
        Start of the first epoch from the first sample of the recording.
    scorer : str
        As in :class:`~sleepscope.events.event_set.EventSet`.
    """

    stages: tuple[str, ...]
    epoch_seconds: float = EPOCH_SECONDS
    start: float = 0.0
    scorer: str = ""

    def __post_init__(self) -> None:
        unknown = sorted(set(self.stages) - {*STAGES, UNSCORED})
        if unknown:
            raise EventFileError(
                f"Stage '{unknown[0]}' is not known; it must be one of {', '.join(STAGES)} "
                f"or {UNSCORED}."
            )

    @property
    def stop(self) -> float:
        """End of the last epoch, s."""
        return self.start + len(self.stages) * self.epoch_seconds

    def stage_at(self, time: float) -> str:
        """Stage at a moment (s); "?" outside the scored epochs."""
        index = int((time - self.start) // self.epoch_seconds)
        return self.stages[index] if 0 <= index < len(self.stages) else UNSCORED

    def spans_of(self, stages: frozenset[str] | set[str]) -> tuple[tuple[float, float], ...]:
        """Joined stretches (s) that are in one of the stages."""
        spans: list[tuple[float, float]] = []
        for index, stage in enumerate(self.stages):
            if stage not in stages:
                continue
            start = self.start + index * self.epoch_seconds
            if spans and abs(spans[-1][1] - start) < 1e-9:
                spans[-1] = (spans[-1][0], start + self.epoch_seconds)
            else:
                spans.append((start, start + self.epoch_seconds))
        return tuple(spans)

    def epoch_at(self, time: float) -> int:
        """Index of the epoch that holds a moment (s); the nearest one outside the epochs."""
        index = math.floor((time - self.start) / self.epoch_seconds + 1e-9)
        return min(max(index, 0), max(0, len(self.stages) - 1))

    def span_of(self, first: int, behind: int) -> tuple[float, float]:
        """Start and stop (s) of the epochs ``[first, behind)``."""
        seconds = self.epoch_seconds
        return self.start + first * seconds, self.start + behind * seconds

    def main_stage(self, start: float, length: float) -> str:
        """The stage that fills most of a stretch (s), "?" where most of it is unscored.

        Of two that fill the same the earlier one counts.
        """
        place = (start - self.start) / self.epoch_seconds
        index = round(place)
        if abs(place - index) < 1e-9 and abs(length - self.epoch_seconds) < 1e-9:
            # One of its own epochs: asked for with every key that stages, for every epoch.
            return self.stages[index] if 0 <= index < len(self.stages) else UNSCORED
        first = math.floor(place + 1e-9)
        behind = math.ceil((start + length - self.start) / self.epoch_seconds - 1e-9)
        filled: dict[str, float] = {}
        for index in range(first, behind):
            begin, end = self.span_of(index, index + 1)
            stage = self.stages[index] if 0 <= index < len(self.stages) else UNSCORED
            shared = min(end, start + length) - max(begin, start)
            filled[stage] = filled.get(stage, 0.0) + shared
        return max(filled, key=lambda stage: round(filled[stage], 6)) if filled else UNSCORED

    def with_stage(self, first: int, behind: int, stage: str) -> Hypnogram:
        """The same with the epochs ``[first, behind)`` in one stage."""
        first, behind = max(0, first), min(behind, len(self.stages))
        between = (stage,) * max(0, behind - first)
        return replace(self, stages=self.stages[:first] + between + self.stages[behind:])

    def next_unscored(self, after: int) -> int | None:
        """Index of the first unscored epoch behind ``after``, else from the start; or None."""
        unscored = [k for k, stage in enumerate(self.stages) if stage == UNSCORED]
        behind = next((k for k in unscored if k > after), None)
        return behind if behind is not None or not unscored else unscored[0]

    @property
    def n_scored(self) -> int:
        """How many epochs have a stage."""
        return len(self.stages) - self.stages.count(UNSCORED)


def blank_hypnogram(duration: float, scorer: str, start: float = 0.0) -> Hypnogram:
    """Unscored epochs of 30 s over a recording of ``duration`` s; the last may reach behind it.

    Parameters
    ----------
    start : float, s
        Start of the first epoch, less than an epoch behind the start of the recording.
    """
    n_epochs = max(1, math.ceil((duration - start) / EPOCH_SECONDS - 1e-6))
    return Hypnogram((UNSCORED,) * n_epochs, EPOCH_SECONDS, start, scorer)


def filled_from(own: Hypnogram, source: Hypnogram) -> Hypnogram:
    """Somebody's stages with the unscored epochs filled with what ``source`` has most of there."""
    stages = tuple(
        source.main_stage(own.span_of(k, k + 1)[0], own.epoch_seconds)
        if stage == UNSCORED
        else stage
        for k, stage in enumerate(own.stages)
    )
    return replace(own, stages=stages)


def own_copy(source: Hypnogram, duration: float, scorer: str) -> Hypnogram:
    """Somebody's stages as the beginning of another scorer's, in epochs of 30 s.

    Epochs of 30 s are kept where they are. Of other epochs the stage that fills most of each new
    one counts; the new ones begin with the recording.
    """
    same = abs(source.epoch_seconds - EPOCH_SECONDS) < 1e-9
    start = source.start % EPOCH_SECONDS if same else 0.0
    return filled_from(blank_hypnogram(duration, scorer, start), source)
