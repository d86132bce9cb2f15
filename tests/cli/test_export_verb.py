"""``sleepscope export``: a review's events without the window."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import edfio
import numpy as np
import pytest

from sleepscope.cli import export
from sleepscope.events import read_events
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.export import FORMATS
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
    # Each row has its stage: that there are epochs between the events is no news.
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
    assert out.startswith("1 event written")
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


def test_the_command_line_knows_every_format() -> None:
    assert tuple(FORMATS) == export.FORMAT_NAMES


@pytest.mark.parametrize("name", export.FORMAT_NAMES)
def test_a_review_is_written_in_every_format(
    sleepscope: Sleepscope, review: ReviewFile, night: Path, tmp_path: Path, name: str
) -> None:
    path = tmp_path / f"e{FORMATS[name].suffix}"
    status, out, err = sleepscope("export", night, "--format", name, "--out", path)
    assert (status, err) == (0, "")
    assert f"written to {path}" in out.splitlines()[0]
    found = read_events(path, recording_duration=120.0)
    n_events = sum(len(s.events) for s in found.event_sets)
    assert n_events == (3 if out.startswith("3 events") else 0)
    assert (found.hypnogram is not None) == ("4 epochs" in out.splitlines()[0])


def test_an_event_file_is_brought_into_another_format(
    sleepscope: Sleepscope, night: Path, tmp_path: Path, marks: Callable[[str, str], Path]
) -> None:
    csv_file = marks("expert.csv", "1.5,1,spindle,C3-M2,file:A\n70,0.5,rem,,file:A\n")
    first, second = tmp_path / "expert.edf", tmp_path / "expert.annot"
    belongs = ("--recording", night)
    status, out, _ = sleepscope("export", csv_file, *belongs, "--format", "edf+", "--out", first)
    assert (status, out.splitlines()[0]) == (0, f"2 events written to {first}")
    assert "note: EDF+ cannot say who marked an event" in out
    status, out, _ = sleepscope("export", first, "--format", "luna", "--out", second)
    assert (status, out.splitlines()[0]) == (0, f"2 events written to {second}")
    (found,) = read_events(second).event_sets
    assert [(e.onset, e.duration, e.kind, e.channel) for e in found.events] == [
        (1.5, 1.0, "spindle", "C3-M2"),
        (70.0, 0.5, "rem", None),
    ]


def test_annotations_inside_a_recording_are_brought_into_another_format(
    sleepscope: Sleepscope, tmp_path: Path
) -> None:
    night, table = tmp_path / "plus.edf", tmp_path / "plus_events.tsv"
    signal = edfio.EdfSignal(np.arange(60.0), 1, label="C3")
    edfio.Edf([signal], annotations=[edfio.EdfAnnotation(7, 1, "Arousal@@C3")]).write(night)
    words = ("export", night, "--recording", night, "--format", "bids", "--out", table)
    assert sleepscope(*words)[0] == 0
    ((event,),) = [s.events for s in read_events(table).event_sets]
    assert (event.onset, event.kind, event.channel) == (7.0, "arousal", "C3")


def test_stages_alone_are_written_as_edf(
    sleepscope: Sleepscope, stages: Path, night: Path, tmp_path: Path
) -> None:
    path = tmp_path / "h.edf"
    words = ("--recording", night, "--format", "hypnogram-edf+", "--out", path)
    status, out, _ = sleepscope("export", stages, *words)
    assert (status, out) == (0, f"4 epochs written to {path}\n")
    assert edfio.read_edf(path).startdatetime.isoformat() == "2001-12-31T23:00:00"


def test_only_the_accepted_of_an_event_file_with_decisions(
    sleepscope: Sleepscope, tmp_path: Path
) -> None:
    source, path = tmp_path / "a.csv", tmp_path / "b.csv"
    source.write_text(
        "onset,duration,kind,scorer,status\n"
        "1,1,spindle,file:A,accepted\n2,1,spindle,file:A,rejected\n3,1,spindle,human:AB,added\n"
    )
    assert sleepscope("export", source, "--accepted", "--out", path)[0] == 0
    found = read_events(path)
    assert sorted(e.onset for s in found.event_sets for e in s.events) == [1.0, 3.0]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--person", "AB"], "--person chooses in a review"),
        (["--hypnogram", "file:A"], "--hypnogram chooses in a review"),
        (["--scorer", "file:Z"], "There is no scorer 'file:Z' in a.csv; there are file:A"),
        (["--accepted"], "--accepted needs decisions"),
        (["--format", "hypnogram"], "There are no stages in a.csv"),
        (["--format", "nsrr"], "choose a name that ends in .xml"),
        (["--recording", "nowhere.edf"], "There is no file nowhere.edf"),
        (["--format", "pdf"], "invalid choice: 'pdf'"),
    ],
)
def test_mistakes_with_an_event_file_are_one_sentence(
    sleepscope: Sleepscope,
    marks: Callable[[str, str], Path],
    tmp_path: Path,
    words: list[str],
    says: str,
) -> None:
    source = marks("a.csv", "1,1,spindle,,file:A\n")
    status, out, err = sleepscope("export", source, "--out", tmp_path / "b.csv", *words)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert says in err
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


def test_an_event_file_is_not_written_over_itself(
    sleepscope: Sleepscope, marks: Callable[[str, str], Path]
) -> None:
    source = marks("a.csv", "1,1,spindle,,file:A\n")
    before = source.read_bytes()
    status, _, err = sleepscope("export", source, "--out", source)
    assert (status, "is an input of this command" in err) == (2, True)
    assert source.read_bytes() == before


def test_a_recording_without_a_rate_is_opened_with_the_one_named(
    sleepscope: Sleepscope, tmp_path: Path
) -> None:
    np.save(tmp_path / "x.npy", np.zeros((1, 24_000)))
    marks = tmp_path / "marks.csv"
    marks.write_text("onset,duration,kind,channel,scorer\n5,1,spindle,,human:AB\n")
    words = ["export", marks, "--recording", tmp_path / "x.npy", "--out", tmp_path / "e.csv"]
    status, _, err = sleepscope(*words)
    assert (status, "--rate" in err) == (2, True)
    assert sleepscope(*words, "--rate", "200")[0] == 0
    assert json.loads((tmp_path / "e.json").read_text())["duration"] == 120.0
