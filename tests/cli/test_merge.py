"""``sleepscope merge``: a table of conflicts, a merged file, sources as they were."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sleepscope.cli import main
from sleepscope.events.event import Event
from sleepscope.recordings.identity import RecordingIdentity
from sleepscope.review import ReviewFile

AB = "human:AB"
IDENTITY = RecordingIdentity(1, None, 3600.0, "a" * 64)


@pytest.fixture
def copies(tmp_path: Path) -> tuple[Path, Path]:
    """Two copies of a review of AB; each moved the first event, B added one."""
    paths = []
    first = tmp_path / "a" / "night.edf"
    first.parent.mkdir()
    with ReviewFile.open(first, IDENTITY, person=AB) as review:
        review.add_event(Event(10.0, 1.0, "spindle", "C3"))
        review.add_event(Event(20.0, 1.0, "spindle", "C3"))
    second = tmp_path / "b" / "night.edf"
    second.parent.mkdir()
    shutil.copyfile(first.with_suffix(".sleepscope"), second.with_suffix(".sleepscope"))
    for path, onset in ((first, 12.0), (second, 11.0)):
        with ReviewFile.open(path, IDENTITY, person=AB) as review:
            review.change_event(review.event_set(AB).events[0].id, onset=onset)
            if path == second:
                review.add_event(Event(30.0, 1.0, "rem"))
        paths.append(path.with_suffix(".sleepscope"))
    return paths[0], paths[1]


def onsets(path: Path) -> list[float]:
    with ReviewFile.open_file(path) as review:
        return [event.onset for event in review.event_set(AB).events]


def test_conflicts_are_listed_and_nothing_is_written(
    copies: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["merge", *map(str, copies)]) == 2
    out = capsys.readouterr().out
    assert "1 event: new." in out
    assert "human:AB  spindle at 00:00:12  spindle 12.00-13.00 s on C3" in out
    assert "spindle 11.00-12.00 s on C3" in out
    assert "1 conflict not decided: nothing was written" in out
    assert not copies[0].with_name("night merged.sleepscope").exists()


@pytest.mark.parametrize(
    ("prefer", "expected"),
    [
        ("A", [12.0, 20.0, 30.0]),
        ("B", [11.0, 20.0, 30.0]),
        ("both", [11.0, 12.0, 20.0, 30.0]),
    ],
)
def test_a_preference_decides_and_the_sources_stay(
    copies: tuple[Path, Path], prefer: str, expected: list[float], tmp_path: Path
) -> None:
    before = [path.read_bytes() for path in copies]
    out = tmp_path / "c.sleepscope"
    assert main(["merge", *map(str, copies), "--out", str(out), "--prefer", prefer]) == 0
    assert onsets(out) == expected
    assert [path.read_bytes() for path in copies] == before
    with ReviewFile.open_file(out, read_only=False) as merged:
        merged.undo(anyone=True)
    assert onsets(out) == [12.0, 20.0]


def test_without_a_name_the_merged_file_lies_beside_the_first(copies: tuple[Path, Path]) -> None:
    assert main(["merge", *map(str, copies), "--prefer", "A"]) == 0
    assert onsets(copies[0].with_name("night merged.sleepscope")) == [12.0, 20.0, 30.0]


def test_a_file_that_is_there_is_not_written_over(
    copies: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["merge", *map(str, copies), "--out", str(copies[1]), "--prefer", "A"]) == 2
    assert "is there already" in capsys.readouterr().err


@pytest.mark.parametrize("content", [None, b"no review at all" * 100])
def test_what_is_no_review_is_refused_in_one_sentence(
    copies: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    path = tmp_path / "x.sleepscope"
    if content is not None:
        path.write_bytes(content)
    assert main(["merge", str(copies[0]), str(path)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("sleepscope: ")
    assert error.count("\n") == 1


def test_a_folder_that_is_not_there_leaves_nothing(
    copies: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "no" / "c.sleepscope"
    assert main(["merge", *map(str, copies), "--out", str(out), "--prefer", "A"]) == 2
    assert "could not be written" in capsys.readouterr().err
