"""Formats that MNE reads: µV, clock, sentences, and nothing loaded, unpickled or told of anyone."""

from __future__ import annotations

import datetime
import errno
import os
import pickle
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from sleepscope.errors import RecordingError
from sleepscope.recordings import open_recording
from sleepscope.recordings.identity import recording_identity
from sleepscope.recordings.mne_recording import MneRecording
from tests.recordings.mne_files import (
    LABELS,
    PATIENT,
    ramp,
    write_brainvision,
    write_eeglab,
    write_fif,
    write_gdf,
    write_nihon_kohden,
    write_persyst,
)

moment = datetime.datetime.fromisoformat
WRITERS: dict[str, Callable[[Path], Path]] = {
    "BrainVision": write_brainvision,
    "EEGLAB": write_eeglab,
    "EEGLAB beside": lambda folder: write_eeglab(folder, beside=True),
    "FIF": write_fif,
    "GDF": write_gdf,
    "Nihon Kohden": write_nihon_kohden,
    "Persyst": write_persyst,
}
STARTS = {
    "BrainVision": moment("2020-03-01 22:00:00.500"),
    "FIF": moment("2020-03-01 22:00:10"),
    "GDF": moment("2020-03-01 22:00:00"),
    "Persyst": moment("2020-03-01 22:00:00"),
}


@pytest.mark.parametrize("name", WRITERS)
def test_voltages_are_read_in_microvolts(tmp_path: Path, name: str) -> None:
    recording = open_recording(WRITERS[name](tmp_path))
    assert isinstance(recording, MneRecording)
    first, second = (channel.label for channel in recording.channels)
    if name != "Nihon Kohden":  # it knows the sites of a cap by number
        assert (first, second) == LABELS
        assert [c.kind for c in recording.channels] == ["EEG", "EOG"]
    assert {(c.unit, c.sfreq, c.n_samples) for c in recording.channels} == {("µV", 250.0, 5000)}
    assert recording.duration == 20.0
    assert recording.start == STARTS.get(name)
    whole = recording.read(first, 0, 20)
    assert whole.dtype == np.float64
    tolerance = 0.1 if name == "Nihon Kohden" else 1e-3
    np.testing.assert_allclose(whole, ramp(5000), atol=tolerance)
    np.testing.assert_allclose(recording.read(second, 0, 20), -ramp(5000), atol=tolerance)
    for start, stop in ((0.4, 2.3), (3, 3), (19, 30), (-5, 1)):
        piece = recording.read(first, start, stop)
        wanted = whole[max(0, round(start * 250)) : round(stop * 250)]
        np.testing.assert_array_equal(piece, wanted)


@pytest.mark.parametrize("name", WRITERS)
def test_nothing_of_the_patient_is_kept_or_told(tmp_path: Path, name: str) -> None:
    recording = open_recording(WRITERS[name](tmp_path))
    assert recording.subject_code == ""
    told = [*recording.notices, *(repr(channel) for channel in recording.channels)]
    assert PATIENT not in " ".join(told)


@pytest.mark.parametrize("name", WRITERS)
def test_nothing_is_unpickled(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = WRITERS[name](tmp_path)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("something was unpickled")

    for call in ("load", "loads", "Unpickler"):
        monkeypatch.setattr(pickle, call, refuse)
    recording = open_recording(path)
    recording.read(recording.channels[0].label, 0, 1)


@pytest.mark.parametrize("name", [name for name in WRITERS if name != "EEGLAB"])
def test_samples_are_not_loaded_ahead(tmp_path: Path, name: str) -> None:
    recording = open_recording(WRITERS[name](tmp_path))
    assert isinstance(recording, MneRecording)
    assert recording._raw is not None
    assert not recording._raw.preload


@pytest.mark.parametrize("ending", [".vhdr", ".eeg", ".vmrk"])
def test_brainvision_is_opened_by_any_of_its_files(tmp_path: Path, ending: str) -> None:
    header = write_brainvision(tmp_path)
    recording = open_recording(header.with_suffix(ending))
    assert recording.path == header
    assert recording.read("LOC", 0, 1)[7] == pytest.approx(-7)


def test_brainvision_header_of_another_name_is_found(tmp_path: Path) -> None:
    write_brainvision(tmp_path, "other")
    header = write_brainvision(tmp_path, "night", data="samples.eeg")
    assert open_recording(tmp_path / "samples.eeg").path == header


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("night.vmrk", "whose header (.vhdr) does not lie beside it"),
        ("night.eeg", "no header of BrainVision (.vhdr) that names it lies beside it"),
    ],
)
def test_brainvision_parts_without_their_header_say_what_is_missing(
    tmp_path: Path, name: str, sentence: str
) -> None:
    write_brainvision(tmp_path).unlink()
    with pytest.raises(RecordingError) as refusal:
        open_recording(tmp_path / name)
    assert sentence in str(refusal.value)


def test_data_beside_an_eeglab_set_open_the_set(tmp_path: Path) -> None:
    path = write_eeglab(tmp_path, beside=True)
    assert open_recording(tmp_path / "night.fdt").path == path


def test_data_beside_a_persyst_header_open_the_header(tmp_path: Path) -> None:
    path = write_persyst(tmp_path)
    assert open_recording(tmp_path / "night.dat").path == path


@pytest.mark.parametrize(
    ("write", "missing", "sentence"),
    [
        (write_brainvision, "night.eeg", "cannot be read as BrainVision: night.eeg is not there."),
        (
            write_persyst,
            "night.dat",
            "cannot be read as Persyst: the file that holds its",
        ),
        (WRITERS["EEGLAB beside"], "night.fdt", "cannot be read as EEGLAB: "),
    ],
)
def test_missing_data_file_is_a_sentence(
    tmp_path: Path, write: Callable[[Path], Path], missing: str, sentence: str
) -> None:
    path = write(tmp_path)
    (tmp_path / missing).unlink()
    with pytest.raises(RecordingError) as refusal:
        open_recording(path)
    assert sentence in str(refusal.value)


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("length", [0, 3, 100, 700])
def test_damaged_header_is_one_sentence_that_quotes_nothing(
    tmp_path: Path, name: str, length: int
) -> None:
    path = WRITERS[name](tmp_path)
    raw = path.read_bytes()[:length]
    path.write_bytes(raw.replace(b"NumberOfChannels=2", b"NumberOfChannels=Winterbottom"))
    said = ""
    try:
        recording = open_recording(path)
        recording.read(recording.channels[0].label, 0, 1)
    except RecordingError as error:
        said = str(error)
    assert said == "" or said.endswith(".")
    assert PATIENT not in said


def test_epochs_are_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="holds no continuous signals"):
        open_recording(write_eeglab(tmp_path, trials=2))


def test_joined_stretches_are_told_and_read_right(tmp_path: Path) -> None:
    recording = open_recording(write_nihon_kohden(tmp_path, blocks=2))
    assert any("has 2 stretches that MNE puts one behind" in n for n in recording.notices)
    label = recording.channels[0].label
    np.testing.assert_allclose(recording.read(label, 9, 11), ramp(5000)[2250:2750], atol=0.1)


def test_acquisition_pauses_of_fif_are_gaps(tmp_path: Path) -> None:
    import mne

    raw = mne.io.read_raw_fif(write_fif(tmp_path), preload=True, verbose="ERROR")
    raw.set_annotations(mne.Annotations([14.0], [2.0], ["BAD_ACQ_SKIP"], raw.info["meas_date"]))
    raw.save(tmp_path / "skips_raw.fif", verbose="ERROR")
    recording = open_recording(tmp_path / "skips_raw.fif")
    assert recording.gaps == ((4.0, 6.0),)
    empty = np.isnan(recording.read(LABELS[0], 0, 20)).reshape(20, -1)
    assert np.flatnonzero(empty.all(axis=1)).tolist() == [4, 5]
    assert empty.sum() == 500


def test_threads_read_the_same_as_one(tmp_path: Path) -> None:
    recording = open_recording(write_fif(tmp_path))
    pieces = [(label, k, k + 3) for k in range(17) for label in LABELS]
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(lambda piece: recording.read(*piece), pieces))
    for samples, (label, start, stop) in zip(read, pieces, strict=True):
        expected = ramp(5000)[start * 250 : stop * 250] * (1 if label == LABELS[0] else -1)
        np.testing.assert_allclose(samples, expected, atol=1e-3)


def test_folder_that_goes_away_is_a_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "share"
    folder.mkdir()
    recording = open_recording(write_brainvision(folder))
    shutil.rmtree(folder)
    with pytest.raises(
        RecordingError, match=r"cannot be read any more as BrainVision: .* not there"
    ):
        recording.read("LOC", 0, 1)
    with pytest.raises(RecordingError, match="cannot be read any more"):
        recording_identity(recording)


def test_replaced_data_are_not_mixed_with_the_opened_ones(tmp_path: Path) -> None:
    recording = open_recording(write_brainvision(tmp_path))
    write_brainvision(tmp_path, n=4000)
    with pytest.raises(RecordingError, match="changed, replaced or cut short"):
        recording.read("LOC", 0, 1)


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE])
def test_failing_storage_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    recording = open_recording(write_brainvision(tmp_path))

    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("mne.io.BaseRaw.__getitem__", fail)
    with pytest.raises(RecordingError, match=f"as BrainVision: {os.strerror(number)}."):
        recording.read("LOC", 0, 1)


@pytest.mark.parametrize("kind", [Exception, struct.error, KeyError, RecursionError])
def test_whatever_mne_raises_is_a_sentence_that_quotes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    recording = open_recording(write_brainvision(tmp_path))

    def fail(*_: object) -> None:
        raise kind(f"Unimplemented tag data type of {PATIENT}")

    monkeypatch.setattr("mne.io.BaseRaw.__getitem__", fail)
    with pytest.raises(RecordingError, match="as BrainVision: it is damaged") as refusal:
        recording.read("LOC", 0, 1)
    assert PATIENT not in str(refusal.value)


def test_closed_recording_cannot_be_read(tmp_path: Path) -> None:
    recording = open_recording(write_brainvision(tmp_path))
    recording.close()
    with pytest.raises(RecordingError, match="was closed"):
        recording.read("LOC", 0, 1)


def test_identity_is_that_of_the_contents(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
    paths = [write_brainvision(tmp_path / name) for name in ("a", "b")]
    other = write_brainvision(tmp_path / "c", n=5001)
    first, second, third = (recording_identity(open_recording(p)) for p in (*paths, other))
    assert first == second
    assert first.content_hash != third.content_hash


def test_mne_is_not_imported_before_it_is_needed() -> None:
    check = (
        "import sys, sleepscope.recordings, sleepscope.recordings.identity;"
        "sys.exit(any(m in sys.modules for m in ('mne', 'scipy', 'matplotlib')))"
    )
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_program_without_mne_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_brainvision(tmp_path)
    monkeypatch.setitem(sys.modules, "mne", None)
    with pytest.raises(RecordingError, match="read through MNE-Python, which is not installed"):
        open_recording(path)


def test_edf_never_goes_through_mne(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.recordings.edf_bytes import MadeFile, MadeSignal

    monkeypatch.setitem(sys.modules, "mne", None)
    for name in ("a.edf", "a.bdf", "a.vhdr", "a.set"):
        path = MadeFile([MadeSignal("C3", np.arange(100))]).write(tmp_path / name)
        assert len(open_recording(path).read("C3", 0, 1)) == 100
