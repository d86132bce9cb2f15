"""Files chosen or dropped together are opened as what they hold."""

from __future__ import annotations

from pathlib import Path

import edfio
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog
from pytestqt.qtbot import QtBot

from sleepscope.app.dialogs.asking import Question
from sleepscope.app.file_names import EVENTS, RECORDINGS, SIGNAL_ENDINGS, name_filters
from sleepscope.app.fitted_events import shifted
from sleepscope.app.main_window import MainWindow
from sleepscope.app.sorting import nature_of, sort_files
from sleepscope.events.event import Event
from sleepscope.events.event_file import EventFile
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.recordings import companions
from sleepscope.recordings.mne_formats import mne_source


def annotations_alone(folder: Path) -> Path:
    path = folder / "night-annotations.edf"
    notes = [edfio.EdfAnnotation(30.0 * k, 30.0, "Sleep stage N2") for k in range(8)]
    edfio.Edf((), annotations=notes).write(path)
    return path


def scorers(window: MainWindow) -> list[str]:
    return [event_set.scorer for event_set in window.session.event_sets()]


def table(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_endings_of_the_file_dialog_are_those_that_can_be_opened() -> None:
    for ending in SIGNAL_ENDINGS:
        if ending not in (".npy", ".npz", ".eeg", ".fdt"):
            assert mne_source(Path(f"night{ending}")) is not None
    for table_of_names in (RECORDINGS, EVENTS):
        filters = name_filters(table_of_names).split(";;")
        assert len(filters) == len(table_of_names) + 1
        assert filters[-1] == "All files (*)"


@pytest.mark.parametrize(
    ("text", "nature"),
    [
        ("time,C3,C4\n0.00,1,2\n0.01,2,3\n0.02,3,4\n", "recording"),
        ("onset,duration,kind\n1.0,0.8,spindle\n", "events"),
        ("neither this\nnor that\n", "events"),
    ],
)
def test_table_is_a_recording_where_it_lists_signals(
    tmp_path: Path, text: str, nature: str
) -> None:
    assert nature_of(table(tmp_path, "night.csv", text)) == nature


def test_damaged_recording_stays_one_by_its_name(tmp_path: Path) -> None:
    assert nature_of(table(tmp_path, "night.edf", "<html>")) == "recording"


def test_annotations_alone_are_events_beside_a_recording_and_wait_for_one(
    night: Path, tmp_path: Path
) -> None:
    alone = annotations_alone(tmp_path)
    assert sort_files([alone], is_open=True).events == (alone,)
    assert sort_files([alone, night], is_open=False).events == (alone,)
    files = sort_files([alone], is_open=False)
    assert (files.recordings, files.events, files.waiting) == ((), (), (alone,))


def test_marks_of_a_brainvision_recording_stand_for_it_or_are_its_events(tmp_path: Path) -> None:
    parts = [table(tmp_path, f"night.{ending}", "") for ending in ("vmrk", "eeg", "vhdr")]
    marks, data, header = parts
    alone = sort_files([marks], is_open=False)
    assert (alone.recordings, alone.events) == ((marks,), ())
    assert sort_files([marks], is_open=True).events == (marks,)
    together = sort_files([marks, data, header], is_open=False)
    assert (together.recordings, together.events) == ((data,), (marks,))


def test_several_dropped_recordings_are_one_night_and_a_notice_places_them(
    window: MainWindow, night: Path, sentences: list[str]
) -> None:
    other = table(night.parent, "breathing.csv", "time,flow\n0.0,1\n0.5,2\n1.0,3\n1.5,2\n")
    window.controllers.opening.take([night, other])
    assert sentences == []
    assert window.session.recording.channel("flow").sfreq == 2.0
    words = window.notices.texts()[0]
    assert words.startswith("2 files are shown as one recording: demo.edf, breathing.csv;")
    assert "they begin together" in words


def test_several_files_of_a_night_are_remembered_and_opened_again_together(
    window: MainWindow, night: Path, sentences: list[str]
) -> None:
    other = table(night.parent, "breathing.csv", "time,flow\n0.0,1\n0.5,2\n1.0,3\n1.5,2\n")
    opening = window.controllers.opening
    opening.take([night, other])
    opening.close()
    assert window.welcome.recent.item(0).text().startswith("demo.edf + breathing.csv")
    opening.open(night)
    window._fill_recent()
    window.recent_menu.actions()[1].trigger()
    assert sentences == []
    assert {"flow"} <= {channel.label for channel in window.session.recording.channels}
    assert window.session.settings.recent_nights[0] == (night, other)


def test_events_dropped_with_their_recording_are_not_offered_again(
    window: MainWindow, night: Path
) -> None:
    window.controllers.opening.take([*companions(night), night])
    assert scorers(window) == ["file:expert1", "file:expert2"]
    assert window.notices.texts() == []


def test_annotations_alone_ask_for_their_recording_and_open_with_it(
    window: MainWindow, night: Path, tmp_path: Path, qtbot: QtBot, sentences: list[str]
) -> None:
    window.controllers.opening.take([annotations_alone(tmp_path)])
    dialog = next(d for d in window.findChildren(Question) if d.isVisible())
    ok = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    qtbot.mouseClick(ok, Qt.MouseButton.LeftButton)
    files = next(d for d in window.findChildren(QFileDialog) if d.isVisible())
    files.filesSelected.emit([str(night)])
    files.close()
    assert sentences == []
    assert window.session.name == "demo.edf"
    assert set(window.session.hypnogram.stages) == {"N2"}


def test_numpy_file_opens_in_the_window(
    window: MainWindow, tmp_path: Path, sentences: list[str]
) -> None:
    path = tmp_path / "night.npz"
    np.savez(path, data=np.zeros((2, 1000)), ch_names=["C3-M2", "E1-M2"], sfreq=100.0)
    window.controllers.opening.take([path])
    assert sentences == []
    assert [channel.kind for channel in window.session.recording.channels] == ["EEG", "EOG"]


def test_brainvision_recording_opens_in_the_window_with_its_marks(
    window: MainWindow, tmp_path: Path, sentences: list[str]
) -> None:
    header = table(
        tmp_path,
        "night.vhdr",
        "Brain Vision Data Exchange Header File Version 1.0\n[Common Infos]\nCodepage=UTF-8\n"
        "DataFile=night.eeg\nMarkerFile=night.vmrk\nDataFormat=BINARY\n"
        "DataOrientation=MULTIPLEXED\nNumberOfChannels=1\nSamplingInterval=10000\n"
        "[Binary Infos]\nBinaryFormat=INT_16\n[Channel Infos]\nCh1=C3-M2,,0.5,µV\n",
    )
    marks = table(
        tmp_path,
        "night.vmrk",
        "Brain Vision Data Exchange Marker File, Version 1.0\n[Common Infos]\nCodepage=UTF-8\n"
        "DataFile=night.eeg\n[Marker Infos]\nMk1=New Segment,,1,1,0,0\n"
        "Mk2=Comment,spindle,501,100,0\n",
    )
    data = tmp_path / "night.eeg"
    np.zeros(3000, "<i2").tofile(data)
    window.controllers.opening.take([marks, data, header])
    assert sentences == []
    assert window.session.recording.duration == 30.0
    (marked,) = window.session.event_sets()
    assert [(event.onset, event.kind) for event in marked.events] == [(5.0, "spindle")]


def test_annotations_of_a_later_file_are_moved_with_it() -> None:
    events = EventSet.of("file:x", [Event(1.0, 0.5, "spindle")], [(0.0, 60.0)])
    stages = Hypnogram(("N2",), 30.0, 0.0, "file:x")
    found = EventFile(Path("x.edf"), "EDF+", (events,), stages)
    moved = shifted(found, 12.0)
    assert moved.event_sets[0].events[0].onset == 13.0
    assert moved.event_sets[0].scored_spans == ((12.0, 72.0),)
    assert moved.hypnogram.start == 12.0
    assert shifted(found, 0.0) is found
