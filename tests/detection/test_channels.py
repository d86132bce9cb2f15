"""Which channels a model takes, and why it refuses others."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from sleepscope.detection.channels import chosen_channels, usable_channels
from sleepscope.errors import ChannelError
from sleepscope.recordings.recording import ArrayRecording
from tests.detection.conftest import noise


@pytest.fixture
def rem_card(card):
    return replace(card, name="rem-x", task="rem", channels=("EOG", "EOG"))


def _recording(make_recording, **kinds: str) -> ArrayRecording:
    signal = noise(2, 100.0)
    made = make_recording(
        **{f"c{k}": (signal, 100.0, kind) for k, kind in enumerate(kinds.values())}
    )
    channels = [
        replace(c, label=label.replace("_", "-"))
        for c, label in zip(made.channels, kinds, strict=True)
    ]
    return ArrayRecording(made.path, tuple(channels), {c.label: signal for c in channels})


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (("F3_M2", "C4_M1", "C3_M2"), "C3-M2"),
        (("F4_M1", "O2_M1", "C4_A1"), "C4-A1"),
        (("C3", "C3_M2"), "C3-M2"),
        (("O1_M2", "Fpz_Cz"), "Fpz-Cz"),
        (("O1_M2", "P3"), "O1-M2"),
    ],
)
def test_the_best_central_eeg_is_taken_unless_told(make_recording, card, labels, expected):
    recording = _recording(make_recording, ROC="EOG", **dict.fromkeys(labels, "EEG"))
    assert chosen_channels(recording, card, ()) == ((expected,),)


@pytest.mark.parametrize(
    "labels",
    [
        ("LOC", "ROC"), ("E1_M2", "E2_M1"), ("EOG_L", "EOG_R"), ("Left_Eye", "Right_Eye"),
        ("EOG_1", "EOG_2"), ("P8_A1", "P18_A1"),
    ],
)  # fmt: skip
def test_the_left_and_the_right_eye_are_told_apart(make_recording, rem_card, labels):
    left, right = labels
    recording = _recording(make_recording, **{"C3": "EEG", right: "EOG", left: "EOG"})
    expected = (left.replace("_", "-"), right.replace("_", "-"))
    assert chosen_channels(recording, rem_card, ()) == (expected,)


def test_one_eog_is_too_few_for_rapid_eye_movements(make_recording, rem_card):
    recording = _recording(make_recording, EOG_horizontal="EOG", C3="EEG")
    with pytest.raises(ChannelError, match=r"a left and a right EOG.*EOG-horizontal, C3"):
        chosen_channels(recording, rem_card, ())


def test_channels_of_a_pair_model_must_come_in_pairs(make_recording, rem_card):
    recording = _recording(make_recording, LOC="EOG", ROC="EOG")
    with pytest.raises(ChannelError, match=r"reads 2 channels at a time.*LOC cannot be shared"):
        chosen_channels(recording, rem_card, ("LOC",))
    with pytest.raises(ChannelError, match="needs 2 different channels"):
        chosen_channels(recording, rem_card, ("LOC", "LOC"))
    assert chosen_channels(recording, rem_card, ("ROC", "LOC")) == (("ROC", "LOC"),)


def test_a_recording_without_eeg_is_refused_with_what_it_has(make_recording, card):
    recording = _recording(make_recording, ECG="ECG", Flow="RESP")
    with pytest.raises(ChannelError, match=r"tiny needs an EEG channel.*ECG, Flow"):
        chosen_channels(recording, card, ())


def test_a_missing_channel_is_refused_with_those_there_are(make_recording, card):
    with pytest.raises(ChannelError, match=r"No channel 'C5'.*C3, C4"):
        chosen_channels(_recording(make_recording, C3="EEG", C4="EEG"), card, ("C5",))


def test_a_channel_that_is_too_slow_is_refused_with_both_rates(make_recording, card):
    recording = make_recording(C3=(noise(10, 32.0), 32.0))
    with pytest.raises(ChannelError, match=re.escape("32 samples per second")) as error:
        chosen_channels(recording, card, ("C3",))
    assert "at least 36 Hz" in str(error.value)
    assert usable_channels(recording, card) == ()


def test_a_channel_that_is_no_voltage_is_refused(make_recording, card):
    recording = _recording(make_recording, C3="EEG")
    channel = replace(recording.channels[0], unit="%")
    odd = ArrayRecording(recording.path, (channel,), {})
    with pytest.raises(ChannelError, match="'C3' is in %, where tiny needs a voltage"):
        chosen_channels(odd, card, ("C3",))


def test_a_voltage_of_unknown_kind_may_be_named_but_is_not_chosen(make_recording, card):
    recording = _recording(make_recording, Channel1="OTHER")
    assert chosen_channels(recording, card, ("Channel1",)) == (("Channel1",),)
    with pytest.raises(ChannelError):
        chosen_channels(recording, card, ())


def test_the_same_channel_twice_is_detected_once(make_recording, card):
    recording = _recording(make_recording, C3="EEG")
    assert chosen_channels(recording, card, ("C3", "C3")) == (("C3",),)
