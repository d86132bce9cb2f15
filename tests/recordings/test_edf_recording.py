"""EDF and BDF samples: every channel at its own rate, where it was recorded, never written."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

import edfio
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sleepscope.errors import ChannelError, GapError, RecordingError
from sleepscope.recordings import open_recording, record_file
from sleepscope.recordings.edf_recording import EdfRecording
from tests.recordings.edf_bytes import MadeFile, MadeSignal

moment = datetime.datetime.fromisoformat

RNG = np.random.default_rng(1)


def steps(n: int, bdf: bool = False) -> np.ndarray:
    """Random digital values that use the whole range."""
    top = 1 << (23 if bdf else 15)
    values = RNG.integers(-top, top, n)
    values[:2] = -top, top - 1
    return values


def made(bdf: bool = False, n_records: int = 12, **more: object) -> MadeFile:
    """Three channels of three rates."""
    rates = {"C3-M2": 100, "E1-M2": 50, "SpO2": 1}
    wide = {"physical": ("-8388608", "8388607"), "digital_range": ("-8388608", "8388607")}
    signals = [
        MadeSignal(label, steps(max(2, rate * n_records), bdf), rate, **(wide if bdf else {}))
        for label, rate in rates.items()
    ]
    signals[2].unit = "%"
    return MadeFile(signals, bdf=bdf, n_records=n_records, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("bdf", [False, True])
def test_samples_are_those_written(tmp_path: Path, bdf: bool) -> None:
    file = made(bdf)
    recording = open_recording(file.write(tmp_path / "night.edf"))
    gain = 1.0 if bdf else 0.1
    for signal in file.signals:
        samples = recording.read(signal.label, 0, recording.duration)
        np.testing.assert_allclose(samples, signal.digital * gain, rtol=1e-12, atol=1e-9)
        assert samples.dtype == np.float64
    assert [c.sfreq for c in recording.channels] == [100.0, 50.0, 1.0]
    assert [c.unit for c in recording.channels] == ["µV", "µV", "%"]
    assert recording.start == moment("2019-04-24 22:13:50")
    assert recording.duration == 12.0
    assert recording.notices == ()


def test_file_written_by_edfio_reads_the_same(tmp_path: Path) -> None:
    signals = [
        edfio.EdfSignal(RNG.normal(0, 50, 300 * rate), rate, label=f"C{k}", physical_dimension="uV")
        for k, rate in enumerate((256, 100, 10))
    ]
    annotations = [edfio.EdfAnnotation(3.0, None, "lights off")]
    edf = edfio.Edf(signals, annotations=annotations, starttime=datetime.time(22, 30, 0, 250_000))
    path = tmp_path / "a.edf"
    edf.write(path)
    recording = open_recording(path)
    for signal in edfio.read_edf(path).signals:
        read = recording.read(signal.label, 0, recording.duration)
        np.testing.assert_allclose(read, signal.data, rtol=1e-9, atol=1e-9)
    assert recording.start is not None
    assert recording.start.time() == datetime.time(22, 30, 0, 250_000)


@settings(max_examples=60, deadline=None)
@given(st.floats(-2, 14), st.floats(-2, 14), st.sampled_from(["C3-M2", "E1-M2", "SpO2"]))
def test_any_stretch_is_a_slice_of_the_whole(a: float, b: float, label: str) -> None:
    recording = WHOLE[0]
    sfreq = recording.channel(label).sfreq
    whole = recording.read(label, 0, 12)
    first = max(0, round(a * sfreq))
    expected = whole[first : max(first, min(len(whole), round(b * sfreq)))]
    np.testing.assert_array_equal(recording.read(label, a, b), expected)


WHOLE: list[EdfRecording] = []


@pytest.fixture(autouse=True, scope="module")
def _whole(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = made().write(tmp_path_factory.mktemp("whole") / "w.edf")
    WHOLE[:] = [EdfRecording(path)]


@pytest.mark.parametrize("skip", [0, 1 << 30])
@pytest.mark.parametrize("block", [60, 240, 1 << 20])
@pytest.mark.parametrize("bdf", [False, True])
def test_every_way_of_reading_gives_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, skip: int, block: int, bdf: bool
) -> None:
    path = made(bdf).write(tmp_path / "night.edf")
    whole = EdfRecording(path).read("E1-M2", 0, 12)
    monkeypatch.setattr(record_file, "_SKIP_BYTES", skip)
    monkeypatch.setattr(record_file, "_BLOCK_BYTES", block)
    monkeypatch.setattr(record_file, "_SHARED_BYTES", 100)
    monkeypatch.delattr(os, "preadv", raising=False)
    other = EdfRecording(path)
    for start, stop in ((0, 12), (0.31, 0.77), (0.5, 11.23), (3, 4)):
        read = other.read("E1-M2", start, stop)
        first, behind = round(start * 50), round(stop * 50)
        np.testing.assert_array_equal(read, whole[first:behind])


@pytest.mark.parametrize("bdf", [False, True])
def test_discontinuous_records_lie_where_they_were_recorded(tmp_path: Path, bdf: bool) -> None:
    onsets = [0, 2, 4, 5, 6, 7, 8, 9, 12, 15, 19, 20.5]
    file = made(bdf, onsets=onsets)
    recording = open_recording(file.write(tmp_path / "gaps.edf"))
    assert recording.gaps == ((1, 2), (3, 4), (10, 12), (13, 15), (16, 19), (20, 20.5))
    assert recording.duration == 21.5
    gain = 1.0 if bdf else 0.1
    for signal in file.signals[:2]:
        rate = signal.samples_per_record
        expected = np.full(round(21.5 * rate), np.nan)
        for k, onset in enumerate(onsets):
            first = round(onset * rate)
            expected[first : first + rate] = signal.digital[k * rate : (k + 1) * rate] * gain
        whole = recording.read(signal.label, 0, 30)
        np.testing.assert_allclose(whole, expected, rtol=1e-12, atol=1e-9)
        for start, stop in ((0.4, 2.3), (1.2, 1.9), (5.5, 12.5), (16.2, 21.5), (2, 3)):
            piece = recording.read(signal.label, start, stop)
            np.testing.assert_array_equal(piece, whole[round(start * rate) : round(stop * rate)])


def test_read_across_a_gap_can_be_refused(tmp_path: Path) -> None:
    recording = open_recording(made(n_records=2, onsets=[0, 5]).write(tmp_path / "gaps.edf"))
    with pytest.raises(GapError, match=r"holds nothing from 1\.000 to 5\.000 s"):
        recording.read("C3-M2", 0.5, 1.5, gaps="raise")
    assert len(recording.read("C3-M2", 0, 1, gaps="raise")) == 100


def test_time_runs_from_the_first_sample_not_from_the_header_clock(tmp_path: Path) -> None:
    file = made(n_records=3, onsets=[30.5, 31.5, 40.5])
    recording = open_recording(file.write(tmp_path / "cut.edf"))
    assert recording.gaps == ((2.0, 10.0),)
    assert recording.start == moment("2019-04-24 22:14:20.500000")


def test_voltages_become_microvolts_and_other_units_stay(tmp_path: Path) -> None:
    signals = [
        MadeSignal(unit, np.full(10, 100), 10, unit, physical=("-32.768", "32.767"))
        for unit in ("V", "mV", "µV", "nV", "%")
    ]
    recording = open_recording(MadeFile(signals).write(tmp_path / "units.edf"))
    read = [recording.read(c.label, 0, 1)[0] for c in recording.channels]
    np.testing.assert_allclose(read, [1e5, 1e2, 0.1, 1e-4, 0.1], rtol=1e-9)
    assert [c.unit for c in recording.channels] == ["µV", "µV", "µV", "µV", "%"]
    assert recording.channel("mV").physical_range == pytest.approx((-32768, 32767))


def test_inverted_physical_range_turns_the_signal_over(tmp_path: Path) -> None:
    signal = MadeSignal("C3", np.arange(10), 10, physical=("3276.8", "-3276.7"))
    recording = open_recording(MadeFile([signal]).write(tmp_path / "up.edf"))
    np.testing.assert_allclose(recording.read("C3", 0, 1), -np.arange(10) / 10, atol=1e-9)
    assert recording.channel("C3").physical_range == pytest.approx((-3276.7, 3276.8))


def test_repeated_labels_are_told_apart(tmp_path: Path) -> None:
    signals = [MadeSignal("C3", np.full(10, k), 10) for k in range(3)]
    signals.append(MadeSignal("C3 (2)", np.full(10, 3), 10))
    recording = open_recording(MadeFile(signals).write(tmp_path / "same.edf"))
    assert [c.label for c in recording.channels] == ["C3", "C3 (2)", "C3 (3)", "C3 (2) (2)"]
    assert recording.read("C3 (3)", 0, 1)[0] == pytest.approx(0.2)
    assert any("told apart" in notice for notice in recording.notices)


def test_unknown_channel_is_named_with_those_there_are(tmp_path: Path) -> None:
    recording = open_recording(made().write(tmp_path / "night.edf"))
    with pytest.raises(ChannelError, match=r"No channel 'C4' in night\.edf; it has C3-M2, E1-M2"):
        recording.read("C4", 0, 1)


def test_file_is_never_written(tmp_path: Path) -> None:
    path = made(fields={"records": "-1", "date": "99.99.99"}, onsets=range(12)).write(
        tmp_path / "night.edf"
    )
    before, modified = path.read_bytes(), path.stat().st_mtime_ns
    path.chmod(0o444)
    recording = open_recording(path)
    recording.read("C3-M2", 0, 12)
    recording.close()
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (before, modified)
    assert list(tmp_path.iterdir()) == [path]


def test_file_cut_short_under_our_feet_is_a_sentence(tmp_path: Path) -> None:
    path = made().write(tmp_path / "night.edf")
    recording = open_recording(path)
    os.truncate(path, 2000)
    with pytest.raises(RecordingError, match="open it again"):
        recording.read("C3-M2", 0, 12)


def test_file_cut_short_between_check_and_read_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made().write(tmp_path / "night.edf")
    recording = open_recording(path)
    monkeypatch.setattr(record_file.RecordFile, "_check_unchanged", lambda _: None)
    os.truncate(path, 2000)
    with pytest.raises(RecordingError, match="open it again"):
        recording.read("C3-M2", 0, 12)


def test_replaced_file_is_not_mixed_with_the_opened_one(tmp_path: Path) -> None:
    path = made().write(tmp_path / "night.edf")
    recording = open_recording(path)
    made(n_records=5).write(tmp_path / "other.edf").replace(path)
    with pytest.raises(RecordingError, match="changed, replaced or cut short"):
        recording.read("C3-M2", 0, 1)


@pytest.mark.skipif(os.name == "nt", reason="Windows does not move open files")
def test_moved_file_stays_readable(tmp_path: Path) -> None:
    path = made().write(tmp_path / "night.edf")
    recording = open_recording(path)
    path.rename(tmp_path / "moved.edf")
    assert len(recording.read("C3-M2", 0, 1)) == 100


def test_closed_recording_cannot_be_read(tmp_path: Path) -> None:
    recording = open_recording(made().write(tmp_path / "night.edf"))
    recording.close()
    with pytest.raises(RecordingError, match="cannot be read any more"):
        recording.read("C3-M2", 0, 1)


def test_gap_of_a_week_is_paged_but_not_filled_in_memory(tmp_path: Path) -> None:
    onsets = [*range(6), *(600_000 + k for k in range(6))]
    recording = open_recording(made(onsets=onsets).write(tmp_path / "night.edf"))
    assert recording.gaps == ((6.0, 600_000.0),)
    assert np.isnan(recording.read("C3-M2", 5, 8)).sum() == 200
    assert np.isnan(recording.read("C3-M2", 599_998, 700_000)).sum() == 200
    with pytest.raises(RecordingError, match=r"for 599994 s .* at most 500000 s can be left empty"):
        recording.read("C3-M2", 0, recording.duration)
    assert len(recording.read("SpO2", 0, recording.duration)) == 600_006
