"""Where two hypnograms differ."""

from __future__ import annotations

from sleepscope.agreement.stage_differences import StageDifference, compare_stages
from sleepscope.events.hypnogram import Hypnogram

A = Hypnogram(("W", "N1", "N2", "?", "R"), scorer="human:A")
B = Hypnogram(("W", "N2", "N2", "N3", "?"), scorer="file:b")


def test_only_epochs_that_both_staged_can_differ() -> None:
    found = compare_stages(A, B)
    assert found.differences == (StageDifference(30.0, 60.0, "N1", "N2"),)
    assert (found.agreement.n_epochs, found.agreement.accuracy) == (3, 2 / 3)


def test_short_epochs_may_come_first_or_second() -> None:
    short = Hypnogram(("W",) * 6 + ("N3",) * 6, 5.0, scorer="file:short")
    for first, second, stages in ((short, A, ("N3", "N1")), (A, short, ("N1", "N3"))):
        (one,) = compare_stages(first, second).differences
        assert (one.start, one.stop) == (30.0, 60.0)
        assert (one.first, one.second) == stages
