"""Scoring of Compumedics Profusion: CMPStudyConfig XML."""

from __future__ import annotations

from sleepscope.constants import UNSCORED
from sleepscope.events.event_file import EventFile, Source, check_epoch
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.events.marks import Mark, event_of, forwards
from sleepscope.events.stages import stage_of
from sleepscope.events.xml_text import child_seconds, child_text, parse_xml, root_tag

NAME = "Compumedics Profusion XML"

_DEFAULT_EPOCH_SECONDS = 30.0


def sniff(head: bytes) -> bool:
    """Whether the outermost element is CMPStudyConfig."""
    return root_tag(head) == "CMPStudyConfig"


def read(source: Source) -> EventFile:
    """Read the events and the stages of every epoch.

    Raises
    ------
    EventFileError
        If the XML is broken, an event has no time or a stage is unknown.
    """
    root, notices = parse_xml(source)
    scored = root.find("ScoredEvents")
    marks = [
        Mark(
            child_seconds(element, "Start", number, source),
            child_seconds(element, "Duration", number, source),
            child_text(element, "Name") or "other",
            child_text(element, "Input"),
        )
        for number, element in enumerate([] if scored is None else scored, start=1)
    ]
    # An event is never a stage here, whatever it is called.
    marks, turned = forwards(marks, source)
    events = EventSet.of(source.scorer, (event_of(mark, source) for mark in marks))
    stages = root.find("SleepStages")
    hypnogram = None
    if stages is not None and len(stages):
        epoch = _DEFAULT_EPOCH_SECONDS
        if child_text(root, "EpochLength"):
            epoch = child_seconds(root, "EpochLength", 0, source)
        check_epoch(epoch, source)
        codes = [(element.text or "").strip() for element in stages]
        # 6 and above are movement and codes of other versions.
        hypnogram = Hypnogram(
            tuple(stage_of(code) or UNSCORED for code in codes), epoch, 0.0, source.scorer
        )
    return EventFile(source.path, NAME, (events,), hypnogram, (*notices, *turned))
