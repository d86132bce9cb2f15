"""A derivation is what a person would subtract by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sleepscope.errors import ChannelError, GapError
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.derivation import Derivation, DerivedRecording
from sleepscope.recordings.edf_recording import EdfRecording
from sleepscope.recordings.kinds import channel_kind
from sleepscope.recordings.recording import ArrayRecording

RATE, SECONDS = 100.0, 20


def recorded(*labels: str, **other: tuple[str, float]) -> ArrayRecording:
    """Noise on every label, in µV at 100 Hz unless told otherwise (unit, Hz)."""
    rng = np.random.default_rng(0)
    channels, signals = [], {}
    for label in labels:
        unit, rate = other.get(label, ("µV", RATE))
        n = round(rate * SECONDS)
        channels.append(Channel(label, channel_kind(label, unit), unit, rate, n))
        signals[label] = rng.normal(0, 30, n)
    return ArrayRecording(Path("night.edf"), tuple(channels), signals)


def test_derivation_equals_the_difference_taken_by_hand() -> None:
    source = recorded("C3", "M2")
    derived = DerivedRecording(source).read("C3-M2", 3.0, 7.0)
    by_hand = source.read("C3", 3.0, 7.0) - source.read("M2", 3.0, 7.0)
    np.testing.assert_array_equal(derived, by_hand)


def test_mean_of_both_mastoids_can_be_subtracted() -> None:
    source = recorded("C3", "M1", "M2")
    derived = DerivedRecording(source).read("C3-(M1+M2)/2", 0.0, 5.0)
    c3, m1, m2 = (source.read(label, 0.0, 5.0) for label in ("C3", "M1", "M2"))
    np.testing.assert_allclose(derived, c3 - (m1 + m2) / 2, atol=1e-12)


def test_electrodes_are_found_under_the_labels_of_the_file() -> None:
    recording = DerivedRecording(recorded("EEG C3-Ref", "EEG A2-Ref"))
    assert recording.derivation("C3-M2") == Derivation("EEG C3-Ref", ("EEG A2-Ref",))
    assert recording.derivation("EEG C3-Ref-EEG A2-Ref") == recording.derivation("C3-M2")
    assert recording.label_of(Derivation("EEG C3-Ref", ("EEG A2-Ref",))) == "C3-M2"


def test_a_recorded_channel_is_never_derived() -> None:
    source = recorded("C3", "M2", "C3-M2")
    recording = DerivedRecording(source)
    assert recording.derivation("C3-M2") is None
    np.testing.assert_array_equal(recording.read("C3-M2", 0, 5), source.read("C3-M2", 0, 5))


def test_two_channels_of_different_references_are_not_subtracted_by_electrode() -> None:
    assert not DerivedRecording(recorded("C3-CZ", "M2")).has("C3-M2")


def test_derived_channel_is_an_eeg_of_the_same_rate_and_length() -> None:
    channel = DerivedRecording(recorded("C3", "M2")).channel("C3-M2")
    assert (channel.label, channel.kind, channel.unit) == ("C3-M2", "EEG", "µV")
    assert (channel.sfreq, channel.n_samples) == (RATE, RATE * SECONDS)


def test_pieces_read_one_by_one_are_the_whole() -> None:
    recording = DerivedRecording(recorded("E1", "E2"))
    pieces = [recording.read("E1-E2", start, start + 2.5) for start in np.arange(0, 20, 2.5)]
    np.testing.assert_array_equal(np.concatenate(pieces), recording.read("E1-E2", 0, 20))


def test_different_rates_are_refused_in_a_sentence() -> None:
    recording = DerivedRecording(recorded("C3", "M2", M2=("µV", 200.0)))
    with pytest.raises(ChannelError, match=r"'C3' has 100 Hz and 'M2' 200 Hz.*same rate"):
        recording.channel("C3-M2")


def test_different_units_are_refused_in_a_sentence() -> None:
    recording = DerivedRecording(recorded("Flow", "SpO2", Flow=("", RATE), SpO2=("%", RATE)))
    with pytest.raises(ChannelError, match=r"no unit and 'SpO2' in %"):
        recording.channel("Flow-SpO2")


def test_a_channel_minus_itself_is_refused() -> None:
    with pytest.raises(ChannelError, match="minus itself"):
        DerivedRecording(recorded("C3", "M2")).channel("C3-C3")


def test_unknown_labels_name_what_there_is() -> None:
    with pytest.raises(ChannelError, match=r"No channel 'C9-M2' in night.edf; it has C3, M2"):
        DerivedRecording(recorded("C3", "M2")).channel("C9-M2")


def test_missing_samples_of_either_part_are_missing() -> None:
    source = recorded("C3", "M2")
    source._signals["C3"][100:200] = np.nan
    source._signals["M2"][300:400] = np.nan
    missing = np.isnan(DerivedRecording(source).read("C3-M2", 0, 20))
    assert set(np.flatnonzero(missing)) == {*range(100, 200), *range(300, 400)}


def test_listed_derivations_stand_behind_the_recorded_channels() -> None:
    recording = DerivedRecording(recorded("C3", "M2"), ["C3-M2", "C3"])
    assert [channel.label for channel in recording.channels] == ["C3", "M2", "C3-M2"]


@pytest.mark.real_data
def test_gaps_of_a_file_are_kept(real_data: Path) -> None:
    path = next(real_data.glob("readers/**/edfPlusD.edf"))
    with_gaps = EdfRecording(path)
    try:
        recording = DerivedRecording(with_gaps)
        assert recording.gaps == with_gaps.gaps != ()
        start, stop = recording.gaps[0]
        label = "sine 8 Hz-sine 15 Hz"
        piece = recording.read(label, start - 0.5, stop + 0.5)
        one, other = (with_gaps.read(c, start - 0.5, stop + 0.5) for c in label.split("-"))
        np.testing.assert_array_equal(piece, one - other)
        assert np.isnan(piece).any()
        assert np.isfinite(piece).any()
        with pytest.raises(GapError):
            recording.read(label, start - 0.5, stop + 0.5, gaps="raise")
    finally:
        with_gaps.close()
