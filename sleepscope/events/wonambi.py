"""Annotations of Wonambi (Piantoni & O'Byrne): XML with one or more raters."""

from __future__ import annotations

import datetime
from dataclasses import replace
from xml.etree import ElementTree

from sleepscope.errors import EventFileError
from sleepscope.events.clock import shift_of
from sleepscope.events.event_file import EventFile, Source, head_text
from sleepscope.events.event_set import EventSet
from sleepscope.events.marks import Mark, event_of, file_of_marks
from sleepscope.events.xml_text import child_seconds, child_text, parse_xml, root_tag

NAME = "Wonambi XML"


def sniff(head: bytes) -> bool:
    """Whether the outermost element is "annotations" and one of Wonambi's lies in it."""
    text = head_text(head) or ""
    return root_tag(head) == "annotations" and ("<dataset" in text or "<rater" in text)


def read(source: Source) -> EventFile:
    """Read one event set per rater, and the stages of the first rater who scored any.

    Raises
    ------
    EventFileError
        If the XML is broken, an event has no time or there is no rater.
    """
    root, notices = parse_xml(source)
    shift, notice = shift_of(_start(root), source)
    more = [notice] if notice else []
    raters = root.findall("rater")
    if not raters:
        raise EventFileError(f"{source.name} is a file of Wonambi without a rater.")
    sets: list[EventSet] = []
    hypnogram = None
    for rater in raters:
        scorer = f"{source.scorer}:{rater.get('name') or 'unnamed'}"
        events = (event_of(mark, source) for mark in _events(rater, shift, source))
        sets.append(EventSet.of(scorer, events))
        read_stages = file_of_marks(_stages(rater, shift, source), source, NAME, scorer=scorer)
        if read_stages.hypnogram is None:
            continue
        if hypnogram is None:
            hypnogram = replace(read_stages.hypnogram, scorer=scorer)
            more.extend(read_stages.notices)
        else:
            more.append(
                f"{source.name} holds stages of more than one rater; those of "
                f"{hypnogram.scorer.rpartition(':')[2]} were taken."
            )
    return EventFile(source.path, NAME, tuple(sets), hypnogram, (*notices, *dict.fromkeys(more)))


def _start(root: ElementTree.Element) -> datetime.datetime | None:
    try:
        start = datetime.datetime.fromisoformat(child_text(root, "dataset/start_time"))
    except ValueError:
        return None
    return start.replace(tzinfo=None)


def _events(rater: ElementTree.Element, shift: float, source: Source) -> list[Mark]:
    marks: list[Mark] = []
    number = 0
    for kind in rater.iterfind("events/event_type"):
        label = kind.get("type") or "other"
        for event in kind.iterfind("event"):
            number += 1
            marks.extend(_marks(event, "event", label, number, shift, source))
    for bookmark in rater.iterfind("bookmarks/bookmark"):
        number += 1
        label = child_text(bookmark, "bookmark_name") or "other"
        marks.extend(_marks(bookmark, "bookmark", label, number, shift, source))
    return marks


def _marks(
    element: ElementTree.Element,
    prefix: str,
    label: str,
    number: int,
    shift: float,
    source: Source,
) -> list[Mark]:
    """One mark for each of the element's channels."""
    start = child_seconds(element, f"{prefix}_start", number, source)
    stop = child_seconds(element, f"{prefix}_end", number, source)
    start, stop = sorted((start, stop))
    poor = child_text(element, f"{prefix}_qual") == "Poor"
    channels = child_text(element, f"{prefix}_chan").split(",")
    return [
        Mark(
            start + shift,
            stop - start,
            label,
            _without_group(channel.strip()),
            "poor signal" if poor else "",
        )
        for channel in channels
    ]


def _without_group(channel: str) -> str:
    """The label alone; Wonambi puts the channel's group behind it: "C3 (scalp)"."""
    label, bracket, _ = channel.rpartition(" (")
    return label.strip() if bracket and channel.endswith(")") else channel


def _stages(rater: ElementTree.Element, shift: float, source: Source) -> list[Mark]:
    marks = []
    for number, epoch in enumerate(rater.iterfind("stages/epoch"), start=1):
        start = child_seconds(epoch, "epoch_start", number, source)
        stop = child_seconds(epoch, "epoch_end", number, source)
        stage = child_text(epoch, "stage") or "Unknown"
        marks.append(Mark(start + shift, max(0.0, stop - start), f"Sleep stage {stage}"))
    return [mark for mark in marks if mark.duration]
