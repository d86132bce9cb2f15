"""An audit's draw is fair, its figures are those of the night, its intervals cover the truth."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from sleepscope.agreement.audit import AuditPlan, AuditWindow, audit_result, draw_windows, ratio
from sleepscope.events.event import Event
from sleepscope.events.hypnogram import Hypnogram

HOURS = 8
STAGES = tuple(["W"] * 60 + ["N1"] * 60 + ["N2"] * 480 + ["N3"] * 200 + ["R"] * 160)
NIGHT = Hypnogram(STAGES)
DURATION = HOURS * 3600.0
RATES = {"W": 0.02, "N1": 0.1, "N2": 2.0, "N3": 0.8, "R": 0.05}


def night(
    seed: int, recall: float = 0.8, false_share: float = 0.25
) -> tuple[list[Event], list[Event]]:
    """True events and a model's, clustered as in real nights (rates differ between epochs)."""
    chance = np.random.default_rng(seed)
    truth, model = [], []
    for epoch, stage in enumerate(STAGES):
        rate = RATES[stage] * chance.gamma(1.0, 1.0)
        for k in range(min(9, chance.poisson(rate))):
            onset = 30.0 * epoch + 3.2 * k
            truth.append(Event(onset, 1.0, "spindle"))
            if chance.random() < recall:
                model.append(Event(onset + 0.1, 1.0, "spindle"))
        n_false = min(5, chance.poisson(rate * false_share))
        model += [Event(30.0 * epoch + 1.6 + 3.2 * k, 1.0, "spindle") for k in range(n_false)]
    return truth, model


def test_every_window_is_drawn_once_and_the_seed_decides() -> None:
    _, model = night(1)
    plan = draw_windows(DURATION, model, NIGHT, seed=3)
    assert len(plan.windows) == 960
    assert len({window.start for window in plan.windows}) == 960
    assert sum(plan.sizes.values()) == 960
    assert plan == draw_windows(DURATION, model, NIGHT, seed=3)
    assert plan != draw_windows(DURATION, model, NIGHT, seed=4)


def test_every_beginning_holds_every_stratum() -> None:
    _, model = night(1)
    plan = draw_windows(DURATION, model, NIGHT, seed=3)
    n = len(plan.sizes)
    assert 5 <= n <= 10
    first = Counter(window.stratum for window in plan.windows[: 2 * n])
    assert set(first.values()) == {2}
    sixty = Counter(window.stratum for window in plan.windows[:60])
    assert sixty.keys() == plan.sizes.keys()
    assert sixty["N2, many"] > 60 * plan.sizes["N2, many"] / 960


def test_windows_lie_in_their_strata() -> None:
    _, model = night(1)
    plan = draw_windows(DURATION, model, NIGHT, seed=3)
    for window in plan.windows:
        stage, _, density = window.stratum.partition(", ")
        inside = [e for e in model if window.start <= e.midpoint < window.stop]
        assert stage == "others" or NIGHT.stage_at(window.start) == stage
        if density == "many":
            assert len(inside) >= 2


@pytest.mark.parametrize("duration", [10.0, 30.0, 95.0])
def test_short_recordings_have_few_windows(duration: float) -> None:
    plan = draw_windows(duration, [], None, seed=1)
    assert len(plan.windows) == int(duration // 30)
    result = audit_result(plan, range(len(plan.windows)), [], [], iou=0.2)
    assert result.precision.value is None
    assert (result.precision.low, result.precision.high) == (0.0, 1.0)


def test_a_ratio_by_hand() -> None:
    # Stratum a: 10 windows, 2 seen (3 of 4, 1 of 2); b: 5 windows, 2 seen (0 of 1, 1 of 1).
    share = ratio(
        np.array([3.0, 1.0, 0.0, 1.0]),
        np.array([4.0, 2.0, 1.0, 1.0]),
        ["a", "a", "b", "b"],
        {"a": 10, "b": 5},
    )
    assert share.value == pytest.approx((5 * 4 + 2.5 * 1) / (5 * 6 + 2.5 * 2))
    assert share.low < share.value < share.high


def test_the_whole_night_seen_is_exact() -> None:
    truth, model = night(2)
    plan = draw_windows(DURATION, model, NIGHT, seed=3)
    result = audit_result(plan, range(960), truth, model, iou=0.2)
    tp = sum(any(abs(event.onset - other.onset) < 0.5 for other in truth) for event in model)
    assert result.precision.value == pytest.approx(tp / len(model))
    assert result.recall.value == pytest.approx(tp / len(truth))
    assert result.precision.half_width == 0.0
    assert result.is_enough


def test_a_pair_over_a_windows_edge_counts_for_both_sides() -> None:
    plan = AuditPlan((AuditWindow(0.0, 30.0, "a"), AuditWindow(30.0, 60.0, "a")), {"a": 2}, 0)
    mine, model = [Event(29.4, 1.0, "spindle")], [Event(29.7, 1.0, "spindle")]
    result = audit_result(plan, [0, 1], mine, model, iou=0.2)
    assert (result.precision.value, result.recall.value) == (1.0, 1.0)
    half = audit_result(plan, [0], mine, model, iou=0.2)
    assert (half.precision.value, half.recall.value) == (None, 1.0)


@pytest.mark.parametrize(("recall", "false_share"), [(0.8, 0.25), (0.6, 0.6), (0.97, 0.03)])
def test_intervals_cover_the_nights_own_figures(recall: float, false_share: float) -> None:
    """Of 95 % intervals from 20 windows (ten minutes) at least 93 % hold the truth."""
    covered = {"precision": 0, "recall": 0}
    widths = []
    n = 0
    for seed in range(8):
        truth, model = night(seed, recall, false_share)
        whole = audit_result(
            draw_windows(DURATION, model, NIGHT, seed=0), range(960), truth, model, iou=0.2
        )
        for draw in range(12):
            plan = draw_windows(DURATION, model, NIGHT, seed=1000 * seed + draw)
            near = {w.start for w in plan.windows[:20]}
            mine = [e for e in truth if 30.0 * (e.midpoint // 30.0) in near]
            result = audit_result(plan, range(20), mine, model, iou=0.2)
            n += 1
            for name in covered:
                share, exact = getattr(result, name), getattr(whole, name).value
                covered[name] += share.low <= exact <= share.high
            widths.append(result.precision.half_width)
    assert covered["precision"] >= 0.93 * n
    assert covered["recall"] >= 0.93 * n
    assert np.mean(widths) < 0.25


def test_more_windows_narrow_the_interval_until_it_is_enough() -> None:
    truth, model = night(5)
    plan = draw_windows(DURATION, model, NIGHT, seed=3)
    few = audit_result(plan, range(20), truth, model, iou=0.2, target=0.05)
    assert not few.is_enough
    assert few.n_more > 20
    many = audit_result(plan, range(400), truth, model, iou=0.2, target=0.05)
    assert many.precision.half_width < few.precision.half_width
    assert many.is_enough
    assert many.n_more == 0
