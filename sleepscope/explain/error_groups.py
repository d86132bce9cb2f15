"""Errors that are alike in one group, under the plain words of what most of them have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.explain.error_reasons import NOT_MEASURED

if TYPE_CHECKING:
    from sleepscope.explain.error_atlas import ErrorEvent, Side

# More groups than this nobody looks through.
MOST_GROUPS: Final = 8
# Fewer errors than this are put together by their reasons alone.
FEWEST_CLUSTERED: Final = 30
# Errors of different reasons lie so far apart as if one measure were at opposite ends.
REASON_WEIGHT: Final = 4.0
# A group of k-means holds so many on average, at least.
FEWEST_IN_GROUP: Final = 4
# Values beyond this many times the spread say no more than "very large".
_LIMIT: Final = 3.0
_SEED: Final = 0


@dataclass(frozen=True, slots=True)
class ErrorGroup:
    """Errors of one side that are alike.

    Attributes
    ----------
    side : {"extra", "missed"}
    label : str
        What most of them have: "alpha burst", "EMG", "low amplitude", ...
    share : float
        Share of them that have it, 0..1.
    errors : tuple of ErrorEvent
        The one that is most like the others first.
    """

    side: Side
    label: str
    share: float
    errors: tuple[ErrorEvent, ...] = field(repr=False)


def group_errors(errors: Sequence[ErrorEvent]) -> tuple[ErrorGroup, ...]:
    """Cluster errors of one side by what their cards measured; the largest group first.

    Measures are standardised by median and quartiles; together with the reason that explains most
    they are clustered by k-means into at most eight clusters, and those under the same words become
    one group. The same errors give the same groups.

    Parameters
    ----------
    errors : sequence of ErrorEvent
        Of one kind and one side.
    """
    measured = [one for one in errors if one.values.size]
    points = _points(measured)
    found: list[ErrorGroup] = []
    for members in _clusters(measured, points).values():
        label, count = _commonest([measured[k].reasons for k in members])
        own = points[members]
        away = np.linalg.norm(own - own.mean(axis=0), axis=1)
        order = np.argsort(away, kind="stable")
        inside = tuple(measured[members[k]] for k in order)
        found.append(ErrorGroup(inside[0].side, label, count / len(members), inside))
    unmeasured = tuple(one for one in errors if not one.values.size)
    if unmeasured:
        found.append(ErrorGroup(unmeasured[0].side, NOT_MEASURED, 1.0, unmeasured))
    return tuple(sorted(found, key=lambda group: (-len(group.errors), group.label)))


def _points(errors: Sequence[ErrorEvent]) -> NDArray[np.float64]:
    """Where each error lies: its measures, and its first reason as a coordinate of its own."""
    if not errors:
        return np.zeros((0, 0))
    names = sorted({one.reasons[0] for one in errors})
    reasons = np.array([[float(one.reasons[0] == name) for name in names] for one in errors])
    measures = standardised(np.array([one.values for one in errors]))
    return np.concatenate([measures, REASON_WEIGHT * reasons], axis=1)


def standardised(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Columns less their median over their spread between quartiles, cut at three; NaN becomes 0.

    A column of ones and zeros alone stays one of halves, so that it weighs like the others; one
    without any spread counts for nothing.
    """
    made = np.zeros(values.shape)
    for k, column in enumerate(values.T):
        known = np.isfinite(column)
        if not known.any() or np.ptp(column[known]) == 0:
            continue
        if set(np.unique(column[known])) <= {0.0, 1.0}:
            made[known, k] = 2 * (column[known] - column[known].mean())
            continue
        low, middle, high = np.quantile(column[known], [0.25, 0.5, 0.75])
        spread = (high - low) / 1.349 or float(column[known].std())
        made[known, k] = np.clip((column[known] - middle) / spread, -_LIMIT, _LIMIT)
    return made


def _clusters(errors: Sequence[ErrorEvent], points: NDArray[np.float64]) -> dict[str, list[int]]:
    """Indices of the errors of each group, by the words of the group."""
    if len(errors) < FEWEST_CLUSTERED:
        by_reason: dict[str, list[int]] = {}
        for k, one in enumerate(errors):
            by_reason.setdefault(one.reasons[0], []).append(k)
        return by_reason
    numbers = _k_means(points)
    groups: dict[str, list[int]] = {}
    for number in np.unique(numbers):
        members = np.flatnonzero(numbers == number).tolist()
        label, _ = _commonest([errors[k].reasons for k in members])
        groups.setdefault(label, []).extend(members)
    return groups


def _k_means(points: NDArray[np.float64]) -> NDArray[np.intp]:
    """The cluster of each point."""
    # Takes a second to load.
    from sklearn.cluster import KMeans

    n_distinct = len(np.unique(points, axis=0))
    n_groups = min(MOST_GROUPS, n_distinct, len(points) // FEWEST_IN_GROUP)
    numbers = KMeans(n_groups, n_init=4, random_state=_SEED).fit_predict(points)
    return np.asarray(numbers, dtype=np.intp)


def _commonest(reasons: Sequence[tuple[str, ...]]) -> tuple[str, int]:
    """The first reason that most have, and how many have it among theirs."""
    counts = Counter(own[0] for own in reasons)
    label = max(sorted(counts), key=lambda name: counts[name])
    return label, sum(label in own for own in reasons)
