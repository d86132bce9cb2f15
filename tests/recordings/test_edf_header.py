"""Broken headers: repaired in memory, told in a sentence each, never believed beyond the size."""

from __future__ import annotations

import datetime
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sleepscope.errors import RecordingError
from sleepscope.recordings import open_recording
from sleepscope.recordings.edf_recording import EdfRecording
from sleepscope.recordings.recording import Recording
from tests.recordings.edf_bytes import MadeFile, MadeSignal

moment = datetime.datetime.fromisoformat

VALUES = np.arange(1000) - 500


def opened(tmp_path: Path, cut: int = 0, more: bytes = b"", **fields: str) -> Recording:
    """A file of ten records of one second with some header fields overruled."""
    data = MadeFile([MadeSignal("C3-M2", VALUES)], fields=fields).to_bytes()
    path = tmp_path / "broken.edf"
    path.write_bytes(data[: len(data) - cut] + more)
    return open_recording(path)


def with_signal(tmp_path: Path, signal: MadeSignal, **more: str) -> Recording:
    """A file of that signal."""
    return open_recording(MadeFile([signal], fields=more).write(tmp_path / "broken.edf"))


def assert_whole(recording: Recording) -> None:
    """All samples are there, and exactly one sentence was said."""
    read = recording.read("C3-M2", 0, 100)
    np.testing.assert_allclose(read, VALUES[: len(read)] / 10, atol=1e-9)
    assert len(read) == 1000
    assert len(recording.notices) == 1, recording.notices
    assert recording.notices[0].endswith(".")


@pytest.mark.parametrize("said", ["-1", "", "7", "5000", "99999999", "nine", "0"])
def test_record_count_is_taken_from_the_size(tmp_path: Path, said: str) -> None:
    recording = opened(tmp_path, records=said)
    assert_whole(recording)
    assert "the file holds 10" in recording.notices[0]


def test_truncated_last_record_is_left_out(tmp_path: Path) -> None:
    recording = opened(tmp_path, cut=50)
    assert recording.duration == 9.0
    assert any("150 bytes are left out" in notice for notice in recording.notices)


def test_bytes_behind_the_last_record_are_left_out(tmp_path: Path) -> None:
    assert_whole(opened(tmp_path, more=b"\x1a\x1a"))


@pytest.mark.parametrize("said", ["", "768", "0", "-256", "99999999", "512 "])
def test_header_length_follows_from_the_signals(tmp_path: Path, said: str) -> None:
    recording = opened(tmp_path, header_bytes=said)
    if said.strip() == "512":
        assert recording.notices == ()
    else:
        assert_whole(recording)


def test_longer_header_is_believed_where_only_it_fits(tmp_path: Path) -> None:
    made = MadeFile([MadeSignal("C3-M2", VALUES)], fields={"header_bytes": "768"})
    path = tmp_path / "padded.edf"
    path.write_bytes(made.header() + b" " * 256 + made.data())
    assert_whole(open_recording(path))


@pytest.mark.parametrize("said", ["", "0", "x"])
def test_signal_count_follows_from_the_header_length(tmp_path: Path, said: str) -> None:
    recording = opened(tmp_path, signals=said)
    np.testing.assert_allclose(recording.read("C3-M2", 0, 10), VALUES / 10, atol=1e-9)


@pytest.mark.parametrize("date", ["24-04-19", "24/04/19", "24:04:19", "24 04 19"])
def test_other_separators_in_the_date_are_read(tmp_path: Path, date: str) -> None:
    recording = opened(tmp_path, date=date)
    assert_whole(recording)
    assert recording.start == moment("2019-04-24 22:13:50")


@pytest.mark.parametrize("time", ["22:13:50", "22-13-50", "22 13 50"])
def test_other_separators_in_the_time_are_read(tmp_path: Path, time: str) -> None:
    recording = opened(tmp_path, time=time)
    assert_whole(recording)
    assert recording.start == moment("2019-04-24 22:13:50")


@pytest.mark.parametrize(
    ("time", "read"),
    [
        ("23.59.60", moment("2019-04-25 00:00:00")),
        ("22.13.75", moment("2019-04-24 22:14:15")),
        ("24.00.00", moment("2019-04-25 00:00:00")),
    ],
)
def test_seconds_above_59_are_carried_over(
    tmp_path: Path, time: str, read: datetime.datetime
) -> None:
    recording = opened(tmp_path, time=time)
    assert_whole(recording)
    assert recording.start == read


@pytest.mark.parametrize("time", ["", "xx.xx.xx", "99.99.99", "noon"])
def test_without_a_time_there_is_no_clock(tmp_path: Path, time: str) -> None:
    recording = opened(tmp_path, time=time)
    assert_whole(recording)
    assert recording.start is None


@pytest.mark.parametrize("date", ["", "00.00.00", "xx.xx.xx", "31.02.19", "01.01.85"])
def test_without_a_date_the_time_of_day_is_kept(tmp_path: Path, date: str) -> None:
    recording = opened(tmp_path, date=date)
    assert_whole(recording)
    assert recording.start == moment("1985-01-01 22:13:50")


def test_date_of_the_edfplus_field_replaces_a_missing_one(tmp_path: Path) -> None:
    recording = opened(
        tmp_path, date="24.04.yy", reserved="EDF+C", recording="Startdate 24-APR-2090 X X X"
    )
    assert recording.start == moment("2090-04-24 22:13:50")


def test_date_before_85_is_of_this_century(tmp_path: Path) -> None:
    assert opened(tmp_path, date="24.04.84").start == moment("2084-04-24 22:13:50")
    assert opened(tmp_path, date="24.04.86").start == moment("1986-04-24 22:13:50")


@pytest.mark.parametrize("physical", [("0", "0"), ("", ""), ("100", ""), ("nan", "inf")])
def test_without_a_physical_range_values_are_digital_steps(
    tmp_path: Path, physical: tuple[str, str]
) -> None:
    recording = with_signal(tmp_path, MadeSignal("C3-M2", VALUES, physical=physical))
    np.testing.assert_allclose(recording.read("C3-M2", 0, 10), VALUES)
    assert recording.channel("C3-M2").unit == ""
    assert len(recording.notices) == 1
    assert "physical range of C3-M2" in recording.notices[0]


@pytest.mark.parametrize("digital", [("0", "0"), ("", ""), ("5", "5")])
def test_without_a_digital_range_that_of_the_format_is_used(
    tmp_path: Path, digital: tuple[str, str]
) -> None:
    recording = with_signal(tmp_path, MadeSignal("C3-M2", VALUES, digital_range=digital))
    assert_whole(recording)


def test_digital_range_beyond_16_bits_keeps_its_calibration(tmp_path: Path) -> None:
    signal = MadeSignal(
        "C3-M2", VALUES, physical=("-10000", "10000"), digital_range=("-100000", "100000")
    )
    assert_whole(with_signal(tmp_path, signal))


def test_decimal_comma_is_a_decimal_point(tmp_path: Path) -> None:
    signal = MadeSignal("C3-M2", VALUES, physical=("-3276,8", "3276,7"))
    recording = with_signal(tmp_path, signal)
    np.testing.assert_allclose(recording.read("C3-M2", 0, 10), VALUES / 10, atol=1e-9)


def test_missing_sample_count_follows_from_the_size(tmp_path: Path) -> None:
    signals = [MadeSignal("C3-M2", VALUES, said_samples=""), MadeSignal("C4-M1", VALUES[::2], 50)]
    recording = open_recording(MadeFile(signals).write(tmp_path / "broken.edf"))
    np.testing.assert_allclose(recording.read("C3-M2", 0, 10), VALUES / 10, atol=1e-9)
    np.testing.assert_allclose(recording.read("C4-M1", 0, 10), VALUES[::2] / 10, atol=1e-9)
    assert len(recording.notices) == 1


@pytest.mark.parametrize("said", ["", "0", "-1", "x", "1e-310", "1e300"])
def test_missing_record_duration_is_one_second(tmp_path: Path, said: str) -> None:
    recording = opened(tmp_path, duration=said)
    assert recording.channel("C3-M2").sfreq == 100.0
    assert any("taken to last 1 s" in notice for notice in recording.notices)


def test_missing_record_duration_follows_from_the_onsets(tmp_path: Path) -> None:
    made = MadeFile(
        [MadeSignal("C3-M2", VALUES)], onsets=[2 * k for k in range(10)], record_duration="0"
    )
    recording = open_recording(made.write(tmp_path / "zero.edf"))
    assert recording.channel("C3-M2").sfreq == 50.0
    assert recording.duration == 20.0
    assert recording.gaps == ()


def test_file_of_annotations_alone_has_no_channels(tmp_path: Path) -> None:
    made = MadeFile([], n_records=1, onsets=[0], record_duration="0")
    recording = open_recording(made.write(tmp_path / "hypnogram.edf"))
    assert recording.channels == ()
    assert recording.duration == 0.0
    assert any("annotations only" in notice for notice in recording.notices)


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_letters_outside_ascii_are_read(tmp_path: Path, encoding: str) -> None:
    data = MadeFile([MadeSignal("C3 Impedance", VALUES, unit="uV")]).to_bytes()
    field = "C3 Impédance".encode(encoding)
    data = data.replace(b"C3 Impedance    ", field.ljust(16))
    path = tmp_path / "letters.edf"
    path.write_bytes(data)
    recording = open_recording(path)
    assert recording.channels[0].label == "C3 Impédance"
    assert len(recording.notices) == 1


def test_latin1_micro_sign_is_a_voltage(tmp_path: Path) -> None:
    assert with_signal(tmp_path, MadeSignal("C3-M2", VALUES, unit="µV")).channels[0].unit == "µV"


@pytest.mark.parametrize(
    ("patient", "code"),
    [
        ("MCH-0234567 F 02-MAY-1951 X", "MCH-0234567"),
        ("S07 X X X", "S07"),
        ("X F 02-MAY-1951 Haagse_Harry", ""),
        ("Harry M 02-MAY-1951 X", ""),
        ("Harry51 M X Haagse_Harry", ""),
        ("02-MAY-1951 M X X", ""),
        ("19510502 M X X", ""),
        ("02.05.1951 M X X", ""),
        ("Harry Mulder born 1951", ""),
    ],
)
def test_subject_code_is_neither_a_name_nor_a_birth_date(
    tmp_path: Path, patient: str, code: str
) -> None:
    assert opened(tmp_path, reserved="EDF+C", patient=patient).subject_code == code


def test_plain_edf_has_no_subject_code(tmp_path: Path) -> None:
    assert opened(tmp_path, patient="S07 X X X").subject_code == ""


@pytest.mark.parametrize(
    "fields",
    [
        {"signals": "9999"},
        {"signals": "", "header_bytes": ""},
        {"signals": "0", "header_bytes": "256"},
    ],
)
def test_header_without_its_signals_is_refused(tmp_path: Path, fields: dict[str, str]) -> None:
    with pytest.raises(RecordingError, match=r"broken\.edf"):
        opened(tmp_path, **fields)


def test_header_that_lies_allocates_no_more_than_the_file_warrants(tmp_path: Path) -> None:
    signal = MadeSignal("C3-M2", VALUES, said_samples="99999999")
    tracemalloc.start()
    with pytest.raises(RecordingError, match="no complete data record"):
        with_signal(tmp_path, signal, records="99999999")
    recording = opened(tmp_path, records="99999999")
    assert len(recording.read("C3-M2", 0, 1e9)) == 1000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2e6


def test_onset_that_lies_does_not_stretch_the_night(tmp_path: Path) -> None:
    made = MadeFile([MadeSignal("C3-M2", VALUES)], onsets=[*range(9), 10**12])
    recording = open_recording(made.write(tmp_path / "far.edf"))
    assert recording.duration == 10.0
    assert any("not believed" in notice for notice in recording.notices)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_damage_to_the_header_is_mended_or_refused_in_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    made = MadeFile([MadeSignal("C3-M2", VALUES), MadeSignal("E1", VALUES)], onsets=range(10))
    raw = bytearray(made.to_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(8, len(made.header()) - 1))
        damage = data.draw(st.binary(min_size=1, max_size=8))
        raw[at : at + len(damage)] = damage
    path = tmp_path_factory.getbasetemp() / "damaged.edf"
    path.write_bytes(raw)
    try:
        recording = EdfRecording(path)
    except RecordingError:
        return
    for channel in recording.channels:
        recording.read(channel.label, 0, min(recording.duration, 100.0))
    recording.close()
