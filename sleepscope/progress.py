"""Long work as a generator: it yields :class:`Progress` and returns its result."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Progress:
    """One report of a long piece of work.

    Attributes
    ----------
    done, total : float
        How much of the work is behind, in any unit (seconds of signal, epochs, files).
    message : str
        What is being done, for the status bar ("Detecting spindles on C3-M2").
    partial : object
        Results that are final already and may be shown before the work ends, else None.
    """

    done: float
    total: float
    message: str = ""
    partial: object = None

    @property
    def fraction(self) -> float:
        """Share of the work done, 0..1."""
        return min(1.0, max(0.0, self.done / self.total)) if self.total > 0 else 0.0


@dataclass(frozen=True, slots=True)
class LossPoint:
    """A point of a learning curve, as the ``partial`` of a training's progress.

    Attributes
    ----------
    batch : int
        Batches looked at.
    loss : float
    watched : float or None
        Loss on people that early stopping watches, where it looked.
    """

    batch: int
    loss: float
    watched: float | None = None


# A generator that reports its progress and returns a result of type T. Closing it cancels the
# work: nothing may be left behind (hooks, temporary files) when GeneratorExit is raised in it.
Steps = Generator[Progress, None, T]


def finish(steps: Steps[T], report: Callable[[Progress], None] | None = None) -> T:
    """Run long work to its end and return its result; ``report`` is called with each Progress."""
    while True:
        try:
            progress = next(steps)
        except StopIteration as stop:
            result: T = stop.value
            return result
        if report is not None:
            report(progress)


def seconds_left(fraction: float, elapsed: float) -> float | None:
    """Time left in seconds, from the share done and the seconds it took; None while unknown."""
    if fraction < 0.01 or elapsed < 0.2:
        return None
    return elapsed * (1.0 - fraction) / fraction
