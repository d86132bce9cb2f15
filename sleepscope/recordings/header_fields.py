"""Single fields of an EDF header: fixed-width text that is seldom quite what the standard says."""

from __future__ import annotations

import datetime
import math
import re

# EDF+ specification 2.1.3.3 (doi:10.1016/S1388-2457(03)00123-8): years 85-99 are 1985-1999.
_FIRST_YEAR = 85
# The same specification asks for this date where the true one must not be told.
ANONYMOUS_DATE = datetime.date(1985, 1, 1)

_THREE_NUMBERS = re.compile(r"\s*(\d{1,2})(\D)\s*(\d{1,2})(\D)\s*(\d{1,2})\D*")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def decode_text(field: bytes) -> str:
    """Text of a field: UTF-8 where it is UTF-8 (perhaps cut in a letter), else Latin-1."""
    try:
        text = field.decode("utf-8")
    except UnicodeDecodeError as error:
        cut_short = error.reason == "unexpected end of data"
        text = field.decode("utf-8", "ignore") if cut_short else field.decode("latin-1")
    return text.replace("\x00", " ").strip()


def decode_float(field: bytes) -> float | None:
    """A number, with a decimal point or comma; None where there is none or it is not finite."""
    try:
        value = float(decode_text(field).replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def decode_int(field: bytes) -> int | None:
    """A whole number; None where there is none."""
    value = decode_float(field)
    return int(value) if value is not None and value == int(value) else None


def decode_date(field: bytes) -> tuple[datetime.date | None, bool]:
    """``dd.mm.yy`` as a date (None where it is none) and whether it is written as it should be."""
    numbers = _THREE_NUMBERS.fullmatch(decode_text(field))
    if numbers is None:
        return None, False
    day, month, year = (int(numbers[k]) for k in (1, 3, 5))
    try:
        date = datetime.date(year + (1900 if year >= _FIRST_YEAR else 2000), month, day)
    except ValueError:
        return None, False
    return date, numbers[2] == numbers[4] == "."


def decode_time(field: bytes) -> tuple[datetime.timedelta | None, bool]:
    """``hh.mm.ss`` as time since midnight (None where it is none) and whether it is well written.

    A clock that was rounded up to 60 seconds or 24 hours is carried over, not refused.
    """
    numbers = _THREE_NUMBERS.fullmatch(decode_text(field))
    if numbers is None:
        return None, False
    hours, minutes, seconds = (int(numbers[k]) for k in (1, 3, 5))
    if hours > 24 or minutes > 60:
        return None, False
    well_written = numbers[2] == numbers[4] == "." and hours < 24 and minutes < 60 and seconds < 60
    return datetime.timedelta(hours=hours, minutes=minutes, seconds=seconds), well_written


def decode_long_date(text: str) -> datetime.date | None:
    """``dd-MMM-yyyy`` with English months, as EDF+ writes it into its identification fields."""
    found = re.search(r"\b(\d{1,2})-([A-Za-z]{3})-(\d{4})\b", text)
    if found is None or found[2].upper() not in _MONTHS:
        return None
    try:
        return datetime.date(int(found[3]), _MONTHS.index(found[2].upper()) + 1, int(found[1]))
    except ValueError:
        return None


def decode_subject_code(patient: str) -> str:
    """The code of an EDF+ patient field ``code sex birthdate name``, or "" if it may tell a name.

    Only something with a digit counts as a code; a date, or anything that shares a word with the
    name or the birth date, is left out.
    """
    parts = patient.split()
    if len(parts) < 4 or parts[1] not in ("M", "F", "X"):
        return ""
    code, told = parts[0], " ".join(parts[2:]).lower()
    if not any(c.isdigit() for c in code) or _is_date(code):
        return ""
    words = [w for w in re.findall(r"[^\W\d_]+", code.lower()) if len(w) > 2]
    return "" if any(word in told for word in words) else code


def _is_date(code: str) -> bool:
    """Whether a code is nothing but a date of birth in one of the usual ways of writing it."""
    if decode_long_date(code) is not None:
        return True
    digits = re.sub(r"[.\-/_]", "", code)
    if len(digits) != 8 or not digits.isdigit():
        return False
    for year, month, day in (
        (digits[:4], digits[4:6], digits[6:]),
        (digits[4:], digits[2:4], digits[:2]),
        (digits[4:], digits[:2], digits[2:4]),
    ):
        try:
            if 1900 <= datetime.date(int(year), int(month), int(day)).year <= 2100:
                return True
        except ValueError:
            continue
    return False
