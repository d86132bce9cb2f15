"""Cells of a CSV file that a spreadsheet will not run as a formula, and that come back exact."""

from __future__ import annotations

import re

# OWASP, "CSV Injection": characters with which a spreadsheet begins a formula, and their
# full-width twins. An apostrophe in front makes the cell plain text.
_FORMULA = "=+\\-@\t\r\n＝＋－＠"
_DANGEROUS = re.compile(f"'*[{_FORMULA}]")
_DEFUSED = re.compile(f"'+[{_FORMULA}]")

_UNSURE = "[unsure]"
_SURE = "[sure]"
# What other programs write in a cell that holds nothing.
_NOTHING = (".", "n/a")


def defuse(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would take for a formula.

    Text in which only apostrophes precede such a character gets one more, so that
    :func:`restore` is the exact inverse for every text.
    """
    return "'" + text if _DANGEROUS.match(text) else text


def restore(text: str) -> str:
    """Take away the apostrophe that :func:`defuse` put there."""
    return text[1:] if _DEFUSED.match(text) else text


def join_note(note: str, unsure: bool) -> str:
    """Write an event's note and its mark of doubt as one text.

    Doubt is a leading ``[unsure]``. A note of a sure event that happens to begin like that, or
    that means "nothing" in some format, is marked ``[sure]``, so that :func:`split_note` is the
    exact inverse.
    """
    if unsure:
        mark = _UNSURE
    elif note.startswith((_UNSURE, _SURE)) or note.strip() in _NOTHING:
        mark = _SURE
    else:
        return note
    return f"{mark} {note}" if note else mark


def split_note(text: str) -> tuple[str, bool]:
    """Return the note and whether the scorer was unsure, from what :func:`join_note` wrote."""
    for mark, unsure in ((_UNSURE, True), (_SURE, False)):
        if text == mark:
            return "", unsure
        if text.startswith(mark + " "):
            return text[len(mark) + 1 :], unsure
    return text, False
