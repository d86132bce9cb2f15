"""The CSV of events and its sidecar: every column, read back, and safe for spreadsheets."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sleepscope.errors import ExportError
from sleepscope.events.event import STATUSES, Event
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.events.reading import read_events
from sleepscope.export import (
    MarkedEvent,
    Sidecar,
    marked_events,
    marked_sets,
    write_events_csv,
    write_hypnogram_csv,
)
from sleepscope.recordings.identity import recording_identity
from sleepscope.recordings.neutral_name import neutral_name
from sleepscope.recordings.recording import Recording
from sleepscope.review import ReviewFile
from tests.export.conftest import AB, MODEL


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "events.csv"


def test_all_lists_every_event_of_every_scorer_by_onset(review: ReviewFile) -> None:
    rows = [(m.event.onset, m.scorer, m.status) for m in marked_events(review)]
    assert rows == [
        (10.0, MODEL, "unreviewed"),
        (30.0, MODEL, "accepted"),
        (50.0, MODEL, "rejected"),
        (70.0, MODEL, "changed"),
        (70.5, AB, "changed"),
        (90.25, AB, "added"),
    ]


def test_accepted_is_what_people_stand_for(review: ReviewFile) -> None:
    rows = [(m.event.onset, m.scorer, m.status) for m in marked_events(review, "accepted")]
    assert rows == [(30.0, MODEL, "accepted"), (70.5, AB, "changed"), (90.25, AB, "added")]


def test_accepted_of_one_person_leaves_out_the_others(review: ReviewFile) -> None:
    event = review.event_set(MODEL).events[0]
    review.set_verdict([event.id], "accepted", person="human:CD")
    rows = [(m.event.onset, m.status) for m in marked_events(review, "accepted", person="human:CD")]
    assert rows == [(10.0, "accepted")]


def test_one_scorer_alone(review: ReviewFile) -> None:
    assert {m.scorer for m in marked_events(review, scorers=[AB])} == {AB}
    with pytest.raises(ExportError, match=f"no scorer 'human:X' in the review; there are {MODEL}"):
        marked_events(review, scorers=["human:X"])


def test_every_column_of_a_row(
    review: ReviewFile, recording: Recording, hypnogram: Hypnogram, target: Path
) -> None:
    sidecar = Sidecar.of(recording, review.event_sets())
    write_events_csv(target, marked_events(review), sidecar, hypnogram)
    first = target.read_text(encoding="utf-8").splitlines()[0]
    assert first == "onset,duration,kind,channel,scorer,confidence,status,stage,start_time,note"
    rows = table(target)
    assert rows[0] == {
        "onset": "10.000",
        "duration": "1.000",
        "kind": "spindle",
        "channel": "C3-M2",
        "scorer": MODEL,
        "confidence": "0.8765",
        "status": "unreviewed",
        "stage": "W",
        "start_time": "2001-12-31 23:59:10.000",
        "note": "",
    }
    assert rows[5]["note"] == "[unsure] late"
    assert rows[5]["confidence"] == ""
    assert rows[5]["stage"] == "N2"
    assert rows[5]["start_time"] == "2002-01-01 00:00:30.250"


def test_without_start_and_hypnogram_these_cells_stay_empty(target: Path) -> None:
    marked = marked_sets([EventSet.of("file:A", [Event(1.0004, 0.0006, "rem")])])
    write_events_csv(target, marked, Sidecar("night.edf"))
    (row,) = table(target)
    assert (row["onset"], row["duration"]) == ("1.000", "0.001")
    assert (row["channel"], row["stage"], row["start_time"]) == ("", "", "")


def test_the_sidecar_says_where_the_events_come_from(
    review: ReviewFile, recording: Recording, target: Path
) -> None:
    write_events_csv(target, marked_events(review), Sidecar.of(recording, review.event_sets()))
    content = json.loads(target.with_suffix(".json").read_text(encoding="utf-8"))
    assert content["format"] == "sleepscope-events 1"
    assert content["recording"] == neutral_name(recording)
    assert content["content_hash"] == recording_identity(recording).content_hash
    assert content["duration"] == 600.0
    assert content["start"] == "2001-12-31T23:59:00"
    assert content["subject_code"] == "S01"
    assert content["models"] == []
    assert content["scored_spans"] == {MODEL: [[0.0, 300.0]], AB: None}
    assert "file_stems" not in content
    assert content["software"].startswith("SleepScope ")
    assert str(target.parent) not in target.with_suffix(".json").read_text(encoding="utf-8")


def test_what_is_written_is_read_back(
    review: ReviewFile, recording: Recording, target: Path
) -> None:
    marked = marked_events(review)
    write_events_csv(target, marked, Sidecar.of(recording, review.event_sets()))
    found = read_events(target, recording_duration=600.0)
    assert found.notices == ()
    sets = {s.scorer: s for s in found.event_sets}
    assert sets[MODEL].scored_spans == ((0.0, 300.0),)
    assert sets[AB].scored_spans is None
    said = sorted(
        (e.onset, e.duration, e.kind, e.channel, s.scorer, e.note, e.unsure, found.statuses[e.id])
        for s in found.event_sets
        for e in s.events
    )
    assert said == sorted(
        (
            m.event.onset,
            m.event.duration,
            m.event.kind,
            m.event.channel,
            m.scorer,
            m.event.note,
            m.event.unsure,
            m.status,
        )
        for m in marked
    )


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    note=texts,
    label=texts.filter(str.strip),
    unsure=st.booleans(),
    status=st.sampled_from(STATUSES),
)
def test_any_text_comes_back_exact_and_is_no_formula(
    tmp_path: Path, note: str, label: str, unsure: bool, status: str
) -> None:
    path = tmp_path / "any.csv"
    event = Event(1.5, 0.25, label, label, note=note, unsure=unsure)
    write_events_csv(path, [MarkedEvent(event, "file:A", status)], Sidecar("night.edf"))
    found = read_events(path)
    ((back,),) = [s.events for s in found.event_sets]
    assert (back.kind, back.channel, back.note, back.unsure) == (label, label, note, unsure)
    assert found.statuses[back.id] == status
    (row,) = table(path)
    assert not any(row[c].startswith(("=", "+", "-", "@")) for c in ("kind", "channel", "note"))


def test_stages_are_written_and_read_back(hypnogram: Hypnogram, target: Path) -> None:
    write_hypnogram_csv(target, hypnogram)
    assert read_events(target).hypnogram == hypnogram


def test_a_second_export_takes_the_place_of_the_first(
    review: ReviewFile, recording: Recording, target: Path
) -> None:
    sidecar = Sidecar.of(recording, review.event_sets())
    write_events_csv(target, marked_events(review), sidecar)
    write_events_csv(target, marked_events(review, scorers=[AB]), sidecar)
    assert len(table(target)) == 2


@pytest.mark.parametrize("name", ["night.edf", "night.sleepscope", "night.json", "NIGHT.BDF"])
def test_recordings_and_reviews_are_never_written_over(tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    target.write_text("precious")
    with pytest.raises(ExportError, match=r"choose a name that ends in \.csv"):
        write_events_csv(target, [], Sidecar("night.edf"))
    assert target.read_text() == "precious"


@pytest.mark.parametrize("content", ['{"SamplingFrequency": 200}', "not JSON", "[]"])
def test_a_json_of_something_else_is_not_written_over(target: Path, content: str) -> None:
    beside = target.with_suffix(".json")
    beside.write_text(content)
    with pytest.raises(ExportError, match=r"events\.json is there already"):
        write_events_csv(target, [], Sidecar("night.edf"))
    assert beside.read_text() == content
    assert not target.exists()
