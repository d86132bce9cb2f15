"""Whose a recording is: nights of one person must never be on both sides of a split."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Final

from sleepscope.errors import SettingsError
from sleepscope.recordings.recording import Recording

# A table that says it, in the folder of the recordings.
PEOPLE: Final = "people.csv"
_COLUMNS: Final = ("recording", "person")
# Where several recordings are of one person, their names say so: BIDS, Sleep-EDF.
_PERSON: Final = (re.compile(r"(sub-[A-Za-z0-9]+)_"), re.compile(r"((?:SC|ST)4?\d{3})\d\w\w-PSG"))


def person_of(recording: Recording) -> str:
    """Whose recording it is, as far as that is told.

    By the table ``people.csv`` beside it, else by its name where that follows BIDS or Sleep-EDF,
    else by the patient's code in its header; a recording of nobody else where nothing is told.

    Raises
    ------
    SettingsError
        If the table cannot be read.
    """
    path = recording.path
    told = _told(path.parent / PEOPLE).get(path.name)
    if told:
        return told
    for pattern in _PERSON:
        found = pattern.match(path.name)
        if found:
            return found[1]
    return recording.subject_code or path.stem


def _told(path: Path) -> dict[str, str]:
    """Person of each file name in the table; nobody where there is none."""
    if not path.is_file():
        return {}
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file)
            if not set(_COLUMNS) <= set(rows.fieldnames or ()):
                raise SettingsError(
                    f"{path} needs the columns {' and '.join(_COLUMNS)}, commas between them; it "
                    f"has {', '.join(rows.fieldnames or ()) or 'none'}."
                )
            return {(row["recording"] or "").strip(): (row["person"] or "").strip() for row in rows}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SettingsError(f"{path} cannot be read: {error}.") from error
