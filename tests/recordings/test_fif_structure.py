"""FIF files that MNE would read for ever are refused before it sees them."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import pytest

from sleepscope.errors import RecordingError
from sleepscope.recordings import open_recording
from sleepscope.recordings.fif_structure import check_fif

SIGNALS, PARTS = 102, 118


def tag(kind: int, data: bytes = b"", data_type: int = 3, following: int = 0) -> bytes:
    """One tag of a FIF file."""
    return struct.pack(">iIii", kind, data_type, len(data), following) + data


def number(value: int) -> bytes:
    return struct.pack(">i", value)


def begun(directory: int = -1) -> bytes:
    """How every file begins: its identity and where its directory is."""
    return tag(100, bytes(20), 31) + tag(101, number(directory))


def block(kind: int, *tags: bytes) -> bytes:
    return tag(104, number(kind)) + b"".join(tags) + tag(105, number(kind))


def continued(role: int, name: str = "", index: int | None = None) -> bytes:
    """The block that names another part."""
    named = [tag(118, name.encode(), 10)] if name else []
    numbered = [] if index is None else [tag(117, number(index))]
    return block(PARTS, tag(115, number(role)), *named, *numbered)


def end() -> bytes:
    return tag(108, b"", 0, -1)


def whole(*tags: bytes) -> bytes:
    """A file with a block of signals and whatever else."""
    return begun() + block(SIGNALS, tag(300, bytes(64), 4)) + b"".join(tags) + end()


def listed(content: bytes, entries: list[tuple[int, int, int, int]]) -> bytes:
    """A file with a directory behind its tags."""
    content = begun(len(content)) + content[len(begun()) :]
    return content + tag(102, b"".join(struct.pack(">iIii", *e) for e in entries), 32)


def entries_of(content: bytes) -> list[tuple[int, int, int, int]]:
    found, position = [], 0
    while position < len(content):
        kind, data_type, size, _ = struct.unpack_from(">iIii", content, position)
        found.append((kind, data_type, size, position))
        position += 16 + size
    return found


def written(folder: Path, content: bytes, name: str = "night_raw.fif") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(RecordingError) as refused:
        check_fif(path)
    return str(refused.value)


def test_file_that_is_built_as_it_says_passes(tmp_path: Path) -> None:
    check_fif(written(tmp_path, whole()))


def test_tags_listed_in_a_directory_pass(tmp_path: Path) -> None:
    content = whole()
    check_fif(written(tmp_path, listed(content, entries_of(content))))
    closed = [*entries_of(content), (-1, 0xFFFFFFFF, -1, -1)]
    check_fif(written(tmp_path, listed(content, closed)))


def test_packed_file_passes(tmp_path: Path) -> None:
    check_fif(written(tmp_path, gzip.compress(whole()), "night_raw.fif.gz"))


def test_pointer_to_another_tag_ahead_passes(tmp_path: Path) -> None:
    gap = tag(300, bytes(8), 4, len(begun()) + 16 + 4 + 16 + 8 + 100) + bytes(100)
    check_fif(written(tmp_path, begun() + tag(104, number(SIGNALS)) + gap + end()))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (whole(tag(200, number(1), following=36)), "a tag that points back"),
        (whole(tag(200, number(1), following=len(begun()) + 1)), "a tag that points back"),
        (whole(struct.pack(">iIii", 200, 3, -16, 0)), "a tag of less than no bytes"),
        (whole(struct.pack(">iIii", 200, 3, 10_000, 0)), "a tag that ends behind its end"),
        (whole(tag(200, bytes(4), 156)), "a tag of an unknown type"),
        (whole(tag(213, struct.pack(">3i", 1, 1, 1 << 30), 36)), "more points than fit"),
        (whole(*[tag(104, number(9))] * 60), "more than 50 blocks inside each other"),
        (whole(tag(104, bytes(3))), "a tag without the number"),
        (whole()[36:], "no file identity"),
        (tag(100, bytes(20), 31) + end(), "no pointer to a directory"),
        (listed(whole(), [(100, 31, 20, 0), (104, 3, 4, 57)]), "a tag where there is none"),
        (listed(whole(), [(100, 31, 20, -5)]), "a tag ahead of its beginning"),
        (listed(whole(), entries_of(whole()))[:-8], "a directory that is cut short"),
        (begun(36) + whole()[len(begun()) :], "a directory that is none"),
    ],
)
def test_damage_is_one_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    said = refusal(written(tmp_path, content))
    assert said.startswith("night_raw.fif is a damaged FIF file: it has ")
    assert words in said
    assert said.endswith(".")


@pytest.mark.parametrize("size", [0, 3, 15, 16, 36, 40, 60, 100])
def test_file_cut_anywhere_is_refused(tmp_path: Path, size: int) -> None:
    assert refusal(written(tmp_path, whole()[:size])).startswith("night_raw.fif is a")


def test_annotations_alone_are_no_recording(tmp_path: Path) -> None:
    content = begun() + block(3810, tag(3568, bytes(8), 4)) + end()
    assert "holds no continuous signals" in refusal(written(tmp_path, content))


def test_packed_file_that_is_damaged_is_one_sentence(tmp_path: Path) -> None:
    raw = gzip.compress(whole())
    for content in (raw[:-12], raw[:20] + b"\xff" * 8 + raw[28:], whole()):
        said = refusal(written(tmp_path, content, "night_raw.fif.gz"))
        assert said == "night_raw.fif.gz is damaged: it cannot be unpacked."


def test_split_recording_passes(tmp_path: Path) -> None:
    first = whole(continued(2, "night_raw-1.fif", 1))
    second = whole(continued(1, "night_raw.fif", 0), continued(2, index=2))
    written(tmp_path, second, "night_raw-1.fif")
    written(tmp_path, whole(), "night_raw-2.fif")
    check_fif(written(tmp_path, first))


def test_damage_in_a_later_part_is_found(tmp_path: Path) -> None:
    written(tmp_path, whole(tag(200, number(1), following=36)), "night_raw-1.fif")
    said = refusal(written(tmp_path, whole(continued(2, index=1))))
    assert said.startswith("night_raw-1.fif is a damaged FIF file")


def test_missing_part_is_told(tmp_path: Path) -> None:
    said = refusal(written(tmp_path, whole(continued(2, "night_raw-1.fif"))))
    assert "the part that follows night_raw.fif does not lie beside it" in said


@pytest.mark.parametrize("ended", [True, False])
def test_parts_in_a_circle_are_refused(tmp_path: Path, ended: bool) -> None:
    content = whole()[: -len(end())] + continued(2, "night_raw.fif")
    path = written(tmp_path, content + end() if ended else content[:-20])
    assert "its parts name each other in a circle" in refusal(path)


@pytest.mark.parametrize("name", ["/dev/zero", "../night_raw.fif", "..", "C:\\a.fif"])
def test_parts_in_other_folders_are_refused(tmp_path: Path, name: str) -> None:
    assert "in another folder" in refusal(written(tmp_path, whole(continued(2, name))))


def test_endless_file_is_refused_when_it_is_opened(tmp_path: Path) -> None:
    path = written(tmp_path, whole(tag(200, number(1), following=36)))
    with pytest.raises(RecordingError, match="a tag that points back"):
        open_recording(path)


def test_split_recording_is_read_as_one(tmp_path: Path) -> None:
    import mne
    import numpy as np

    info = mne.create_info(["C3", "C4"], 250.0, "eeg", verbose="ERROR")
    made = mne.io.RawArray(np.tile(np.arange(300_000) * 1e-6, (2, 1)), info, verbose="ERROR")
    path = tmp_path / "night_raw.fif"
    made.save(path, split_size="3MB", buffer_size_sec=100, verbose="ERROR")
    recording = open_recording(path)
    assert len(recording.channels) == 2
    assert recording.channels[0].n_samples == 300_000
    assert recording.read("C3", 1199, 1200)[-1] == pytest.approx(299_999, rel=1e-6)
    recording.close()
