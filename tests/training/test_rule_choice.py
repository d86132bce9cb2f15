"""The rule is the one that finds the known events."""

from __future__ import annotations

import numpy as np
import pytest

from sleepscope.detection.segmentation import EventRule
from sleepscope.errors import SettingsError
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.networks.tracks import Tracks
from sleepscope.progress import finish
from sleepscope.training.rule_choice import RuleGrid, ScoredTracks, choose_rule, found_events


def _scored() -> ScoredTracks:
    """Events of 1 s reach 0.6; something of 0.4 s reaches 0.9, something long 0.35."""
    probability = np.full(1000, 0.1, np.float32)
    events = []
    for first in range(50, 900, 100):
        probability[first : first + 25] = 0.6
        probability[first + 40 : first + 50] = 0.9
        probability[first + 60 : first + 90] = 0.35
        events.append(Event(first / 25, 1.0, "spindle"))
    return ScoredTracks("a", Tracks(probability), EventSet.of("x", events))


def test_the_rule_with_the_best_f1_is_chosen():
    rule = finish(choose_rule([_scored()], 25.0, RuleGrid()))
    assert 0.35 < rule.threshold <= 0.6
    assert rule.min_duration == 0.5
    assert rule.max_gap < 0.6
    assert len(found_events(_scored().tracks, 25.0, rule, "spindle")) == 9


def test_the_grid_holds_all_combinations():
    grid = RuleGrid((0.3, 0.5), (0.5,), (0.0, 0.2), 3.0)
    assert len(grid.rules()) == 4
    assert EventRule(0.5, 0.5, 0.2, 3.0) in grid.rules()


def test_nothing_to_choose_on_is_refused():
    with pytest.raises(SettingsError, match="without scored recordings"):
        finish(choose_rule([], 25.0, RuleGrid()))
