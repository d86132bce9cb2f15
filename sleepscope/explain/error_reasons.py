"""Why an event may be an error, in plain words, from what its evidence card measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sleepscope.constants import REM, SPINDLE_BAND_HZ, SPINDLE_MAX_SECONDS, SPINDLE_MIN_SECONDS
from sleepscope.detection.muscle import MUSCLE_RMS
from sleepscope.events.event import Event
from sleepscope.explain import evidence_rem, evidence_spindle
from sleepscope.explain.criterion import Criterion, number_of

# Edges nearer to each other than this are one edge: half a wave of sigma is 0.04 s, and two experts
# seldom agree to more than a few tenths.
EDGE_SECONDS: Final = 0.3
NOTHING: Final = "every criterion holds"
ELSEWHERE: Final = "on another channel alone"
NOT_MEASURED: Final = "not recorded here"


def edge_reason(event: Event, other: Event | None) -> str | None:
    """What is wrong with the edges of an event that overlaps one of the other side."""
    if other is None:
        return None
    late, longer = event.onset - other.onset, event.stop - other.stop
    if abs(late) >= EDGE_SECONDS and abs(late) >= abs(longer):
        return "late onset" if late > 0 else "early onset"
    if abs(longer) >= EDGE_SECONDS:
        return "late end" if longer > 0 else "early end"
    return "beside a match"


def reasons_of(
    event: Event,
    criteria: Sequence[Criterion],
    muscle: float | None = None,
    other: Event | None = None,
    *,
    is_elsewhere: bool = False,
) -> tuple[str, ...]:
    """Reasons, the one that explains most first; "every criterion holds" where there is none.

    Parameters
    ----------
    event : Event
    criteria : sequence of Criterion
        Of its evidence card.
    muscle : float or None, µV
        RMS at 20-40 Hz in it.
    other : Event or None
        An event of the other side that overlaps it.
    is_elsewhere : bool
        Whether the other side has one at the same time on another channel.
    """
    found: list[str] = []
    if muscle is not None and muscle > MUSCLE_RMS:
        found.append("EMG")
    own = _rem_reasons(criteria) if event.kind == REM else _spindle_reasons(criteria)
    edge = edge_reason(event, other)
    # Waves of another kind explain an error better than its edges do, and those better than a
    # criterion that is missed by little.
    strong = [reason for reason in own if reason in _STRONG]
    found += strong
    if edge is not None:
        found.append(edge)
    elif is_elsewhere:
        found.append(ELSEWHERE)
    found += [reason for reason in own if reason not in strong]
    return tuple(found) or (NOTHING,)


_STRONG: Final = frozenset(
    {"alpha burst", "theta burst", "beta burst", "blink, or EEG in both eyes", "one eye alone"}
)


def _spindle_reasons(criteria: Sequence[Criterion]) -> list[str]:
    card = evidence_spindle
    found: list[str] = []
    peak, ratio = number_of(criteria, card.PEAK), number_of(criteria, card.RATIO)
    if peak is not None and peak < card.ALPHA_BELOW_HZ:
        found.append("alpha burst" if peak >= card.THETA_BELOW_HZ else "theta burst")
    elif peak is not None and peak > SPINDLE_BAND_HZ[1]:
        found.append("beta burst")
    if ratio is not None and ratio < card.AMPLITUDE_RATIO:
        found.append("low amplitude")
    length = number_of(criteria, card.DURATION)
    if length is not None and length < SPINDLE_MIN_SECONDS:
        found.append("too short")
    elif length is not None and length > SPINDLE_MAX_SECONDS:
        found.append("too long")
    found += _stage_reason(criteria, card.STAGE)
    for name, words in (
        (card.SIGMA_SHARE, "sigma hardly above its neighbours"),
        (card.WAVE_COUNT, "few waves"),
        (card.PLACE, "does not wax and wane"),
    ):
        if any(one.name == name and one.holds is False for one in criteria):
            found.append(words)
    return found


def _rem_reasons(criteria: Sequence[Criterion]) -> list[str]:
    card = evidence_rem
    found: list[str] = []
    heights = [number_of(criteria, name) or 0.0 for name in (card.LOC_HEIGHT, card.ROC_HEIGHT)]
    correlation = number_of(criteria, card.OPPOSITE)
    if max(heights) > 0 and min(heights) < card.ONE_EYE * max(heights):
        found.append("one eye alone")
    elif correlation is not None and correlation > -card.CORRELATION:
        found.append("blink, or EEG in both eyes")
    if min(heights) < card.HEIGHT and "one eye alone" not in found:
        found.append("low amplitude")
    for name, words in ((card.RISE, "slow movement"), (card.BLEED_NAME, "EEG in the eye channels")):
        if any(one.name.startswith(name) and one.holds is False for one in criteria):
            found.append(words)
    found += _stage_reason(criteria, card.STAGE_NAME)
    if correlation is not None and card.CORRELATION < correlation <= -card.CORRELATION:
        found.append("eyes hardly opposite")
    return found


def _stage_reason(criteria: Sequence[Criterion], name: str) -> list[str]:
    stage = next((one for one in criteria if one.name == name), None)
    if stage is None or stage.holds is not False:
        return []
    words = {"W": "in wake", "R": "in REM sleep"}
    return [words.get(str(stage.value), f"in {stage.value}")]
