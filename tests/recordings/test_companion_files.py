"""Which event files belong to a recording by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from sleepscope.recordings import companions

CASES = {
    "excerpt1.txt": [
        "Automatic_detection_excerpt1.txt",
        "Hypnogram_excerpt1.txt",
        "Visual_scoring1_excerpt1.txt",
        "Visual_scoring2_excerpt1.txt",
    ],
    "excerpt2.edf": ["Visual_scoring1_excerpt2.txt"],
    "SC4001E0-PSG.edf": ["SC4001EC-Hypnogram.edf"],
    "sub-01_task-sleep_eeg.edf": ["sub-01_task-sleep_events.tsv"],
    "nap.vhdr": [],
    "rest_raw.fif": ["rest-annot.fif", "rest_raw-eve.fif"],
    "night1.edf": [
        "night1-events.csv",
        "night1-nsrr.xml",
        "night1.annot",
        "night1.csv",
        "night1.edf.XML",
        "night1.spindles.csv",
        "night1.tsv",
        "night1_AB.csv",
        "night1_Hypnogram.edf",
        "night1_annotations.edf",
        "night1_stages.txt",
    ],
}
OTHERS = ["night10.csv", "night10-events.csv", "excerpt11.txt", "SC4002EC-Hypnogram.edf",
          "Visual_scoring1_excerpt11.txt", "notes.txt", "sub-01_task-rest_events.tsv",
          "night1.pdf", "night1_raw.edf"]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which all of them lie side by side."""
    for name in [*CASES, *(n for names in CASES.values() for n in names), *OTHERS]:
        (tmp_path / name).touch()
    (tmp_path / "night1.folder.csv").mkdir()
    return tmp_path


@pytest.mark.parametrize("name", CASES)
def test_companions_are_found_by_name(folder: Path, name: str) -> None:
    assert [path.name for path in companions(folder / name)] == CASES[name]


def test_recording_without_a_folder_has_no_companions(tmp_path: Path) -> None:
    assert companions(tmp_path / "nowhere" / "a.edf") == ()
