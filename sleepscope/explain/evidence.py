"""The evidence card: what an event is in the technician's own terms, model's or human's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sleepscope.constants import REM, SPINDLE, UNSCORED
from sleepscope.errors import ChannelError, SettingsError
from sleepscope.events.event import Event
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.explain.criterion import Criterion
from sleepscope.explain.evidence_rem import rem_evidence
from sleepscope.explain.evidence_spindle import spindle_evidence
from sleepscope.explain.explanation import Explanation
from sleepscope.progress import Progress, Steps
from sleepscope.recordings.kinds import spindle_channels
from sleepscope.recordings.recording import Recording
from sleepscope.recordings.units import MICROVOLT

KINDS: Final = (SPINDLE, REM)
LONGEST_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """Criteria of one event.

    Attributes
    ----------
    event_id : str
    channels : tuple of str
        What was measured.
    criteria : tuple of Criterion
    warnings : tuple of str
        Sentences to read first.
    """

    event_id: str
    channels: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    warnings: tuple[str, ...]

    @property
    def n_held(self) -> tuple[int, int]:
        """How many criteria hold, of how many that could be decided."""
        decided = [one.holds for one in self.criteria if one.holds is not None]
        return sum(decided), len(decided)


def evidence_of(
    recording: Recording,
    event: Event,
    hypnogram: Hypnogram | None = None,
    k_complexes: Sequence[Event] = (),
) -> Steps[Evidence]:
    """Measure an event and hold it against the rules of its class.

    Spindles are measured on their own channel, those without one on the channel where spindles are
    looked for first; rapid eye movements on both EOGs.

    Parameters
    ----------
    recording : Recording
    event : Event
        A spindle or a rapid eye movement; cut to the recording.
    hypnogram : Hypnogram, optional
    k_complexes : sequence of Event
        Those that anybody marked.

    Yields
    ------
    Progress

    Raises
    ------
    SettingsError
        If events of this class have no card, or this one lies outside the recording.
    ChannelError
        If its channel is missing or not in µV.
    GapError
        If nothing usable was recorded in it.
    """
    yield Progress(0.0, 1.0, "Measuring the event")
    if event.kind not in KINDS:
        raise SettingsError(
            f"There are no criteria for '{event.kind.replace('_', ' ')}'; there are for spindles "
            "and rapid eye movements."
        )
    if event.stop < 0 or event.onset >= recording.duration or event.duration > LONGEST_SECONDS:
        raise SettingsError(
            f"{event.onset:.2f} to {event.stop:.2f} s cannot be measured; it must lie in the "
            f"recording, 0 to {recording.duration:.2f} s, and be at most {LONGEST_SECONDS:g} s."
        )
    stage = None if hypnogram is None else hypnogram.stage_at(event.midpoint)
    stage = None if stage == UNSCORED else stage
    if event.kind == REM:
        pair, criteria, warnings = rem_evidence(recording, event, stage)
        return Evidence(event.id, pair, criteria, warnings)
    channel = _channel(recording, event)
    criteria, warnings = spindle_evidence(recording, event, channel, stage, k_complexes)
    return Evidence(event.id, (channel,), criteria, warnings)


def _channel(recording: Recording, event: Event) -> str:
    """The channel a spindle is measured on."""
    if event.channel is None:
        labels = spindle_channels(c for c in recording.channels if c.unit == MICROVOLT)
        if not labels:
            raise ChannelError("No EEG channel in µV is there to measure a spindle on.")
        return labels[0]
    unit = recording.channel(event.channel).unit
    if unit != MICROVOLT:
        raise ChannelError(f"{event.channel} is in {unit or 'no unit'}; a spindle takes µV.")
    return event.channel


def heat_warnings(explanation: Explanation, event: Event) -> tuple[str, ...]:
    """Whether what counted for the model lies in the marked span.

    A warning where the highest relevance lies outside, or where more than half of the time that
    is at least half as hot does; another where the map speaks against the event throughout.
    """
    relevance, times = explanation.over_time(), explanation.times
    known = np.isfinite(relevance)
    if not known.any():
        return ("The map has no value here: nothing usable was recorded.",)
    values, times = relevance[known], times[known]
    hottest = float(times[np.argmax(values)])
    if values.max() <= 0:
        return ("The model's map speaks against this event throughout.",)
    hot = values >= values.max() / 2
    # Bins are wide: one whose middle lies half a bin outside still touches the span.
    slack = float(np.median(np.diff(times))) / 2 if times.size > 1 else 0.0
    outside = (times < event.onset - slack) | (times > event.stop + slack)
    if outside[np.argmax(values)]:
        gap, side = event.onset - hottest, "before it starts"
        if gap < 0:
            gap, side = hottest - event.stop, "after it ends"
        return (f"Hot outside the marked span: the model's map is highest {gap:.2f} s {side}.",)
    share = float((hot & outside).sum() / hot.sum())
    if share > 0.5:
        return (f"Hot outside the marked span: {share:.0%} of the model's heat lies there.",)
    return ()
