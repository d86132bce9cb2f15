"""NREM-REM cycles by the rule of Feinberg and Floyd."""

from __future__ import annotations

from sleepscope.events.hypnogram import Hypnogram
from sleepscope.summary.cycles import sleep_cycles


def cycles(words: str) -> list[tuple[float, float, bool]]:
    """ "W20 N2:60 R:10": stages with their minutes, as cycles in minutes."""
    stages: list[str] = []
    for word in words.split():
        stage, minutes = word.split(":")
        stages += [stage] * (2 * int(minutes))
    found = sleep_cycles(Hypnogram(tuple(stages)))
    return [(c.start / 60, c.stop / 60, c.is_complete) for c in found]


def test_a_cycle_goes_from_nrem_to_the_next_nrem() -> None:
    assert cycles("W:10 N1:2 N2:58 R:10 N2:60 R:20 W:5") == [(10, 80, True), (80, 160, True)]


def test_the_last_cycle_may_lack_rem() -> None:
    assert cycles("N2:30 R:10 N2:20") == [(0, 40, True), (40, 60, False)]


def test_a_short_rem_period_counts_as_the_first_and_the_last_of_the_night_alone() -> None:
    assert len(cycles("N2:30 R:2 N2:30 R:10 N3:30 R:1")) == 3
    assert len(cycles("N2:30 R:10 N2:30 R:3 N2:30 R:10")) == 2


def test_short_nrem_and_waking_within_rem_part_nothing() -> None:
    assert cycles("N2:60 R:10 N2:5 W:5 R:10 N2:30 R:10") == [(0, 90, True), (90, 130, True)]


def test_no_sleep_has_no_cycle() -> None:
    assert cycles("W:30") == []
