"""Strokes of the what-if brush: what each kind does, and that the recording stays as it is."""

from __future__ import annotations

import numpy as np
import pytest

from sleepscope.errors import GapError, SettingsError
from sleepscope.explain.painted_recording import PaintedRecording
from sleepscope.explain.stroke import Stroke, painted
from tests.explain.conftest import BURST, SFREQ, make_recording

RAMP = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])


def stroke(kind: str, start: float = 2.0, stop: float = 5.0, **changes: object) -> Stroke:
    return Stroke("C3", start, stop, kind, **changes)  # type: ignore[arg-type]


def test_inverting_turns_a_wave_over_about_the_line_between_its_ends() -> None:
    signal = np.array([1.0, 1.0, 4.0, 9.0, 4.0, 1.0, 1.0])
    made = painted(signal, 1.0, 2, 5, stroke("invert"))
    np.testing.assert_allclose(made, [-2.0, -7.0, -2.0])


def test_a_straight_line_stays_what_it_is_under_any_stroke_that_keeps_its_ends() -> None:
    for kind in ("invert", "shift", "notch"):
        made = painted(RAMP, 1.0, 2, 5, stroke(kind, shift=1.0, freq=0.3))
        np.testing.assert_allclose(made, [2.0, 3.0, 4.0], atol=1e-9)


def test_shift_above_zero_brings_a_peak_later() -> None:
    signal = np.zeros(40)
    signal[15] = 8.0
    made = painted(signal, 10.0, 10, 30, stroke("shift", 1.0, 3.0, shift=0.3))
    assert np.argmax(made) == 15 + 3 - 10
    assert painted(signal, 10.0, 10, 30, stroke("shift", 1.0, 3.0, shift=-0.3)).argmax() == 2


def test_notch_takes_its_frequency_and_leaves_others() -> None:
    times = np.arange(2000) / 200
    wave = np.sin(2 * np.pi * 13 * times)
    for freq, left in ((13.0, 0.0), (13.0 - 8.0, 1.0)):
        made = painted(wave, 200.0, 800, 1200, stroke("notch", 4.0, 6.0, freq=freq))
        # Without the line that joins the ends.
        inside = np.diff(made)[100:300]
        assert np.std(inside) / np.std(np.diff(wave)) == pytest.approx(left, abs=0.01)


def test_mute_by_zero_and_by_the_quietest_stretch() -> None:
    signal = np.random.default_rng(0).normal(0, 10, 4000)
    signal[1000:1200] = 0.1
    assert (painted(signal, 100.0, 3000, 3050, stroke("mute", baseline="zero")) == 0).all()
    quiet = painted(signal, 100.0, 3000, 3050, stroke("mute"))
    line = np.interp(np.arange(3000, 3050), [2999, 3050], [signal[2999], signal[3050]])
    np.testing.assert_allclose(quiet, line, atol=1e-9)
    with pytest.raises(GapError, match="choose the baseline zero"):
        painted(signal, 100.0, 10, 60, stroke("mute"))


def test_no_signal_is_invented_where_nothing_was_recorded() -> None:
    signal = RAMP.copy()
    signal[3] = np.nan
    for kind in ("mute", "notch", "invert", "shift"):
        made = painted(signal, 1.0, 2, 5, stroke(kind, shift=1.0, freq=0.3, baseline="zero"))
        assert np.isnan(made).tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"stop": 1.0}, "at most 60 s"),
        ({"stop": 99.0}, "at most 60 s"),
        ({"kind": "blur"}, "choose from mute, notch, invert, shift"),
        ({"baseline": "mean"}, "choose from quietest, zero"),
        ({"kind": "notch", "freq": 0.0}, "above 0 Hz"),
        ({"kind": "shift", "shift": 0.0}, "and not 0"),
    ],
)
def test_a_stroke_that_means_nothing_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        Stroke(**{"channel": "C3", "start": 2.0, "stop": 5.0, **changes})  # type: ignore[arg-type]


def test_words_name_the_kind_and_its_value() -> None:
    assert stroke("mute").words == "mute (quietest stretch)"
    assert stroke("notch", freq=12.5).words == "notch 12.5 Hz"
    assert stroke("shift", shift=-0.05).words == "shift \N{MINUS SIGN}50 ms"


def test_a_painted_recording_reads_its_strokes_in_any_cut_and_leaves_its_source() -> None:
    source = make_recording()
    before = source.read("C3", 0.0, 200.0).copy()
    strokes = (
        Stroke("C3", 100.2, 100.8, "mute"),
        Stroke("C3", 100.5, 101.5, "invert"),
        Stroke("LOC", 100.0, 101.0, "notch"),
    )
    one = PaintedRecording(source, strokes)
    whole = one.read("C3", 0.0, 200.0)
    changed = np.flatnonzero(whole != before) / SFREQ
    assert (changed[0], changed[-1]) == pytest.approx((100.2, 101.5), abs=2 / SFREQ)
    np.testing.assert_array_equal(one.read("C3", 100.4, 100.6), whole[20080:20120])
    np.testing.assert_array_equal(one.read("ROC", *BURST), source.read("ROC", *BURST))
    np.testing.assert_array_equal(source.read("C3", 0.0, 200.0), before)
    assert one.channel("C3") is source.channel("C3")


def test_later_strokes_lie_on_earlier_ones_and_known_patches_are_kept() -> None:
    source = make_recording()
    once = PaintedRecording(source, (Stroke("C3", 100.0, 101.0, "invert"),))
    once.read("C3", 100.0, 101.0)
    twice = once.with_strokes((*once.strokes, Stroke("C3", 100.0, 101.0, "invert")))
    np.testing.assert_allclose(
        twice.read("C3", 100.0, 101.0), source.read("C3", 100.0, 101.0), atol=1e-9
    )
    assert not np.allclose(once.read("C3", 100.0, 101.0), source.read("C3", 100.0, 101.0))
    assert len(twice.with_strokes(())._patches) == 0


def test_a_stroke_at_the_very_edge_of_the_recording_is_read() -> None:
    source = make_recording()
    for kind in ("invert", "shift", "notch"):
        for span in ((0.0, 0.5), (199.5, 200.0)):
            one = PaintedRecording(source, (Stroke("C3", *span, kind),))  # type: ignore[arg-type]
            assert np.isfinite(one.read("C3", *span)).all()
