"""NumPy files as recordings: names, rates, directions, and nothing unpickled."""

from __future__ import annotations

import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest

from sleepscope.errors import RecordingError
from sleepscope.recordings import RateNeededError, open_recording

DATA = np.arange(2000, dtype=np.float64).reshape(2, 1000) / 10


@pytest.mark.parametrize("names", ["chan", "ch_names"])
@pytest.mark.parametrize("rate", ["sf", "sfreq"])
def test_names_and_rate_are_those_of_the_file(tmp_path: Path, names: str, rate: str) -> None:
    path = tmp_path / "eog.npz"
    np.savez(path, data=DATA, **{names: ["LOC", "ROC"], rate: 100})
    recording = open_recording(path)
    assert [(c.label, c.kind, c.unit, c.sfreq) for c in recording.channels] == [
        ("LOC", "EOG", "µV", 100.0),
        ("ROC", "EOG", "µV", 100.0),
    ]
    np.testing.assert_array_equal(recording.read("ROC", 1, 2), DATA[1, 100:200])
    assert recording.notices == ("eog.npz does not say its unit; its values are taken as µV.",)


@pytest.mark.parametrize("array", [DATA, DATA.astype(np.float32), DATA.astype(np.int16)])
def test_plain_array_takes_the_rate_of_the_caller(tmp_path: Path, array: np.ndarray) -> None:
    path = tmp_path / "night.npy"
    np.save(path, array)
    recording = open_recording(path, sfreq=250)
    assert [c.label for c in recording.channels] == ["Channel 1", "Channel 2"]
    assert recording.duration == 4.0
    read = recording.read("Channel 2", 0, 4)
    assert read.dtype == np.float64
    np.testing.assert_array_equal(read, array[1])


@pytest.mark.parametrize("name", ["night.npy", "night.npz"])
def test_without_a_rate_the_person_is_asked(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith("z"):
        np.savez(path, data=DATA)
    else:
        np.save(path, DATA)
    with pytest.raises(RateNeededError, match=f"{name} does not say its sampling rate; name the"):
        open_recording(path)


@pytest.mark.parametrize("sfreq", [0, -1, float("nan"), float("inf")])
def test_impossible_rate_is_refused(tmp_path: Path, sfreq: float) -> None:
    np.save(tmp_path / "a.npy", DATA)
    np.savez(tmp_path / "b.npz", data=DATA, sf=sfreq)
    for path in (tmp_path / "a.npy", tmp_path / "b.npz"):
        with pytest.raises(RecordingError, match="none"):
            open_recording(path, sfreq=sfreq)


def test_rate_of_the_file_comes_before_that_of_the_caller(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", data=DATA, sf=100)
    assert open_recording(tmp_path / "a.npz", sfreq=3).channels[0].sfreq == 100.0


def test_one_dimension_is_one_channel(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", data=DATA[0], ch_names="C3-M2", sf=100)
    recording = open_recording(tmp_path / "a.npz")
    assert [c.label for c in recording.channels] == ["C3-M2"]
    np.testing.assert_array_equal(recording.read("C3-M2", 0, 10), DATA[0])


@pytest.mark.parametrize("names", [["LOC", "ROC"], None])
def test_samples_by_channels_are_turned_and_told(tmp_path: Path, names: list[str] | None) -> None:
    more = {} if names is None else {"chan": names}
    np.savez(tmp_path / "a.npz", data=DATA.T, sf=100, **more)
    recording = open_recording(tmp_path / "a.npz")
    assert recording.duration == 10.0
    np.testing.assert_array_equal(recording.read(recording.channels[1].label, 0, 10), DATA[1])
    assert any("each column is taken as a channel" in notice for notice in recording.notices)


def test_array_stored_column_by_column_reads_the_same(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.asfortranarray(DATA))
    recording = open_recording(tmp_path / "a.npy", sfreq=100)
    np.testing.assert_array_equal(recording.read("Channel 2", 0, 10), DATA[1])


def test_one_array_a_channel_is_called_by_its_name(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "a.npz", C3=DATA[0], E1=DATA[1], sfreq=100)
    recording = open_recording(tmp_path / "a.npz")
    assert [(c.label, c.kind) for c in recording.channels] == [("C3", "EEG"), ("E1", "EOG")]


def test_names_that_do_not_fit_are_left_out_and_told(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", data=DATA, chan=["A", "B", "C"], sf=100)
    recording = open_recording(tmp_path / "a.npz")
    assert [c.label for c in recording.channels] == ["Channel 1", "Channel 2"]
    assert any("names 3 channels but holds 2" in notice for notice in recording.notices)


def test_repeated_names_are_told_apart(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", data=DATA, chan=["C3", "C3"], sf=100)
    recording = open_recording(tmp_path / "a.npz")
    assert [c.label for c in recording.channels] == ["C3", "C3 (2)"]
    assert recording.read("C3 (2)", 0, 1)[0] == DATA[1, 0]


@pytest.mark.parametrize(("unit", "factor"), [("V", 1e6), ("mV", 1e3), ("uV", 1), (None, 1e6)])
def test_volts_become_microvolts(tmp_path: Path, unit: str | None, factor: float) -> None:
    more = {} if unit is None else {"unit": unit}
    np.savez(tmp_path / "a.npz", data=DATA * 1e-6, chan=["C3", "C4"], sf=100, **more)
    recording = open_recording(tmp_path / "a.npz")
    np.testing.assert_allclose(recording.read("C4", 0, 10), DATA[1] * 1e-6 * factor)
    assert recording.channels[0].unit == "µV"
    told = [notice for notice in recording.notices if "taken as V, as they are so small" in notice]
    assert len(told) == (unit is None)


class Trap:
    """Writes a file when it is unpickled."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Path.touch, (self.target,)


@pytest.mark.parametrize("name", ["a.npy", "a.npz"])
def test_pickled_objects_are_refused_and_never_run(tmp_path: Path, name: str) -> None:
    target = tmp_path / "ran"
    objects = np.array([Trap(target)], dtype=object)
    save = np.save if name.endswith("y") else np.savez
    save(tmp_path / name, objects, allow_pickle=True)
    with pytest.raises(RecordingError, match="holds Python objects, which can run code"):
        open_recording(tmp_path / name, sfreq=100)
    (tmp_path / "b.npy").write_bytes(pickle.dumps(Trap(target)))
    with pytest.raises(RecordingError):
        open_recording(tmp_path / "b.npy", sfreq=100)
    assert not target.exists()


@pytest.mark.parametrize("kept", [6, 20, 100, 300])
@pytest.mark.parametrize("name", ["a.npy", "a.npz"])
def test_cut_files_are_refused_in_a_sentence(tmp_path: Path, name: str, kept: int) -> None:
    path = tmp_path / name
    if name.endswith("z"):
        np.savez_compressed(path, data=DATA, sf=100)
    else:
        np.save(path, DATA)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(RecordingError, match=r"a\.np[yz] is (damaged|cut short)"):
        open_recording(path, sfreq=100)


def test_no_more_is_allocated_than_the_file_can_hold(tmp_path: Path) -> None:
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000, 1000000000), }"
    raw = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode()
    (tmp_path / "a.npy").write_bytes(raw)
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("data.npy", raw)
    for name in ("a.npy", "a.npz"):
        with pytest.raises(RecordingError, match="announces more than it holds"):
            open_recording(tmp_path / name, sfreq=100)


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        ({"x": np.zeros((2, 3, 4)), "sf": 1}, "has one dimension or two|have one dimension"),
        ({"a": np.zeros((2, 9)), "b": np.zeros((2, 9)), "sf": 1}, "no single array of signals"),
        ({"text": np.array(["a", "b"]), "sf": 1}, "no single array of signals"),
        ({"data": np.zeros((3000, 4000)), "sf": 1}, "at most 1024"),
    ],
)
def test_other_arrays_are_refused(
    tmp_path: Path, arrays: dict[str, np.ndarray], sentence: str
) -> None:
    np.savez_compressed(tmp_path / "a.npz", **arrays)
    with pytest.raises(RecordingError, match=sentence):
        open_recording(tmp_path / "a.npz")
