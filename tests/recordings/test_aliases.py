"""Labels of many laboratories name the same electrodes."""

from __future__ import annotations

import pytest

from sleepscope.recordings.aliases import ElectrodePair, electrode_pair, pairs_of, role_of
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.kinds import channel_kind, settled_kinds


def channel(label: str, unit: str = "µV") -> Channel:
    return Channel(label, channel_kind(label, unit), unit, 100.0, 100)


@pytest.mark.parametrize(
    ("label", "active", "reference"),
    [
        ("C3-M2", "C3", "M2"),
        ("EEG C3-A2", "C3", "M2"),
        ("C3:M2", "C3", "M2"),
        ("C3/A2", "C3", "M2"),
        ("C3_M2", "C3", "M2"),
        ("C3A2", "C3", "M2"),
        ("c3-a2", "C3", "M2"),
        ("C3", "C3", ""),
        ("C3-Ref", "C3", ""),
        ("EEG C3-REF", "C3", ""),
        ("EEG Fpz-Cz", "FPZ", "CZ"),
        ("EEG(C3-A2)", "C3", "M2"),
        ("T3-A2", "T7", "M2"),
        ("F7-T3", "F7", "T7"),
        ("T5", "P7", ""),
        ("EEG A1", "M1", ""),
        ("C3-LE", "C3", "M1M2"),
        ("C4-A1A2", "C4", "M1M2"),
        ("C3-(M1+M2)/2", "C3", "M1M2"),
        ("E1-M2", "E1", "M2"),
        ("E2-M2", "E2", "M2"),
        ("LOC", "E1", ""),
        ("ROC-A1", "E2", "M1"),
        ("EOG LOC-A2", "E1", "M2"),
        ("LOCA2", "E1", "M2"),
        ("EOG1-A1", "E1", "M1"),
        ("EOG(L)", "E1", ""),
        ("EOG(R)", "E2", ""),
        ("EOG left", "E1", ""),
        ("Left Eye-A2", "E1", "M2"),
        ("E1-E2", "E1", "E2"),
    ],
)
def test_a_label_names_an_electrode_and_its_reference(
    label: str, active: str, reference: str
) -> None:
    assert electrode_pair(label) == ElectrodePair(active, reference)


def test_p8_is_an_eye_beside_p18_and_a_site_elsewhere() -> None:
    dreams = settled_kinds([channel("P8-A1"), channel("P18-A1")])
    assert pairs_of(dreams)["P8-A1"] == ElectrodePair("E1", "M1")
    assert pairs_of(dreams)["P18-A1"] == ElectrodePair("E2", "M1")
    assert pairs_of([channel("P8-A1")])["P8-A1"] == ElectrodePair("P8", "M1")


@pytest.mark.parametrize(
    ("label", "unit", "role"),
    [
        ("EMG Chin", "µV", "chin"),
        ("Chin1-Chin2", "µV", "chin"),
        ("EMG", "µV", "chin"),
        ("Left Leg", "µV", "left leg"),
        ("Right Leg", "µV", "right leg"),
        ("LAT", "µV", "left leg"),
        ("RAT", "µV", "right leg"),
        ("Leg/L", "µV", "left leg"),
        ("Jambe droite", "µV", "right leg"),
        ("ECG", "µV", "ecg"),
        ("EKG2", "µV", "ecg"),
        ("Nasal Pressure", "cmH2O", "nasal pressure"),
        ("Thermistor", "", "thermistor"),
        ("Airflow", "", "flow"),
        ("THOR RES", "", "thorax"),
        ("ABDO RES", "", "abdomen"),
        ("SaO2", "%", "spo2"),
        ("Snore", "", "snore"),
        ("C3", "µV", ""),
    ],
)
def test_a_label_says_what_its_channel_is_for(label: str, unit: str, role: str) -> None:
    assert role_of(channel(label, unit)) == role
