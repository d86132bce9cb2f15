"""One line of an evidence card: what was measured, what it should be, and who says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# A limit whose source was not read is called by what it is, never by the name of a paper.
OWN: Final = "house rule of this program"
_MINUS: Final = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Criterion:
    """A measurement held against a rule.

    Attributes
    ----------
    name : str
        "Peak frequency".
    value : float, str or None
        A number in ``unit``, a word ("N2"), or None where it could not be measured.
    unit : str
        "" for words and plain numbers.
    limit : str
        The rule in few words, "" where there is none.
    source : str
        Whose rule it is: a manual or paper that says so, or :data:`OWN`.
    holds : bool or None
        Whether the value is within the limit; None without a limit or a value.
    """

    name: str
    value: float | str | None
    unit: str
    limit: str
    source: str
    holds: bool | None = None

    @property
    def text(self) -> str:
        """The value as it is shown: "13.2 Hz", "N2", "–" where there is none."""
        if self.value is None:
            return "–"
        if isinstance(self.value, str):
            return self.value
        size = abs(self.value)
        shown = f"{self.value:.0f}" if size >= 100 else f"{self.value:.3g}"
        if size < 1:
            shown = f"{self.value:.2f}"
        shown = shown.replace("-", _MINUS)
        return f"{shown}{self.unit}" if self.unit == "°" else f"{shown} {self.unit}".strip()


def within(
    name: str,
    value: float | None,
    unit: str,
    limits: tuple[float | None, float | None],
    source: str,
) -> Criterion:
    """A number between two limits, either of which may be missing; both belong to the range."""
    low, high = limits
    if low is not None and high is not None:
        words = f"{low:g}-{high:g}" if low >= 0 else f"{low:g} to {high:g}".replace("-", _MINUS)
    elif low is not None:
        words = f"at least {low:g}".replace("-", _MINUS)
    elif high is not None:
        words = f"at most {high:g}".replace("-", _MINUS)
    else:
        words = ""
    holds: bool | None = None
    if value is not None and words:
        holds = (low is None or value >= low) and (high is None or value <= high)
    limit = f"{words} {unit}".strip().replace(" °", "°") if words else ""
    return Criterion(name, value, unit, limit, source, holds)


def one_of(name: str, value: str | None, wanted: tuple[str, ...], source: str) -> Criterion:
    """A word that should be one of some; None where it is not known."""
    holds = None if value is None else value in wanted
    return Criterion(name, value, "", " or ".join(wanted), source, holds)


def number_of(criteria: Sequence[Criterion], name: str) -> float | None:
    """The number that a criterion measured; None where it is a word, unknown or not there."""
    value = next((one.value for one in criteria if one.name == name), None)
    return float(value) if isinstance(value, int | float) else None
