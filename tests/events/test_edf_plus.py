"""Annotations of EDF+ and BDF+."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from edfio import Edf, EdfAnnotation, EdfSignal, Recording

from sleepscope.errors import EventFileError
from sleepscope.events import read_events

START = datetime.datetime(2020, 3, 1, 22, 0, 0)  # noqa: DTZ001


@pytest.fixture
def annotated(tmp_path: Path) -> Callable[..., Path]:
    def write(*annotations: tuple[float, float | None, str], signal: bool = True) -> Path:
        signals = [EdfSignal(np.sin(np.arange(6000.0)), 100, label="EEG C3")] if signal else []
        edf = Edf(
            signals,
            annotations=[EdfAnnotation(*annotation) for annotation in annotations],
            recording=Recording(startdate=START.date()),
            starttime=START.time(),
        )
        path = tmp_path / "night.edf"
        edf.write(path)
        return path

    return write


def test_events_inside_a_recording_get_kind_and_channel(annotated: Callable[..., Path]) -> None:
    path = annotated((1.25, 0.5, "Sleep spindle@@EEG C3"), (3, None, "K-complex"), (4, 1, "Ünklar"))
    (events,) = read_events(path).event_sets
    assert [(e.onset, e.duration, e.kind, e.channel) for e in events.events] == [
        (1.25, 0.5, "spindle", "EEG C3"),
        (3.0, 0.0, "k_complex", None),
        (4.0, 1.0, "Ünklar", None),
    ]


def test_stages_of_a_separate_file_become_a_hypnogram(annotated: Callable[..., Path]) -> None:
    path = annotated(
        (0, 60, "Sleep stage W"),
        (60, 30, "Sleep stage 1"),
        (90, 60, "Sleep stage 3"),
        (150, 30, "Sleep stage 4"),
        (180, 30, "Movement time"),
        (210, 30, "Sleep stage R"),
        (240, 900, "Sleep stage ?"),
        signal=False,
    )
    read = read_events(path, recording_duration=300)
    assert read.hypnogram is not None
    assert read.hypnogram.stages == ("W", "W", "N1", "N3", "N3", "N3", "?", "R", "?", "?")
    assert read.event_sets == ()
    assert read.notices == ()


def test_stage_without_duration_lasts_until_the_next(annotated: Callable[..., Path]) -> None:
    path = annotated((0, None, "N1"), (30, None, "N2"), (90, None, "REM"), signal=False)
    hypnogram = read_events(path).hypnogram
    assert hypnogram is not None
    assert hypnogram.stages == ("N1", "N2", "N2", "R")


def test_short_rem_is_an_eye_movement(annotated: Callable[..., Path]) -> None:
    read = read_events(annotated((0, 30, "N2"), (5, 0.6, "REM")))
    assert read.event_sets[0].events[0].kind == "rem"
    assert read.hypnogram is not None
    assert read.hypnogram.stages == ("N2",)


def test_file_with_a_clock_of_its_own_is_moved_and_said(annotated: Callable[..., Path]) -> None:
    path = annotated((10, 1, "Spindle"))
    read = read_events(path, recording_start=START - datetime.timedelta(seconds=90))
    assert read.event_sets[0].events[0].onset == 100
    assert any("90 s after" in notice for notice in read.notices)


def test_file_of_another_date_is_not_moved_and_said(annotated: Callable[..., Path]) -> None:
    path = annotated((10, 1, "Spindle"))
    read = read_events(path, recording_start=START - datetime.timedelta(days=700))
    assert read.event_sets[0].events[0].onset == 10
    assert any("dates do not fit" in notice for notice in read.notices)


def test_latin1_annotation_is_read_with_a_notice(annotated: Callable[..., Path]) -> None:
    path = annotated((1, 1, "Xtrange"))
    path.write_bytes(path.read_bytes().replace(b"Xtrange", "Étrange".encode("latin-1")))
    read = read_events(path)
    assert read.event_sets[0].events[0].kind == "Étrange"
    assert any("Latin-1" in notice for notice in read.notices)


def test_time_counts_from_the_first_sample_also_within_a_second(tmp_path: Path) -> None:
    path = tmp_path / "night.edf"
    later = START.replace(microsecond=500_000)
    edf = Edf(
        [EdfSignal(np.sin(np.arange(1000.0)), 100)],
        annotations=[EdfAnnotation(1, 1, "Spindle")],
        recording=Recording(startdate=later.date()),
        starttime=later.time(),
    )
    edf.write(path)
    read = read_events(path, recording_start=later)
    assert read.event_sets[0].events[0].onset == 1
    assert read.notices == ()


def test_recording_cut_off_in_the_middle_still_gives_its_annotations(
    annotated: Callable[..., Path],
) -> None:
    path = annotated((1, 1, "Spindle"), (50, 1, "Spindle"))
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])
    assert len(read_events(path).event_sets[0].events) == 1


def test_number_of_records_not_filled_in_is_no_hindrance(annotated: Callable[..., Path]) -> None:
    path = annotated((50, 1, "Spindle"))
    raw = path.read_bytes()
    path.write_bytes(raw[:236] + b"-1      " + raw[244:])
    assert len(read_events(path).event_sets[0].events) == 1


def test_plain_edf_holds_no_annotations(tmp_path: Path) -> None:
    path = tmp_path / "plain.edf"
    Edf([EdfSignal(np.sin(np.arange(100.0)), 100)]).write(path)
    with pytest.raises(EventFileError, match="without annotations"):
        read_events(path)


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw[:200],
        lambda raw: raw[:252] + b"9999" + raw[256:],
        lambda raw: raw[:252] + b"  -1" + raw[256:],
        lambda raw: raw[:252] + b"abcd" + raw[256:],
        lambda raw: raw[:236] + b"many    " + raw[244:],
        lambda raw: raw[:244] + b"        " + raw[252:],
    ],
)
def test_broken_header_is_one_sentence(
    annotated: Callable[..., Path], damage: Callable[[bytes], bytes]
) -> None:
    path = annotated((1, 1, "Spindle"))
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(EventFileError, match="header is broken"):
        read_events(path)


@pytest.mark.real_data
def test_real_sleep_edf_hypnograms_cover_the_day(real_data: Path) -> None:
    folder = real_data / "readers" / "sleepedf-hypnograms" / "data" / "raw"
    for path in sorted(folder.glob("*.edf")):
        hypnogram = read_events(path).hypnogram
        assert hypnogram is not None
        assert len(hypnogram.stages) == 2880
        assert {"W", "N1", "N2", "N3", "R"} <= set(hypnogram.stages)


@pytest.mark.real_data
def test_real_annotations_are_those_that_edfio_finds(real_data: Path) -> None:
    from edfio import read_bdf, read_edf

    for name in (
        "edfio/tests/TEST_DATA/test_subsecond.edf",
        "pyedflib/pyedflib/tests/data/test_utf8.edf",
        "edfReader/inst/extdata/edfAnnonC.edf",
        "edfReader/inst/extdata/bdfPlusC.bdf",
    ):
        path = real_data / "readers" / name
        expected = (read_bdf if path.suffix == ".bdf" else read_edf)(path).annotations
        found = read_events(path).event_sets[0].events
        assert [(e.onset, e.duration, e.kind) for e in found] == [
            (pytest.approx(a.onset), a.duration or 0.0, a.text) for a in expected
        ]
