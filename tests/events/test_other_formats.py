"""Files of other programs, each made here as that program writes them."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from sleepscope.errors import EventFileError
from sleepscope.events import EventFile, read_events

EVENING = datetime.datetime(2020, 3, 1, 22, 0, 0)  # noqa: DTZ001


def read(
    folder: Path, text: str, *, start: datetime.datetime | None = EVENING, encoding: str = "utf-8"
) -> EventFile:
    path = folder / "scored.txt"
    path.write_text(text, encoding=encoding, newline="")
    return read_events(path, recording_start=start)


def marked(file: EventFile) -> list[tuple[float, float, str, str | None]]:
    (events,) = file.event_sets
    return [(e.onset, e.duration, e.kind, e.channel) for e in events.events]


def stages(file: EventFile) -> tuple[str, ...]:
    assert file.hypnogram is not None
    return file.hypnogram.stages


def scored_event(concept: str, start: str, duration: str, kind: str = "", place: str = "") -> str:
    return (
        f"<ScoredEvent><EventType>{kind}</EventType><EventConcept>{concept}</EventConcept>"
        f"<Start>{start}</Start><Duration>{duration}</Duration>"
        f"<SignalLocation>{place}</SignalLocation></ScoredEvent>"
    )


def nsrr(*events: str) -> str:
    inside = "".join(events)
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<PSGAnnotation>'
        f"<EpochLength>30</EpochLength><ScoredEvents>{inside}</ScoredEvents></PSGAnnotation>"
    )


def test_nsrr_stages_and_events_are_parted(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        nsrr(
            scored_event("Recording Start Time", "0", "120"),
            scored_event("Wake|0", "0", "30.0", "Stages|Stages"),
            scored_event("REM sleep|5", "30", "60.0", "Stages|Stages"),
            scored_event("ASDA arousal|Arousal (ASDA)", "31.5", "4", "Arousals|Arousals", "C3"),
            scored_event("Hypopnea|Hypopnea", "40", "10", "Respiratory|Respiratory", "AIRFLOW"),
        ),
    )
    assert stages(file) == ("W", "R", "R")
    assert marked(file) == [(31.5, 4, "arousal", "C3"), (40, 10, "Hypopnea", "AIRFLOW")]


@pytest.mark.parametrize("time", ["", "NaN", "soon", "inf"])
def test_nsrr_event_without_a_time_is_refused_by_number(tmp_path: Path, time: str) -> None:
    events = scored_event("Wake|0", "0", "30", "Stages"), scored_event("x", time, "1")
    with pytest.raises(EventFileError, match=r"Event 2 of scored\.txt"):
        read(tmp_path, nsrr(*events))


def test_xml_that_declares_entities_is_refused(tmp_path: Path) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    with pytest.raises(EventFileError):
        read(tmp_path, bomb + "<PSGAnnotation>&b;</PSGAnnotation>")
    hidden = nsrr().replace("<EpochLength>", "<!DOCTYPE x><EpochLength>")
    with pytest.raises(EventFileError, match="document type"):
        read(tmp_path, hidden)


def test_xml_cut_off_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EventFileError, match="not well-formed"):
        read(tmp_path, nsrr(scored_event("Wake|0", "0", "30"))[:-20])


def test_compumedics_stages_are_one_per_epoch(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        '<?xml version="1.0" encoding="utf-8"?>\n<CMPStudyConfig><EpochLength>20</EpochLength>'
        "<ScoredEvents><ScoredEvent><Name>Arousal ()</Name><Start>12.5</Start><Duration>3"
        "</Duration><Input>EEG</Input></ScoredEvent></ScoredEvents><SleepStages>"
        + "".join(f"<SleepStage>{code}</SleepStage>" for code in (0, 1, 2, 3, 4, 5, 9))
        + "</SleepStages></CMPStudyConfig>",
    )
    assert stages(file) == ("W", "N1", "N2", "N3", "N3", "R", "?")
    assert file.hypnogram is not None
    assert file.hypnogram.epoch_seconds == 20
    assert marked(file) == [(12.5, 3, "arousal", "EEG")]


def test_compumedics_epoch_that_nobody_scores_is_refused(tmp_path: Path) -> None:
    text = "<CMPStudyConfig><EpochLength>{}</EpochLength><SleepStages><SleepStage>0</SleepStage>"
    for length in ("0", "-30", "1e8"):
        with pytest.raises(EventFileError, match="an epoch lasts"):
            read(tmp_path, text.format(length) + "</SleepStages></CMPStudyConfig>")


def test_marks_that_end_before_they_begin_are_turned_and_said(tmp_path: Path) -> None:
    text = "Start,Peak,End,Duration,Oscillations,Channel\n2.5,2,1.5,1,9,C3\n"
    file = read(tmp_path, text)
    assert marked(file) == [(1.5, 1.0, "spindle", "C3")]
    assert "1 of 1 marks in scored.txt end before they begin" in file.notices[0]


def test_xml_remarks_before_the_outermost_element_are_passed_over(tmp_path: Path) -> None:
    inside = nsrr(scored_event("Wake|0", "0", "30", "Stages|Stages"))
    remarks = "<!-- one --> <!-- <CMPStudyConfig> -->\n"
    declared, _, rest = inside.partition("?>")
    assert stages(read(tmp_path, f"{declared}?>{remarks}{rest}")) == ("W",)


def test_xml_of_more_elements_than_a_night_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EventFileError, match="2000000 elements"):
        read(tmp_path, "<PSGAnnotation>" + "<a/>" * 2_000_001)


def test_text_of_more_lines_than_a_night_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EventFileError, match="300001 lines"):
        read(tmp_path, "W\n" * 300_001)


def test_bids_events_with_missing_cells(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        "onset\tduration\ttrial_type\tchannel\n0\t30\tSleep stage W\tn/a\n"
        "1.5\t0.75\tspindle\tC3\n4\tn/a\tK-complex\tn/a\n",
    )
    assert stages(file) == ("W",)
    assert marked(file) == [(1.5, 0.75, "spindle", "C3"), (4, 0, "k_complex", None)]


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        ("RelPower,Frequency,Oscillations,Symmetry,Stage,Channel", "spindle"),
        ("NegPeak,MidCrossing,PosPeak,Slope,Stage,Channel", "slow_wave"),
        ("LOCAbsValPeak,ROCAbsValPeak,a,b,c,d", "rem"),
    ],
)
def test_yasa_kind_follows_from_its_columns(tmp_path: Path, columns: str, kind: str) -> None:
    text = f"Start,Peak,End,Duration,{columns}\n1.5,2.0,2.5,1.0" + ",1" * columns.count(",") + ",C3"
    ((onset, duration, found, _),) = marked(read(tmp_path, text))
    assert (onset, duration, found) == (1.5, 1.0, kind)


def test_luna_times_in_all_their_forms(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        "# spindle | a remark\nclass\tinstance\tchannel\tstart\tstop\tmeta\n"
        "N2\t.\t.\t0\t...\t.\nN3\t.\t.\t30\t60\t.\n"
        "spindle\t1\tC3\t1.5\t2.25\tfast=1\nspindle\t2\tC3\t22:00:10\t+0.5\t.\n"
        "spindle\t3\t.\t0+00:00:20.5\t.\t.\n",
    )
    assert stages(file) == ("N2", "N3")
    assert marked(file) == [
        (1.5, 0.75, "spindle", "C3"),
        (10, 0.5, "spindle", "C3"),
        (20.5, 0, "spindle", None),
    ]
    assert file.event_sets[0].events[0].note == "fast=1"


def test_luna_clock_times_count_from_the_first_where_no_start_is_known(tmp_path: Path) -> None:
    text = (
        "class\tinstance\tchannel\tstart\tstop\tmeta\nspindle\t.\t.\t23:59:50\t+1\t.\n"
        "spindle\t.\t.\t00:00:10\t00:00:11\t.\n"
    )
    found = read(tmp_path, text, start=None)
    (events,) = found.event_sets
    assert [(event.onset, event.duration) for event in events.events] == [(0, 1), (20, 1)]
    (notice,) = found.notices
    assert "the start of the recording is not known" in notice


def test_edfbrowser_csv_in_seconds(tmp_path: Path) -> None:
    file = read(tmp_path, "Onset,Duration,Annotation\n1.5,0.75,Spindle@@C3\n4,,K-complex\n")
    assert marked(file) == [(1.5, 0.75, "spindle", "C3"), (4, 0, "k_complex", None)]


def test_mne_csv_has_dates(tmp_path: Path) -> None:
    text = (
        "onset,duration,description\n2020-03-01 22:00:01.500000,0.75,spindle\n"
        "2020-03-01 22:00:04,1.0,spindle\n"
    )
    assert marked(read(tmp_path, text)) == [
        (1.5, 0.75, "spindle", None),
        (4, 1, "spindle", None),
    ]


def test_remlogic_export_has_times_of_day(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        "RemLogic Event Export\nPatient:\tX\n\nEvents Included:\nSLEEP-S0\n\n"
        "Sleep Stage\tPosition\tTime [hh:mm:ss]\tEvent\tDuration[s]\tLocation\n"
        "W\tUnknown Position\t22.00.30\tSLEEP-S0\t30\tEEG-Fp2-F4\n"
        "S2\tUnknown Position\t22.01.00\tSLEEP-S2\t30\tEEG-Fp2-F4\n"
        "S2\tUnknown Position\t22.01.05\tMCAP-A3\t3\tEEG-F4-C4\n"
        "S2\tUnknown Position\t22.01.30\tSLEEP-UNSCORED\t30\tEEG-Fp2-F4\n",
    )
    assert stages(file) == ("W", "N2", "?")
    assert marked(file) == [(65, 3, "MCAP-A3", "EEG-F4-C4")]


def test_noxturnal_export_is_utf16_in_the_users_language(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        "Heure de début,Heure de fin,Événement,Durée,\r\n[],[],[],[s],\r\n"
        "01/03/2020 22:00:00,01/03/2020 22:00:30,Éveil,30,\r\n"
        "01/03/2020 22:00:30,01/03/2020 22:01:00,N2,30,\r\n"
        "01/03/2020 22:00:40,01/03/2020 22:00:43,Micro-éveil,3.5,\r\n",
        encoding="utf-16",
    )
    assert stages(file) == ("W", "N2")
    assert marked(file) == [(40, 3.5, "arousal", None)]


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "n_events", "n_epochs"),
    [
        ("nsrr-xml-learn/tutorial/edfs/learn-nsrr02.xml", 257, 1195),
        ("compumedics-xml/20017.edf.XML", 263, 1194),
        ("mednick/pyparse_xmltype_scorefile.xml", 151, 1374),
        ("mednick/pyparse_fulltype_scorefile.txt", 387, 1031),
        ("rsleep/tests/testthat/data/noxturnal_events_example_unicode.csv", 53, 1497),
    ],
)
def test_real_exports_are_read_whole(
    real_data: Path, name: str, n_events: int, n_epochs: int
) -> None:
    file = read_events(real_data / "readers" / name)
    assert len(file.event_sets[0].events) == n_events
    assert len(stages(file)) == n_epochs
