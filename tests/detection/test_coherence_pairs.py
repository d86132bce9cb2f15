"""Which channels are compared unless told."""

from __future__ import annotations

from sleepscope.detection.coherence_pairs import default_pairs, pair_for
from sleepscope.recordings.channel import Channel


def channels(*labels: str) -> list[Channel]:
    """Voltages of the kinds that their labels say."""
    kinds = {"E": "EOG", "L": "EOG", "R": "EOG"}
    return [
        Channel(label=x, kind=kinds.get(x[0], "EEG"), unit="µV", sfreq=128.0, n_samples=9)
        for x in labels
    ]


def test_left_eye_with_right_eye_and_the_two_central_derivations():
    found = default_pairs(channels("F3-M2", "C3-M2", "C4-M1", "E1-M2", "E2-M2"))
    assert found == (("E1-M2", "E2-M2"), ("C3-M2", "C4-M1"))


def test_a_lone_eeg_has_its_power():
    assert default_pairs(channels("CZ-A1")) == (("CZ-A1",),)


def test_eyes_alone_are_a_pair():
    assert default_pairs(channels("LOC", "ROC")) == (("LOC", "ROC"),)


def test_without_voltages_there_is_nothing_to_compare():
    assert default_pairs([]) == ()


def test_eyes_are_for_rems_and_eeg_for_all_else():
    night = channels("C3-M2", "C4-M1", "E1-M2", "E2-M2")
    assert pair_for("rem", night) == (("E1-M2", "E2-M2"),)
    assert pair_for("spindle", night) == (("C3-M2", "C4-M1"),)
    assert pair_for("rem", channels("CZ-A1")) == (("CZ-A1",),)
    assert pair_for("spindle", []) == ()
