"""XML of event files, parsed without entities, so that no file can blow up or reach outside."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from sleepscope.errors import EventFileError
from sleepscope.events.event_file import Source, head_text

# Tags and attributes; a night of slow waves on all channels has 100,000 events of ten tags each.
_MOST_PIECES = 2_000_000

_ROOT = re.compile(r"<\s*([\w.:-]+)")


def root_tag(head: bytes) -> str:
    """Name of the outermost element, "" where the bytes are no XML."""
    text = (head_text(head) or "").lstrip()
    # Past the declaration and remarks, each to its own end.
    # A type of document is passed too: the file is known then, and refused for it in a sentence.
    pieces = (("<?", "?>"), ("<!--", "-->"), ("<!DOCTYPE", ">"))
    while any(text.startswith(opening) for opening, _ in pieces):
        for opening, closing in pieces:
            if text.startswith(opening):
                text = text.partition(closing)[2].lstrip()
    found = _ROOT.match(text)
    return found[1].rpartition(":")[2] if found else ""


def parse_xml(source: Source) -> tuple[ElementTree.Element, tuple[str, ...]]:
    """Parse the file; returns its outermost element and notices.

    Raises
    ------
    EventFileError
        If it is not well formed, or declares a document type: entities, with which a small file
        fills the memory or reads other files, can only be declared there.
    """
    text, notices = source.text()
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise EventFileError(
            f"{source.name} declares a document type of its own; scoring files have none, so it "
            "is not read."
        )
    if text.count("<") + text.count("=") > _MOST_PIECES:
        raise EventFileError(
            f"{source.name} holds more than {_MOST_PIECES} elements; no scoring of a night does."
        )
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        line, _ = error.position
        raise EventFileError(
            f"{source.name} is not well-formed XML: line {line} cannot be read."
        ) from error
    except ValueError as error:  # a declared encoding that does not exist
        raise EventFileError(f"{source.name} is not XML that can be read: {error}.") from error
    for element in root.iter():
        # Namespaces say nothing here: "{http://...}ScoredEvent" is a ScoredEvent.
        if isinstance(element.tag, str) and element.tag.startswith("{"):
            element.tag = element.tag.rpartition("}")[2]
    return root, notices


def child_text(element: ElementTree.Element, tag: str) -> str:
    """Text of a child without surrounding blanks, "" where there is none."""
    return (element.findtext(tag) or "").strip()


def child_seconds(element: ElementTree.Element, tag: str, number: int, source: Source) -> float:
    """A child's text as seconds; EventFileError names the event by its number."""
    cell = child_text(element, tag)
    try:
        value = float(cell.replace(",", ".") if cell.count(",") == 1 else cell)
    except ValueError:
        value = float("nan")
    if not abs(value) <= 1e9:  # False for NaN
        raise EventFileError(
            f"Event {number} of {source.name} has the {tag} '{cell[:40]}'; it must be a number of "
            "seconds."
        )
    return value
