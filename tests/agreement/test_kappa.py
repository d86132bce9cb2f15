"""Cohen's kappa and the agreement of hypnograms."""

from __future__ import annotations

import numpy as np
import pytest

from sleepscope.agreement.kappa import epoch_disagreements, kappa_of_counts, stage_agreement
from sleepscope.errors import SettingsError
from sleepscope.events.hypnogram import Hypnogram


def test_kappa_of_a_textbook_table() -> None:
    # 20 yes/yes, 15 no/no of 50: observed 0.7, by chance 0.5.
    assert kappa_of_counts(np.array([[20, 5], [10, 15]])) == pytest.approx(0.4)


def test_kappa_without_a_choice_is_none() -> None:
    assert kappa_of_counts(np.zeros((2, 2), int)) is None
    assert kappa_of_counts(np.array([[5, 0], [0, 0]])) is None


def test_hypnograms_are_compared_where_both_staged() -> None:
    agreement = stage_agreement(
        Hypnogram(("W", "N1", "N2", "?", "R")), Hypnogram(("W", "N2", "N2", "N2"))
    )
    assert agreement.n_epochs == 3
    assert agreement.accuracy == pytest.approx(2 / 3)
    assert agreement.f1 == {"W": 1.0, "N1": 0.0, "N2": pytest.approx(2 / 3)}
    assert agreement.confusion[1][2] == 1


def test_shorter_epochs_give_their_main_stage() -> None:
    fine = Hypnogram(("W",) * 2 + ("N1",) * 4 + ("N2",) * 6, epoch_seconds=5)
    agreement = stage_agreement(Hypnogram(("N1", "N2")), fine)
    assert agreement.accuracy == 1.0


def test_longer_epochs_on_the_second_side_are_refused() -> None:
    with pytest.raises(SettingsError, match="longer epochs first"):
        stage_agreement(Hypnogram(("W",), epoch_seconds=5), Hypnogram(("W",)))


def test_no_common_epoch_has_no_figure() -> None:
    agreement = stage_agreement(Hypnogram(("W",)), Hypnogram(("W",), start=300))
    assert (agreement.n_epochs, agreement.accuracy, agreement.kappa) == (0, None, None)
    assert agreement.macro_f1 is None


def test_epochs_staged_differently_are_listed_with_their_start() -> None:
    a = Hypnogram(("W", "N1", "N2", "?", "R"), start=15.0)
    b = Hypnogram(("W", "N2", "N2", "N2", "N1"), start=15.0)
    assert [(e.start, e.a, e.b) for e in epoch_disagreements(a, b)] == [
        (45.0, "N1", "N2"), (135.0, "R", "N1"),
    ]  # fmt: skip
