"""Files as other programs and other languages write them: read right, or refused in a sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Sleepscope
from tests.events.made_files import compumedics_xml, nsrr_xml
from tests.recordings.edf_bytes import MadeFile, MadeSignal

DIGITAL = np.arange(1200) % 200 - 100
NOXTURNAL = (
    "Début,Fin,Événement,Durée\n[],[],[],[s]\n"
    "2018-01-22T23:00:00.000000,2018-01-22T23:00:30.000000,N2,30\n"
    "2018-01-22T23:00:10.000000,2018-01-22T23:00:14.000000,Micro-éveil,4\n"
)
LUNA = "class\tinstance\tchannel\tstart\tstop\tmeta\n"
SLEEP_EDF = "+0\x14\x14\0+0\x1530\x14Sleep stage W\x14\0+30\x1560\x14Sleep stage ?\x14\0"


def edf(digital: np.ndarray = DIGITAL, label: str = "C3", **fields: str) -> bytes:
    return MadeFile([MadeSignal(label, digital)], fields=fields).to_bytes()


def text(source: bytes, old: str, new: str) -> str:
    assert old in source.decode()
    return source.decode().replace(old, new)


FILES: dict[str, tuple[bytes | str, str]] = {
    "noname.edf": (edf(label=""), "Signal 1"),
    "nul.edf": (edf(label="C3\0\0"), "C3     EEG   100 Hz"),
    "count.edf": (edf(signals="-1"), "The number of signals is not given"),
    "feb30.edf": (edf(date="30.02.19"), "start     22:13:50, without a date"),
    "y2099.edf": (
        edf(date="31.12.yy", recording="Startdate 31-DEC-2099 X X X"),
        "start     2099-12-31 22:13:50\n  duration  0:00:12 (12 s)\n  channels  1: 1 EEG\n"
        "    label  kind    rate  unit              range\n"
        "    C3     EEG   100 Hz  µV    -3276.8 to 3276.7\n",
    ),
    "tail.edf": (edf() + bytes(77), "its 77 bytes are left out"),
    "small-annotations.edf": (
        MadeFile([], n_records=1, onsets=[0], annotation_bytes=2).to_bytes(),
        "events    none",
    ),
    "sleep-edf-tail.edf": (
        MadeFile(
            [],
            n_records=1,
            onsets=[SLEEP_EDF + "+90\x1530\x14Movement time\x14\0"],
            annotation_bytes=120,
            record_duration="0",
        ).to_bytes(),
        "4 epochs of 30 s: 3 ?, 1 W",
    ),
    "status.bdf": (
        MadeFile([MadeSignal("EEG1", DIGITAL), MadeSignal("Status", DIGITAL)], bdf=True).to_bytes(),
        "2: 1 EEG, 1 OTHER",
    ),
    "zeit.csv": ("Zeit;C3 [µV]\n0,00;1,5\n0,01;1,6\n0,02;1\n", "C3     EEG   100 Hz  µV"),
    "semicolon.csv": (NOXTURNAL.replace(",", ";"), "1 (1 arousal)"),
    "decimal.csv": (
        NOXTURNAL.replace(",", ";").replace(";4\n", ";4,5\n"),
        "1 epochs of 30 s: 1 N2",
    ),
    "latin1.csv": (NOXTURNAL.encode("latin-1"), "1 (1 arousal)"),
    "utf16.csv": (NOXTURNAL.encode("utf-16"), "1 (1 arousal)"),
    "utf16.xml": (
        compumedics_xml().decode().encode("utf-16"),
        "2 N3, 1 W, 1 N1, 1 N2, 1 R",
    ),
    "namespace.xml": (
        text(compumedics_xml(), "<CMPStudyConfig>", '<CMPStudyConfig xmlns="http://x">'),
        "2 N3, 1 W, 1 N1, 1 N2, 1 R",
    ),
    "endless.xml": (
        text(nsrr_xml(), "<Duration>4</Duration>", ""),
        "Events without a duration in endless.xml: 1 of 3",
    ),
    "comma.xml": (text(nsrr_xml(), "31.5", "31,5"), "1 (1 arousal)"),
    "doctype.xml": (
        text(nsrr_xml(), "<PSG", "<!DOCTYPE PSG><PSG"),
        "sleepscope: doctype.xml declares a document type of its own; scoring files have none",
    ),
    "na.tsv": (
        "onset\tduration\ttrial_type\n1.0\tn/a\tspindle\nn/a\t1\tarousal\n",
        "Rows without an onset in na.tsv are left out: 1.",
    ),
    "digits.tsv": (
        "onset\tduration\tstage_hum\n0\t30\t0\n30\t30\t4\n60\t30\t8\n",
        "3 epochs of 30 s: 1 W, 1 R, 1 ?",
    ),
    "headless.annot": ("# arousal | x\narousal\t.\t.\t100\t105\t.\n", "1 (1 arousal)"),
    "dated.annot": (LUNA + "arousal\t.\t.\t24-04-19-22:14:00\t24-04-19-22:14:05\t.\n", "1 arousal"),
    "untilnext.annot": (
        LUNA + "N2\t.\t.\t0\t...\t.\nN3\t.\t.\t30\t...\t.\nW\t.\t.\t60\t+30\t.\n",
        "3 epochs of 30 s: 1 N2, 1 N3, 1 W",
    ),
    "yasa.csv": ("Epoch,Stage\n0,0\n1,2\n2,4\n", "'hypnogram-aasm'"),
    "european.csv": ("Onset;Duration;Annotation\n1,5;0,5;Spindle\n2,5;;Arousal\n", "1 spindle"),
    "excel.csv": (
        "sep=;\nonset;duration;kind;channel;scorer\n1,5;0,5;spindle;C3;human:AB\n",
        "human:AB: 1 (1 spindle)",
    ),
    "wach.txt": ("Wach\nN1\nREM\n", "3 epochs of 30 s: 1 W, 1 N1, 1 R"),
    "bom.txt": ("\ufeffStage\nW\nN1\n", "2 epochs of 30 s: 1 W, 1 N1"),
    "archive.edf": (b"PK\x03\x04" + bytes(500), "its archive cannot be unpacked"),
    "marks.vmrk": (
        "Brain Vision Data Exchange Marker File, Version 1.0\n",
        "whose header (.vhdr) does not lie beside it",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_strange_files_are_read_right_or_refused_in_a_sentence(
    sleepscope: Sleepscope, tmp_path: Path, name: str
) -> None:
    content, says = FILES[name]
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    before = path.read_bytes(), path.stat().st_mtime_ns
    status, out, err = sleepscope("info", path)
    assert (status, bool(err)) in ((0, False), (2, True))
    assert says in out + err
    assert "Traceback" not in out + err
    assert err.count("\n") == bool(err)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_objects_in_a_numpy_file_are_refused_as_such(
    sleepscope: Sleepscope, tmp_path: Path
) -> None:
    np.save(tmp_path / "x.npy", np.array([{}], dtype=object), allow_pickle=True)
    _, _, err = sleepscope("info", tmp_path / "x.npy")
    assert "holds Python objects, which can run code and are not read" in err


def test_a_night_of_a_hundred_thousand_events_in_xml_is_read(
    sleepscope: Sleepscope, tmp_path: Path
) -> None:
    event = (
        "<ScoredEvent><EventType>Events|Events</EventType><EventConcept>Hypopnea|Hypopnea"
        "</EventConcept><Start>{}</Start><Duration>1</Duration></ScoredEvent>"
    )
    inside = "".join(event.format(k * 0.25) for k in range(100_000))
    path = tmp_path / "dense.xml"
    path.write_text(f"<PSGAnnotation><ScoredEvents>{inside}</ScoredEvents></PSGAnnotation>")
    _, out, _ = sleepscope("info", path)
    assert "100000 (100000 Hypopnea)" in out
