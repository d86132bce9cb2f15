"""Annotations exported as XML by EDFbrowser (van Beelen): ``annotationlist``."""

from __future__ import annotations

from sleepscope.events.clock import dates_and_times, onsets_of, shift_of
from sleepscope.events.event_file import EventFile, Source
from sleepscope.events.marks import Mark, file_of_marks
from sleepscope.events.xml_text import child_seconds, child_text, parse_xml, root_tag

NAME = "EDFbrowser XML"


def sniff(head: bytes) -> bool:
    """Whether the outermost element is annotationlist."""
    return root_tag(head) == "annotationlist"


def read(source: Source) -> EventFile:
    """Read stages into a hypnogram, the rest into events.

    Onsets are seconds, or dates and times; those count from the start of the recording, which
    the file states itself.

    Raises
    ------
    EventFileError
        If the XML is broken or a time cannot be read.
    """
    root, notices = parse_xml(source)
    elements = root.findall("annotation")
    onsets, more = _onsets(
        [child_text(element, "onset") for element in elements],
        child_text(root, "recording_start_time"),
        source,
    )
    marks = []
    for number, (element, onset) in enumerate(zip(elements, onsets, strict=True), start=1):
        if onset is None:
            onset = child_seconds(element, "onset", number, source)
        length = None
        if child_text(element, "duration"):
            length = child_seconds(element, "duration", number, source)
        label, _, channel = child_text(element, "description").partition("@@")
        marks.append(Mark(onset, length, label or "other", channel))
    return file_of_marks(marks, source, NAME, (*notices, *more))


def _onsets(
    cells: list[str], start: str, source: Source
) -> tuple[list[float | None], tuple[str, ...]]:
    """Onsets that are dates and times, in seconds; None for those that are not."""
    if not cells or ":" not in cells[0]:
        return [None] * len(cells), ()
    moments = dates_and_times(cells, source)
    if not start:
        onsets, notices = onsets_of(moments, source)
        return [*onsets], notices
    (own_start,) = dates_and_times([start], source)
    shift, notice = shift_of(own_start, source)
    since = [(moment - own_start).total_seconds() + shift for moment in moments]
    return [*since], (notice,) if notice else ()
