"""The choice of a reader, and files that are no files of events."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sleepscope.errors import EventFileError
from sleepscope.events import read_events
from sleepscope.events.event_file import decode, head_text

HEADS = (
    b"",
    b"0       ",
    b"\xffBIOSEMI",
    b"[vis1_Spindles/C3-A1]\n",
    b"[Hypnogram]\n",
    b"onset,duration,kind,channel,scorer,confidence,status,stage,start_time,note\n",
    b"onset,duration,stage\n",
    b"\xff\xfe",
    b"W\nN2\n",
    b"onset\tduration\ttrial_type\n",
    b"Start,Peak,End,Duration,Frequency,Channel\n",
    b"<?xml version='1.0'?><PSGAnnotation><ScoredEvents>",
    b"<CMPStudyConfig>",
    b"class\tinstance\tchannel\tstart\tstop\tmeta\n",
    b"RemLogic Event Export\nTime [hh:mm:ss]\tEvent\tDuration[s]\n",
    b"a,b,c,d,\n[],[],[],[s],\n",
    b"Onset,Duration,Annotation\n",
)


def complaint_about(path: Path) -> str:
    """The sentence with which a file is refused, "" where it is read."""
    try:
        read_events(path, recording_duration=100)
    except EventFileError as error:
        return str(error)
    return ""


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    head=st.sampled_from(HEADS), tail=st.one_of(st.binary(max_size=600), st.text().map(str.encode))
)
def test_any_bytes_give_events_or_one_sentence(tmp_path: Path, head: bytes, tail: bytes) -> None:
    path = tmp_path / "hostile.bin"
    path.write_bytes(head + tail)
    sentence = complaint_about(path)
    assert "\n" not in sentence
    assert not sentence or "hostile.bin" in sentence


def test_extension_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "marks.edf"
    path.write_text("[Spindles/C3-A1]\n1 1\n", encoding="ascii")
    assert len(read_events(path).event_sets[0].events) == 1


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\x00\x00", b"hello\n"])
def test_other_files_are_refused_with_the_choices(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.edf"
    path.write_bytes(content)
    with pytest.raises(EventFileError, match="DREAMS"):
        read_events(path)


def test_empty_missing_and_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    with pytest.raises(EventFileError, match=r"empty\.txt is empty"):
        read_events(tmp_path / "empty.txt")
    with pytest.raises(EventFileError, match="cannot be read"):
        read_events(tmp_path / "missing.txt")
    with pytest.raises(EventFileError, match="is a folder"):
        read_events(tmp_path)
    with pytest.raises(EventFileError):
        read_events("a\0b")


def test_blank_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "blank.txt"
    path.write_text("\n \n", encoding="ascii")
    with pytest.raises(EventFileError):
        read_events(path)


def test_huge_text_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    path.write_text("[Spindles/C3-A1]\n" + "1 1\n" * 2000, encoding="ascii")
    os.truncate(path, 70 * 1024 * 1024)
    with pytest.raises(EventFileError, match="70 MB"):
        read_events(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(EventFileError, match="no ordinary file"):
        read_events(path)


def test_utf16_and_latin1_texts_are_decoded() -> None:
    assert decode("Éveil".encode("utf-16"), "x") == ("Éveil", ())
    text, notices = decode("Éveil".encode("latin-1"), "x")
    assert text == "Éveil"
    assert "Latin-1" in notices[0]
    assert head_text("Éveil".encode("utf-16")) == "Éveil"


@pytest.mark.real_data
def test_every_real_file_gives_events_or_one_sentence(real_data: Path) -> None:
    for path in sorted(real_data.rglob("*")):
        if path.is_file():
            sentence = complaint_about(path)
            assert not sentence or path.name in sentence
