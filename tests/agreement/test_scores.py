"""Scores of a matching."""

from __future__ import annotations

import dataclasses
import json

import pytest

from sleepscope.agreement.scores import macro_f1, pool, score
from sleepscope.errors import SettingsError
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram


def spindles(*onsets: float, spans: list[tuple[float, float]] | None = None) -> EventSet:
    return EventSet.of("x", [Event(onset, 1, "spindle") for onset in onsets], spans)


def test_precision_is_of_the_first_and_recall_of_the_second() -> None:
    scores = score(spindles(1, 5, 9), spindles(1, 5.5, 20, 30))
    assert (scores.n_a, scores.n_b, scores.tp, scores.fp, scores.fn) == (3, 4, 2, 1, 2)
    assert scores.precision == pytest.approx(2 / 3)
    assert scores.recall == pytest.approx(1 / 2)
    assert scores.f1 == pytest.approx(4 / 7)
    assert scores.mean_iou == pytest.approx((1 + 0.5 / 1.5) / 2)


def test_false_positive_counts_only_inside_scored_spans() -> None:
    truth = spindles(1, spans=[(0, 100)])
    assert score(spindles(1, 200), truth).fp == 0
    assert score(spindles(1, 200), truth, spans=None).fp == 1


def test_false_positive_counts_only_inside_chosen_stages() -> None:
    hypnogram = Hypnogram(("N2", "W"))
    scores = score(spindles(1, 40), spindles(1), stages={"N2"}, hypnogram=hypnogram)
    assert (scores.tp, scores.fp) == (1, 0)


def test_figures_without_a_denominator_are_none() -> None:
    nobody = score(spindles(), spindles())
    assert (nobody.precision, nobody.recall, nobody.f1, nobody.mean_iou) == (None,) * 4
    silent = score(spindles(), spindles(1))
    assert (silent.precision, silent.recall, silent.f1) == (None, 0.0, 0.0)
    json.dumps(dataclasses.asdict(nobody), allow_nan=False)


def test_points_have_no_part_in_the_mean_iou() -> None:
    scores = score([Event(1.5, 0, "rem"), Event(10, 1, "rem")], [*spindles(1, 10).events])
    assert scores.tp == 2
    assert scores.n_iou == 1
    assert scores.mean_iou == 1.0


def test_pooling_adds_counts() -> None:
    parts = [score(spindles(1, 5), spindles(1)), score(spindles(1), spindles(1.5, 9, 12))]
    pooled = pool(parts)
    assert (pooled.tp, pooled.fp, pooled.fn, pooled.n_recordings) == (2, 1, 2, 2)
    assert pooled.f1 == pytest.approx(4 / 7)
    assert pooled.mean_iou == pytest.approx((1 + 1 / 3) / 2)
    assert pooled.rule == parts[0].rule


def test_pooling_recordings_with_spans_of_their_own_says_so() -> None:
    pooled = pool([score(spindles(1), spindles(1, spans=[(0, stop)])) for stop in (10, 20)])
    assert pooled.spans is None
    assert "each recording's scored spans" in pooled.rule


def test_scores_of_different_rules_are_not_pooled() -> None:
    with pytest.raises(SettingsError, match="cannot be pooled"):
        pool([score(spindles(), spindles(), iou=0.2), score(spindles(), spindles(), iou=0.5)])
    with pytest.raises(SettingsError, match="no scores"):
        pool([])


def test_macro_f1_leaves_out_recordings_without_events() -> None:
    parts = [score(spindles(1), spindles(1)), score(spindles(1), spindles(9))]
    assert macro_f1([*parts, score(spindles(), spindles())]) == 0.5
    assert macro_f1([]) is None
