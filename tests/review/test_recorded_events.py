"""Annotations inside recordings come along, at the right times."""

from __future__ import annotations

import datetime
import struct
from pathlib import Path

import numpy as np
import pytest

from sleepscope.events import EventFile, read_events
from sleepscope.recordings import open_recording
from sleepscope.review.recorded_events import recorded_events
from tests.recordings.edf_bytes import MadeFile, MadeSignal
from tests.recordings.mne_files import write_brainvision, write_eeglab, write_gdf

EVENING = datetime.datetime(2020, 3, 1, 22, 0, 0, tzinfo=datetime.UTC)


def inside(path: Path) -> EventFile | None:
    recording = open_recording(path)
    try:
        return recorded_events(recording)
    finally:
        recording.close()


def told(found: EventFile | None) -> list[tuple[float, float, str, str | None]]:
    """Onset, duration, kind and channel of each event, to the millisecond."""
    assert found is not None
    return [
        (round(event.onset, 3), round(event.duration, 3), event.kind, event.channel)
        for events in found.event_sets
        for event in events.events
    ]


@pytest.mark.parametrize("clock", [None, EVENING])
def test_annotations_of_a_fif_count_from_its_first_sample(
    tmp_path: Path, clock: datetime.datetime | None
) -> None:
    mne = pytest.importorskip("mne")
    info = mne.create_info(["C3", "C4"], 100.0, ["eeg", "eeg"], verbose="ERROR")
    raw = mne.io.RawArray(np.zeros((2, 12_000)), info, first_samp=500, verbose="ERROR")
    raw.set_meas_date(clock)
    raw.set_annotations(
        mne.Annotations(
            [2.0, 30.0, 60.0, 90.0, 100.5],
            [0.75, 30.0, 30.0, 0.0, 3.0],
            ["spindle", "Sleep stage N2", "Sleep stage R", "S2", "BAD_cough"],
            ch_names=[["C3", "C4"], [], [], [], []],
        )
    )
    path = tmp_path / "night_raw.fif"
    raw.save(path, verbose="ERROR")
    found = inside(path)
    assert told(found) == [
        (2.0, 0.75, "spindle", "C3"),
        (2.0, 0.75, "spindle", "C4"),
        (90.0, 0.0, "S2", None),
        (100.5, 3.0, "BAD_cough", None),
    ]
    assert found is not None
    assert found.hypnogram is not None
    assert (found.hypnogram.start, found.hypnogram.stages) == (30.0, ("N2", "R"))
    assert (found.format, found.notices) == ("annotations in FIF", ())


def test_events_of_a_gdf_come_along(tmp_path: Path) -> None:
    pytest.importorskip("mne")
    path = write_gdf(tmp_path)
    table = struct.pack("<B3BI", 3, 250, 0, 0, 2) + struct.pack("<2I", 251, 1001)
    table += struct.pack("<2H", 769, 770) + bytes(4) + struct.pack("<2I", 0, 125)
    path.write_bytes(path.read_bytes()[:-8] + table)
    onsets = [(onset, kind) for onset, _, kind, _ in told(inside(path))]
    assert onsets == [(1.0, "769"), (4.0, "770")]


def test_events_of_an_eeglab_set_come_along_and_triggers_are_no_stages(tmp_path: Path) -> None:
    pytest.importorskip("mne")
    from scipy.io import loadmat, savemat

    path = write_eeglab(tmp_path)
    eeg = loadmat(path)["EEG"]
    eeg = {name: eeg[name][0, 0] for name in eeg.dtype.names}
    kinds = [("type", object), ("latency", object), ("duration", object)]
    eeg["event"] = np.array([("S2", 251.0, 1.0), ("arousal", 1001.0, 750.0)], dtype=kinds)
    savemat(path, {"EEG": eeg})
    assert told(inside(path)) == [(1.0, 0.004, "S2", None), (4.0, 3.0, "arousal", None)]


def test_marks_of_a_brainvision_recording_are_those_its_header_names(tmp_path: Path) -> None:
    pytest.importorskip("mne")
    header = write_brainvision(tmp_path)
    header.with_suffix(".vmrk").rename(tmp_path / "scored.vmrk")
    marks = tmp_path / "scored.vmrk"
    marks.write_text(marks.read_text() + "Mk2=Comment,spindle,251,125,1\n")
    header.write_text(header.read_text().replace("MarkerFile=night.vmrk", "MarkerFile=scored.vmrk"))
    assert told(inside(header)) == [(1.0, 0.5, "spindle", "C3-M2")]


def test_a_recording_without_annotations_brings_none(tmp_path: Path) -> None:
    plain = MadeFile([MadeSignal("C3-M2", np.arange(1200))]).write(tmp_path / "night.edf")
    assert inside(plain) is None


def test_what_mne_writes_as_text_and_table_is_read(tmp_path: Path) -> None:
    mne = pytest.importorskip("mne")
    annotations = mne.Annotations(
        [7.25, 4000.001, 25.5],
        [0.75, 1.5, 30.0],
        ["spindle", "K-complex", "Sleep stage N2"],
        orig_time=EVENING,
        ch_names=[["C3", "E:1"], [], []],
    )
    start = EVENING.replace(tzinfo=None) + datetime.timedelta(seconds=5)
    for ending in ("txt", "csv", "fif"):
        path = tmp_path / f"night-annot.{ending}"
        annotations.save(path, verbose="ERROR")
        found = read_events(path, recording_start=start)
        assert told(found) == [
            (2.25, 0.75, "spindle", "C3"),
            (2.25, 0.75, "spindle", "E:1"),
            (3995.001, 1.5, "k_complex", None),
        ], ending
        assert found.hypnogram is not None
        assert (found.hypnogram.start, found.hypnogram.stages) == (20.5, ("N2",))


def test_what_mne_writes_without_a_clock_counts_in_seconds(tmp_path: Path) -> None:
    mne = pytest.importorskip("mne")
    annotations = mne.Annotations([7.25, 90_000.5], [0.75, 0.0], ["spindle", "a, b"])
    for ending in ("txt", "csv", "fif"):
        path = tmp_path / f"night-annot.{ending}"
        annotations.save(path, verbose="ERROR")
        found = read_events(path, recording_start=EVENING.replace(tzinfo=None))
        assert told(found) == [(7.25, 0.75, "spindle", None), (90_000.5, 0.0, "a, b", None)]
        assert found.notices == ()
