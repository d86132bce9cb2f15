"""An explained event as a figure, in the style of the published ones.

Models that read one channel: the trace over a band of colour, with boxes around the marks. Models
of two channels: both traces coloured. Models that read maps: what they read, the map, one over the
other.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.events.event import Event
from sleepscope.explain.explanation import Explanation

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DPI: Final = 200
FORMATS: Final = ("png", "svg")
_RAMP: Final = "RdBu_r"
_VALUES: Final = "viridis"
_INK, _BOX, _OWN = "#1B1F24", "#0072B2", "#D55E00"
# Nothing of the machine or the moment: figures travel.
# What matplotlib would add by itself: its own name, and the moment.
METADATA: Final[dict[str, dict[str, Any]]] = {
    "png": {"Software": None},
    "svg": {"Creator": None, "Date": None},
}


@dataclass(frozen=True, slots=True)
class ReadMap:
    """What a network read: values over time and frequency.

    Attributes
    ----------
    name : str
        "wavelet power, ln", "coherence".
    times : (n,) ndarray, s
    freqs : (n_freqs,) ndarray, Hz
        From the highest to the lowest.
    values : (n_freqs, n) ndarray
    """

    name: str
    times: NDArray[np.float64] = field(repr=False)
    freqs: NDArray[np.float64] = field(repr=False)
    values: NDArray[np.floating] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pictured:
    """All that a figure shows.

    Attributes
    ----------
    event : Event
    explanation : Explanation
    times : (n,) ndarray, s
    signals : (n_channels, n) ndarray, µV
        The channels that the model read.
    marks : sequence of Event
        The experts' events near by.
    truth, prediction : str
        What the experts and the model said, in words, for the caption.
    scale : float, logit
    read : ReadMap or None
        Of models that read maps.
    """

    event: Event
    explanation: Explanation
    times: NDArray[np.float64] = field(repr=False)
    signals: NDArray[np.float64] = field(repr=False)
    marks: Sequence[Event]
    truth: str
    prediction: str
    scale: float
    read: ReadMap | None = None


def explanation_figure(shown: Pictured, ending: str) -> bytes:
    """The figure as PNG or SVG; nothing of the recording's names or dates is in it.

    Parameters
    ----------
    shown : Pictured
    ending : {"png", "svg"}
    """
    # Not pyplot: it keeps every figure and picks a screen.
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"font.size": 8, "svg.fonttype": "none", "svg.hashsalt": "sleepscope"}):
        if shown.read is not None and shown.explanation.freqs is not None:
            figure = Figure(figsize=(9.0, 4.6), layout="constrained")
            _maps(figure, shown, shown.read)
        else:
            n_rows = len(shown.signals)
            figure = Figure(figsize=(7.2, 1.5 + 1.5 * n_rows), layout="constrained")
            _traces(figure, shown)
        figure.supxlabel(_caption(shown), fontsize=8)
        file = io.BytesIO()
        figure.savefig(file, format=ending, dpi=DPI, metadata=METADATA[ending])
    return file.getvalue()


def _caption(shown: Pictured) -> str:
    explanation = shown.explanation
    return (
        f"Truth: {shown.truth}. Prediction: {shown.prediction}.\n"
        f"{explanation.method} at {explanation.layer}, {explanation.target}; "
        f"{explanation.scorer.removeprefix('model:').partition('@')[0]} on "
        f"{', '.join(explanation.channels)}"
    )


def _traces(figure: Figure, shown: Pictured) -> None:
    """The trace over its band, or each of a pair in its colours, and the probability below."""
    n_rows = len(shown.signals)
    axes = figure.subplots(
        n_rows + 1, 1, sharex=True, height_ratios=[3.0] * n_rows + [1.0], squeeze=False
    )[:, 0]
    coloured: Any = None
    for axis, signal, label in zip(axes, shown.signals, shown.explanation.channels, strict=False):
        coloured = (_band if n_rows == 1 else _ink)(axis, shown, signal)
        _boxes(axis, shown)
        axis.set_ylabel(f"{label}\nµV")
    below = axes[-1]
    below.plot(shown.explanation.probability_times, shown.explanation.probability, color=_INK, lw=1)
    below.set_ylim(0, 1)
    below.set_ylabel("p")
    below.set_xlabel("Time (s)")
    below.set_xlim(shown.times[0], shown.times[-1])
    figure.colorbar(coloured, ax=list(axes[:-1]), label="relevance (logit)", extend="both")


def _band(axis: Axes, shown: Pictured, signal: NDArray[np.float64]) -> Any:
    """The trace in ink on a ground of relevance, only where the map knows."""
    heat = shown.explanation.at(shown.times)
    low, high = np.nanmin(signal), np.nanmax(signal)
    margin = 0.1 * (high - low) or 1.0
    image = axis.imshow(
        heat[None], aspect="auto", cmap=_RAMP, vmin=-shown.scale, vmax=shown.scale, alpha=0.55,
        extent=(shown.times[0], shown.times[-1], low - margin, high + margin),
        interpolation="nearest",
    )  # fmt: skip
    axis.plot(shown.times, signal, color=_INK, lw=0.6)
    axis.set_ylim(low - margin, high + margin)
    return image


def _ink(axis: Axes, shown: Pictured, signal: NDArray[np.float64]) -> Any:
    """The trace coloured by its relevance; grey where the map ends."""
    from matplotlib.collections import LineCollection

    heat = shown.explanation.at(shown.times)
    points = np.stack([shown.times, signal], axis=1)
    axis.plot(shown.times, signal, color="#B8BEC6", lw=0.6)
    lines = LineCollection(list(np.stack([points[:-1], points[1:]], axis=1)), cmap=_RAMP, lw=1.6)
    lines.set_array(np.ma.masked_invalid(heat[:-1]))
    lines.set_clim(-shown.scale, shown.scale)
    axis.add_collection(lines)
    return lines


def _boxes(axis: Axes, shown: Pictured) -> None:
    """Boxes around the experts' marks and a line over the event itself."""
    from matplotlib.patches import Rectangle

    across = axis.get_xaxis_transform()
    for mark in shown.marks:
        axis.add_patch(
            Rectangle((mark.onset, 0.04), mark.duration, 0.92, transform=across, fill=False,
                      edgecolor=_BOX, lw=1.2)
        )  # fmt: skip
        axis.text(mark.onset, 0.97, f" {mark.kind.replace('_', ' ')}", transform=across,
                  color=_BOX, fontsize=6, va="top")  # fmt: skip
    event = shown.event
    axis.plot([event.onset, event.stop], [0.015, 0.015], transform=across, color=_OWN, lw=3)


def _maps(figure: Figure, shown: Pictured, read: ReadMap) -> None:
    """What the network read, its map, and one over the other, on the same axes."""
    axes = figure.subplots(1, 3, sharex=True, sharey=True)
    grid = (read.times, read.freqs)
    heat = shown.explanation.map_at(*grid)
    values = axes[0].pcolormesh(*grid, read.values, cmap=_VALUES, shading="nearest",
                                rasterized=True)  # fmt: skip
    limits = {"cmap": _RAMP, "vmin": -shown.scale, "vmax": shown.scale}
    hot = axes[1].pcolormesh(*grid, heat, shading="nearest", rasterized=True, **limits)
    axes[2].pcolormesh(*grid, read.values, cmap="gray", shading="nearest", rasterized=True)
    axes[2].pcolormesh(*grid, heat, shading="nearest", rasterized=True, alpha=0.5, **limits)
    for axis, title in zip(axes, (read.name, shown.explanation.method, "overlay"), strict=True):
        axis.set_yscale("log", base=2)
        axis.yaxis.set_major_formatter("{x:g}")
        axis.set_title(title, fontsize=8)
        axis.set_xlabel("Time (s)")
        axis.axvspan(shown.event.onset, shown.event.stop, 0, 0.02, color=_OWN)
        for mark in shown.marks:
            for edge in (mark.onset, mark.stop):
                axis.axvline(edge, color=_BOX, lw=1, ls="--")
    axes[0].set_ylabel("Frequency (Hz)")
    axes[0].set_xlim(read.times[0], read.times[-1])
    figure.colorbar(values, ax=axes[0], location="bottom", label=read.name)
    figure.colorbar(hot, ax=axes[1:], location="bottom", label="relevance (logit)", extend="both")
