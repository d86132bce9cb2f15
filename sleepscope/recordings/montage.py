"""A montage: which channels and derivations a page shows, in which order, and how each looks."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sleepscope.errors import MontageError

# High-pass, low-pass, notch, Hz; None leaves one out.
Corners = tuple[float | None, float | None, float | None]

# "*EEG": the channels of a kind that no row before has; "*": all channels.
ANY: Final = "*"
NOTCHES: Final = (50.0, 60.0)
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_NAMES: Final = ("high-pass", "low-pass", "notch")


@dataclass(frozen=True, slots=True)
class MontageRow:
    """One trace of a montage.

    Attributes
    ----------
    channel : str
        Label of a channel or derivation ("C3-M2", "C3-(M1+M2)/2"), or what one is for ("chin").
        "*EEG" stands for the channels of a kind that no other row has, "*" for all.
    otherwise : tuple of str
        What to take where the recording does not have it, the first first.
    most : int or None
        How many channels "*" takes at most.
    title : str
        What the page calls it; "" for the channel's own label.
    group : str
        Neighbours of the same group stand together under its name.
    colour : str
        "#RRGGBB"; "" for the colour of its kind.
    gain : float or None
        Units (µV) that fill the lane; None for what its kind needs.
    sensitivity : float or None
        µV that a millimetre of a calibrated screen is; None for what its kind has.
    inverted : bool
        Negative upwards.
    filters : (high-pass, low-pass, notch) in Hz or None
        None for the filter of its kind.
    shown : bool
        Hidden rows keep their place and look.

    Raises
    ------
    MontageError
        If a value is out of its range.
    """

    channel: str
    otherwise: tuple[str, ...] = ()
    most: int | None = None
    title: str = ""
    group: str = ""
    colour: str = ""
    gain: float | None = None
    sensitivity: float | None = None
    inverted: bool = False
    filters: Corners | None = None
    shown: bool = True

    def __post_init__(self) -> None:
        if not self.channel.strip():
            raise MontageError("A row without a channel cannot be shown; name its channel.")
        if self.colour and not _COLOUR.fullmatch(self.colour):
            raise MontageError(
                f"'{self.colour}' is no colour for {self.channel}; write one as #0B5394."
            )
        for name, value in (("gain", self.gain), ("sensitivity", self.sensitivity)):
            if value is not None and not (math.isfinite(value) and value > 0):
                raise MontageError(
                    f"A {name} of {value} for {self.channel} does not work; give a number above 0."
                )
        if self.most is not None and self.most < 1:
            raise MontageError(f"{self.channel} takes {self.most} channels; give at least 1.")
        if self.filters is not None:
            self._check(self.filters)

    def _check(self, filters: Corners) -> None:
        for name, corner in zip(_NAMES, filters, strict=True):
            if corner is not None and not (math.isfinite(corner) and corner > 0):
                raise MontageError(
                    f"A {name} of {corner} Hz for {self.channel} does not work; give a frequency "
                    "above 0 Hz or leave it out."
                )
        high_pass, low_pass, _ = filters
        if high_pass is not None and low_pass is not None and high_pass >= low_pass:
            raise MontageError(
                f"For {self.channel} the high-pass of {high_pass:g} Hz must lie below the "
                f"low-pass of {low_pass:g} Hz."
            )

    @property
    def name(self) -> str:
        """What the page calls it."""
        return self.title or self.channel


@dataclass(frozen=True, slots=True)
class Montage:
    """Rows from top to bottom under a name.

    Attributes
    ----------
    name : str
    rows : tuple of MontageRow
        No channel twice.
    needs : tuple of str
        Channels without which it is not chosen by itself; () if it never is.

    Raises
    ------
    MontageError
        If it has no name, or two rows of one channel.
    """

    name: str
    rows: tuple[MontageRow, ...]
    needs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise MontageError("A montage needs a name; give it one.")
        seen: set[str] = set()
        for row in self.rows:
            if row.channel in seen:
                raise MontageError(
                    f"The montage '{self.name}' has two rows of {row.channel}; keep one of them."
                )
            seen.add(row.channel)

    @property
    def shown(self) -> tuple[MontageRow, ...]:
        """The rows that are not hidden."""
        return tuple(row for row in self.rows if row.shown)

    @property
    def channels(self) -> tuple[str, ...]:
        """Channels of the rows that are not hidden."""
        return tuple(row.channel for row in self.shown)

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups, from top to bottom."""
        return tuple(dict.fromkeys(row.group for row in self.rows if row.group))

    def row(self, channel: str) -> MontageRow | None:
        """The row of a channel, shown or hidden."""
        return next((row for row in self.rows if row.channel == channel), None)

    def changed(self, channel: str, **changes: Any) -> Montage:
        """With other values in the row of a channel; the same where it has no such row."""
        rows = tuple(replace(r, **changes) if r.channel == channel else r for r in self.rows)
        return self if rows == self.rows else replace(self, rows=rows)

    def moved(self, channel: str, steps: int) -> Montage:
        """With the row of a channel further down (or up, below zero), past rows that are shown.

        It takes the group of the row that it moves past, so that groups stay whole.
        """
        rows = list(self.rows)
        place = next((k for k, row in enumerate(rows) if row.channel == channel), None)
        if place is None or steps == 0:
            return self
        direction = 1 if steps > 0 else -1
        others = range(place + direction, len(rows) if direction > 0 else -1, direction)
        past = [k for k in others if rows[k].shown][: abs(steps)]
        if not past:
            return self
        neighbour = rows[past[-1]].group
        if neighbour != rows[place].group:
            if abs(steps) == 1:
                # At the edge of a group the first step goes into the next one.
                rows[place] = replace(rows[place], group=neighbour)
                return replace(self, rows=tuple(rows))
            rows[place] = replace(rows[place], group=neighbour)
        rows.insert(past[-1], rows.pop(place))
        return replace(self, rows=tuple(rows))

    def showing(self, channels: Iterable[str], kinds: Mapping[str, int]) -> Montage:
        """With these channels shown and no others; new ones behind those of their kind.

        Parameters
        ----------
        channels : iterable of str
        kinds : mapping of channel to int
            Place of each channel's kind from the top, also of those that have a row already.
        """
        wanted = dict.fromkeys(channels)
        rows = [replace(row, shown=row.channel in wanted) for row in self.rows]
        for channel in wanted:
            if any(row.channel == channel for row in rows):
                continue
            place = kinds.get(channel, 0)
            above = [k for k, row in enumerate(rows) if kinds.get(row.channel, 0) <= place]
            group = rows[above[-1]].group if above else ""
            alike = above and kinds.get(rows[above[-1]].channel) == place
            new = MontageRow(channel, group=group if alike else "")
            rows.insert(above[-1] + 1 if above else 0, new)
        return replace(self, rows=tuple(rows))
