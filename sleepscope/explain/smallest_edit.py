"""The smallest stroke that flips a model's decision on an event, found by search.

After counterfactual explanations (Wachter, Mittelstadt and Russell 2018, Harvard Journal of Law &
Technology 31:841): what would have to be otherwise for the answer to be another one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from sleepscope.errors import GapError
from sleepscope.explain.explanation import Explanation
from sleepscope.explain.stroke import LONGEST_SECONDS, STROKE_KINDS, Stroke, StrokeKind
from sleepscope.explain.what_if import CONTEXT_SECONDS, EventQuestion
from sleepscope.progress import Progress, Steps

# The first stroke tried, s, how much longer the next one is, and how finely the ends are found.
SHORTEST_SECONDS: Final = 0.1
GROWTH: Final = 1.5
PRECISION_SECONDS: Final = 0.02
# A stroke reaches at most so far beyond the event on either side, s.
BEYOND_SECONDS: Final = 2.0
# The hottest moment is looked for in the event and so much around it, s.
_AROUND_SECONDS: Final = 0.5

_VERBS: Final = {"mute": "muting", "invert": "inverting"}


@dataclass(frozen=True, slots=True)
class SmallestEdit:
    """The outcome of a search.

    Attributes
    ----------
    stroke : Stroke or None
        The shortest that flips the decision; None where none does.
    before, after : float
        ``Answer.level`` without and with it; the nearest to the limit that was reached, where none
        flips it.
    limit : float
        Of the model.
    tried : tuple of Stroke
        The longest one of each channel and kind.
    """

    stroke: Stroke | None
    before: float
    after: float
    limit: float
    tried: tuple[Stroke, ...]

    def words(self, place: Callable[[float], str] | None = None) -> str:
        """In a sentence; ``place`` says a moment (s) in words, "12.3 s" without it."""
        at = place or (lambda moment: f"{moment:.1f} s")
        before, after, limit = self._figures()
        if self.stroke is None:
            longest = max((s.duration for s in self.tried), default=0.0)
            kinds = ", ".join(dict.fromkeys(s.kind for s in self.tried))
            channels = ", ".join(dict.fromkeys(s.channel for s in self.tried))
            stays = "above" if self.before >= self.limit else "below"
            return (
                f"No single stroke of up to {longest:.2f} s on {channels} ({kinds}) flips this "
                f"decision: p stays {stays} the limit, {before} before and "
                f"{after} at the nearest (limit {limit})."
            )
        stroke = self.stroke
        what = f"{stroke.duration:.2f} s of {stroke.channel}"
        where = at((stroke.start + stroke.stop) / 2)
        if stroke.kind == "notch":
            done = f"a notch at {stroke.freq:g} Hz over {what} at {where}"
        elif stroke.kind == "shift":
            done = f"shifting {what} at {where} by {1000 * stroke.shift:+.0f} ms"
            done = done.replace("-", "\N{MINUS SIGN}")
        else:
            done = f"{_VERBS[stroke.kind]} {what} at {where}"
        verb = "drops" if self.after < self.before else "raises"
        moved = f"{verb} p from {before} to {after} (limit {limit})."
        return f"{done[0].upper()}{done[1:]} {moved}"

    def _figures(self) -> list[str]:
        """Both levels and the limit as tables have them (.48), with decimals enough to differ."""
        for decimals in (2, 3, 4):
            values = (self.before, self.after, self.limit)
            texts = [f"{value:.{decimals}f}".removeprefix("0") for value in values]
            if texts[2] not in texts[:2]:
                break
        return texts


def find_smallest_edit(
    question: EventQuestion,
    brush: Stroke | None = None,
    kinds: Sequence[StrokeKind] = STROKE_KINDS,
) -> Steps[SmallestEdit]:
    """Search for the shortest stroke that flips the decision.

    On each channel and with each kind, a span around the hottest moment grows by half until the
    decision flips; its length is then found by bisection, and at last its ends are drawn in, one
    after the other. The decision need not fall steadily as a span grows, so this is the smallest of
    its kind around that moment, not a proof that there is none smaller.

    Parameters
    ----------
    question : EventQuestion
    brush : Stroke or None
        Baseline, frequency and shift are its own.
    kinds : sequence of str

    Yields
    ------
    Progress
        After every question to the model.
    """
    before = question.before.level
    was_found = before >= question.limit
    search = _Search(question, was_found)
    centre = hottest(question.before.explanation, question.start, question.stop)
    base = brush or Stroke(question.channels[0], question.start, question.stop)
    # No stroke is longer than a stroke may be.
    beyond = min(BEYOND_SECONDS, (LONGEST_SECONDS - (question.stop - question.start)) / 2)
    low = max(0.0, question.start - beyond)
    high = min(question.recording.duration, question.stop + beyond)
    best: tuple[Stroke, float] | None = None
    tried: list[Stroke] = []
    pairs = [(channel, kind) for channel in question.channels for kind in kinds]
    for number, (channel, kind) in enumerate(pairs):
        most = math.inf if best is None else best[0].duration
        share = number / len(pairs)
        step = Progress(share, 1.0, f"Smallest edit: {kind} on {channel}")
        grown: tuple[Stroke, float] | None = None
        half, under = SHORTEST_SECONDS / 2, 0.0
        while 2 * half < most + PRECISION_SECONDS:
            yield step
            start, stop = max(low, centre - half), min(high, centre + half)
            stroke = replace(base, channel=channel, kind=kind, start=start, stop=stop)
            level = search.ask(stroke)
            if search.flips(level):
                grown = stroke, level
                break
            tried = [s for s in tried if (s.channel, s.kind) != (channel, kind)] + [stroke]
            if start == low and stop == high:
                break
            under, half = half, half * GROWTH
        if grown is None:
            continue
        # The length, then each end by itself.
        found = grown
        while half - under > PRECISION_SECONDS / 2:
            yield step
            middle = (half + under) / 2
            stroke = replace(
                found[0], start=max(low, centre - middle), stop=min(high, centre + middle)
            )
            level = search.ask(stroke)
            if search.flips(level):
                found, half = (stroke, level), middle
            else:
                under = middle
        for end in ("start", "stop"):
            found = yield from _draw_in(search, found, end, centre, step)
        if best is None or found[0].duration < best[0].duration:
            best = found
    after = search.nearest if best is None else best[1]
    yield Progress(1.0, 1.0, "Smallest edit")
    stroke_found = None if best is None else best[0]
    return SmallestEdit(stroke_found, before, after, question.limit, tuple(tried))


class _Search:
    """Asks, and remembers what came nearest to the limit."""

    def __init__(self, question: EventQuestion, was_found: bool) -> None:
        self._question, self._was_found = question, was_found
        self.nearest = question.before.level

    def ask(self, stroke: Stroke) -> float:
        """The level with one stroke; that without any where it finds no baseline."""
        try:
            level = self._question.ask((stroke,), with_heat=False).level
        except GapError:
            return self._question.before.level
        limit = self._question.limit
        if abs(level - limit) < abs(self.nearest - limit):
            self.nearest = level
        return level

    def flips(self, level: float) -> bool:
        """Whether this is the other decision."""
        return math.isfinite(level) and (level >= self._question.limit) != self._was_found


def _draw_in(
    search: _Search, found: tuple[Stroke, float], end: str, centre: float, step: Progress
) -> Steps[tuple[Stroke, float]]:
    """Move one end towards the centre as far as the decision stays flipped, by bisection."""
    kept, gone = getattr(found[0], end), centre
    while abs(gone - kept) > PRECISION_SECONDS:
        yield step
        middle = (kept + gone) / 2
        stroke = replace(found[0], start=middle) if end == "start" else replace(
            found[0], stop=middle
        )  # fmt: skip
        level = search.ask(stroke)
        if search.flips(level):
            found, kept = (stroke, level), middle
        else:
            gone = middle
    return found


def hottest(explanation: Explanation | None, start: float, stop: float) -> float:
    """The hottest moment in ``[start, stop]`` s and a little around it; the middle without heat."""
    if explanation is None or not explanation.times.size:
        return (start + stop) / 2
    around = min(_AROUND_SECONDS, CONTEXT_SECONDS)
    heat = explanation.over_time()
    inside = (explanation.times >= start - around) & (explanation.times <= stop + around)
    inside &= np.isfinite(heat)
    if not inside.any():
        return (start + stop) / 2
    k = int(np.argmax(heat[inside]))
    return float(min(max(explanation.times[inside][k], start), stop))
