"""The best one-to-one assignment: the most pairs first, then the largest sum of weights."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.intp]
Weights = NDArray[np.float64]

# Beyond this a component is solved on its pairs alone; below it the full matrix is faster.
_LARGEST_MATRIX = 64 * 64


def assign(
    n_first: int, n_second: int, first: Indices, second: Indices, weight: Weights
) -> Indices:
    """Choose among allowed pairs so that none shares a member.

    Parameters
    ----------
    n_first, n_second : int
        Number of members on either side.
    first, second : (n_pairs,) ndarray of int
        Allowed pairs, each at most once.
    weight : (n_pairs,) ndarray of float
        0..1.

    Returns
    -------
    (n_chosen,) ndarray of int
        Indices of the chosen pairs, by ``first``: as many as can be, and among the choices of that
        size one with the largest sum of weights.
    """
    if not len(first):
        return np.empty(0, np.intp)
    # A pair whose members are in no other pair is chosen without further thought.
    alone = (np.bincount(first, minlength=n_first)[first] == 1) & (
        np.bincount(second, minlength=n_second)[second] == 1
    )
    chosen = [np.flatnonzero(alone)]
    contested = np.flatnonzero(~alone)
    if len(contested):
        solved = _solve(n_first, n_second, first[contested], second[contested], weight[contested])
        chosen.append(contested[solved])
    taken = np.concatenate(chosen)
    ordered: Indices = taken[np.argsort(first[taken], kind="stable")]
    return ordered


def _solve(
    n_first: int, n_second: int, first: Indices, second: Indices, weight: Weights
) -> Indices:
    """Solve each connected component on its own, with the cheapest method that is exact for it."""
    part = _components(n_first, n_second, first, second)
    order = np.lexsort((second, first, part))
    part, first, second, weight = part[order], first[order], second[order], weight[order]
    # In a staircase both members only ever move on, as between events that do not overlap others
    # of their own side.
    same_part = part[1:] == part[:-1]
    falls = np.flatnonzero(same_part & (second[1:] < second[:-1]))
    crossing = np.isin(part, part[falls])
    stairs = np.flatnonzero(~crossing)
    chosen = [stairs[_staircase(first[stairs], second[stairs], weight[stairs])]]
    knots = np.flatnonzero(crossing)
    if len(knots):
        part, weight = part[knots], weight[knots]
        row, column = _ranks(part, first[knots]), _ranks(part, second[knots])
        edges = [0, *(np.flatnonzero(np.diff(part)) + 1).tolist(), len(knots)]
        for start, stop in pairwise(edges):
            one = slice(start, stop)
            chosen.append(knots[one][_knot(row[one], column[one], weight[one])])
    solved: Indices = order[np.concatenate(chosen)]
    return solved


def _components(n_first: int, n_second: int, first: Indices, second: Indices) -> Indices:
    """Number of the connected component of each pair."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    size = n_first + n_second
    graph = coo_array((np.ones(len(first), np.int8), (first, n_first + second)), shape=(size, size))
    _, labels = connected_components(graph, directed=False)
    found: Indices = labels[first].astype(np.intp)
    return found


def _staircase(first: Indices, second: Indices, weight: Weights) -> Indices:
    """Exact choice where pairs, in order, only move on in both members.

    A pair then is at odds with an unbroken run of pairs just before it: those that share its first
    member, or those that share its second, never both. So the best choice among the first ``k``
    pairs either leaves pair ``k`` out, or takes it with the best choice before its run.
    """
    n_pairs = len(first)
    if not n_pairs:
        return np.empty(0, np.intp)
    run = np.minimum(_run_starts(first), _run_starts(second)).tolist()
    weights = weight.tolist()
    count = [0] * (n_pairs + 1)
    total = [0.0] * (n_pairs + 1)
    takes = [False] * n_pairs
    for k, start in enumerate(run):
        with_count, with_total = count[start] + 1, total[start] + weights[k]
        take = with_count > count[k] or (with_count == count[k] and with_total > total[k])
        takes[k] = take
        count[k + 1] = with_count if take else count[k]
        total[k + 1] = with_total if take else total[k]
    chosen: list[int] = []
    k = n_pairs
    while k:
        if takes[k - 1]:
            chosen.append(k - 1)
            k = run[k - 1]
        else:
            k -= 1
    return np.array(chosen[::-1], dtype=np.intp)


def _run_starts(members: Indices) -> Indices:
    """For each entry, where its unbroken run of equal members begins."""
    index = np.arange(len(members))
    begins = np.r_[True, members[1:] != members[:-1]]
    starts: Indices = np.maximum.accumulate(np.where(begins, index, 0))
    return starts


def _ranks(part: Indices, members: Indices) -> Indices:
    """Number the different members of each part 0, 1, ... in their order."""
    order = np.lexsort((members, part))
    part, members = part[order], members[order]
    new_part = np.r_[True, part[1:] != part[:-1]]
    new_member = new_part | np.r_[True, members[1:] != members[:-1]]
    count = np.cumsum(new_member)
    ranks = np.empty(len(part), np.intp)
    ranks[order] = count - np.maximum.accumulate(np.where(new_part, count, 0))
    return ranks


def _knot(row: Indices, column: Indices, weight: Weights) -> Indices:
    """Exact choice in one component of any shape.

    A pair is worth more than all weights together, so that one more pair always wins.
    """
    n_rows, n_columns = int(row.max()) + 1, int(column.max()) + 1
    value = min(n_rows, n_columns) + 1.0 + weight
    if n_rows * n_columns > _LARGEST_MATRIX:
        return _sparse(row, column, value)
    from scipy.optimize import linear_sum_assignment

    matrix = np.zeros((n_rows, n_columns))
    matrix[row, column] = value
    position = np.full(matrix.shape, -1)
    position[row, column] = np.arange(len(row))
    chosen = position[linear_sum_assignment(matrix, maximize=True)]
    allowed: Indices = chosen[chosen >= 0]
    return allowed


def _sparse(row: Indices, column: Indices, value: Weights) -> Indices:
    """Jonker and Volgenant's algorithm on the allowed pairs alone, for the largest components.

    Every row gets a column of its own that stands for "nobody", so that a full assignment exists.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    n_rows, n_columns = int(row.max()) + 1, int(column.max()) + 1
    nobody = np.arange(n_rows)
    values = np.concatenate([1.0 + value, np.ones(n_rows)])
    graph = csr_array(
        (values, (np.concatenate([row, nobody]), np.concatenate([column, n_columns + nobody]))),
        shape=(n_rows, n_columns + n_rows),
    )
    left, right = min_weight_full_bipartite_matching(graph, maximize=True)
    real = right < n_columns
    key = row * n_columns + column
    order = np.argsort(key)
    chosen = left[real] * n_columns + right[real]
    found: Indices = order[np.searchsorted(key[order], chosen)]
    return found
