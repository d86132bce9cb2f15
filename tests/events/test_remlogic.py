"""RemLogic exports of several versions and languages, and midnight."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from sleepscope.errors import EventFileError
from sleepscope.events import EventFile, read_events
from tests.events.made_files import remlogic

LATE = datetime.datetime(2020, 3, 1, 23, 59, 0)  # noqa: DTZ001


def read(folder: Path, content: bytes) -> EventFile:
    path = folder / "scored.txt"
    path.write_bytes(content)
    return read_events(path, recording_start=LATE)


@pytest.mark.parametrize(
    "header",
    [
        "Sleep Stage\tPosition\tTime [hh:mm:ss]\tEvent\tDuration[s]\tLocation",
        "Sleep Stage\tPosition\tTime [hh:mm:ss]\tEvent\tDuration [s]\tLocation",
        "Schlafstadium\tPosition\tZeit [hh:mm:ss]\tEreignis\tDauer[s]\tOrt",
        "Stade de sommeil\tPosition\tTemps [hh:mm:ss]\tÉvénement\tDurée[s]\tEmplacement",
        "Fase del sonno\tPosizione\tOra [hh:mm:ss.xxx]\tEvento\tDurata[s]\tPosto",
    ],
)
@pytest.mark.parametrize("preface", [True, False])
def test_units_find_the_columns_in_any_language(tmp_path: Path, header: str, preface: bool) -> None:
    content = remlogic(header)
    if not preface:
        content = content[content.index(header.encode("latin-1")) :]
    file = read(tmp_path, content)
    (event,) = file.event_sets[0].events
    assert (event.onset, event.duration, event.kind) == (65, 3, "arousal")
    assert event.channel == "EEG-C4-A1"
    assert file.hypnogram is not None
    assert (file.hypnogram.stages, file.hypnogram.start) == (("W", "N2"), 30)


def test_columns_that_some_versions_leave_out(tmp_path: Path) -> None:
    text = "Sleep Stage\tTime [hh:mm:ss]\tEvent\tDuration[s]\nW\t23:59:30\tSLEEP-S0\t30\n"
    file = read(tmp_path, text.encode())
    assert file.hypnogram is not None
    assert (file.hypnogram.stages, file.hypnogram.start) == (("W",), 30)


def test_times_with_dates(tmp_path: Path) -> None:
    text = "Time [hh:mm:ss.xxx]\tEvent\tDuration[s]\n2020-03-02T00:00:30.500000\tAROUSAL\t3,5\n"
    (event,) = read(tmp_path, text.encode()).event_sets[0].events
    assert (event.onset, event.duration) == (90.5, 3.5)


def test_a_time_that_is_none_is_refused_by_line(tmp_path: Path) -> None:
    with pytest.raises(EventFileError, match=r"Line 6 of scored\.txt has the time '24.00.00'"):
        read(tmp_path, remlogic().replace(b"00.00.00", b"24.00.00"))
