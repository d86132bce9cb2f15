"""Files of the DREAMS databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from sleepscope.errors import EventFileError
from sleepscope.events import EventFile, read_events


def write(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="ascii")
    return path


def test_header_names_kind_and_channel(tmp_path: Path) -> None:
    path = write(
        tmp_path, "Visual_scoring2_excerpt3.txt", "[vis2_Spindles/C3-A1]", "  1.5\t 1.0", "8 0.5"
    )
    (events,) = read_events(path).event_sets
    assert events.scorer == "file:Visual_scoring2"
    assert [(e.onset, e.duration, e.kind, e.channel) for e in events.events] == [
        (1.5, 1.0, "spindle", "C3-A1"),
        (8.0, 0.5, "spindle", "C3-A1"),
    ]
    assert events.scored_spans is None


def test_first_expert_scored_spindles_to_1000_seconds(tmp_path: Path) -> None:
    path = write(tmp_path, "Visual_scoring1_excerpt3.txt", "[vis1_Spindles/C3-A1]", "1 1")
    read = read_events(path)
    assert read.event_sets[0].scored_spans == ((0.0, 1000.0),)
    assert "1000 s" in read.notices[0]


def test_rems_are_of_all_channels_and_scored_throughout(tmp_path: Path) -> None:
    path = write(tmp_path, "Visual_scoring1_excerpt3.txt", "[vis1_REMs/EOGs]", "1 1")
    (events,) = read_events(path).event_sets
    assert events.scored_spans is None
    assert events.events[0].kind == "rem"
    assert events.events[0].channel is None


def test_negative_duration_survives_in_order_with_a_notice(tmp_path: Path) -> None:
    path = write(tmp_path, "marks.txt", "[vis1_REMs/EOGs]", "531.5400 -0.5177", "600 0.005")
    read = read_events(path)
    first, second = read.event_sets[0].events
    assert first.onset == pytest.approx(531.0223)
    assert first.stop == pytest.approx(531.54)
    assert second.duration == 0.005
    assert any("Line 2" in notice and "-0.5177" in notice for notice in read.notices)


@pytest.mark.parametrize("cell", ["nan", "inf", "-inf", "1e400", "abc", "1,5"])
def test_onset_that_is_no_number_is_refused_with_its_line(tmp_path: Path, cell: str) -> None:
    path = write(tmp_path, "marks.txt", "[Spindles/C3-A1]", "1 1", f"{cell} 1")
    with pytest.raises(EventFileError, match=r"Line 3 of marks\.txt"):
        read_events(path)


def test_line_without_a_duration_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "marks.txt", "[Spindles/C3-A1]", "1")
    with pytest.raises(EventFileError, match="Line 2"):
        read_events(path)


def test_file_of_a_header_alone_is_a_scorer_who_found_nothing(tmp_path: Path) -> None:
    (events,) = read_events(write(tmp_path, "marks.txt", "[Spindles/C3-A1]")).event_sets
    assert events.events == ()


def test_hypnogram_has_a_code_for_every_5_seconds(tmp_path: Path) -> None:
    path = write(tmp_path, "Hypnogram_excerpt1.txt", "[Hypnogram]", *"543210", "-1", "-2")
    hypnogram = read_events(path).hypnogram
    assert hypnogram is not None
    assert hypnogram.epoch_seconds == 5
    assert hypnogram.stages == ("W", "R", "N1", "N2", "N3", "N3", "?", "?")


@pytest.mark.parametrize("code", ["6", "x", "2.5"])
def test_unknown_stage_is_refused_with_its_line(tmp_path: Path, code: str) -> None:
    with pytest.raises(EventFileError, match="Line 3"):
        read_events(write(tmp_path, "h.txt", "[Hypnogram]", "5", code))


def read_all(folder: Path, pattern: str) -> list[EventFile]:
    return [read_events(path, recording_duration=1800) for path in sorted(folder.glob(pattern))]


@pytest.mark.real_data
def test_real_spindle_marks_have_the_published_counts(real_data: Path) -> None:
    folder = real_data / "dreams_spindles"
    for expert, files, marks in ((1, 8, 355), (2, 6, 409)):
        read = read_all(folder, f"Visual_scoring{expert}_*.txt")
        assert len(read) == files
        assert sum(len(one.event_sets[0].events) for one in read) == marks


@pytest.mark.real_data
def test_real_rem_marks_have_the_published_counts(real_data: Path) -> None:
    folder = real_data / "dreams_rems"
    marks = read_all(folder, "Visual_scoring1_*.txt")
    hypnograms = read_all(folder, "Hypnogram_*.txt")
    in_wake = 0
    for one, staged in zip(marks, hypnograms, strict=True):
        assert staged.hypnogram is not None
        for event in one.event_sets[0].events:
            in_wake += staged.hypnogram.stage_at(event.midpoint) == "W"
    assert sum(len(one.event_sets[0].events) for one in marks) == 847
    assert in_wake == 316
    assert sum("negative duration" in notice for one in marks for notice in one.notices) == 1
