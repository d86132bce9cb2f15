"""Recordings and channels are recognised under any name."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from sleepscope.recordings import open_recording
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.identity import channel_hash, recording_identity
from sleepscope.recordings.recording import ArrayRecording
from tests.recordings.edf_bytes import MadeFile, MadeSignal

DIGITAL = np.random.default_rng(3).integers(-3000, 3000, 60 * 100)


def written(path: Path, digital: np.ndarray = DIGITAL, **more: object) -> Path:
    """A minute of one channel."""
    return MadeFile([MadeSignal("C3", digital)], **more).write(path)  # type: ignore[arg-type]


def in_memory(values: np.ndarray, label: str = "C3") -> ArrayRecording:
    """The same values without a file."""
    channel = Channel(label, "EEG", "µV", 100.0, len(values))
    return ArrayRecording(Path("made"), (channel,), {label: values})


def test_moved_and_renamed_recording_is_the_same(tmp_path: Path) -> None:
    first = recording_identity(open_recording(written(tmp_path / "a.edf")))
    (tmp_path / "b").mkdir()
    second = recording_identity(open_recording(written(tmp_path / "b" / "c.rec")))
    assert first == second
    assert first.size == (tmp_path / "a.edf").stat().st_size
    assert first.duration == 60.0


def test_other_samples_or_header_are_another_recording(tmp_path: Path) -> None:
    first = recording_identity(open_recording(written(tmp_path / "a.edf")))
    other = recording_identity(open_recording(written(tmp_path / "b.edf", DIGITAL[::-1])))
    later = written(tmp_path / "c.edf", fields={"time": "22.13.51"})
    assert len({first, other, recording_identity(open_recording(later))}) == 3


def test_recording_in_memory_is_known_by_its_signals() -> None:
    values = DIGITAL / 10
    assert recording_identity(in_memory(values)) == recording_identity(in_memory(values.copy()))
    changed = values.copy()
    changed[-1] += 1
    assert recording_identity(in_memory(values)) != recording_identity(in_memory(changed))
    assert recording_identity(in_memory(values)) != recording_identity(in_memory(values, "C4"))


def test_channel_hash_is_that_of_its_float32_samples(tmp_path: Path) -> None:
    recording = open_recording(written(tmp_path / "a.edf"))
    samples = recording.read("C3", 0, 60).astype("<f4")
    assert channel_hash(recording, "C3") == hashlib.sha256(samples.tobytes()).hexdigest()


def test_channel_hash_does_not_depend_on_the_name_or_the_container(tmp_path: Path) -> None:
    recording = open_recording(written(tmp_path / "a.edf"))
    memory = in_memory(recording.read("C3", 0, 60), "EEG C3")
    assert channel_hash(recording, "C3") == channel_hash(memory, "EEG C3")


def test_long_channel_is_hashed_in_pieces_without_a_seam() -> None:
    values = np.random.default_rng(4).standard_normal(700_001)
    expected = hashlib.sha256(values.astype("<f4").tobytes()).hexdigest()
    assert channel_hash(in_memory(values), "C3") == expected


def test_channel_with_gaps_has_a_hash(tmp_path: Path) -> None:
    onsets = [*range(30), *range(40, 70)]
    recording = open_recording(written(tmp_path / "gaps.edf", onsets=onsets))
    assert len(channel_hash(recording, "C3")) == 64
