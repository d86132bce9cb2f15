"""An audit: from windows drawn by chance to a night's precision and recall, with intervals.

The night is cut into windows, these are sorted into strata by sleep stage and by how many events
the model found in them, and windows are drawn from every stratum without putting back. A person
who sees nothing of the model scores them.

References
----------
Cochran W. G. (1977). Sampling Techniques, 3rd ed., Wiley: sections 5.5 (allocation), 6.11 (combined
ratio estimate) and 6.12 (its variance).
Wilson E. B. (1927). J. Am. Stat. Assoc. 22:209-212, doi:10.1080/01621459.1927.10502953.
Korn E. L., Graubard B. I. (1998). Survey Methodology 24:193-201: effective sample size and degrees
of freedom for a proportion from a stratified sample.
"""

from __future__ import annotations

import bisect
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sleepscope.agreement.matching import match
from sleepscope.constants import EPOCH_SECONDS, UNSCORED
from sleepscope.events.event import Event
from sleepscope.events.hypnogram import Hypnogram

# A stratum of fewer windows joins the one of its stage with the next lower density.
_FEWEST: Final = 4
# A stage with a smaller share of the model's events is put together with others of that kind.
_SHARE: Final = 0.1
_OTHERS: Final = "others"
# Each stratum needs two windows to show how much its windows differ.
_AT_LEAST: Final = 2
_CONFIDENCE: Final = 0.95


@dataclass(frozen=True, slots=True)
class AuditWindow:
    """A window of the night.

    Attributes
    ----------
    start, stop : float, s
    stratum : str
        "N2, some": stage, and whether the model found none, some or many events in it.
    """

    start: float
    stop: float
    stratum: str


@dataclass(frozen=True, slots=True)
class AuditPlan:
    """Windows in the order they are to be seen: every beginning of it is a stratified sample.

    Attributes
    ----------
    windows : tuple of AuditWindow
    sizes : mapping of stratum to int
        Windows of the whole night in each stratum.
    seed : int
        Of the draw.
    """

    windows: tuple[AuditWindow, ...]
    sizes: Mapping[str, int]
    seed: int


def draw_windows(
    duration: float,
    model: Sequence[Event],
    hypnogram: Hypnogram | None = None,
    *,
    seed: int,
    window: float = EPOCH_SECONDS,
) -> AuditPlan:
    """Draw the windows of an audit.

    Parameters
    ----------
    duration : float, s
        Of the recording; a rest shorter than a window is left out.
    model : sequence of Event
        What the audited model found.
    hypnogram : Hypnogram, optional
        Without one, stages are no strata.
    seed : int
        The same seed draws the same windows.
    window : float, s

    Notes
    -----
    After two windows of each stratum, the next one comes from the stratum that is furthest behind
    its share; shares follow ``N * sqrt(1 + events per window)``, close to the best allocation for
    counts (Cochran 1977, 5.5).
    """
    number = int(duration / window + 1e-9)
    counts = np.zeros(number, dtype=int)
    for event in model:
        place = int(event.midpoint // window)
        if 0 <= place < number:
            counts[place] += 1
    strata = _strata(counts, window, hypnogram)
    chance = np.random.default_rng(seed)
    members: dict[str, list[int]] = {}
    for place, stratum in enumerate(strata):
        members.setdefault(stratum, []).append(place)
    queues = {name: chance.permutation(places).tolist() for name, places in members.items()}
    means = {name: float(counts[places].mean()) for name, places in members.items()}
    weight = {name: len(p) * math.sqrt(1.0 + means[name]) for name, p in members.items()}
    total = sum(weight.values())
    first = [place for queue in queues.values() for place in queue[:_AT_LEAST]]
    order: list[int] = chance.permutation(first).tolist() if first else []
    taken = {name: min(_AT_LEAST, len(queue)) for name, queue in queues.items()}
    while len(order) < number:
        behind = {
            name: weight[name] / total * (len(order) + 1) - taken[name]
            for name, queue in queues.items()
            if taken[name] < len(queue)
        }
        name = max(behind, key=lambda one: behind[one])
        order.append(queues[name][taken[name]])
        taken[name] += 1
    windows = tuple(AuditWindow(k * window, (k + 1) * window, strata[k]) for k in order)
    return AuditPlan(windows, {name: len(places) for name, places in members.items()}, seed)


def _strata(counts: np.ndarray, window: float, hypnogram: Hypnogram | None) -> list[str]:
    """Stage and density of each window; sparse densities join the next lower one of the stage."""
    stages = [
        UNSCORED if hypnogram is None else hypnogram.stage_at((k + 0.5) * window)
        for k in range(len(counts))
    ]
    # Stages in which the model found hardly anything are one stratum: few windows are to be had.
    found = Counter[str]()
    for stage, n in zip(stages, counts.tolist(), strict=True):
        found[stage] += n
    total = max(1, sum(found.values()))
    stages = [stage if found[stage] >= _SHARE * total else _OTHERS for stage in stages]
    positive = counts[counts > 0]
    many = max(2.0, float(np.median(positive)) + 1.0) if len(positive) else math.inf
    density = [0 if n == 0 else 2 if n >= many else 1 for n in counts.tolist()]
    for level in (2, 1):
        sizes = Counter(zip(stages, density, strict=True))
        density = [
            d - 1 if d == level and sizes[stage, d] < _FEWEST else d
            for stage, d in zip(stages, density, strict=True)
        ]
    names = ("none", "some", "many")
    return [f"{stage}, {names[d]}" for stage, d in zip(stages, density, strict=True)]


@dataclass(frozen=True, slots=True)
class Share:
    """An estimated proportion.

    Attributes
    ----------
    value : float or None
        None where nothing was seen that it could be a share of.
    low, high : float
        95 % interval; 0 and 1 while nothing is known.
    """

    value: float | None
    low: float = 0.0
    high: float = 1.0

    @property
    def half_width(self) -> float:
        """Half the length of the interval."""
        return (self.high - self.low) / 2


@dataclass(frozen=True, slots=True)
class AuditResult:
    """What an audit says so far.

    Attributes
    ----------
    precision, recall : Share
        Of the model against the person, for the whole night.
    n_seen, n_windows : int
        Windows seen, and of the whole night.
    target : float
        Half-width that is enough.
    """

    precision: Share
    recall: Share
    n_seen: int
    n_windows: int
    target: float

    @property
    def is_enough(self) -> bool:
        """Whether both intervals are as narrow as was asked for, or the whole night was seen."""
        widest = max(self.precision.half_width, self.recall.half_width)
        return self.n_seen == self.n_windows or widest <= self.target

    @property
    def n_more(self) -> int:
        """About how many windows are missing: the width falls with the root of their number."""
        if self.is_enough:
            return 0
        widest = max(self.precision.half_width, self.recall.half_width)
        needed = math.ceil(max(self.n_seen, 1) * (widest / self.target) ** 2)
        return max(1, min(needed, self.n_windows) - self.n_seen)


def audit_result(
    plan: AuditPlan,
    seen: Sequence[int],
    mine: Sequence[Event],
    model: Sequence[Event],
    *,
    iou: float,
    target: float = 0.1,
) -> AuditResult:
    """Estimate a model's precision and recall from the windows that were seen.

    Parameters
    ----------
    seen : sequence of int
        Places in ``plan.windows``.
    mine, model : sequence of Event
        Events of the person and of the model, of one kind. Events are matched over window edges;
        each counts in the window that holds its midpoint.
    iou : float
        Least overlap of a pair.
    target : float
        Half-width of the intervals that is enough.
    """
    windows = sorted((plan.windows[k].start, plan.windows[k].stop, k) for k in seen)
    starts = [start for start, _, _ in windows]

    def place_of(event: Event) -> int | None:
        at = bisect.bisect_right(starts, event.midpoint) - 1
        return windows[at][2] if at >= 0 and event.midpoint < windows[at][1] else None

    pairs = match(mine, model, iou=iou, spans=None).pairs
    found_a = Counter(place_of(pair.a) for pair in pairs)
    found_b = Counter(place_of(pair.b) for pair in pairs)
    all_a, all_b = Counter(map(place_of, mine)), Counter(map(place_of, model))
    strata = [plan.windows[k].stratum for k in seen]

    def share(found: Counter[int | None], of: Counter[int | None]) -> Share:
        return ratio(
            np.array([found[k] for k in seen], dtype=float),
            np.array([of[k] for k in seen], dtype=float),
            strata,
            plan.sizes,
        )

    return AuditResult(
        share(found_b, all_b),
        share(found_a, all_a),
        len(seen),
        sum(plan.sizes.values()),
        target,
    )


def ratio(
    found: np.ndarray, of: np.ndarray, strata: Sequence[str], sizes: Mapping[str, int]
) -> Share:
    """Combined ratio estimate of a stratified sample, with an interval.

    Parameters
    ----------
    found, of : (n_windows,) ndarray
        Counts in each window seen: the share is of the sums.
    strata : sequence of str
        Stratum of each window.
    sizes : mapping of stratum to int
        Windows in the whole night.

    Notes
    -----
    With N_h windows in stratum h, n_h of them seen, weights w = N_h / n_h and residuals
    e = found - R of::

        R   = sum(w found) / sum(w of)
        var = sum_h N_h^2 (1 - n_h / N_h) s_h^2(e) / n_h / sum(w of)^2

    (Cochran 1977, 6.11 and 6.12). A stratum with a single window seen takes the variance of all
    residuals. The interval is Wilson's with the effective number of events R (1 - R) / var, made
    smaller for the few windows by t quantiles at windows less strata degrees of freedom (Korn &
    Graubard 1998). It is never larger than Kish's sum(w of)^2 / sum(w^2 of): from
    few windows the variance comes out too small by chance, and 0 where all or none were found.
    """
    if not len(of) or of.sum() == 0:
        return Share(None)
    names = np.array(strata)
    n_seen = Counter(strata)
    weights = np.array([sizes[name] / n_seen[name] for name in strata])
    total = float((weights * of).sum())
    value = float((weights * found).sum()) / total
    residuals = found - value * of
    pooled = float(residuals.var(ddof=1)) if len(residuals) > 1 else 0.0
    variance = 0.0
    for name, n in n_seen.items():
        inside = residuals[names == name]
        spread = float(inside.var(ddof=1)) if n > 1 else pooled
        variance += sizes[name] ** 2 * (1.0 - n / sizes[name]) * spread / n / total**2
    whole = all(n == sizes[name] for name, n in n_seen.items()) and len(n_seen) == len(sizes)
    if whole:
        return Share(value, value, value)
    events = float(of.sum())
    spread = value * (1.0 - value)
    kish = total**2 / float((weights**2 * of).sum())
    effective = kish if variance == 0.0 else min(kish, spread / variance)
    freedom = max(1, len(found) - len(n_seen))
    from scipy.stats import norm, t

    level = 0.5 + _CONFIDENCE / 2
    z = float(norm.ppf(level))
    shrink = (float(t.ppf(level, max(1.0, events - 1.0))) / float(t.ppf(level, freedom))) ** 2
    low, high = _wilson(value, max(1e-9, effective * min(1.0, shrink)), z)
    return Share(value, low, high)


def _wilson(value: float, n: float, z: float) -> tuple[float, float]:
    """Wilson's score interval of a proportion among ``n``."""
    centre = (value + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(value * (1 - value) / n + z * z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)
