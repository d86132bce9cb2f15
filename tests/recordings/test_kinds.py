"""What channels measure, by the labels laboratories use."""

from __future__ import annotations

import pytest

from sleepscope.recordings.channel import Channel
from sleepscope.recordings.kinds import (
    channel_kind,
    find_eog_pair,
    is_left_eog,
    is_right_eog,
    settled_kinds,
    spindle_channels,
)

LABELS = {
    "EEG": "C3-M2 CZ-A1 C3 Fp1 Fz-A2 C3:A2 C4A1 EEG EEG1 EEG(sec) M1 M1M2 A2 O1-M2 AF7 CPz F2-F4",
    "EOG": "E1 E2-M2 LOC ROC-A1 EOG-L EOG(R) LOC-ROC VEOG HEOG E1:M2 EOG1",
    "EMG": "Chin EMG EMG1-EMG2 LAT RAT Chin1-Chin2 cchin_l lleg_r Tib 1-2 1-F",
    "ECG": "ECG EKG ECG1-ECG2 ECG2",
    "RESP": "Flow Thor Abdo Therm Thorax ABDOMEN Airflow nas_pres CPAP RIP Chest EtCO2",
    "SPO2": "SpO2 SaO2 SAO2 Saturation OSAT",
    "BODY": "Pos POSITION Body Activity",
    "SOUND": "Snore MIC Snoring",
    "OTHER": "Pleth HR Marker Status EMG_Off EKG_Off LIGHT squarewave Pulse Temp machine P18",
}
SPACED = {
    "EEG": ["EEG Fpz-Cz", "EEG C3-CLE", "EEG F1-Ref (2)", "C3 - M2"],
    "EOG": ["EOG horizontal", "Left Eye-A2", "EOG Left Horiz", "EOG dx", "EOG LOC-A2", "EOG EOG"],
    "EMG": ["EMG submental", "Left Leg", "Chin EMG", "Leg R"],
    "RESP": ["Resp oro-nasal", "THOR RES", "NEW AIR", "Nasal Pressure", "RIP Sum"],
    "OTHER": ["C3 Impédance", "E1-M2 (Imp)", "Event marker", "Temp rectal", "Voltage (core)"],
}
CASES = [(label, kind) for kind, labels in LABELS.items() for label in labels.split()]
CASES += [(label, kind) for kind, labels in SPACED.items() for label in labels]


@pytest.mark.parametrize(("label", "kind"), CASES)
def test_label_tells_what_a_channel_measures(label: str, kind: str) -> None:
    assert channel_kind(label, "µV" if kind in ("EEG", "EOG", "EMG", "ECG") else "") == kind


def test_electrodes_do_not_measure_ohms() -> None:
    assert channel_kind("C3-M2", "Ohm") == "OTHER"


def test_transducer_tells_where_the_label_does_not() -> None:
    assert channel_kind("Ch 7", "", "Oral-nasal thermistors") == "RESP"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("E1-M2", "E2-M2"),
        ("LOC", "ROC"),
        ("EOG-L", "EOG-R"),
        ("EOG(L)", "EOG(R)"),
        ("EOG Left Horiz", "EOG Right Horiz"),
        ("Left Eye-A2", "Right Eye-A1"),
        ("EOG LOC-A2", "EOG ROC-A2"),
        ("EOG_L", "EOG_R"),
        ("EOG1", "EOG2"),
        ("EOG sin", "EOG dx"),
        ("LOCA2", "ROCA1"),
    ],
)
def test_sides_of_the_eyes_are_told_apart(left: str, right: str) -> None:
    assert (is_left_eog(left), is_right_eog(left)) == (True, False)
    assert (is_left_eog(right), is_right_eog(right)) == (False, True)


@pytest.mark.parametrize("label", ["LOC-ROC", "ROC-LOC", "E1-E2", "EOG horizontal", "C3-M2", "P8"])
def test_derivation_from_eye_to_eye_has_no_side(label: str) -> None:
    assert not is_left_eog(label)
    assert not is_right_eog(label)


def channels(*labels: str, sfreq: float = 200.0) -> list[Channel]:
    """Channels of these labels, all voltages."""
    return [Channel(label, channel_kind(label, "µV"), "µV", sfreq, 0) for label in labels]


def test_eog_pair_prefers_referenced_derivations() -> None:
    found = find_eog_pair(channels("C3", "E2", "E1", "E1-M2", "E2-M1"))
    assert found == ("E1-M2", "E2-M1")


def test_eog_pair_needs_both_eyes() -> None:
    assert find_eog_pair(channels("E1-M2", "C3-M2")) is None
    assert find_eog_pair(channels("EOG horizontal")) is None


def test_eog_pair_prefers_equal_rates() -> None:
    mixed = [*channels("E1-M2", sfreq=100.0), *channels("E1", "E2-M2")]
    assert find_eog_pair(mixed) == ("E1", "E2-M2")


def test_p8_beside_p18_is_an_eye_as_in_dreams() -> None:
    dreams = settled_kinds(channels("FP1-A2", "CZ-A1", "P8-A1", "P18-A1"))
    assert [c.kind for c in dreams] == ["EEG", "EEG", "EOG", "EOG"]
    assert find_eog_pair(dreams) == ("P8-A1", "P18-A1")
    assert [c.kind for c in settled_kinds(channels("P7", "P8"))] == ["EEG", "EEG"]


def test_spindles_are_looked_for_over_the_centre_first() -> None:
    labels = ("O1-M2", "F3-M2", "C4-M1", "C3", "M1", "C3-M2", "A2-CLE", "E1-M2", "Pz")
    assert spindle_channels(channels(*labels)) == (
        "C3-M2", "C3", "C4-M1", "Pz", "F3-M2", "O1-M2",
    )  # fmt: skip
