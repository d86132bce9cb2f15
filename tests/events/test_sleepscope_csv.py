"""SleepScope's own CSV of events and stages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sleepscope.errors import EventFileError
from sleepscope.events import read_events

HEADER = "onset,duration,kind,channel,scorer,confidence,status,stage,start_time,note"


def write(folder: Path, *lines: str, name: str = "night.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text("\r\n".join(lines) + "\r\n", encoding=encoding, newline="")
    return path


def test_events_of_two_scorers_become_two_sets(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        HEADER,
        "10.000,1.250,spindle,C3-M2,human:AB,,accepted,N2,22:00:10.000,",
        "12.500,0.750,spindle,C3-M2,model:spindle-unet@1a2b3c4d,0.913,rejected,N2,22:00:12.500,x",
    )
    read = read_events(path)
    first, second = read.event_sets
    assert (first.scorer, second.scorer) == ("human:AB", "model:spindle-unet@1a2b3c4d")
    event = second.events[0]
    assert (event.onset, event.duration, event.confidence, event.note) == (12.5, 0.75, 0.913, "x")
    assert read.statuses == {first.events[0].id: "accepted", event.id: "rejected"}


def test_defused_cells_and_marks_of_doubt_are_restored(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        HEADER,
        "1,1,'=odd,'-C3,human:AB,,,,,'=1+1",
        '2,1,spindle,,human:AB,,,,,"[unsure] two\nlines, ""quoted"""',
    )
    first, second = read_events(path).event_sets[0].events
    assert (first.kind, first.channel, first.note) == ("=odd", "-C3", "=1+1")
    assert second.unsure
    assert second.channel is None
    assert second.note == 'two\nlines, "quoted"'


def test_byte_order_mark_semicolons_and_decimal_commas_of_a_spreadsheet_are_read(
    tmp_path: Path,
) -> None:
    path = write(
        tmp_path,
        "onset;duration;kind;channel;scorer;confidence",
        "1,5;0,75;spindle;C3;human:AB;0,5",
        encoding="utf-8-sig",
    )
    event = read_events(path).event_sets[0].events[0]
    assert (event.onset, event.duration, event.confidence) == (1.5, 0.75, 0.5)


def test_sidecar_gives_the_scored_spans_and_scorers_without_events(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER, "1,1,spindle,C3,human:AB,,,,,")
    spans = {"human:AB": [[0, 1000]], "human:CD": [[0, 500.5]], "file:x": None}
    sidecar = {"format": "SleepScope events 1", "duration": 1800, "scored_spans": spans}
    path.with_suffix(".json").write_text(json.dumps(sidecar), encoding="utf-8")
    read = read_events(path, recording_duration=3600)
    assert {s.scorer: (len(s.events), s.scored_spans) for s in read.event_sets} == {
        "human:AB": (1, ((0.0, 1000.0),)),
        "human:CD": (0, ((0.0, 500.5),)),
        "file:x": (0, None),
    }
    assert any("1800" in notice and "3600" in notice for notice in read.notices)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"scored_spans": 3}',
        '{"scored_spans": {"human:AB": [[9, 1]]}}',
        '{"scored_spans": {"human:AB": [[NaN, 1]]}}',
        '{"scored_spans": {"human:AB": [[0, ' + "9" * 400 + "]]}}",
        "\x00\xff",
    ],
)
def test_damaged_sidecar_costs_the_spans_alone_and_is_said(tmp_path: Path, content: str) -> None:
    path = write(tmp_path, HEADER, "1,1,spindle,C3,human:AB,,,,,")
    path.with_suffix(".json").write_text(content, encoding="latin-1")
    read = read_events(path)
    assert read.event_sets[0].scored_spans is None
    assert len(read.event_sets[0].events) == 1
    assert any("night.json" in notice for notice in read.notices)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("nan,1,spindle,C3,human:AB,,,,,", "onset 'nan'"),
        ("1,inf,spindle,C3,human:AB,,,,,", "duration 'inf'"),
        (",1,spindle,C3,human:AB,,,,,", "onset ''"),
        ("1,1,,C3,human:AB,,,,,", "empty kind"),
        ("1,1,spindle,C3,human:AB,1.7,,,,", "confidence 1.7"),
        ("1,1,spindle,C3,human:AB,,maybe,,,", "status 'maybe'"),
        ('1,1,"spindle,C3', "no line of a table"),
    ],
)
def test_bad_cell_is_refused_with_its_line(tmp_path: Path, line: str, complaint: str) -> None:
    path = write(tmp_path, HEADER, "1,1,spindle,C3,human:AB,,,,,", line)
    with pytest.raises(EventFileError, match=r"Line \d of night\.csv") as caught:
        read_events(path)
    assert complaint in str(caught.value)


def test_line_numbers_count_lines_inside_quotes(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER, '1,1,spindle,C3,a,,,,,"one\ntwo"', "bad,1,spindle,C3,a,,,,,")
    with pytest.raises(EventFileError, match="Line 4"):
        read_events(path)


def test_events_beyond_the_recording_are_kept_and_counted(tmp_path: Path) -> None:
    lines = [f"{onset},1,spindle,C3,human:AB,,,,," for onset in (10, 1700, 1900, 2000)]
    read = read_events(write(tmp_path, HEADER, *lines), recording_duration=1800)
    assert len(read.event_sets[0].events) == 4
    assert read.notices == (
        "2 of 4 events in night.csv lie beyond the end of the recording (1800 s): "
        "is this file for another recording?",
    )


def test_events_all_beyond_the_recording_are_said_more_strongly(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER, "1900,1,spindle,C3,human:AB,,,,,")
    read = read_events(path, recording_duration=1800)
    assert "The only event in night.csv lies beyond" in read.notices[0]
    assert "very likely" in read.notices[0]


def test_events_before_the_recording_are_said(tmp_path: Path) -> None:
    read = read_events(write(tmp_path, HEADER, "-5,1,spindle,C3,human:AB,,,,,"))
    assert "begin before" in read.notices[0]


def test_stages_are_read_back(tmp_path: Path) -> None:
    path = write(tmp_path, "onset,duration,stage", "0,30,W", "30,30,N1", "60,30,R", "90,30,?")
    hypnogram = read_events(path).hypnogram
    assert hypnogram is not None
    assert hypnogram.stages == ("W", "N1", "R", "?")


def test_stage_without_a_length_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EventFileError, match="Line 2"):
        read_events(write(tmp_path, "onset,duration,stage", "0,0,W"))


def test_stop_of_the_recorder_a_moment_after_the_last_sample_is_no_matter(tmp_path: Path) -> None:
    marks = [f"{10 * k},1,spindle,C3,human:AB,,,,," for k in range(1, 20)]
    path = write(tmp_path, HEADER, *marks, "1800.4,0,Rec stop,,human:AB,,,,,")
    assert read_events(path, recording_duration=1800).notices == ()


def test_one_late_event_of_many_is_flagged_without_doubt_in_the_file(tmp_path: Path) -> None:
    marks = [f"{10 * k},1,spindle,C3,human:AB,,,,," for k in range(1, 60)]
    path = write(tmp_path, HEADER, *marks, "1900,1,spindle,C3,human:AB,,,,,")
    (notice,) = read_events(path, recording_duration=1800).notices
    assert notice == (
        "1 of 60 events in night.csv lies beyond the end of the recording (1800 s); kept as "
        "written."
    )
