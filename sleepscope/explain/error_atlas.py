"""False positives and misses of a night, each with its measures, its plain reason and its trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from sleepscope.agreement.matching import Match
from sleepscope.constants import REM, SPINDLE, UNSCORED
from sleepscope.errors import ChannelError, GapError, SettingsError
from sleepscope.events.channels import find_channel, same_channel
from sleepscope.events.event import Event
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.explain.criterion import Criterion
from sleepscope.explain.error_groups import ErrorGroup, group_errors
from sleepscope.explain.error_reasons import NOT_MEASURED, edge_reason, reasons_of
from sleepscope.explain.evidence_rem import rem_evidence
from sleepscope.explain.evidence_spindle import spindle_criteria
from sleepscope.progress import Progress, Steps
from sleepscope.recordings.kinds import spindle_channels
from sleepscope.recordings.recording import Recording
from sleepscope.recordings.units import MICROVOLT
from sleepscope.signals.missing import fill_missing
from sleepscope.summary.measures import in_band

Side = Literal["extra", "missed"]
SIDES: Final[tuple[Side, ...]] = ("extra", "missed")
# A small picture shows so much around the event's middle, in so many points.
PICTURE_SECONDS: Final = 4.0
PICTURE_POINTS: Final = 200
_SHOWN_HZ: Final = (0.5, 35.0)
_MUSCLE_HZ: Final = (20.0, 40.0)
# The context of the filters on either side of a picture.
_SPARE_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Around:
    """What lies around an error, and its reasons depend on.

    Attributes
    ----------
    stage : str or None
        None where nobody staged.
    other : Event or None
        The event of the other side that overlaps it on its channel.
    is_elsewhere : bool
        Whether the other side has one at the same time on another channel.
    """

    stage: str | None = None
    other: Event | None = None
    is_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class ErrorEvent:
    """One false positive or miss.

    Attributes
    ----------
    event : Event
    side : {"extra", "missed"}
        Only the scorer under test has it; only the truth has it.
    reasons : tuple of str
        The one that explains most first.
    values : (n_features,) ndarray
        What its card measured and which criteria fail; NaN where unknown. Empty where nothing
        could be measured.
    names : tuple of str
        Of the values.
    picture : (n_points,) ndarray of float32, µV
        0.5-35 Hz around its middle, ``PICTURE_SECONDS`` long; NaN where nothing was recorded.
    around : Around
    """

    event: Event
    side: Side
    reasons: tuple[str, ...]
    values: NDArray[np.float64] = field(repr=False)
    names: tuple[str, ...] = field(repr=False)
    picture: NDArray[np.float32] = field(repr=False)
    around: Around = field(repr=False)


@dataclass(frozen=True, slots=True)
class ErrorAtlas:
    """All errors, by id, and their groups: false positives first, the largest first."""

    errors: Mapping[str, ErrorEvent] = field(repr=False)
    groups: tuple[ErrorGroup, ...]


def error_atlas(
    recording: Recording,
    matched: Match,
    hypnogram: Hypnogram | None = None,
    k_complexes: Sequence[Event] = (),
    known: Mapping[str, ErrorEvent] | None = None,
) -> Steps[ErrorAtlas]:
    """Measure what only one of two scorers has, and put alike errors into groups.

    Parameters
    ----------
    recording : Recording
    matched : Match
        ``a`` is under test, ``b`` the truth; events of one kind, spindles or eye movements.
    hypnogram : Hypnogram, optional
    k_complexes : sequence of Event
        Those that anybody marked.
    known : mapping of event id to ErrorEvent, optional
        Errors that were measured before; those that are the same, also in what lies around them,
        are taken over.

    Yields
    ------
    Progress
        In events.

    Raises
    ------
    SettingsError
        If there are no criteria for events of this kind.
    """
    marks = [("extra", event) for event in matched.only_a]
    marks += [("missed", event) for event in matched.only_b]
    kinds = {event.kind for _, event in marks}
    strange = sorted(kinds - {SPINDLE, REM})
    if strange:
        raise SettingsError(
            f"There are no criteria for '{strange[0].replace('_', ' ')}', so its errors cannot be "
            "told apart; there are for spindles and rapid eye movements."
        )
    others = {
        "extra": _Neighbours((*matched.only_b, *(pair.b for pair in matched.pairs))),
        "missed": _Neighbours((*matched.only_a, *(pair.a for pair in matched.pairs))),
    }
    found: dict[str, ErrorEvent] = {}
    waves = sorted(k_complexes, key=lambda one: one.onset)
    onsets = np.array([one.onset for one in waves])
    for number, (side, event) in enumerate(marks):
        yield Progress(float(number), float(len(marks)), "Measuring the errors")
        stage = None if hypnogram is None else hypnogram.stage_at(event.midpoint)
        around = Around(
            None if stage == UNSCORED else stage,
            others[side].overlapping(event),
            others[side].overlapping(event, elsewhere=True) is not None,
        )
        before = None if known is None else known.get(event.id)
        same = before is not None and (before.event, before.side) == (event, side)
        if before is not None and same and before.around == around:
            found[event.id] = before
            continue
        low, high = np.searchsorted(onsets, [event.onset - 60.0, event.stop + 60.0])
        own_side: Side = "extra" if side == "extra" else "missed"
        found[event.id] = measure_error(recording, event, own_side, around, waves[low:high])
    yield Progress(float(len(marks)), float(len(marks)), "Grouping the errors")
    groups = [
        group
        for side in SIDES
        for group in group_errors([one for one in found.values() if one.side == side])
    ]
    return ErrorAtlas(found, tuple(groups))


def measure_error(
    recording: Recording,
    event: Event,
    side: Side,
    around: Around,
    k_complexes: Sequence[Event] = (),
) -> ErrorEvent:
    """The card, the reasons and the picture of one error; it says so where nothing is there."""
    nothing = np.full(PICTURE_POINTS, np.nan, dtype=np.float32)
    try:
        channel, criteria = _card(recording, event, around.stage, k_complexes)
    except (GapError, ChannelError, SettingsError):
        return ErrorEvent(event, side, (NOT_MEASURED,), np.zeros(0), (), nothing, around)
    picture, muscle = _seen(recording, event, channel)
    edge = edge_reason(event, around.other)
    values = [_value(one) for one in criteria] + [np.nan if muscle is None else muscle]
    # A criterion that fails weighs like a measure: groups are to be of one reason.
    failed = [float(one.holds is False) for one in criteria]
    edges = [float(edge == word) for word in ("late onset", "early onset")]
    names = [one.name for one in criteria]
    return ErrorEvent(
        event,
        side,
        reasons_of(event, criteria, muscle, around.other, is_elsewhere=around.is_elsewhere),
        np.array(values + failed + edges),
        (*names, "EMG at 20-40 Hz", *(f"{name} fails" for name in names), "late", "early"),
        picture,
        around,
    )


def _card(
    recording: Recording, event: Event, stage: str | None, k_complexes: Sequence[Event]
) -> tuple[str, tuple[Criterion, ...]]:
    """The channel that is shown of an event, and its criteria."""
    if not 0.0 <= event.midpoint < recording.duration:
        raise SettingsError(f"{event.onset:.2f} s lies outside the recording.")
    if event.kind == REM:
        pair, criteria, _ = rem_evidence(recording, event, stage)
        return pair[0], criteria
    channel = _channel(recording, event)
    return channel, spindle_criteria(recording, event, channel, stage, k_complexes)


def _channel(recording: Recording, event: Event) -> str:
    """The channel a spindle is measured on: its own, by the name the recording has for it."""
    usable = [c for c in recording.channels if c.unit == MICROVOLT]
    if event.channel is None:
        labels = spindle_channels(usable)
        if not labels:
            raise ChannelError("No EEG channel in µV is there to measure a spindle on.")
        return labels[0]
    found = find_channel(event.channel, [c.label for c in usable])
    # A derivation is none of those that are listed, and is read by its name.
    own = recording.channel(event.channel if found is None else found)
    if own.unit != MICROVOLT:
        raise ChannelError(f"{own.label} is in {own.unit or 'no unit'}; a spindle takes µV.")
    return own.label


def _value(criterion: Criterion) -> float:
    if isinstance(criterion.value, int | float):
        return float(criterion.value)
    return np.nan if criterion.holds is None else float(criterion.holds)


def _seen(
    recording: Recording, event: Event, channel: str
) -> tuple[NDArray[np.float32], float | None]:
    """The picture of an event and the RMS of its muscle; None where the rate is too low."""
    sfreq = recording.channel(channel).sfreq
    half = PICTURE_SECONDS / 2
    start = max(0.0, min(event.midpoint - half, event.onset) - _SPARE_SECONDS)
    stop = min(recording.duration, max(event.midpoint + half, event.stop) + _SPARE_SECONDS)
    signal = recording.read(channel, start, stop)
    filled = fill_missing(signal)
    wave = in_band(filled, sfreq, _SHOWN_HZ)
    wave[~np.isfinite(signal)] = np.nan
    times = start + np.arange(signal.size) / sfreq
    wanted = event.midpoint + (np.arange(PICTURE_POINTS) + 0.5) / PICTURE_POINTS * 2 * half - half
    picture = np.interp(wanted, times, wave, left=np.nan, right=np.nan).astype(np.float32)
    if sfreq < 2.2 * _MUSCLE_HZ[0]:
        return picture, None
    fast = in_band(filled, sfreq, _MUSCLE_HZ)
    inside = fast[max(0, round((event.onset - start) * sfreq)) :][
        : max(4, round(event.duration * sfreq))
    ]
    return picture, float(np.sqrt(np.mean(inside**2)))


class _Neighbours:
    """The events of one side, to be found by time."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._events = sorted(events, key=lambda one: one.onset)
        self._onsets = np.array([one.onset for one in self._events])
        self._longest = max((one.duration for one in self._events), default=0.0)

    def overlapping(self, event: Event, *, elsewhere: bool = False) -> Event | None:
        """The event that shares most time with this one, if any does.

        On the same channel, or ``elsewhere`` on another one for at least half as long as this.
        """
        low, high = np.searchsorted(self._onsets, [event.onset - self._longest, event.stop])
        best, most = None, event.duration / 2 if elsewhere else 0.0
        for other in self._events[int(low) : int(high)]:
            shared = min(event.stop, other.stop) - max(event.onset, other.onset)
            if shared > most and _share_channel(event, other) != elsewhere:
                best, most = other, shared
        return best


def _share_channel(one: Event, other: Event) -> bool:
    """Whether two events are on one channel; an event of all channels is on each."""
    if one.channel is None or other.channel is None:
        return True
    return same_channel(one.channel, other.channel)
