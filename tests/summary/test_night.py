"""Counts and means of a night equal tables made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.summary.measures import EventMeasures, measures_of
from sleepscope.summary.night import COLUMNS, summary_rows

EVENTS = [
    Event(10, 1, "spindle", "C3", id="a"),
    Event(70, 2, "spindle", "C4", id="b"),
    Event(3700, 1, "spindle", "C3", id="c"),
    Event(20, 1, "k_complex", "C3", id="d"),
]
HYPNOGRAM = Hypnogram(("N2",) * 4 + ("W",) * 236)


def row(rows: object, by: str, part: str = "", kind: str = "spindle") -> object:
    return next(r for r in rows if (r.by, r.part, r.kind) == (by, part, kind))


def test_counts_and_densities_by_hand() -> None:
    rows = summary_rows([EventSet.of("A", EVENTS)], 7200.0, HYPNOGRAM)
    assert (row(rows, "night").count, row(rows, "night").minutes) == (3, 120)
    n2 = row(rows, "stage", "N2")
    assert (n2.count, n2.minutes, n2.per_minute) == (2, 2, 1.0)
    assert n2.duration == 1.5
    assert row(rows, "hour", "hour 2").count == 1
    assert row(rows, "channel", "C4").count == 1
    assert row(rows, "night", kind="k_complex").count == 1
    assert row(rows, "cycle", "cycle 1").count == 2
    assert not any(r.part == "N3" for r in rows)
    assert all(len(r.cells()) == len(COLUMNS) for r in rows)


def test_density_counts_only_the_time_that_was_looked_at() -> None:
    rows = summary_rows([EventSet.of("A", EVENTS, [(0, 60)])], 7200.0, HYPNOGRAM)
    assert (row(rows, "night").count, row(rows, "night").minutes) == (1, 1)
    assert row(rows, "stage", "N2").minutes == 1


def test_who_found_nothing_has_a_row_with_zero() -> None:
    rows = summary_rows([EventSet.of("A", EVENTS), EventSet.of("B", [])], 7200.0, HYPNOGRAM)
    (night,) = [r for r in rows if (r.scorer, r.by) == ("B", "night")]
    assert (night.kind, night.count, night.minutes, night.per_minute) == ("", 0, 120, 0.0)


def test_means_are_taken_over_what_was_measured() -> None:
    measured = {"a": EventMeasures(50.0, 13.0), "b": EventMeasures(70.0, None)}
    whole = row(summary_rows([EventSet.of("A", EVENTS)], 7200.0, None, measured), "night")
    assert (whole.amplitude, whole.frequency) == (60.0, 13.0)


def test_a_sine_measures_its_frequency_and_peak_to_peak() -> None:
    times = np.arange(256) / 256
    found = measures_of(30.0 * np.sin(2 * np.pi * 13.3 * times), 256.0)
    assert found.frequency == pytest.approx(13.3, abs=0.01)
    assert found.amplitude == pytest.approx(60.0, rel=0.02)
    assert measures_of(np.array([np.nan, 1.0, 2.0]), 256.0) == EventMeasures(None, None)
