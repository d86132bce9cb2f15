"""A person's own names of events, in every format and through every mistake in the table."""

from __future__ import annotations

from pathlib import Path

import pytest

from sleepscope.errors import SettingsError
from sleepscope.events import EventFile, read_events
from sleepscope.events.own_kinds import own_kinds_path, read_own_kinds, write_own_kinds

MARKS = "Onset,Duration,Annotation\n1,1,Spindel\n5,1,Zucken\n9,2, ARoUSaL   (lang)\n"


@pytest.fixture
def marks(tmp_path: Path) -> Path:
    path = tmp_path / "marks.csv"
    path.write_text(MARKS, encoding="utf-8")
    return path


def kinds(found: EventFile) -> list[str]:
    return [event.kind for events in found.event_sets for event in events.events]


def test_names_that_nobody_knows_are_kept(marks: Path) -> None:
    assert kinds(read_events(marks)) == ["Spindel", "Zucken", "ARoUSaL   (lang)"]


def test_names_in_the_table_get_their_kind(marks: Path) -> None:
    path = write_own_kinds({"spindel": "spindle", "Zucken": "twitch", "Arousal (lang)": "arousal"})
    assert path == own_kinds_path()
    found = read_events(marks)
    assert kinds(found) == ["spindle", "twitch", "arousal"]
    assert found.notices == ()


def test_the_table_goes_before_this_program(tmp_path: Path) -> None:
    write_own_kinds({"SO": "other"})
    path = tmp_path / "marks.csv"
    path.write_text("Onset,Duration,Annotation\n1,1,SO\n", encoding="utf-8")
    assert kinds(read_events(path)) == ["other"]


@pytest.mark.parametrize(
    "text",
    [
        "label,kind\nSpindel,spindle\nnonsense\n",
        "Spindel,spindle\na,b,c\n",
        "Spindel,spindle\n,x\n",
    ],
)
def test_a_bad_line_is_one_notice_and_the_rest_counts(marks: Path, text: str) -> None:
    own_kinds_path().parent.mkdir(parents=True)
    own_kinds_path().write_text(text, encoding="utf-8")
    found = read_events(marks)
    assert kinds(found)[0] == "spindle"
    (notice,) = found.notices
    assert "cannot be used; a line is a name in files" in notice


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b'"open,spindle\n', bytes(2 * 1024 * 1024)])
def test_a_table_that_is_none_is_one_notice(marks: Path, content: bytes) -> None:
    own_kinds_path().parent.mkdir(parents=True)
    own_kinds_path().write_bytes(content)
    found = read_events(marks)
    assert kinds(found)[0] == "Spindel"
    assert len(found.notices) == 1


def test_remarks_and_quotes_are_read_and_names_with_commas_written(tmp_path: Path) -> None:
    path = tmp_path / "kinds.csv"
    write_own_kinds({"a, b": "arousal"}, path)
    path.write_text(path.read_text() + "# mine\n\n", encoding="utf-8")
    assert dict(read_own_kinds(path).kinds) == {"a, b": "arousal"}


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="could not be written"):
        write_own_kinds({"a": "b"}, tmp_path / "file" / "kinds.csv")
