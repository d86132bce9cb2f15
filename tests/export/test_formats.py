"""The table of formats: what each writes, what each says it lost, and what none writes over."""

from __future__ import annotations

import datetime
import json
import os
from pathlib import Path

import edfio
import numpy as np
import pytest

from sleepscope.errors import ExportError
from sleepscope.events import read_events
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.export import (
    FORMATS,
    ExportFormat,
    MarkedEvent,
    Sidecar,
    atomic_write,
    marked_events,
)
from sleepscope.export.sidecar import ModelEntry
from sleepscope.recordings.companion_files import companions
from sleepscope.recordings.opening import open_recording
from sleepscope.recordings.recording import Recording
from sleepscope.review import ReviewFile
from tests.export.conftest import AB, MODEL

EVERY = pytest.mark.parametrize("form", FORMATS.values(), ids=lambda form: form.name)
GUARDED = pytest.mark.parametrize(
    "form", [form for form in FORMATS.values() if form.mark], ids=lambda form: form.name
)
SPINDLE = MarkedEvent(Event(10.0, 1.0, "spindle", "C3-M2"), "file:A", "unreviewed")


def target_of(form: ExportFormat, folder: Path) -> Path:
    return folder / f"night{form.suffix}"


def lost(name: str, tmp_path: Path, *marked: MarkedEvent, sidecar: Sidecar | None = None) -> str:
    form = FORMATS[name]
    written = form.write(target_of(form, tmp_path), marked, sidecar or Sidecar("night.edf"))
    return "\n".join(written.losses)


@EVERY
def test_a_review_is_written_in_every_format(
    form: ExportFormat,
    review: ReviewFile,
    recording: Recording,
    hypnogram: Hypnogram,
    tmp_path: Path,
) -> None:
    target = target_of(form, tmp_path)
    marked = marked_events(review)
    sidecar = Sidecar.of(recording, review.event_sets())
    written = form.write(target, marked, sidecar, hypnogram)
    assert written.paths[0] == target
    assert all(path.is_file() for path in written.paths)
    found = read_events(target, recording_duration=600.0, recording_start=recording.start)
    assert found.notices == ()
    assert sum(len(s.events) for s in found.event_sets) == written.n_events
    assert written.n_events == (6 if "events" in form.says else 0)
    assert written.n_epochs == (20 if "stages" in form.says else 0)
    if "stages" in form.says:
        assert found.hypnogram is not None
        assert found.hypnogram.stages == hypnogram.stages


@EVERY
def test_the_name_that_is_suggested_is_one_that_is_written(
    form: ExportFormat, tmp_path: Path
) -> None:
    form.check(target_of(form, tmp_path))


@EVERY
def test_a_second_export_takes_the_place_of_the_first(form: ExportFormat, tmp_path: Path) -> None:
    target = target_of(form, tmp_path)
    hypnogram = Hypnogram(("W", "N2"))
    form.write(target, [SPINDLE] * 3, Sidecar("night.edf"), hypnogram)
    before = target.read_bytes()
    form.write(target, [], Sidecar("night.edf"), Hypnogram(("N3",)))
    assert target.read_bytes() != before


@GUARDED
@pytest.mark.parametrize("content", [b"", b"precious", b"<PSGAnnotation/>"])
def test_a_file_of_another_program_is_not_written_over(
    form: ExportFormat, content: bytes, tmp_path: Path
) -> None:
    target = target_of(form, tmp_path)
    target.write_bytes(content)
    with pytest.raises(ExportError, match=r"is there already and is no .* written by SleepScope"):
        form.write(target, [SPINDLE], Sidecar("night.edf"))
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [(target.name, content)]


@pytest.mark.parametrize("name", ["edf+", "hypnogram-edf+"])
def test_a_recording_is_never_written_over(name: str, tmp_path: Path) -> None:
    target = tmp_path / "night.edf"
    signal = edfio.EdfSignal(np.arange(9.0), 1, label="C3")
    # As the demo has it: made by SleepScope, and a recording all the same.
    made_up = edfio.Recording(equipment_code="SleepScope_simulator")
    edfio.Edf([signal], recording=made_up).write(target)
    before = target.read_bytes()
    with pytest.raises(ExportError, match="choose another name"):
        FORMATS[name].write(target, [SPINDLE], Sidecar("night.edf"), Hypnogram(("W",)))
    assert target.read_bytes() == before


@GUARDED
@pytest.mark.parametrize("name", ["night.csv", "night.sleepscope", "night.json", "night"])
def test_a_name_for_other_files_is_refused(form: ExportFormat, name: str, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=rf"choose a name that ends in \{form.ending}"):
        form.write(tmp_path / name, [SPINDLE], Sidecar("night.edf"))
    assert list(tmp_path.iterdir()) == []


def test_a_csv_and_a_bids_table_do_not_share_their_json(tmp_path: Path) -> None:
    FORMATS["csv"].write(tmp_path / "night.csv", [SPINDLE], Sidecar("night.edf"))
    before = (tmp_path / "night.json").read_bytes()
    with pytest.raises(ExportError, match=r"night\.json is there already"):
        FORMATS["bids"].write(tmp_path / "night.tsv", [SPINDLE], Sidecar("night.edf"))
    assert (tmp_path / "night.json").read_bytes() == before
    assert not (tmp_path / "night.tsv").exists()


@EVERY
def test_a_full_disk_changes_nothing(
    form: ExportFormat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = target_of(form, tmp_path)
    form.write(target, [SPINDLE], Sidecar("night.edf"), Hypnogram(("W",)))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(atomic_write.os, "fsync", full)
    with pytest.raises(ExportError, match="No space left"):
        form.write(target, [], Sidecar("other.edf"), Hypnogram(("N3",) * 3))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_what_edf_plus_cannot_say_is_said(tmp_path: Path) -> None:
    events = [
        MarkedEvent(Event(1.0, 1.0, "spindle", confidence=0.5), MODEL, "rejected"),
        MarkedEvent(Event(2.0, 1.0, "spindle", note="late"), AB, "added"),
        MarkedEvent(Event(3.0, 1.0, "spindle", unsure=True), AB, "added"),
    ]
    model = ModelEntry(MODEL, "spindle-1d", "1", "12345678", {}, ("C3-M2",), (), False)
    sidecar = Sidecar("n.edf", models=(model,), scored_spans={MODEL: None, AB: ((0.0, 300.0),)})
    assert lost("edf+", tmp_path, *events, sidecar=sidecar).splitlines() == [
        "EDF+ cannot say a confidence: it is lost for 1 event.",
        f"EDF+ cannot say who marked an event: those of {MODEL}, {AB} stand together.",
        "EDF+ cannot say what was decided on an event: 1 rejected, 2 added stand there like any "
        "other; write the accepted alone to leave out the rest.",
        "EDF+ cannot hold notes: they are lost for 2 events.",
        f"EDF+ cannot say where a scorer looked: {AB} did not look at the whole recording.",
        "EDF+ cannot say how a model was set: write a CSV too to keep that of spindle-1d.",
    ]


def test_bids_says_everything(
    review: ReviewFile, recording: Recording, hypnogram: Hypnogram, tmp_path: Path
) -> None:
    target = tmp_path / "night_events.tsv"
    sidecar = Sidecar.of(recording, review.event_sets())
    written = FORMATS["bids"].write(target, marked_events(review), sidecar, hypnogram)
    assert written.losses == ()
    lines = [line.split("\t") for line in target.read_text(encoding="utf-8").splitlines()]
    assert lines[1][:5] == ["0.000", "30.000", "Sleep stage W", "n/a", "file:stages"]
    assert lines[1][5:] == ["n/a"] * 3
    assert lines[2] == ["10.000", "1.000", "spindle", "C3-M2", MODEL, "0.8765", "unreviewed", "n/a"]
    assert [float(line[0]) for line in lines[1:]] == sorted(float(line[0]) for line in lines[1:])
    facts = json.loads(target.with_suffix(".json").read_text(encoding="utf-8"))
    assert {*lines[0], "SleepScope"} == set(facts)
    assert facts["onset"]["Units"] == "s"
    assert facts["SleepScope"]["scored_spans"] == {MODEL: [[0.0, 300.0]], AB: None}


@pytest.mark.parametrize(
    ("kind", "written_as"),
    [("W", "event W"), ("Sleep stage 2", "event Sleep stage 2"), ("?", "event ?")],
)
@pytest.mark.parametrize("name", ["edf+", "bids", "nsrr", "luna"])
def test_an_event_that_would_be_read_as_a_stage_gets_another_name(
    name: str, kind: str, written_as: str, tmp_path: Path
) -> None:
    said = lost(name, tmp_path, MarkedEvent(Event(0.0, 30.0, kind), "file:A", "unreviewed"))
    assert f"'{kind}' as '{written_as}'" in said
    found = read_events(target_of(FORMATS[name], tmp_path))
    assert found.hypnogram is None
    assert [event.kind for s in found.event_sets for event in s.events] == [written_as]


def test_edf_plus_names_nobody_and_keeps_the_start(tmp_path: Path) -> None:
    sidecar = Sidecar("Jane Doe.edf", 600.0, "2001-12-31T23:59:58.250000", "S01")
    form = FORMATS["edf+"]
    form.write(target_of(form, tmp_path), [SPINDLE], sidecar)
    edf = edfio.read_edf(target_of(form, tmp_path))
    assert edf.local_patient_identification == "X X X X"
    assert edf.local_recording_identification.startswith("Startdate 31-DEC-2001 X X SleepScope")
    start = datetime.datetime(2001, 12, 31, 23, 59, 58, 250_000)  # noqa: DTZ001
    assert edf.startdatetime == start
    assert list(edf.annotations) == [edfio.EdfAnnotation(10.0, 1.0, "spindle@@C3-M2")]
    assert b"Jane" not in target_of(form, tmp_path).read_bytes()


@pytest.mark.parametrize("start", ["1950-01-01T22:00:00", "2101-01-01T22:00:00"])
def test_a_date_that_edf_plus_cannot_hold_is_left_out_and_said(start: str, tmp_path: Path) -> None:
    said = lost("edf+", tmp_path, SPINDLE, sidecar=Sidecar("night.edf", 600.0, start))
    assert f"the date {start[:10]} of the recording is left out" in said
    edf = edfio.read_edf(tmp_path / "night-events.edf")
    assert edf.starttime == datetime.time(22, 0)
    assert edf.local_recording_identification.startswith("Startdate X ")


def test_without_a_start_edf_plus_says_none(tmp_path: Path) -> None:
    lost("edf+", tmp_path, SPINDLE)
    edf = edfio.read_edf(tmp_path / "night-events.edf")
    assert edf.local_recording_identification.startswith("Startdate X ")


def test_nsrr_says_the_clock_and_the_length_of_the_recording(tmp_path: Path) -> None:
    sidecar = Sidecar("night.edf", 600.0, "2001-12-31T23:59:58")
    lost("nsrr", tmp_path, SPINDLE, sidecar=sidecar)
    text = (tmp_path / "night-nsrr.xml").read_text(encoding="utf-8")
    assert "<ClockTime>00.00.00 23.59.58</ClockTime>" in text
    assert "<Duration>600.000</Duration>" in text


def test_a_hypnogram_in_edf_plus_lies_beside_its_recording(tmp_path: Path) -> None:
    (tmp_path / "night.edf").write_bytes(b"x")
    form = FORMATS["hypnogram-edf+"]
    target = target_of(form, tmp_path)
    form.write(target, [], Sidecar("night.edf"), Hypnogram(("W", "N2")))
    assert companions(tmp_path / "night.edf") == (target,)
    opened = open_recording(target)
    opened.close()
    assert opened.channels == ()


def test_a_null_character_does_not_make_a_csv_unreadable(tmp_path: Path) -> None:
    event = Event(1.0, 1.0, "spin\0dle", note="a\0b")
    lost("csv", tmp_path, MarkedEvent(event, "file:A", "unreviewed"))
    ((back,),) = [s.events for s in read_events(tmp_path / "night-events.csv").event_sets]
    assert (back.kind, back.note) == ("spindle", "ab")


def test_an_empty_set_is_not_lost_in_bids_and_csv(tmp_path: Path) -> None:
    spans = EventSet.of("file:A", [], [(0.0, 10.0)])
    sidecar = Sidecar("night.edf", scored_spans={spans.scorer: spans.scored_spans})
    assert lost("csv", tmp_path, sidecar=sidecar) == ""
    (back,) = read_events(tmp_path / "night-events.csv").event_sets
    assert (back.scorer, back.scored_spans) == ("file:A", ((0.0, 10.0),))
