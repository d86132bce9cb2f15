"""Wonambi's and EDFbrowser's annotations as XML."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from sleepscope.errors import EventFileError
from sleepscope.events import EventFile, read_events
from tests.events.hostile_files import SECRET, entities
from tests.events.made_files import edfbrowser_xml, wonambi_xml

EVENING = datetime.datetime(2020, 3, 1, 22, 0, 0)  # noqa: DTZ001


def read(folder: Path, content: bytes, start: datetime.datetime | None = None) -> EventFile:
    path = folder / "scored.xml"
    path.write_bytes(content)
    return read_events(path, recording_start=start)


def test_wonambi_has_a_set_per_rater_and_an_event_per_channel(tmp_path: Path) -> None:
    file = read(tmp_path, wonambi_xml(), EVENING)
    assert [events.scorer for events in file.event_sets] == ["file:scored:AB", "file:scored:CD"]
    first, second = file.event_sets
    assert [(e.onset, e.duration, e.kind, e.channel, e.note) for e in first.events] == [
        (1.0, 1.0, "lights", None, ""),
        (10.5, 0.75, "spindle", "C3", "poor signal"),
        (10.5, 0.75, "spindle", "C4", "poor signal"),
    ]
    assert second.events == ()
    assert file.hypnogram is not None
    assert file.hypnogram.stages == ("N2", "R")
    assert file.hypnogram.scorer == "file:scored:AB"
    assert file.notices == ()


def test_wonambi_counts_from_the_start_that_it_states(tmp_path: Path) -> None:
    file = read(tmp_path, wonambi_xml(), EVENING - datetime.timedelta(seconds=60))
    assert file.event_sets[0].events[0].onset == 61
    assert file.hypnogram is not None
    assert file.hypnogram.start == 60
    assert "60 s after" in file.notices[0]


def test_wonambi_stages_of_a_second_rater_are_named_and_left(tmp_path: Path) -> None:
    first = wonambi_xml()
    stages = first[first.index(b"<stages>") : first.index(b"</stages>") + 9]
    file = read(tmp_path, first.replace(b"<stages/>", stages))
    assert file.hypnogram is not None
    assert file.hypnogram.scorer == "file:scored:AB"
    assert "more than one rater" in file.notices[0]


def test_wonambi_without_rater_or_time_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EventFileError, match="without a rater"):
        read(tmp_path, b"<annotations><dataset/></annotations>")
    with pytest.raises(EventFileError, match="event_start 'soon'"):
        read(tmp_path, wonambi_xml().replace(b"10.5", b"soon"))


@pytest.mark.parametrize("early", [0, 30])
def test_edfbrowser_counts_across_midnight(tmp_path: Path, early: int) -> None:
    start = datetime.datetime(2020, 3, 1, 23, 59, 30) - datetime.timedelta(seconds=early)  # noqa: DTZ001
    file = read(tmp_path, edfbrowser_xml(), start)
    (event,) = file.event_sets[0].events
    assert (event.onset, event.duration, event.channel) == (31.5 + early, 0.75, "C3 & more")
    assert file.hypnogram is not None
    assert (file.hypnogram.stages, file.hypnogram.start) == (("W",), early)


def test_edfbrowser_onsets_in_seconds(tmp_path: Path) -> None:
    text = b"<annotationlist><annotation><onset>1.5</onset><description>x</description>"
    file = read(tmp_path, text + b"</annotation></annotationlist>")
    (event,) = file.event_sets[0].events
    assert (event.onset, event.duration, event.kind) == (1.5, 0, "x")


def test_no_entity_is_ever_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET, encoding="ascii")
    for bomb in entities(secret):
        with pytest.raises(EventFileError) as refusal:
            read(tmp_path, bomb.content)
        assert SECRET not in str(refusal.value)
