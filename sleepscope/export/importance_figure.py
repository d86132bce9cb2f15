"""The importance of channels, regions and bands as a figure, a column for each part."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sleepscope.errors import ExportError
from sleepscope.explain.importance import Importance
from sleepscope.explain.region_importance import REGIONS
from sleepscope.explain.topography import HeadMap
from sleepscope.export.atomic_write import write_whole
from sleepscope.export.explanation_figure import METADATA

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ENDINGS: Final = (".png", ".svg")
DPI: Final = 200
_MAP: Final = "RdBu_r"
_MISSING: Final = "#E4E7EB"


def write_importance_figure(
    path: Path, parts: Mapping[str, Importance], scale: float, caption: str = ""
) -> None:
    """Draw regions by bands, channels on the head and the map of each part.

    Parameters
    ----------
    path : Path
        Ending in .png or .svg.
    parts : mapping of title to Importance
        Beside each other, on one scale.
    scale : float, logit
        Where the colours of maps and matrices are at their fullest.
    caption : str
        Below it.

    Raises
    ------
    ExportError
        If the ending is another one or the file cannot be written.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise ExportError(f"{path.name} must end in .png or .svg for a figure.")
    # Not pyplot: it keeps every figure and picks a screen.
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"font.size": 8, "svg.fonttype": "none", "svg.hashsalt": "sleepscope"}):
        figure = Figure(figsize=(1.2 + 3.6 * len(parts), 7.6), layout="constrained")
        axes = figure.subplots(3, len(parts), squeeze=False, height_ratios=[1.0, 1.2, 1.0])
        largest = max(float(np.nanmax(one.channel)) for one in parts.values()) or 1.0
        image: Any = None
        heads: Any = None
        for column, (title, found) in enumerate(parts.items()):
            _draw_map(axes[0, column], found, scale)
            image = _draw_matrix(axes[1, column], found, scale)
            heads = _draw_head(axes[2, column], found, largest) or heads
            axes[0, column].set_title(f"{title}\np = {found.p:.2f} logit", fontsize=9)
        figure.colorbar(image, ax=axes[:2, :], label="FTI, FRI (logit)", shrink=0.6)
        if heads is not None:
            # Without panchor the heads move to the right, away from what stands above them.
            figure.colorbar(heads, ax=axes[2, :], label="CI (logit)", shrink=0.8, panchor=False)
        figure.supxlabel(caption, fontsize=7)
        made = io.BytesIO()
        figure.savefig(made, format=ending[1:], dpi=DPI, metadata=METADATA[ending[1:]])
    write_whole({path: made.getvalue()})


def _draw_map(axis: Axes, found: Importance, scale: float) -> None:
    """FTI over time and frequency; of several stretches FI over frequency."""
    axis.set_ylabel("Hz")
    axis.set_yscale("log", base=2)
    axis.yaxis.set_major_formatter("{x:g}")
    if found.times.size > 1:
        axis.pcolormesh(
            found.times, found.freqs, found.relevance, cmap=_MAP, vmin=-scale, vmax=scale,
            shading="nearest", rasterized=True,
        )  # fmt: skip
        axis.set_xlabel("s")
        axis.ticklabel_format(axis="x", useOffset=False)
        return
    for k, band in enumerate(found.bands[:-1]):
        if band is not None and np.isfinite(found.frequency[k]):
            axis.fill_betweenx([band.low, band.high], 0, found.frequency[k], alpha=0.6)
            axis.text(0, (band.low * band.high) ** 0.5, f" {band.name}", va="center", fontsize=7)
    axis.axvline(0, color="black", linewidth=0.6)
    axis.set_xlabel("FI (logit)")


def _draw_matrix(axis: Axes, found: Importance, scale: float) -> Any:
    from matplotlib import colormaps

    colours = colormaps[_MAP].with_extremes(bad=_MISSING)
    image = axis.imshow(found.region_band, cmap=colours, vmin=-scale, vmax=scale, aspect="auto")
    names = ["–" if b is None else f"{b.name}\n{b.low:g}-{b.high:g} Hz" for b in found.bands]
    axis.set_xticks(range(len(names)), names, fontsize=7)
    axis.set_yticks(range(len(REGIONS)), REGIONS, fontsize=7)
    for row in range(len(REGIONS)):
        for column in range(len(names)):
            value = found.region_band[row, column]
            if np.isfinite(value):
                ink = "white" if abs(value) > 0.6 * scale else "black"
                words = f"{value:.1f}".replace("-", "\N{MINUS SIGN}")
                axis.text(column, row, words, ha="center", va="center", color=ink)
    axis.axvline(len(names) - 1.5, color="black", linewidth=1.0)
    return image


def _draw_head(axis: Axes, found: Importance, largest: float) -> Any:
    """Channel importance on the head; a list of bars where no electrode is known."""
    head = HeadMap.of(found.channels, found.channel.tolist(), 128)
    if head is None:
        axis.barh(found.channels, found.channel, color="#0072B2")
        axis.invert_yaxis()
        axis.set_xlabel("CI (logit)")
        return None
    extent = (-1, 1, -1, 1)
    image = axis.imshow(head.surface, extent=extent, cmap="viridis", vmin=0.0, vmax=largest)
    turn = np.linspace(0, 2 * np.pi, 181)
    axis.plot(np.cos(turn), np.sin(turn), color="black", linewidth=1.0)
    axis.plot([-0.12, 0, 0.12], [0.99, 1.14, 0.99], color="black", linewidth=1.0)
    for label, (x, y) in head.positions.items():
        words = f"{label}\n{head.values[label]:.2f}"
        axis.plot(x, y, marker="o", markersize=2.5, color="black")
        axis.text(x, y + 0.06, words, ha="center", fontsize=6, color="white",
                  path_effects=_outline())  # fmt: skip
    axis.set_xlim(-1.25, 1.25)
    axis.set_ylim(-1.1, 1.2)
    axis.set_aspect("equal")
    axis.set_axis_off()
    return image


def _outline() -> list[Any]:
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=1.6, foreground="black")]
