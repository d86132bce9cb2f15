"""The stages of a night, epoch by epoch, by one scorer."""

from __future__ import annotations

from dataclasses import dataclass

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
