"""What a person types to find events: words, and forms such as ``conf>0.8`` or ``stage:N2``."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

# Each name that may be typed, and the quantity or field it stands for.
QUANTITIES: Final = {
    "conf": "confidence", "confidence": "confidence", "dur": "duration", "duration": "duration",
    "length": "duration", "onset": "onset",
}  # fmt: skip
FIELDS: Final = {
    "kind": "kind", "class": "kind", "channel": "channel", "ch": "channel", "scorer": "scorer",
    "stage": "stage", "status": "status", "note": "note",
}  # fmt: skip
_COMPARE: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq,
}  # fmt: skip
_BOUND = re.compile(r"([a-z]+)(<=|>=|<|>|=)(-?\d*[.,]?\d+)s?")


@dataclass(frozen=True, slots=True)
class Bound:
    """A comparison with a number.

    Attributes
    ----------
    quantity : {"confidence", "duration", "onset"}
        Without unit, in seconds, in seconds from the first sample.
    sign : {"<", "<=", ">", ">=", "="}
    value : float
    """

    quantity: str
    sign: str
    value: float

    def holds(self, amount: Any) -> Any:
        """Whether an amount, or each of an array, meets the bound; NaN never does."""
        return _COMPARE[self.sign](amount, self.value)


@dataclass(frozen=True, slots=True)
class EventQuery:
    """What an event must be to be found; all of it must hold.

    Attributes
    ----------
    words : tuple of str
        In small letters, anywhere in what the event says.
    fields : tuple of (field, value)
        A value, in small letters, in one field: "kind", "channel", "scorer", "stage", "status" or
        "note". A stage begins with it; the others hold it.
    bounds : tuple of Bound
    """

    words: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    bounds: tuple[Bound, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether every event is found."""
        return not (self.words or self.fields or self.bounds)


def parse_query(text: str) -> EventQuery:
    """Read what was typed; a form that is not understood (yet) is a word like any other."""
    words: list[str] = []
    fields: list[tuple[str, str]] = []
    bounds: list[Bound] = []
    for part in text.casefold().split():
        bound = _BOUND.fullmatch(part)
        name, colon, value = part.partition(":")
        if bound and bound[1] in QUANTITIES:
            number = float(bound[3].replace(",", "."))
            bounds.append(Bound(QUANTITIES[bound[1]], bound[2], number))
        elif colon and value and name in FIELDS:
            fields.append((FIELDS[name], value))
        else:
            words.append(part)
    return EventQuery(tuple(words), tuple(fields), tuple(bounds))
