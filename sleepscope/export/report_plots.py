"""Small plots as SVG text: bars with intervals, a line of two figures, a table of shades."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

WIDTH: Final = 560
ROW: Final = 22
LABEL: Final = 230
_BAR = "#0072B2"
_REFERENCE = "#E69F00"
_INK, _MUTED, _GRID = "#1B1F24", "#57606A", "#D3D9E0"
_TEXT = 'font-family="sans-serif" font-size="11"'


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar from 0 to 1.

    Attributes
    ----------
    label : str
    value : float or None
        None leaves a dash.
    interval : (low, high) or None
    is_reference : bool
        In another colour: what it is held against.
    note : str
        Behind the value ("n = 41").
    """

    label: str
    value: float | None
    interval: tuple[float, float] | None = None
    is_reference: bool = False
    note: str = ""


def bars_svg(bars: Sequence[Bar], title: str) -> str:
    """Horizontal bars on a scale from 0 to 1, with whiskers for the intervals."""
    top, bottom = 22, 20
    height = top + ROW * len(bars) + bottom
    right = WIDTH - 105
    span = right - LABEL
    parts = [_text(0, 13, title, weight="bold")]
    for tick in (0, 0.25, 0.5, 0.75, 1):
        x = LABEL + tick * span
        parts.append(_line(x, top, x, height - bottom, _GRID))
        parts.append(_text(x, height - 6, f"{tick:g}", anchor="middle", colour=_MUTED))
    for index, bar in enumerate(bars):
        y = top + ROW * index
        middle = y + ROW / 2
        parts.append(_text(LABEL - 6, middle + 4, _short(bar.label), anchor="end"))
        if bar.value is None:
            parts.append(_text(LABEL + 4, middle + 4, "–", colour=_MUTED))
            continue
        colour = _REFERENCE if bar.is_reference else _BAR
        parts.append(
            f'<rect x="{LABEL}" y="{y + 4}" width="{max(bar.value * span, 1):.1f}" '
            f'height="{ROW - 8}" fill="{colour}"/>'
        )
        if bar.interval is not None:
            low, high = (LABEL + value * span for value in bar.interval)
            parts.append(_line(low, middle, high, middle, _INK))
            parts += [_line(x, middle - 4, x, middle + 4, _INK) for x in (low, high)]
        note = f"  {bar.note}" if bar.note else ""
        parts.append(_text(right + 6, middle + 4, f"{bar.value:.3f}{note}"))
    return _svg(WIDTH, height, parts)


def confusion_svg(table: Sequence[Sequence[int]], names: Sequence[str], a: str, b: str) -> str:
    """A square table of counts; the darker a cell, the larger its share of its row."""
    cell, left, top = 46, 60, 44
    size = cell * len(names)
    parts = [
        _text(left + size / 2, 14, _short(b), anchor="middle", weight="bold"),
        f'<g transform="rotate(-90 14 {top + size / 2})">'
        + _text(14, top + size / 2 + 4, _short(a), anchor="middle", weight="bold")
        + "</g>",
    ]
    for i, name in enumerate(names):
        parts.append(_text(left + cell * (i + 0.5), top - 8, name, anchor="middle"))
        parts.append(_text(left - 8, top + cell * (i + 0.5) + 4, name, anchor="end"))
    for i, row in enumerate(table):
        total = sum(row)
        for j, count in enumerate(row):
            share = count / total if total else 0.0
            x, y = left + cell * j, top + cell * i
            parts.append(
                f'<rect x="{x}" y="{y}" width="{cell - 1}" height="{cell - 1}" fill="{_BAR}" '
                f'fill-opacity="{0.05 + 0.9 * share:.3f}"/>'
            )
            ink = "#FFFFFF" if share > 0.5 else _INK
            parts.append(
                _text(x + cell / 2, y + cell / 2 + 4, str(count), anchor="middle", colour=ink)
            )
    return _svg(left + size + 10, top + size + 6, parts)


def _svg(width: float, height: float, parts: Sequence[str]) -> str:
    inner = "".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}" role="img">{inner}</svg>'
    )


def _text(
    x: float, y: float, words: str, *, anchor: str = "start", colour: str = _INK, weight: str = ""
) -> str:
    bold = ' font-weight="bold"' if weight else ""
    return (
        f'<text x="{x:g}" y="{y:g}" {_TEXT} text-anchor="{anchor}" fill="{colour}"{bold}>'
        f"{escape(words)}</text>"
    )


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def _short(words: str) -> str:
    return words if len(words) <= 38 else f"{words[:36]}…"
