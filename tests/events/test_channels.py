"""Channel labels of event files against those of recordings."""

from __future__ import annotations

import pytest

from sleepscope.events.channels import channel_or_none, find_channel, same_channel

LABELS = ("EEG C3-A2", "EEG Cz-A1", "EOG LOC", "Fpz-Cz", "C4-M1", "Chin")


@pytest.mark.parametrize(
    ("channel", "label"),
    [
        ("EEG C3-A2", "EEG C3-A2"),
        ("C3-A2", "EEG C3-A2"),
        ("c3 - m2", "EEG C3-A2"),
        ("CZ-A1", "EEG Cz-A1"),
        ("C4-A1", "C4-M1"),
        ("EEG Fpz-Cz", "Fpz-Cz"),
        ("LOC", "EOG LOC"),
        ("C3", "EEG C3-A2"),
        ("C3-M1", None),
        ("O1", None),
        (None, None),
    ],
)
def test_channel_of_the_file_is_found_in_the_recording(
    channel: str | None, label: str | None
) -> None:
    assert find_channel(channel, LABELS) == label


def test_electrode_that_fits_two_labels_is_not_guessed() -> None:
    assert find_channel("C3", ["C3-M2", "C3-A1"]) is None


def test_exact_label_wins_over_a_similar_one() -> None:
    assert find_channel("c3", ["C3", "c3"]) == "c3"


def test_same_channel_ignores_case_kind_and_name_of_the_reference() -> None:
    assert same_channel("EEG C3-A2", "c3-m2")
    assert not same_channel("C3-M2", "C4-M2")
    assert not same_channel("Fa1", "Fm1")


@pytest.mark.parametrize("label", ["EOGs", "", " ", "n/a", "*", None])
def test_labels_of_no_single_channel_mean_all(label: str | None) -> None:
    assert channel_or_none(label) is None
