"""``sleepscope export``: a review's events without the window."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.recordings.identity import recording_identity
from sleepscope.recordings.opening import open_recording
from sleepscope.review import ReviewFile
from tests.cli.conftest import Sleepscope


@pytest.fixture
def review(night: Path) -> Iterator[ReviewFile]:
    recording = open_recording(night)
    with ReviewFile.open(night, recording_identity(recording), person="human:AB") as opened:
        events = [Event(10.0 * k, 1.0, "spindle") for k in range(3)]
        opened.import_set(EventSet.of("file:X", events))
        opened.set_verdict([events[0].id], "accepted")
        opened.set_hypnogram(Hypnogram(("N2",) * 4, 30.0, 0.0, "file:X"))
        opened.set_hypnogram(Hypnogram(("N3",) * 4, 30.0, 0.0, "human:AB"))
        yield opened
    recording.close()


def stages(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row["stage"] for row in csv.DictReader(file)]


def test_a_review_is_exported_while_somebody_edits_it(
    sleepscope: Sleepscope, review: ReviewFile, night: Path, tmp_path: Path
) -> None:
    path = tmp_path / "e.csv"
    status, out, err = sleepscope("export", night, "--out", path)
    assert (status, err) == (0, "")
    assert out == f"3 events written to {path} and e.json\n"
    assert stages(path) == ["N3", "N3", "N3"]


def test_a_closed_review_is_exported_and_stays_as_it_was(
    sleepscope: Sleepscope, review: ReviewFile, night: Path, tmp_path: Path
) -> None:
    review.close()
    before = review.path.read_bytes()
    path = tmp_path / "e.csv"
    status, out, _ = sleepscope(
        "export", night, "--accepted", "--person", "AB", "--hypnogram", "file:X", "--out", path
    )
    assert status == 0
    assert out.startswith("1 events written")
    assert stages(path) == ["N2"]
    assert review.path.read_bytes() == before


def test_nothing_is_begun_where_there_is_no_review(
    sleepscope: Sleepscope, night: Path, tmp_path: Path
) -> None:
    status, _, err = sleepscope("export", night, "--out", tmp_path / "e.csv")
    assert status == 2
    assert "There is no review of night.edf yet" in err
    assert [p.name for p in tmp_path.iterdir()] == ["night.edf"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--scorer", "human:ZZ"], "There is no scorer 'human:ZZ'"),
        (["--hypnogram", "human:ZZ"], "There are no stages by 'human:ZZ'"),
    ],
)
def test_unknown_names_are_said(
    sleepscope: Sleepscope,
    review: ReviewFile,
    night: Path,
    tmp_path: Path,
    words: list[str],
    says: str,
) -> None:
    status, _, err = sleepscope("export", night, "--out", tmp_path / "e.csv", *words)
    assert status == 2
    assert says in err
    assert not (tmp_path / "e.csv").exists()
