"""No export says what the recording's file is called: such names often hold a patient's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sleepscope.agreement.agreement_report import (
    ReportInput,
    ReportSettings,
    agreement_report,
)
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.export import FORMATS, Sidecar, marked_sets
from sleepscope.export.report import write_report
from sleepscope.export.summary_csv import write_summary
from sleepscope.progress import finish
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.neutral_name import file_stems, neutral_scorers
from sleepscope.recordings.recording import ArrayRecording
from sleepscope.summary.night import summary_rows

SCORERS = ("file:Miller_Anna-expert1", "file:expert2 of Miller_Anna")
EVENTS = [Event(10.0 + 20 * k, 1.0, "spindle", "C3-M2") for k in range(4)]
SETS = [EventSet.of(scorer, EVENTS, [(0.0, 300.0)]) for scorer in SCORERS]
STAGES = Hypnogram(("W", *["N2"] * 19), scorer="file:Miller_Anna")


@pytest.fixture
def recording(tmp_path: Path) -> ArrayRecording:
    channel = Channel("C3-M2", "EEG", "µV", 10.0, 6000)
    return ArrayRecording(tmp_path / "Miller_Anna.edf", (channel,), {"C3-M2": np.zeros(6000)})


def said_in(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())


@pytest.mark.parametrize("name", FORMATS)
def test_events_and_stages_name_no_file(
    recording: ArrayRecording, tmp_path: Path, name: str
) -> None:
    form = FORMATS[name]
    form.write(
        tmp_path / f"out{form.suffix}", marked_sets(SETS), Sidecar.of(recording, SETS), STAGES
    )
    said = said_in(tmp_path)
    assert said
    assert b"Miller" not in said


def test_summary_names_no_file(recording: ArrayRecording, tmp_path: Path) -> None:
    rows = summary_rows(SETS, recording.duration)
    write_summary(tmp_path / "summary.csv", rows, file_stems(recording))
    said = said_in(tmp_path)
    assert b"file:expert1" in said
    assert b"Miller" not in said


@pytest.mark.parametrize("ending", ["html", "csv"])
def test_report_names_no_file(recording: ArrayRecording, tmp_path: Path, ending: str) -> None:
    made = finish(
        agreement_report(
            ReportInput(SETS[0], SETS[1], recording.duration),
            ReportSettings("spindle", n_resamples=50),
        )
    )
    names = neutral_scorers(made.scorers, file_stems(recording))
    write_report(tmp_path / f"report.{ending}", made.renamed(names), lambda scorer: scorer)
    said = said_in(tmp_path)
    assert b"file:expert1" in said
    assert b"Miller" not in said
