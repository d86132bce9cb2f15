"""Markers of BrainVision."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from sleepscope.errors import EventFileError
from sleepscope.events import EventFile, read_events
from tests.events.made_files import vhdr, vmrk


def read(folder: Path, start: datetime.datetime | None = None, header: bytes = vhdr()) -> EventFile:
    (folder / "night.vmrk").write_bytes(vmrk())
    (folder / "night.vhdr").write_bytes(header)
    return read_events(folder / "night.vmrk", recording_start=start)


def test_positions_count_samples_from_one(tmp_path: Path) -> None:
    file = read(tmp_path)
    assert [(e.onset, e.duration, e.kind, e.channel) for e in file.event_sets[0].events] == [
        (1.0, 0.0, "Stimulus/S2", None),
        (2.0, 0.752, "Spindle, fast", "C4"),
    ]


def test_a_trigger_is_no_stage_and_a_comment_can_be_one(tmp_path: Path) -> None:
    hypnogram = read(tmp_path).hypnogram
    assert hypnogram is not None
    assert (hypnogram.stages, hypnogram.start) == (("N2",), 4.0)


def test_times_count_from_the_recordings_start(tmp_path: Path) -> None:
    start = datetime.datetime(2020, 3, 1, 21, 59, 50)  # noqa: DTZ001
    assert read(tmp_path, start).event_sets[0].events[0].onset == 11


def test_header_may_bear_the_name_of_the_data_file(tmp_path: Path) -> None:
    read(tmp_path)
    (tmp_path / "night.vmrk").rename(tmp_path / "scored.vmrk")
    assert len(read_events(tmp_path / "scored.vmrk").event_sets[0].events) == 2


def test_markers_without_a_usable_header_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EventFileError, match="SamplingInterval"):
        read(tmp_path, header=vhdr().replace(b"2000", b"0"))
    (tmp_path / "night.vhdr").unlink()
    with pytest.raises(EventFileError, match="must lie beside it"):
        read_events(tmp_path / "night.vmrk")


def test_a_position_that_is_none_is_refused_by_line(tmp_path: Path) -> None:
    read(tmp_path)
    path = tmp_path / "night.vmrk"
    path.write_bytes(vmrk().replace(b"1001", b"later"))
    with pytest.raises(EventFileError, match=r"Line 10 of night\.vmrk has 'later'"):
        read_events(path)


def test_the_header_itself_points_to_the_markers(tmp_path: Path) -> None:
    read(tmp_path)
    with pytest.raises(EventFileError, match=r"\.vmrk"):
        read_events(tmp_path / "night.vhdr")
