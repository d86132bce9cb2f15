"""Annotations of the National Sleep Research Resource: PSGAnnotation XML.

Zhang et al. 2018, doi:10.1093/jamia/ocy064.
"""

from __future__ import annotations

from sleepscope.events.csv_text import split_note
from sleepscope.events.event_file import EventFile, Source
from sleepscope.events.marks import Mark, file_of_marks
from sleepscope.events.xml_text import child_seconds, child_text, parse_xml, root_tag

NAME = "NSRR XML"
_RECORDING = "Recording Start Time"


def sniff(head: bytes) -> bool:
    """Whether the outermost element is PSGAnnotation."""
    return root_tag(head) == "PSGAnnotation"


def read(source: Source) -> EventFile:
    """Read stages into a hypnogram, the rest into events; labels are the part before the bar.

    Raises
    ------
    EventFileError
        If the XML is broken or an event has no time.
    """
    root, notices = parse_xml(source)
    marks: list[Mark] = []
    duration = None
    endless = 0
    for number, scored in enumerate(root.iter("ScoredEvent"), start=1):
        concept = child_text(scored, "EventConcept")
        onset = child_seconds(scored, "Start", number, source)
        length: float | None = None
        if child_text(scored, "Duration") or concept == _RECORDING:
            length = child_seconds(scored, "Duration", number, source)
        else:
            endless += 1
        if concept == _RECORDING:
            duration = length
            continue
        label = concept.split("|")[0].strip()
        if child_text(scored, "EventType").startswith("Stages"):
            label = f"Sleep stage {concept.split('|')[-1].strip()}"
        note, unsure = split_note(child_text(scored, "Notes"))
        marks.append(Mark(onset, length, label, child_text(scored, "SignalLocation"), note, unsure))
    if endless:
        notices = (
            *notices,
            f"Events without a duration in {source.name}: {endless} of {len(marks)}; stages last "
            "until the next one, others were read as moments.",
        )
    return file_of_marks(marks, source, NAME, notices, duration=duration)
