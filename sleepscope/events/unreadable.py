"""Files that people take for events and that are something else, and what to do about each."""

from __future__ import annotations

import re

from sleepscope.events.event_file import first_line, head_text

_BRAINVISION_HEADER = re.compile(r"^Brain ?Vision Data Exchange Header File", re.IGNORECASE)
_WEB_PAGE = re.compile(r"^\s*(?:<!doctype html|<html|<head|<body)", re.IGNORECASE)


def advice_on(head: bytes) -> str:
    """What a file is and what to open in its place, as the end of a sentence; "" if unknown."""
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "is an old Excel or Word file; save it there as .xlsx or as CSV text"
    if head.startswith(b"\x89HDF\r\n\x1a\n"):
        return "is an HDF5 file; SleepScope reads no events from those"
    if head.startswith(b"\x1f\x8b"):
        return "is packed with gzip; unpack it first"
    if head.startswith(b"%PDF"):
        return "is a PDF; a report holds no events that can be read, so export the scoring itself"
    if _BRAINVISION_HEADER.match(first_line(head)):
        return "is the header of a BrainVision recording; its events are in the .vmrk file"
    if _WEB_PAGE.match(head_text(head) or ""):
        return "is a web page, probably saved in place of the file; download the file itself"
    return ""
