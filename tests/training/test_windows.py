"""Windows lie where somebody looked, and say what was seen there."""

from __future__ import annotations

import numpy as np
import pytest

from sleepscope.errors import SettingsError
from sleepscope.training.windows import LabelRule, ScoredSignal, WindowCut, cut_windows, joined

RATE = 10.0


def signal(events, looked=None, seconds=60.0, **changes):
    n = round(seconds * RATE)
    looked = looked or tuple(((0.0, seconds),) for _ in events)
    features = np.arange(n, dtype=np.float32)[None]
    return ScoredSignal("a", features, RATE, np.ones(n, bool), events, looked, **changes)


def test_a_window_with_half_a_second_of_an_event_shows_it_and_a_little_is_left_out():
    windows = cut_windows(signal((((10.0, 11.5),),)), WindowCut(5.0, 0.1), LabelRule())
    label = dict(zip(np.round(windows.starts, 1), windows.labels, strict=True))
    assert label[5.5] == 1
    assert 5.3 not in label
    assert label[5.0] == 0


def test_a_stride_of_a_second_overlaps_windows_of_five_by_four_fifths():
    assert WindowCut(5.0, 1.0).overlap == pytest.approx(0.8)
    windows = cut_windows(signal(((),)), WindowCut(5.0, 1.0), LabelRule())
    assert np.diff(windows.starts).tolist() == [1.0] * 55
    assert windows.features[3, 0, 0] == 30.0


def test_windows_lie_where_at_least_one_expert_looked():
    looked = (((0.0, 20.0),), ((0.0, 40.0),))
    windows = cut_windows(signal(((), ()), looked), WindowCut(5.0, 5.0), LabelRule())
    assert windows.starts.max() == 35.0


def test_the_label_is_soft_where_experts_disagree():
    events = (((11.0, 12.0),), ())
    windows = cut_windows(signal(events), WindowCut(5.0, 5.0), LabelRule())
    assert windows.soft.max() == 0.5
    assert windows.labels[windows.soft == 0.5].tolist() == [1]


def test_an_expert_who_did_not_look_says_nothing():
    events = (((11.0, 12.0),), ())
    looked = (((0.0, 60.0),), ((30.0, 60.0),))
    windows = cut_windows(signal(events, looked), WindowCut(5.0, 5.0), LabelRule())
    assert windows.soft[windows.labels == 1].tolist() == [1.0]


def test_doubtful_events_leave_windows_out_unless_a_sure_one_is_there():
    shown = signal((((11.0, 12.0),),), doubtful=((13.0, 14.0), (31.0, 32.0)))
    windows = cut_windows(shown, WindowCut(5.0, 5.0), LabelRule())
    assert 10.0 in windows.starts
    assert 30.0 not in windows.starts


def test_unusable_signal_gives_no_window():
    shown = signal(((),))
    shown.usable[200:210] = False
    windows = cut_windows(shown, WindowCut(5.0, 1.0), LabelRule())
    assert not ((windows.starts > 15.1) & (windows.starts < 20.9)).any()


def test_windows_side_by_side_do_not_overlap():
    windows = cut_windows(signal(((),)), WindowCut(5.0, 1.0), LabelRule())
    assert windows.apart().starts.tolist() == list(np.arange(0.0, 60.0, 5.0))


@pytest.mark.parametrize("stride", [0.0, 6.0])
def test_a_stride_that_leaves_holes_or_stands_still_is_refused(stride):
    with pytest.raises(SettingsError, match="cannot follow each other"):
        WindowCut(5.0, stride)


def test_recordings_without_a_window_are_refused():
    empty = cut_windows(signal(((),), (((0.0, 1.0),),)), WindowCut(), LabelRule())
    with pytest.raises(SettingsError, match="hold no window"):
        joined([empty])
