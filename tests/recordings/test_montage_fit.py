"""Montages of the program fit the recordings of many laboratories."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sleepscope.recordings.channel import Channel
from sleepscope.recordings.derivation import DerivedRecording
from sleepscope.recordings.kinds import channel_kind, settled_kinds
from sleepscope.recordings.montage import Montage, MontageRow
from sleepscope.recordings.montage_file import read_montage
from sleepscope.recordings.montage_fit import (
    choose_montage,
    fit_montage,
    recording_kind,
    row_of,
)
from sleepscope.recordings.opening import open_recordings
from sleepscope.recordings.recording import ArrayRecording

FOLDER = Path(__file__).parents[2] / "resources" / "montages"
PRESETS = {m.name: m for m in (read_montage(path) for path in sorted(FOLDER.glob("*.json")))}
AASM, DREAMS, EOG, ALL = PRESETS.values()
UNITS = {"SpO2": "%", "SaO2": "%", "Flow": "", "Thorax": "", "Abdomen": ""}


def recorded(*labels: str) -> ArrayRecording:
    channels = settled_kinds(
        Channel(label, channel_kind(label, unit), unit, 100.0, 100)
        for label in labels
        for unit in (UNITS.get(label, "µV"),)
    )
    return ArrayRecording(Path("night.edf"), channels, {label: np.zeros(100) for label in labels})


def chosen(*labels: str) -> str:
    montage = choose_montage(PRESETS.values(), recorded(*labels))
    return "" if montage is None else montage.name


def test_presets_have_the_names_and_order_of_their_keys() -> None:
    assert tuple(PRESETS) == ("AASM recommended", "DREAMS", "EOG pair", "All channels")


def test_recorded_derivations_are_shown_as_they_are() -> None:
    labels = ("C4-A1", "C3-A2", "Left Eye-A2", "Right Eye-A1", "Chin1-Chin2")
    assert set(fit_montage(AASM, recorded(*labels)).channels) == set(labels)
    assert chosen(*labels) == "AASM recommended"


def test_bare_electrodes_are_derived_when_asked_for_and_not_unasked() -> None:
    labels = ("F3", "F4", "C3", "C4", "O1", "O2", "M1", "M2", "E1", "E2", "EMG Chin", "ECG", "SpO2")
    assert fit_montage(AASM, recorded(*labels)).channels == (
        "F4-M1", "C4-M1", "O2-M1", "F3-M2", "C3-M2", "O1-M2", "E1-M2", "E2-M2", "EMG Chin", "ECG",
        "SpO2",
    )  # fmt: skip
    assert chosen(*labels) == ""


def test_electrodes_without_mastoids_stay_as_recorded() -> None:
    assert fit_montage(AASM, recorded("C3", "C4", "LOC", "ROC", "EMG")).channels == (
        "C4", "C3", "LOC", "ROC", "EMG",
    )  # fmt: skip


def test_recorded_reference_is_better_than_one_made_here() -> None:
    fitted = fit_montage(AASM, recorded("C4-M1", "E1-M2", "E2-M1", "E2", "M2"))
    assert fitted.channels == ("C4-M1", "E1-M2", "E2-M1")


@pytest.mark.parametrize("centre", ["CZ-A1", "C3-A1"])
def test_dreams_recordings_get_their_montage(centre: str) -> None:
    labels = ("FP1-A1", centre, "O1-A1", "P8-A1", "P18-A1", "EMG1")
    assert set(fit_montage(DREAMS, recorded(*labels)).channels) == set(labels)


def test_dreams_is_chosen_by_itself() -> None:
    assert chosen("FP1-A1", "CZ-A1", "O1-A1", "P8-A1", "P18-A1", "EMG1") == "DREAMS"


def test_eog_pair_is_both_eyes_and_their_difference() -> None:
    assert fit_montage(EOG, recorded("C3", "E1", "E2")).channels == ("E1", "E2", "E1-E2")
    assert fit_montage(EOG, recorded("LOC-A2", "ROC-A1")).channels == ("LOC-A2", "ROC-A1")


def test_all_channels_shows_each_once() -> None:
    labels = ("SpO2", "C3", "E1", "M1", "EMG", "Flow")
    fitted = fit_montage(ALL, recorded(*labels))
    assert sorted(fitted.channels) == sorted(labels)
    assert fitted.channels[:2] == ("C3", "E1")


def test_sleep_edf_labels_are_found() -> None:
    labels = ("EEG Fpz-Cz", "EEG Pz-Oz", "EOG horizontal", "EMG submental")
    assert set(fit_montage(ALL, recorded(*labels)).channels) == set(labels)
    assert chosen(*labels) == ""


def test_looks_of_a_row_are_kept_and_wildcards_hand_theirs_on() -> None:
    montage = Montage(
        "mine",
        (
            MontageRow("C3-M2", colour="#102030", inverted=True),
            MontageRow("*EOG", gain=200, most=1),
        ),
    )
    fitted = fit_montage(montage, recorded("EEG C3-A2", "LOC", "ROC"))
    assert fitted.rows == (
        MontageRow("EEG C3-A2", colour="#102030", inverted=True),
        MontageRow("LOC", gain=200),
    )


def test_recordings_of_the_same_labels_are_of_one_kind() -> None:
    one, other = recorded("C3", "C4"), recorded("C4", "C3")
    assert recording_kind(one) == recording_kind(other) != recording_kind(recorded("C3"))


@pytest.mark.parametrize(
    ("channel", "row"),
    [
        ("C3-M2", "C3-M2"),
        ("C3-A2", "C3-M2"),
        ("EEG C3:M2", "C3-M2"),
        ("C3", "C3-M2"),
        ("E1-M2", "E1"),
        ("LOC", "E1"),
        ("C4", None),
        ("O1-A2", None),
    ],
)
def test_events_are_shown_on_the_row_of_their_electrode(channel: str, row: str | None) -> None:
    recording = DerivedRecording(recorded("C3", "C4", "M2", "E1"))
    assert row_of(channel, ("C3-M2", "E1"), recording) == row


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "n_rows"), [("mednick_example1.edf", 5), ("nox_subject1.edf", 16)]
)
def test_real_nights_get_the_recommended_montage(real_data: Path, name: str, n_rows: int) -> None:
    recording = open_recordings((real_data / "recordings" / name,))
    try:
        montage = choose_montage(PRESETS.values(), recording)
        assert montage is not None
        assert (montage.name, len(montage.rows)) == ("AASM recommended", n_rows)
        recorded_labels = {channel.label for channel in recording.channels}
        assert set(montage.channels) <= recorded_labels
    finally:
        recording.close()
