"""Annotations of EDF+ and BDF+, inside a recording or in a file of their own (Sleep-EDF)."""

from __future__ import annotations

from sleepscope.errors import EventFileError
from sleepscope.events.clock import shift_of
from sleepscope.events.edf_tal import Annotation, is_edf, read_annotation_lists
from sleepscope.events.event_file import EventFile, Source
from sleepscope.events.marks import Mark, file_of_marks

NAME = "EDF+ or BDF+ annotations"


def sniff(head: bytes) -> bool:
    """Whether the file begins like EDF or BDF."""
    return is_edf(head)


def read(source: Source) -> EventFile:
    """Read stages into a hypnogram, everything else into one event set.

    Raises
    ------
    EventFileError
        If the file holds no annotations or its header is broken.
    """
    lists = read_annotation_lists(source.path)
    # False for NaN as well.
    if not all(abs(a.onset) <= 1e9 and (a.duration or 0) <= 1e9 for a in lists.annotations):
        raise EventFileError(f"{source.name} has an annotation at a time that cannot be.")
    notices = []
    if lists.latin1:
        notices.append(
            f"Annotations in {source.name} are not UTF-8 as EDF+ asks; they were read as Latin-1."
        )
    shift, notice = shift_of(lists.start, source)
    if notice:
        notices.append(notice)
    if not lists.annotations:
        notices.append(f"{source.name} holds no annotation but the times of its records.")
        return EventFile(source.path, "EDF+ annotations", (), None, tuple(notices))
    marks = [_mark(annotation, shift) for annotation in lists.annotations]
    return file_of_marks(marks, source, "EDF+ annotations", notices, duration=lists.duration)


def _mark(annotation: Annotation, shift: float) -> Mark:
    # "Spindle@@C3" is an annotation of one channel, as EDFbrowser and Polyman write it.
    label, _, channel = annotation.text.partition("@@")
    return Mark(annotation.onset + shift, annotation.duration, label, channel)
