"""Detection: the same in any cut, silent where there is no signal, stoppable at any yield."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from sleepscope.detection import DetectSettings, detect
from sleepscope.errors import ChannelError, ModelError, SettingsError
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.progress import finish
from sleepscope.recordings.identity import channel_hash
from tests.detection.conftest import noise, write_card


def _settings(card, **values) -> DetectSettings:
    return DetectSettings("spindle", str(card.path), **values)


@pytest.fixture
def damaged(make_recording):
    """Twelve minutes at 256 Hz with a gap, a flat and a clipped stretch."""
    signal = noise(720, 256.0)
    signal[100 * 256 : 130 * 256] = np.nan
    signal[300 * 256 : 305 * 256] = 3.0
    signal[500 * 256 : 500 * 256 + 40] = 500.0
    return make_recording(C3=(signal, 256.0))


@pytest.mark.parametrize("block_seconds", [40.0, 100.0, 200.0])
def test_the_result_does_not_depend_on_the_blocks(damaged, card, block_seconds):
    whole = finish(detect(damaged, _settings(card), block_seconds=1e6))[0]
    cut = finish(detect(damaged, _settings(card), block_seconds=block_seconds))[0]
    np.testing.assert_allclose(cut.probability, whole.probability, atol=1e-3)
    times = [(e.onset, e.duration) for e in whole.events]
    assert len(times) > 20
    assert [(e.onset, e.duration) for e in cut.events] == times


def test_the_track_has_a_value_for_every_40_ms_from_the_middle_of_the_first(damaged, card):
    found = finish(detect(damaged, _settings(card)))[0]
    assert found.probability.shape == (720 * 25,)
    assert found.probability.dtype == np.float32
    assert found.start == pytest.approx(0.02)
    assert found.sfreq == 25.0


def test_the_model_says_nothing_on_flat_clipped_and_missing_signal(damaged, card):
    found = finish(detect(damaged, _settings(card)))[0]
    silent = np.isnan(found.probability)
    for start, stop in ((100, 130), (300, 305), (500, 500.15)):
        assert silent[round(start * 25) : round(stop * 25)].all()
    assert silent.mean() == pytest.approx((30.6 + 5.6 + 0.76) / 720, rel=0.05)
    for event in found.events:
        assert not silent[round(event.onset * 25) : round(event.stop * 25)].any()
    assert len(found.notices) == 1
    for words in ("flat", "clipped", "30.6 s missing", "C3"):
        assert words in found.notices[0]


def test_events_are_of_the_task_on_their_channel_with_a_confidence(damaged, card):
    found = finish(detect(damaged, _settings(card)))[0]
    for event in found.events:
        assert (event.kind, event.channel) == ("spindle", "C3")
        inside = found.probability[round(event.onset * 25) : round(event.stop * 25)]
        assert event.confidence == pytest.approx(float(inside.mean()), abs=1e-6)
        assert 0.2 - 1e-6 <= event.duration <= 3.0 + 1e-6
    assert found.card == card
    assert found.settings == _settings(card)


def test_partial_results_are_final_and_keep_their_ids(damaged, card):
    steps = detect(damaged, _settings(card), block_seconds=60.0)
    shown: list[tuple] = []
    result = finish(steps, lambda p: shown.append(p.partial or ()))
    for partial in shown:
        assert [e.id for e in partial] == [e.id for e in result[0].events[: len(partial)]]
    assert len(shown[len(shown) // 2]) > 5
    assert shown[-1] == result[0].events


def test_progress_names_what_is_done_where(damaged, card):
    reports = list(detect(damaged, _settings(card), block_seconds=60.0))
    assert reports[0].message == "Loading tiny"
    assert reports[1].message == "Detecting spindles on C3 · tiny"
    done = [r.done for r in reports]
    assert done == sorted(done)
    assert reports[-1].fraction == 1.0


def test_cancelling_leaves_the_threads_of_torch_as_they_were(damaged, card):
    before = torch.get_num_threads()
    steps = detect(damaged, _settings(card), block_seconds=60.0)
    for _ in range(4):
        next(steps)
    steps.close()
    assert torch.get_num_threads() == before


def test_each_channel_gets_a_detection_of_its_own(make_recording, card):
    recording = make_recording(C3=(noise(60, 100.0), 100.0), C4=(noise(60, 200.0, 1), 200.0))
    both = finish(detect(recording, _settings(card, channels=("C3", "C4"))))
    assert [d.channels for d in both] == [("C3",), ("C4",)]
    alone = finish(detect(recording, _settings(card, channels=("C4",))))[0]
    np.testing.assert_array_equal(both[1].probability, alone.probability)


def test_events_outside_the_chosen_stages_are_left_out_by_their_midpoint(damaged, card):
    hypnogram = Hypnogram(("W", "N2") * 12)
    everywhere = finish(detect(damaged, _settings(card)))[0].events
    asleep = finish(detect(damaged, _settings(card, stages=("N2",)), hypnogram))[0].events
    expected = [e.onset for e in everywhere if e.midpoint // 30 % 2 == 1]
    assert [e.onset for e in asleep] == expected


@pytest.mark.parametrize("stages", [(), ("S2",), ("N2", "x")])
def test_stages_that_do_not_exist_are_refused(damaged, card, stages):
    hypnogram = Hypnogram(("N2",) * 4)
    with pytest.raises(SettingsError, match=r"cannot be limited to .*choose from W, N1, N2, N3, R"):
        finish(detect(damaged, _settings(card, stages=stages), hypnogram))


def test_stages_without_a_hypnogram_are_refused(damaged, card):
    with pytest.raises(SettingsError, match=r"limited to N2, N3 because the recording has no stag"):
        finish(detect(damaged, _settings(card, stages=("N2", "N3"))))


def test_the_persons_threshold_comes_before_the_cards(damaged, card):
    strict = finish(detect(damaged, _settings(card, threshold=0.9, min_duration=0.5)))[0]
    assert strict.threshold == 0.9
    assert all(e.duration >= 0.5 - 1e-6 for e in strict.events)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"threshold": 1.0}, "threshold of 1 "),
        ({"threshold": 0.0}, "threshold of 0 "),
        ({"threshold": float("nan")}, "threshold of nan"),
        ({"min_duration": -1.0}, "minimum duration of -1 s"),
        ({"max_gap": 99.0}, "largest gap of 99 s"),
    ],
)
def test_settings_out_of_range_are_refused_with_the_limit(damaged, card, values, words):
    with pytest.raises(SettingsError, match=words):
        next(detect(damaged, _settings(card, **values)))


def test_a_model_for_another_task_is_refused(damaged, card):
    with pytest.raises(SettingsError, match="tiny finds spindles, not rapid eye movements"):
        next(detect(damaged, replace(_settings(card), task="rem")))


def test_a_missing_model_is_refused_before_anything_is_read(damaged):
    with pytest.raises(ModelError, match="no model 'nothing'"):
        next(detect(damaged, DetectSettings("spindle", "nothing")))


def test_a_channel_of_another_kind_is_refused_before_torch_is_loaded(make_recording, card):
    recording = make_recording(EMG1=(noise(20, 100.0), 100.0, "EMG"))
    with pytest.raises(ChannelError, match="'EMG1' is EMG, where tiny needs EEG"):
        next(detect(recording, _settings(card, channels=("EMG1",))))


def test_a_training_recording_is_known_again_under_any_name(damaged, tmp_path):
    known = {"hash": channel_hash(damaged, "C3"), "n_samples": str(720 * 256)}
    card = write_card(tmp_path, trained_on=({"hash": "0" * 64}, known))
    assert finish(detect(damaged, _settings(card)))[0].trained_on
    other = write_card(tmp_path, trained_on=({"hash": "0" * 64, "n_samples": "5"},))
    assert not finish(detect(damaged, _settings(other)))[0].trained_on


@pytest.mark.parametrize("seconds", [0.01, 0.5, 3.0])
def test_a_recording_of_a_moment_gives_no_event_and_no_error(make_recording, card, seconds):
    recording = make_recording(C3=(noise(seconds, 200.0), 200.0))
    found = finish(detect(recording, _settings(card, threshold=0.99)))[0]
    assert found.probability.shape == (int(seconds * 25 + 1e-6),)


def test_a_channel_that_never_recorded_gives_no_event_but_a_notice(make_recording, card):
    recording = make_recording(C3=(np.full(6000, np.nan), 100.0))
    found = finish(detect(recording, _settings(card)))[0]
    assert found.events == ()
    assert np.isnan(found.probability).all()
    assert "60.0 s missing" in found.notices[0]


def test_the_first_events_come_before_four_minutes_of_signal_are_read(damaged, card):
    steps = detect(damaged, _settings(card), block_seconds=1e6)
    first = next(progress for progress in steps if progress.partial)
    steps.close()
    assert first.done <= 240.0
    assert first.partial
