"""Tables of signals: labels, rates from times, and no event table taken for one."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pytest

from sleepscope.errors import RecordingError
from sleepscope.recordings import RateNeededError, open_recording
from tests.events.made_files import seeds

moment = datetime.datetime.fromisoformat
N = 3000
C3 = np.round(50 * np.sin(np.arange(N) / 7), 3)
E1 = np.round(80 * np.cos(np.arange(N) / 9), 3)


def written(path: Path, times: list[str] | None = None, head: str = "C3-M2,E1", **how: str) -> Path:
    """A table of C3 and E1, perhaps with times in front."""
    delimiter, point = how.get("delimiter", ","), how.get("point", ".")
    rows = [[f"{a:.3f}", f"{b:.3f}"] for a, b in zip(C3, E1, strict=True)]
    if times is not None:
        rows = [[t, *row] for t, row in zip(times, rows, strict=True)]
    lines = [delimiter.join(row).replace(".", point) for row in rows]
    text = "\n".join([head.replace(",", delimiter), *lines, ""])
    path.write_text(how.get("remark", "") + text, encoding=how.get("encoding", "utf-8"))
    return path


def test_columns_are_channels_at_the_rate_of_the_caller(tmp_path: Path) -> None:
    recording = open_recording(written(tmp_path / "night.csv"), sfreq=100)
    assert [(c.label, c.kind, c.unit, c.sfreq) for c in recording.channels] == [
        ("C3-M2", "EEG", "µV", 100.0),
        ("E1", "EOG", "µV", 100.0),
    ]
    np.testing.assert_allclose(recording.read("C3-M2", 0, 30), C3)
    np.testing.assert_allclose(recording.read("E1", 5, 6), E1[500:600])
    assert recording.notices == (
        "night.csv does not say its units; values without one are taken as µV.",
    )


def test_without_a_rate_the_person_is_asked(tmp_path: Path) -> None:
    with pytest.raises(RateNeededError, match=r"night\.csv does not say its sampling rate"):
        open_recording(written(tmp_path / "night.csv"))


@pytest.mark.parametrize("sfreq", [100, 256, 512, 200, 99.5])
@pytest.mark.parametrize("digits", [3, 6])
@pytest.mark.parametrize("head", ["time", "Time (s)", "seconds", "t"])
def test_rate_follows_from_the_times(tmp_path: Path, sfreq: float, digits: int, head: str) -> None:
    times = [f"{k / sfreq:.{digits}f}" for k in range(N)]
    recording = open_recording(written(tmp_path / "a.csv", times, f"{head},C3-M2,E1"))
    assert recording.channels[0].sfreq == pytest.approx(sfreq, rel=5e-5)
    if sfreq == round(sfreq):
        assert recording.channels[0].sfreq == sfreq
    assert [c.label for c in recording.channels] == ["C3-M2", "E1"]
    assert recording.start is None


def test_times_may_be_milliseconds(tmp_path: Path) -> None:
    times = [f"{4 * k}" for k in range(N)]
    recording = open_recording(written(tmp_path / "a.csv", times, "Time (ms),C3-M2,E1"))
    assert recording.channels[0].sfreq == 250.0


def test_clock_times_give_the_start(tmp_path: Path) -> None:
    first = moment("2020-03-01 23:59:50")
    times = [str(first + datetime.timedelta(milliseconds=10 * k)) for k in range(N)]
    recording = open_recording(written(tmp_path / "a.csv", times, "timestamp,C3-M2,E1"))
    assert recording.start == first
    assert recording.channels[0].sfreq == 100.0


def test_times_of_day_run_over_midnight(tmp_path: Path) -> None:
    first = moment("1985-01-01 23:59:50")
    moments = [first + datetime.timedelta(milliseconds=10 * k) for k in range(N)]
    times = [m.time().isoformat(timespec="milliseconds") for m in moments]
    recording = open_recording(written(tmp_path / "a.csv", times, "time,C3-M2,E1"))
    assert recording.start == first
    assert recording.channels[0].sfreq == 100.0


def test_uneven_times_are_refused_with_the_place(tmp_path: Path) -> None:
    times = [f"{k / 100 + (60 if k >= 1200 else 0):.2f}" for k in range(N)]
    with pytest.raises(RecordingError, match=r"sample 1201 comes 60\.01 s after the one ahead"):
        open_recording(written(tmp_path / "a.csv", times, "time,C3-M2,E1"))


@pytest.mark.parametrize("remark", ["# sfreq = 128\n", "% Sampling rate: 128\n#x\n"])
def test_rate_of_a_remark_is_used(tmp_path: Path, remark: str) -> None:
    recording = open_recording(written(tmp_path / "a.csv", remark=remark))
    assert recording.channels[0].sfreq == 128.0
    np.testing.assert_allclose(recording.read("C3-M2", 0, 100), C3)


@pytest.mark.parametrize(("delimiter", "point"), [(";", ","), (";", "."), ("\t", ","), ("\t", ".")])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_other_ways_of_writing_are_read(
    tmp_path: Path, delimiter: str, point: str, encoding: str
) -> None:
    path = written(tmp_path / "a.csv", delimiter=delimiter, point=point, encoding=encoding)
    recording = open_recording(path, sfreq=100)
    np.testing.assert_allclose(recording.read("E1", 0, 30), E1)


@pytest.mark.parametrize("head", ["", "index", "Unnamed: 0", "sample"])
def test_counter_in_front_is_no_channel(tmp_path: Path, head: str) -> None:
    counts = [str(k) for k in range(N)]
    recording = open_recording(written(tmp_path / "a.csv", counts, f"{head},C3-M2,E1"), sfreq=100)
    assert [c.label for c in recording.channels] == ["C3-M2", "E1"]


def test_units_in_brackets_are_units(tmp_path: Path) -> None:
    recording = open_recording(written(tmp_path / "a.csv", None, "C3 [mV],SpO2 (%)"), sfreq=100)
    assert [(c.label, c.unit) for c in recording.channels] == [("C3", "µV"), ("SpO2", "%")]
    np.testing.assert_allclose(recording.read("C3", 0, 30), C3 * 1000)
    np.testing.assert_allclose(recording.read("SpO2", 0, 30), E1)
    assert recording.notices == ()


def test_one_column_is_one_channel(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("C3-M2\n" + "\n".join(map(str, C3)))
    recording = open_recording(path, sfreq=100)
    np.testing.assert_allclose(recording.read("C3-M2", 0, 30), C3)


def test_blank_cells_are_nan(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv")
    lines = path.read_text().splitlines()
    lines[11] = "," + lines[11].split(",")[1]
    path.write_text("\n".join(lines))
    recording = open_recording(path, sfreq=100)
    assert np.flatnonzero(np.isnan(recording.read("C3-M2", 0, 30))).tolist() == [10]
    np.testing.assert_allclose(recording.read("E1", 0, 30), E1)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("oops,1", "Line 2501 of a.csv holds 'oops' where a number is expected."),
        ("1,2,3", "Line 2501 of a.csv has 3 cells where its header has 2."),
    ],
)
def test_damaged_line_is_named(tmp_path: Path, line: str, sentence: str) -> None:
    path = written(tmp_path / "a.csv")
    lines = path.read_text().splitlines()
    lines[2500] = line
    path.write_text("\n".join(lines))
    with pytest.raises(RecordingError) as refusal:
        open_recording(path, sfreq=100)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    "text",
    [
        "onset,duration,trial_type\n1,2,spindle\n",
        "Start,Peak,End,Duration\n1,2,3,2\n4,5,6,2\n",
        "stage\n0\n1\n2\n",
        "epoch,stage\n1,2\n2,2\n",
        "name,remark\nfirst,lights off\nsecond,lights on\n",
    ],
)
def test_tables_of_events_say_where_they_belong(tmp_path: Path, text: str) -> None:
    path = tmp_path / "night.csv"
    path.write_text(text)
    with pytest.raises(
        RecordingError, match=r"is a table of events or stages.* as events"
    ) as refusal:
        open_recording(path, sfreq=100)
    assert not isinstance(refusal.value, RateNeededError)


@pytest.mark.parametrize("seed", seeds(), ids=lambda seed: seed.name)
def test_no_file_of_events_is_taken_for_signals(tmp_path: Path, seed: object) -> None:
    name, content = seed.name, seed.content  # type: ignore[attr-defined]
    if name.endswith((".edf", ".bdf")) or name == "excerpt1.txt":
        return
    (tmp_path / name).write_bytes(content)
    with pytest.raises(RecordingError):
        open_recording(tmp_path / name, sfreq=100)


@pytest.mark.parametrize(
    "text", ["1,2\n3,4\n", "just prose, in a line\nand another\n", "C3\n", "a"]
)
def test_other_texts_are_no_tables(tmp_path: Path, text: str) -> None:
    path = tmp_path / "night.csv"
    path.write_text(text)
    with pytest.raises(RecordingError):
        open_recording(path, sfreq=100)


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\x0c", "\x1e", "\u2028"])
def test_rows_end_where_lines_end(tmp_path: Path, end: str) -> None:
    path = tmp_path / "night.csv"
    path.write_bytes(end.join(["C3,C4", "1,2", "3,4", "5,6", ""]).encode())
    recording = open_recording(path, sfreq=100)
    assert recording.read("C4", 0, 1).tolist() == [2.0, 4.0, 6.0]
