"""Damaged files of other programs: one sentence, at once, whatever they announce."""

from __future__ import annotations

import random
import struct
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sleepscope.errors import RecordingError
from sleepscope.recordings import open_recording
from sleepscope.recordings.identity import recording_identity
from tests.recordings.mne_files import (
    PATIENT,
    write_brainvision,
    write_eeglab,
    write_fif,
    write_gdf,
    write_nihon_kohden,
    write_persyst,
)

NASTY = (b"-1", b"0", b"nan", b"inf", b"1e999", b"9" * 300, b"\xff", b"\0", b"\n", b",", b"\xb9")
INTEGERS = (0, -1, 1, 2**31 - 1, -(2**31), 65536, 10**6)


def write_npz(folder: Path) -> Path:
    np.savez_compressed(folder / "night.npz", data=np.zeros((2, 900)), sf=100, chan=["a", "b"])
    return folder / "night.npz"


def write_csv(folder: Path) -> Path:
    rows = [f"22:00:{k / 100:06.3f};{k};{-k},5" for k in range(300)]
    (folder / "night.csv").write_text("\n".join(["timestamp;C3;E1", *rows]))
    return folder / "night.csv"


@pytest.mark.parametrize(
    "write",
    [
        write_brainvision,
        write_eeglab,
        write_fif,
        write_gdf,
        write_nihon_kohden,
        write_persyst,
        write_npz,
        write_csv,
    ],
)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_any_damage_is_survived_or_refused_in_a_sentence(
    tmp_path: Path, write: Callable[[Path], Path]
) -> None:
    chance = random.Random(write.__name__)
    path = write(tmp_path)
    whole = path.read_bytes()
    for _ in range(60):
        path.write_bytes(_wounded(whole, chance))
        with warnings.catch_warnings():
            # Files that MNE leaves open when it gives up are closed when they are forgotten.
            warnings.simplefilter("ignore", ResourceWarning)
            said = _tried(path)
        assert said == "" or said.endswith("."), said
        assert "\n" not in said
        assert PATIENT not in said


def _tried(path: Path) -> str:
    """Open and read a file; what was said if it was refused."""
    try:
        recording = open_recording(path, sfreq=100)
        for channel in recording.channels[:3]:
            recording.read(channel.label, 0, 30)
            recording.read(channel.label, recording.duration - 1, recording.duration + 1)
        recording_identity(recording)
        recording.close()
    except RecordingError as error:
        return str(error)
    return ""


def _wounded(whole: bytes, chance: random.Random) -> bytes:
    content = bytearray(whole)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(min(len(content), 1200) or 1)
        match chance.randrange(5):
            case 0:
                content[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                content[at : at + chance.randint(0, 8)] = chance.choice(NASTY)
            case 2:
                del content[at : at + chance.randint(1, 200)]
            case 3:
                order = chance.choice("<>")
                content[at : at + 4] = struct.pack(f"{order}i", chance.choice(INTEGERS))
            case _:
                content[at:at] = content[at : at + chance.randint(1, 300)]
    return bytes(content)


def test_channels_that_are_not_described_are_not_made_room_for(tmp_path: Path) -> None:
    header = write_brainvision(tmp_path)
    text = header.read_text().replace("NumberOfChannels=2", "NumberOfChannels=99999999")
    header.write_text(text)
    with pytest.raises(RecordingError, match="announces 99999999 channels but describes 2"):
        open_recording(header)


def test_giant_header_is_refused_by_its_size(tmp_path: Path) -> None:
    header = write_brainvision(tmp_path)
    with header.open("ab") as file:
        file.write(b"x" * (2 << 20))
    with pytest.raises(RecordingError, match="has at most 1 MB"):
        open_recording(header)


@pytest.mark.parametrize(
    ("at", "value"), [(236, "<q"), (252, "<I"), (256 + 216 * 2, "<i"), (256 + 220 * 2, "<i")]
)
def test_gdf_that_announces_too_much_is_refused(tmp_path: Path, at: int, value: str) -> None:
    path = write_gdf(tmp_path)
    content = bytearray(path.read_bytes())
    struct.pack_into(value, content, at, 2**31 - 1)
    path.write_bytes(content)
    with pytest.raises(RecordingError, match="announces more than it holds"):
        open_recording(path)


def test_fif_whose_tags_run_in_a_circle_is_refused(tmp_path: Path) -> None:
    path = write_fif(tmp_path)
    content = bytearray(path.read_bytes())
    struct.pack_into(">i", content, 36 + 12, 36)
    path.write_bytes(content)
    with pytest.raises(RecordingError, match="a tag that points back"):
        open_recording(path)


def test_eeglab_set_of_another_version_says_how_to_save_it(tmp_path: Path) -> None:
    path = tmp_path / "night.set"
    path.write_bytes(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(512) + b"\x89HDF\r\n\x1a\n")
    with pytest.raises(RecordingError, match="save it in EEGLAB as version 6 or 7"):
        open_recording(path)


@pytest.mark.parametrize("packed", [False, True])
def test_matlab_files_are_walked_before_they_are_believed(tmp_path: Path, packed: bool) -> None:
    from scipy.io import loadmat, savemat

    path = write_eeglab(tmp_path)
    inside = {k: v for k, v in loadmat(path).items() if not k.startswith("__")}
    savemat(path, inside, do_compression=packed)
    assert len(open_recording(path).read("C3-M2", 0, 20)) == 5000
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(RecordingError, match="is damaged"):
        open_recording(path)
