"""Files made to hurt a reader: bombs, entities that reach outside, sizes that lie, deep nests."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from tests.events.made_files import (
    SIDECAR,
    TEXTS,
    Seed,
    archive,
    compumedics_xml,
    edf,
    fif,
    mat_header,
    mat_packed,
    nsrr_xml,
    workbook,
)
from tests.recordings.edf_bytes import MadeFile, MadeSignal

# Stands in a file that an external entity names: it must never be seen in what is read.
SECRET = "only-the-owner-may-read-this"


def hostile(secret: Path, *, heavy: bool = True) -> Iterator[Seed]:
    """All of them; ``secret`` is a file that holds :data:`SECRET`, ``heavy`` those of megabytes."""
    yield from entities(secret)
    yield from _lying_edf()
    yield from _lying_sizes()
    if heavy:
        yield from _nests()
        yield from _slow_patterns()
        yield from _packed_bombs()


def entities(secret: Path) -> list[Seed]:
    """XML that declares entities: to blow up, and to show the file ``secret``."""
    laughs = '<!ENTITY l0 "ha">' + "".join(
        f'<!ENTITY l{k} "{f"&l{k - 1};" * 10}">' for k in range(1, 12)
    )
    quadratic = f'<!ENTITY q "{"x" * 50_000}">'
    found = []
    for root in ("PSGAnnotation", "CMPStudyConfig", "annotations", "annotationlist"):
        inside = "<dataset>{0}</dataset><rater name='{0}'/><annotation><description>{0}"
        inside += "</description><onset>1</onset></annotation><ScoredEvents><ScoredEvent>"
        inside += "<Name>{0}</Name><EventConcept>{0}</EventConcept><Start>1</Start>"
        inside += "<Duration>1</Duration></ScoredEvent></ScoredEvents>"
        for kind, (declared, used) in enumerate(
            (
                (laughs, "&l11;"),
                (quadratic, "&q;" * 20_000),
                (f'<!ENTITY e SYSTEM "{secret.as_uri()}">', "&e;"),
                (f'<!ENTITY % p SYSTEM "{secret.as_uri()}"> %p;', ""),
            )
        ):
            text = f"<?xml version='1.0'?><!DOCTYPE {root} [{declared}]>"
            text += f"<{root}>{inside.format(used)}</{root}>"
            found.append(Seed(f"{root}{kind}.xml", text.encode()))
            found.append(Seed(f"{root}{kind}u.xml", text.encode("utf-16")))
    return found


def _nests() -> list[Seed]:
    deep = b"<ScoredEvent>" * 300_000
    flood = b" ".join(b'a%d="1"' % k for k in range(200_000))
    return [
        Seed("deep.xml", b"<PSGAnnotation>" + deep),
        Seed("closed.xml", b"<PSGAnnotation>" + deep + b"</ScoredEvent>" * 300_000),
        Seed("flood.xml", b"<PSGAnnotation " + flood + b"></PSGAnnotation>"),
        Seed("many.xml", b"<PSGAnnotation>" + b"<ScoredEvent/>" * 400_000 + b"</PSGAnnotation>"),
        Seed("deep.csv", TEXTS["events.csv"].encode(), {".json": b"[" * 200_000}),
        Seed("wide.csv", TEXTS["events.csv"].encode() + b"," * 5_000_000, {".json": SIDECAR}),
        Seed("cell.csv", b"onset,duration,kind\n" + b"1" * 3_000_000 + b",1,spindle\n"),
        Seed("digits.txt", b"[Spindles/C3]\n1 " + b"9" * 200_000 + b"\n"),
        Seed("hypnogram.txt", b"[Hypnogram]\n" + b"9" * 200_000 + b"\n"),
        Seed("lines.txt", b"W\n" * 3_000_000),
        Seed("rows.txt", b"[C/C3]\n" + b"".join(b"%d 1\n" % k for k in range(190_000))),
        Seed("blank.txt", b"\n" * 5_000_000),
        Seed("signal.txt", b"[C3-A1]\n" + b"1e999\n" * 1000 + b"1\n" * 1_000_000),
        Seed("tabs.txt", b"RemLogic\nTime [hh:mm:ss]\tE\tD[s]\n" + b"\t" * 20_000_000),
    ]


def _slow_patterns() -> list[Seed]:
    """Texts on which a careless pattern takes the square of their length, or worse."""
    blanks = b" " * 100_000
    marker = b"Brain Vision Data Exchange Marker File\n"
    return [
        Seed("remarks.xml", b"<!---->" * 500),
        Seed("blanks.xml", b"\n" * 3000 + b"x"),
        Seed("blank.annot", b"#\n" * 2000 + blanks),
        Seed("latency.txt", b"latency type\n0 Wake\n1" + blanks),
        Seed("label.csv", b"onset,duration,description\n1,1,a" + blanks + b"b\n"),
        Seed("channel.tsv", b"onset\tduration\tvalue\tchannel\n1\t1\tx\tEEG" + blanks + b"b\n"),
        Seed("night.vmrk", marker + b"\n" * 190_000, {".vhdr": b"\n" * 3_000_000}),
        Seed("lists.edf", edf(plus=True).replace(b"\0" * 60, b"+1\x14" * 20)),
        Seed("list.edf", _one_list(b"+1\x14" * 50_000)),
        Seed("records.edf", _short_records(400_000)),
        Seed("signs.edf", _one_list(b"+" * 300_000)),
        Seed("digits.edf", _one_list(b"+" + b"1" * 300_000)),
        Seed("length.edf", _one_list(b"+1\x15" + b"9" * 400 + b"\x14Sleep stage W\x14\0")),
    ]


def _one_list(content: bytes) -> bytes:
    """An EDF+ file of annotations whose only record holds these bytes."""
    filled = content.ljust(-(-len(content) // 2) * 2, b"\0")
    signal = MadeSignal("EDF Annotations", samples_per_record=len(filled) // 2)
    made = MadeFile([signal], n_records=1, fields={"reserved": "EDF+C"})
    return made.header() + filled


def _short_records(number: int) -> bytes:
    """An EDF+ file with as many records as fit, of one word of annotations each."""
    made = MadeFile(
        [MadeSignal("EDF Annotations", samples_per_record=1)],
        n_records=1,
        fields={"reserved": "EDF+D", "records": str(number)},
    )
    return made.header() + b"+1" * number


def _lying_edf() -> list[Seed]:
    lies = []
    signal = [MadeSignal(digital=MadeSignal().digital, samples_per_record=100)]
    for field, values in {
        "records": ("99999999", "-1", "-9999999", "1e9", "0", "nan"),
        "duration": ("0", "1e-9", "1e300", "-1", "nan", "99999999"),
        "header_bytes": ("99999999", "0", "-1", "256"),
        "signals": ("9999", "0", "-1", "1e3"),
        "date": ("99.99.99", "00.00.00"),
    }.items():
        for k, value in enumerate(values):
            made = MadeFile(signal, onsets=[0], n_records=0, fields={field: value})
            body = bytes(230) * 50
            lies.append(Seed(f"{field}{k}.edf", made.header() + body))
    for k, said in enumerate(("99999999", "0", "-1", "2147483647", "1e9")):
        loud = [MadeSignal(said_samples=said), MadeSignal("EDF Annotations", said_samples=said)]
        made = MadeFile(loud, n_records=0, fields={"records": "1000", "reserved": "EDF+D"})
        lies.append(Seed(f"samples{k}.edf", made.header() + bytes(20_000)))
    # A record that says it begins years later: the gap must not be filled with samples.
    for k, moment in enumerate((b"1e9", b"99999999", b"999999999999999999", b"9" * 30)):
        content = edf(plus=True).replace(b"+11\x14", b"+" + moment + b"\x14", 1)
        lies.append(Seed(f"far{k}.edf", content.replace(b"EDF+C", b"EDF+D")))
    many = [MadeSignal(f"C{k}", samples_per_record=1) for k in range(3000)]
    lies.append(Seed("wide.edf", MadeFile(many, n_records=0).header() + bytes(60_000)))
    return lies


def _packed_bombs() -> list[Seed]:
    zeros = bytes(300 * 2**20)
    element = struct.pack("<II", 14, len(zeros)) + zeros
    sheet = b"<worksheet>" + b"<row/>" * 30_000_000
    return [
        Seed("bomb.mat", mat_header() + mat_packed(element)),
        Seed("bombs.mat", mat_header() + mat_packed(bytes(60 * 2**20)) * 50),
        Seed(
            "bomb.xlsx", archive({"xl/workbook.xml": sheet, "xl/_rels/workbook.xml.rels": b"<r/>"})
        ),
        Seed("wide.xlsx", workbook({"Stage File": [["1", "0", "W" * 200]] * 3000})),
    ]


def _lying_sizes() -> list[Seed]:
    def matrix(*parts: tuple[int, bytes]) -> bytes:
        inside = b"".join(
            struct.pack("<II", kind, len(data)) + data + bytes(-len(data) % 8)
            for kind, data in parts
        )
        return mat_header() + struct.pack("<II", 14, len(inside)) + inside

    far_span = SIDECAR.replace(b"1000", b"9" * 400)
    flags, name = (6, struct.pack("<II", 2, 0)), (1, b"stages")
    huge = (5, struct.pack("<ii", 2**31 - 1, 2**31 - 1))
    loop = struct.pack(">iIii", 100, 31, 20, 0) + bytes(20) + struct.pack(">iIii", 1, 3, 0, 36)
    return [
        Seed("struct.mat", matrix(flags, huge, name, (5, b"\1\0\0\0"), (1, b"a" * 4000))),
        Seed("cells.mat", matrix((6, struct.pack("<II", 1, 0)), huge, name)),
        Seed("array.mat", matrix((6, struct.pack("<II", 6, 0)), huge, name, (9, bytes(80)))),
        Seed("size.mat", mat_header() + struct.pack("<II", 14, 2**32 - 1) + bytes(64)),
        Seed("loop.fif", loop),
        Seed("size.fif", fif()[:56] + struct.pack(">iIii", 3568, 4, 2**31 - 1, 0)),
        Seed("epoch.xml", compumedics_xml().replace(b">30</E", b">1e8</E")),
        Seed("span.csv", TEXTS["events.csv"].encode(), {".json": far_span}),
        Seed("nsrr.xml", nsrr_xml().replace(b"<Duration>60<", b"<Duration>999999999<")),
        Seed("stages.edf", edf(plus=True).replace(b"\x1530\x14", b"\x1599999999\x14")),
    ]
