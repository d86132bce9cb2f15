"""Annotations that MNE saved as FIF."""

from __future__ import annotations

import datetime
import struct
from pathlib import Path

import pytest

from sleepscope.errors import EventFileError
from sleepscope.events import EventFile, read_events
from tests.events.made_files import fif

EVENING = datetime.datetime(2020, 3, 1, 22, 0, 0, tzinfo=datetime.UTC)


def read(folder: Path, content: bytes) -> EventFile:
    path = folder / "scored-annot.fif"
    path.write_bytes(content)
    return read_events(path)


def test_events_and_stages_are_parted(tmp_path: Path) -> None:
    file = read(tmp_path, fif())
    (event,) = file.event_sets[0].events
    assert (event.onset, event.duration) == (1.5, 0.75)
    assert (event.kind, event.channel) == ("spindle:fast", "C3")
    assert file.hypnogram is not None
    assert (file.hypnogram.stages, file.hypnogram.start) == (("N2",), 30.0)


def test_files_of_mne_itself(tmp_path: Path) -> None:
    mne = pytest.importorskip("mne")
    path = tmp_path / "night-annot.fif"
    mne.Annotations(
        [1.5, 4000.25, 7.0],
        [0.75, 1.5, 0.0],
        ["spindle", "K-complex", "a:b é"],
        orig_time=EVENING,
        ch_names=[["C3", "C4"], [], []],
    ).save(path)
    start = EVENING.replace(tzinfo=None) - datetime.timedelta(seconds=10)
    (events,) = read_events(path, recording_start=start).event_sets
    assert [(e.onset, e.duration, e.kind, e.channel) for e in events.events] == [
        (11.5, 0.75, "spindle", "C3"),
        (11.5, 0.75, "spindle", "C4"),
        (17.0, 0.0, "a:b é", None),
        (4010.25, 1.5, "k_complex", None),
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (fif()[:36], "without annotations"),
        (fif().replace(struct.pack(">f", 1.5), struct.pack(">f", float("nan"))), "a time"),
        (fif().replace(b"spindle{COLON}fast:", b"spindle{COLON}fast "), "1 descriptions"),
        (fif()[:56] + struct.pack(">iIii", 3568, 4, 2**31 - 1, 0), "beyond its end"),
        (fif()[:36] + struct.pack(">iIii", 1, 3, 0, 36), "points back"),
    ],
)
def test_damaged_files_are_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(EventFileError, match=sentence):
        read(tmp_path, content)
