"""What a person chooses before a detection runs."""

from __future__ import annotations

from dataclasses import dataclass

from sleepscope.constants import REM, REM_BURST
from sleepscope.errors import SettingsError


@dataclass(frozen=True, slots=True)
class DetectSettings:
    """Settings of one detection run; they are stored with its results and in every export.

    Attributes
    ----------
    task : str
        "spindle" or "rem".
    model : str
        Name of a model card ("spindle-1d").
    channels : tuple of str
        Channel labels. A one-channel model runs on each; a two-channel model takes them in pairs
        (LOC, ROC). Empty: chosen from the recording by kind and label.
    stages : tuple of str or None
        Keep only events whose midpoint lies in one of these stages; None keeps all.
    threshold, min_duration, max_gap : float or None
        Probability 0..1 and seconds; None takes what the model card says.
    bursts : bool
        Join eye movements that follow each other at once into one event of kind "rem_burst".
    leave_out_muscle : bool
        Say nothing in seconds in which an eye channel holds strong muscle; see
        ``detection.muscle``.

    Raises
    ------
    SettingsError
        If one of the last two is asked for another task than eye movements.
    """

    task: str
    model: str
    channels: tuple[str, ...] = ()
    stages: tuple[str, ...] | None = None
    threshold: float | None = None
    min_duration: float | None = None
    max_gap: float | None = None
    bursts: bool = False
    leave_out_muscle: bool = False

    def __post_init__(self) -> None:
        if self.task != REM and (self.bursts or self.leave_out_muscle):
            what = "Bursts are" if self.bursts else "Leaving out muscle is"
            raise SettingsError(
                f"{what} for rapid eye movements; a detection of '{self.task}' has no such choice."
            )

    @property
    def kind(self) -> str:
        """Kind of the events: the task, or bursts of it."""
        return REM_BURST if self.bursts else self.task
