"""The best one-to-one assignment, against the full matrix."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from sleepscope.agreement import assignment
from sleepscope.agreement.assignment import assign

PAIRS = st.dictionaries(
    st.tuples(st.integers(0, 24), st.integers(0, 24)), st.integers(0, 1000), max_size=120
)


@pytest.mark.parametrize("largest_matrix", [0, 64 * 64])
@settings(deadline=None)
@given(pairs=PAIRS)
def test_every_method_is_as_good_as_the_full_matrix(
    largest_matrix: int, pairs: dict[tuple[int, int], int]
) -> None:
    first = np.array([i for i, _ in pairs], dtype=np.intp)
    second = np.array([j for _, j in pairs], dtype=np.intp)
    weight = np.array(list(pairs.values()), dtype=np.float64) / 1000
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assignment, "_LARGEST_MATRIX", largest_matrix)
        taken = assign(25, 25, first, second, weight)
    assert len(set(first[taken].tolist())) == len(set(second[taken].tolist())) == len(taken)
    matrix = np.zeros((25, 25))
    matrix[first, second] = 100 + weight
    rows, columns = linear_sum_assignment(matrix, maximize=True)
    assert (100 + weight[taken]).sum() == pytest.approx(matrix[rows, columns].sum(), abs=1e-6)


def test_chosen_pairs_come_by_their_first_member() -> None:
    first, second = np.array([3, 0, 0, 2]), np.array([1, 5, 6, 0])
    taken = assign(4, 7, first, second, np.array([0.5, 0.2, 0.9, 0.1]))
    assert taken.tolist() == [2, 3, 0]
