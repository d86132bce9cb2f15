"""Events and stages as the XML of the National Sleep Research Resource: PSGAnnotation.

Zhang et al. 2018, doi:10.1093/jamia/ocy064.
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from sleepscope import __version__
from sleepscope.constants import EPOCH_SECONDS
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.export.export_format import ExportFormat, Rendered
from sleepscope.export.marked_event import MarkedEvent
from sleepscope.export.plain_rows import epochs_ms, plain_rows, seconds_text
from sleepscope.export.sidecar import Sidecar

_TITLE: Final = "NSRR XML"
_RECORDING: Final = "Recording Start Time"
_STAGES: Final = {
    "W": "Wake|0",
    "N1": "Stage 1 sleep|1",
    "N2": "Stage 2 sleep|2",
    "N3": "Stage 3 sleep|3",
    "R": "REM sleep|5",
    "?": "Unscored|9",
}
# Type and concept in the vocabulary of the NSRR, for the kinds that are in it.
_CONCEPTS: Final = {"arousal": ("Arousals|Arousals", "Arousal|Arousal ()")}


def _render(
    path: Path, marked: tuple[MarkedEvent, ...], sidecar: Sidecar, hypnogram: Hypnogram | None
) -> Rendered:
    rows, losses = plain_rows(
        marked, _TITLE, forbidden={"|": "/"}, reserved=lambda label: label == _RECORDING
    )
    root = ElementTree.Element("PSGAnnotation")
    _add(root, "SoftwareVersion", f"SleepScope {__version__}")
    _add(
        root, "EpochLength", f"{EPOCH_SECONDS if hypnogram is None else hypnogram.epoch_seconds:g}"
    )
    scored = ElementTree.SubElement(root, "ScoredEvents")
    # Readers take the length of the recording from here: without it there must be no such event.
    if sidecar.duration is not None:
        length = round(sidecar.duration * 1000)
        recording = _scored(scored, "", _RECORDING, 0, length)
        if sidecar.start is not None:
            start = datetime.datetime.fromisoformat(sidecar.start)
            _add(recording, "ClockTime", f"00.00.00 {start:%H.%M.%S}")
    for row in rows:
        kind, concept = _CONCEPTS.get(row.label, ("Events|Events", f"{row.label}|{row.label}"))
        event = _scored(scored, kind, concept, row.onset_ms, row.duration_ms)
        if row.channel is not None:
            _add(event, "SignalLocation", row.channel)
        if row.note:
            _add(event, "Notes", row.note)
    for onset, duration, stage in epochs_ms(hypnogram):
        _scored(scored, "Stages|Stages", _STAGES[stage], onset, duration)
    ElementTree.indent(root, "")
    head = '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
    text = head + ElementTree.tostring(root, encoding="unicode") + "\n"
    return Rendered({path: text.encode()}, losses)


def _scored(
    parent: ElementTree.Element, kind: str, concept: str, onset_ms: int, duration_ms: int
) -> ElementTree.Element:
    event = ElementTree.SubElement(parent, "ScoredEvent")
    _add(event, "EventType", kind)
    _add(event, "EventConcept", concept)
    _add(event, "Start", seconds_text(onset_ms))
    _add(event, "Duration", seconds_text(duration_ms))
    return event


def _add(parent: ElementTree.Element, tag: str, text: str) -> None:
    ElementTree.SubElement(parent, tag).text = text


NSRR_XML: Final = ExportFormat(
    "nsrr",
    _TITLE,
    "-nsrr.xml",
    frozenset({"events", "stages", "channel", "note"}),
    _render,
    mark=b"<SoftwareVersion>SleepScope ",
)
