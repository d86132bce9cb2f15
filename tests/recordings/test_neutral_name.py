"""What a recording is called in files for others: its contents, never its file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sleepscope.recordings.channel import Channel
from sleepscope.recordings.combined_recording import CombinedRecording
from sleepscope.recordings.derivation import DerivedRecording
from sleepscope.recordings.identity import recording_identity
from sleepscope.recordings.neutral_name import (
    content_hash,
    file_stems,
    neutral_name,
    neutral_scorers,
)
from sleepscope.recordings.recording import ArrayRecording


def made(name: str, level: float = 0.0, label: str = "C3") -> ArrayRecording:
    channel = Channel(label, "EEG", "µV", 10.0, 600)
    return ArrayRecording(Path(name), (channel,), {label: np.full(600, level)})


def test_name_comes_from_the_contents_alone() -> None:
    named = neutral_name(made("Miller Anna.edf"))
    assert named == neutral_name(made("other.edf"))
    assert named != neutral_name(made("other.edf", level=1.0))
    assert named.startswith("recording ")
    assert "Miller" not in named


def test_name_is_the_beginning_of_the_hash_in_the_review() -> None:
    recording = made("a.edf")
    whole = recording_identity(recording).content_hash
    assert content_hash(recording) == whole
    assert whole.startswith(neutral_name(recording).removeprefix("recording "))
    assert neutral_name(DerivedRecording(recording)) == neutral_name(recording)


def test_files_of_a_night_in_several_all_count() -> None:
    night = CombinedRecording([made("Miller eeg.edf"), made("Miller eog.edf", label="E1")])
    assert {"Miller eeg", "Miller eog"} <= set(file_stems(night))


@pytest.mark.parametrize(
    ("scorer", "name"),
    [
        ("file:Miller_Anna-expert1", "file:expert1"),
        ("file:Visual_scoring1_Miller_Anna", "file:Visual_scoring1"),
        ("file:a miller_anna b", "file:a b"),
        ("file:Miller_Anna", "file:marks"),
        ("file:Miller_Anna2", "file:Miller_Anna2"),
        ("human:Miller_Anna", "human:Miller_Anna"),
        ("model:spindle-1d@12345678", "model:spindle-1d@12345678"),
    ],
)
def test_scorers_lose_the_name_of_the_recording(scorer: str, name: str) -> None:
    assert neutral_scorers([scorer], ["Miller_Anna"]) == {scorer: name}


def test_scorers_that_were_different_stay_different() -> None:
    names = neutral_scorers(["file:night-A", "file:A", "file:A_night"], ["night"])
    assert len(set(names.values())) == 3


def test_one_letter_of_a_file_is_not_cut_out_of_words() -> None:
    assert neutral_scorers(["file:a-data"], ["a"]) == {"file:a-data": "file:data"}
    assert neutral_scorers(["file:banana"], ["a"]) == {"file:banana": "file:banana"}
