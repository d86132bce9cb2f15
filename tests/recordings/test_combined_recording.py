"""Several files of one night on one time line."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pytest

from sleepscope.errors import GapError, RecordingError
from sleepscope.recordings import open_recording, open_recordings
from sleepscope.recordings.combined_recording import CombinedRecording
from sleepscope.recordings.identity import recording_identity
from tests.recordings.edf_bytes import MadeFile, MadeSignal

moment = datetime.datetime.fromisoformat


def night(
    path: Path, label: str = "C3-M2", seconds: int = 10, rate: int = 100, **more: object
) -> Path:
    """A file whose samples count up from 1 in steps of 0.1 µV."""
    path.parent.mkdir(exist_ok=True)
    fields = {key: str(value) for key, value in more.items() if key != "onsets"}
    digital = 1 + np.arange(seconds * rate)
    made = MadeFile(
        [MadeSignal(label, digital, rate)],
        fields=fields,
        onsets=more.get("onsets"),  # type: ignore[arg-type]
    )
    return made.write(path)


def values(n: int) -> np.ndarray:
    return (1 + np.arange(n)) / 10


def test_files_that_start_together_lie_side_by_side(tmp_path: Path) -> None:
    one = night(tmp_path / "eeg.edf")
    other = night(tmp_path / "flow.edf", "Flow", seconds=6, rate=20, time="22.13.51")
    recording = open_recordings([one, other])
    assert [(c.label, c.sfreq) for c in recording.channels] == [("C3-M2", 100), ("Flow", 20)]
    assert recording.duration == 10.0
    assert recording.start == moment("2019-04-24 22:13:50")
    assert recording.path == one
    assert recording.notices == ()
    np.testing.assert_allclose(recording.read("C3-M2", 0, 10), values(1000), atol=1e-9)
    flow = recording.read("Flow", 0, 10)
    np.testing.assert_allclose(flow[:120], values(120), atol=1e-9)
    assert np.isnan(flow[120:]).all()
    assert len(flow) == recording.channel("Flow").n_samples == 200


def test_later_start_is_placed_by_the_clock(tmp_path: Path) -> None:
    later = night(tmp_path / "eeg.edf", time="22.14.00")
    early = night(tmp_path / "flow.edf", "Flow")
    recording = open_recordings([later, early])
    assert recording.start == moment("2019-04-24 22:13:50")
    assert recording.duration == 20.0
    assert isinstance(recording, CombinedRecording)
    assert recording.offsets == (10.0, 0.0)
    eeg = recording.read("C3-M2", 0, 20)
    assert np.isnan(eeg[:1000]).all()
    np.testing.assert_allclose(eeg[1000:], values(1000), atol=1e-9)
    assert recording.gaps == ()


@pytest.mark.parametrize(("start", "stop"), [(0, 3), (8, 12.5), (9.99, 10.01), (11, 12), (19, 30)])
def test_any_stretch_is_a_slice_of_the_whole(tmp_path: Path, start: float, stop: float) -> None:
    early = night(tmp_path / "flow.edf", "Flow")
    recording = open_recordings([early, night(tmp_path / "eeg.edf", time="22.14.00")])
    for label in ("Flow", "C3-M2"):
        whole = recording.read(label, 0, 20)
        piece = recording.read(label, start, stop)
        np.testing.assert_array_equal(piece, whole[round(start * 100) : round(stop * 100)])


def test_pause_between_two_files_is_a_gap(tmp_path: Path) -> None:
    one, other = night(tmp_path / "a.edf"), night(tmp_path / "b.edf", time="22.14.30")
    recording = open_recordings([one, other])
    assert recording.gaps == ((10.0, 40.0),)
    assert recording.duration == 50.0


def test_gaps_of_one_file_are_no_gaps_of_all(tmp_path: Path) -> None:
    holed = night(tmp_path / "a.edf", seconds=4, onsets=[0, 1, 5, 9])
    other = night(tmp_path / "b.edf", "Flow", seconds=7)
    recording = open_recordings([holed, other])
    assert recording.gaps == ((7.0, 9.0),)
    empty = np.isnan(recording.read("C3-M2", 0, 10)).reshape(10, -1)
    assert np.flatnonzero(empty.all(axis=1)).tolist() == [2, 3, 4, 6, 7, 8]
    assert len(recording.read("Flow", 0, 7, gaps="raise")) == 700
    with pytest.raises(GapError, match=r"a\.edf holds nothing of C3-M2 from 2\.000 to 5\.000 s"):
        recording.read("C3-M2", 0, 3, gaps="raise")
    with pytest.raises(GapError, match=r"b\.edf holds nothing of Flow from 7\.000 to 10\.000 s"):
        recording.read("Flow", 6, 8, gaps="raise")


def test_repeated_labels_are_told_apart_by_file(tmp_path: Path) -> None:
    paths = [night(tmp_path / "a.edf"), night(tmp_path / "b.edf", time="22.14.00")]
    recording = open_recordings(paths)
    assert [c.label for c in recording.channels] == ["C3-M2 (a)", "C3-M2 (b)"]
    assert recording.read("C3-M2 (b)", 10, 11)[0] == pytest.approx(0.1)
    assert {c.kind for c in recording.channels} == {"EEG"}


def test_files_of_the_same_name_are_numbered(tmp_path: Path) -> None:
    paths = [night(tmp_path / "one" / "a.edf"), night(tmp_path / "two" / "a.edf")]
    labels = [c.label for c in open_recordings(paths).channels]
    assert labels == ["C3-M2 (a.edf)", "C3-M2 (a.edf (2))"]


def test_file_without_a_clock_is_shown_from_the_beginning(tmp_path: Path) -> None:
    timeless = night(tmp_path / "a.edf", time="xx.xx.xx")
    paths = [timeless, night(tmp_path / "b.edf", "Flow"), night(tmp_path / "c.edf", "Abd")]
    recording = open_recordings(paths)
    assert recording.start == moment("2019-04-24 22:13:50")
    assert recording.read("C3-M2", 0, 1)[0] == pytest.approx(0.1)
    told = [n for n in recording.notices if n.startswith("a does not say when it starts")]
    assert len(told) == 1


def test_starts_days_apart_are_told(tmp_path: Path) -> None:
    paths = [night(tmp_path / "a.edf"), night(tmp_path / "b.edf", "Flow", date="27.04.19")]
    recording = open_recordings(paths)
    assert recording.duration == 10.0
    assert recording.notices == (
        "b starts 3.0 days after a, which is more than 24 h; it is shown from the beginning.",
    )


def test_file_without_a_date_is_placed_by_the_time_of_day(tmp_path: Path) -> None:
    paths = [
        night(tmp_path / "a.edf", time="23.59.00"),
        night(tmp_path / "b.edf", "Flow", date="01.01.85", time="00.01.00"),
    ]
    recording = open_recordings(paths)
    assert isinstance(recording, CombinedRecording)
    assert recording.offsets == (0.0, 120.0)
    assert any("placed by time of day" in notice for notice in recording.notices)


def test_recording_of_several_days_is_read_to_its_end(tmp_path: Path) -> None:
    paths = [
        night(tmp_path / "a.edf", seconds=20 * 3600, rate=1),
        night(tmp_path / "b.edf", "Flow", seconds=20 * 3600, rate=1, date="25.04.19"),
    ]
    recording = open_recordings(paths)
    assert recording.duration == 44 * 3600
    assert recording.read("Flow", 44 * 3600 - 1, 44 * 3600)[0] == pytest.approx(
        open_recording(paths[1]).read("Flow", 72000 - 1, 72000)[0]
    )


def test_one_file_is_itself(tmp_path: Path) -> None:
    path = night(tmp_path / "a.edf")
    assert not isinstance(open_recordings([path]), CombinedRecording)


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ([], "No recording was named"),
        (["a.edf", "a.edf"], "a.edf is named twice"),
        (["a.edf", "nowhere.edf"], "There is no file"),
    ],
)
def test_what_cannot_be_combined_is_refused(
    tmp_path: Path, names: list[str], sentence: str
) -> None:
    night(tmp_path / "a.edf")
    with pytest.raises(RecordingError, match=sentence):
        open_recordings([tmp_path / name for name in names])


def test_one_recording_alone_cannot_be_combined(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="name at least two"):
        CombinedRecording([open_recording(night(tmp_path / "a.edf"))])


def test_closing_closes_all(tmp_path: Path) -> None:
    recording = open_recordings([night(tmp_path / "a.edf"), night(tmp_path / "b.edf", "Flow")])
    recording.close()
    for label in ("C3-M2", "Flow"):
        with pytest.raises(RecordingError, match="closed"):
            recording.read(label, 0, 1)


def test_subject_codes_that_differ_are_told(tmp_path: Path) -> None:
    def coded(name: str, code: str) -> Path:
        return night(tmp_path / name, name[0], reserved="EDF+C", patient=f"{code} X X X")

    same = open_recordings([coded("a.edf", "S17"), coded("b.edf", "S17")])
    assert same.subject_code == "S17"
    other = open_recordings([tmp_path / "a.edf", coded("c.edf", "S18")])
    assert other.subject_code == ""
    assert any("are they of one person" in notice for notice in other.notices)


def test_identity_is_that_of_the_parts(tmp_path: Path) -> None:
    paths = [night(tmp_path / "a.edf"), night(tmp_path / "b.edf", "Flow")]
    first, again = (recording_identity(open_recordings(paths)) for _ in range(2))
    assert first == again
    night(tmp_path / "b.edf", "Flow", seconds=11)
    assert recording_identity(open_recordings(paths)).content_hash != first.content_hash


def test_what_a_short_file_lacks_is_not_filled_in_memory(tmp_path: Path) -> None:
    onsets = [*range(5), *(600_000 + k for k in range(5))]
    long = night(tmp_path / "long.edf", onsets=onsets)
    recording = open_recordings([long, night(tmp_path / "short.edf", "C4-M1")])
    assert np.isnan(recording.read("C4-M1", 9, 13)).sum() == 300
    with pytest.raises(RecordingError, match=r"In short\.edf nothing was recorded on C4-M1"):
        recording.read("C4-M1", 0, recording.duration)
