"""The fields of a model card as they come from a file that anybody may have written."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

# Settings that detection computes with, which may be left out or null.
_NUMBER_SETTINGS: Final = (
    "threshold",
    "min_duration",
    "max_gap",
    "max_duration",
    "split_threshold",
    "min_sfreq",
    "confidence_slope",
    "confidence_offset",
)
_LONGEST_NAME: Final = 100


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_name(value: Any) -> bool:
    """Names stand in scorers, sentences and file names."""
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_NAME:
        return False
    return value.isprintable() and not set(value) & set("/\\") and value not in (".", "..")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_positive(value: Any) -> bool:
    return _is_number(value) and value > 0


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _is_list_of_text(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_text, value))


def _is_list_of_origins(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(entry, dict) and all(map(_is_text, entry.values())) for entry in value
    )


_NAME = (_is_name, f"a name of at most {_LONGEST_NAME} characters without slashes")
_TEXT = (_is_text, "text")
_OBJECT = (_is_object, "an object")
_LIST = (_is_list_of_text, "a list of text with at least one entry")
_POSITIVE = (_is_positive, "a number above 0")

_FIELDS: Final[dict[str, tuple[Callable[[Any], bool], str]]] = {
    "name": _NAME,
    "version": _TEXT,
    "architecture": _TEXT,
    "arguments": _OBJECT,
    "sha256": _TEXT,
    "task": _TEXT,
    "classes": _LIST,
    "channels": _LIST,
    "sfreq": _POSITIVE,
    "output_sfreq": _POSITIVE,
    "window": _POSITIVE,
    "unit": _TEXT,
    "normalisation": _TEXT,
    "trained_on": (_is_list_of_origins, "a list of objects that hold text"),
    "settings": _OBJECT,
    "results": _OBJECT,
    "licence": _TEXT,
    "intended_use": _TEXT,
    "limits": _TEXT,
}


def unfit_field(content: dict[str, Any]) -> str | None:
    """What is wrong with the first field that is not as it must be, in words; None if all are fit.

    Parameters
    ----------
    content : dict
        A model card's JSON in which no field is missing.
    """
    for name, (fits, wanted) in _FIELDS.items():
        if not fits(content[name]):
            return f"'{name}' is {_shown(content[name])}, where {wanted} is needed"
    for name in _NUMBER_SETTINGS:
        value = content["settings"].get(name)
        if value is not None and not _is_number(value):
            return f"the setting '{name}' is {_shown(value)}, where a number is needed"
    stages = content["settings"].get("stages")
    if stages is not None and not _is_list_of_text(stages):
        return f"the setting 'stages' is {_shown(stages)}, where {_LIST[1]} is needed"
    return None


def _shown(value: Any) -> str:
    """A value for a sentence, not more of it than a person reads."""
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."
