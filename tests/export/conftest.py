"""A made recording, a hypnogram and a review with every kind of decision."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.identity import recording_identity
from sleepscope.recordings.recording import ArrayRecording
from sleepscope.review import ReviewFile

AB = "human:AB"
MODEL = "model:spindle-1d@12345678"


@pytest.fixture
def recording(tmp_path: Path) -> ArrayRecording:
    """Ten minutes of silence that begin just before midnight."""
    channel = Channel("C3-M2", "EEG", "µV", 10.0, 6000)
    start = datetime.datetime(2001, 12, 31, 23, 59, 0)  # noqa: DTZ001  (EDF has no time zone)
    return ArrayRecording(
        tmp_path / "night.edf",
        (channel,),
        {"C3-M2": np.zeros(6000)},
        start=start,
        subject_code="S01",
    )


@pytest.fixture
def hypnogram() -> Hypnogram:
    """Wake for 30 s, then N2."""
    return Hypnogram(("W", *["N2"] * 19), 30.0, 0.0, "file:stages")


@pytest.fixture
def review(recording: ArrayRecording) -> Iterator[ReviewFile]:
    """Model events: unreviewed, accepted, rejected, changed; and one that AB added."""
    with ReviewFile.open(recording.path, recording_identity(recording), person=AB) as opened:
        events = [Event(10.0 + 20 * k, 1.0, "spindle", "C3-M2", 0.8765) for k in range(4)]
        opened.import_set(EventSet.of(MODEL, events, [(0.0, 300.0)]))
        opened.set_verdict([events[1].id], "accepted")
        opened.set_verdict([events[2].id], "rejected")
        opened.change_event(events[3].id, onset=70.5)
        opened.add_event(Event(90.25, 0.5, "spindle", "C3-M2", note="late", unsure=True))
        yield opened
