"""The legend names everyone, however narrow the window."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF
from pytestqt.qtbot import QtBot

from sleepscope.app.views.event_lanes import LaneEvents
from sleepscope.app.views.legend import WANTED_ROWS, Legend
from sleepscope.app.views.trace_view import TraceView
from sleepscope.explain.explanation import Explanation

NOTE = "trained on this recording"
LOOKS = {"1": "matched", "2": "missed", "3": "extra"}
SCORERS = (
    LaneEvents("file:a", "Visual_scoring1_excerpt2", "#0072B2", looks=LOOKS),
    LaneEvents("file:b", "Visual_scoring2_excerpt2", "#D55E00"),
    LaneEvents("model:c", "spindle-1d", "#009E73", note=NOTE),
    LaneEvents("model:d", "spindle-unet-probability", "#CC79A7"),
    LaneEvents("file:e", "a_scorer_with_a_name_that_does_not_want_to_end_at_all", "#E69F00"),
    LaneEvents("human:AB", "AB", "#56B4E9", statuses={"1": "accepted"}),
)


@pytest.fixture
def legend_view(qtbot: QtBot) -> TraceView:
    view = TraceView()
    qtbot.addWidget(view)
    view.resize(1600, 500)
    view.show()
    qtbot.waitExposed(view)
    return view


@pytest.mark.parametrize("width", [330, 500, 640, 1000, 1600])
def test_every_scorer_and_look_is_inside_the_legend(
    legend_view: TraceView, qtbot: QtBot, width: int
) -> None:
    legend_view.set_lanes(SCORERS)
    legend_view.resize(width, 500)
    legend = legend_view.legend
    qtbot.waitUntil(lambda: legend_view.head.width() == legend_view.width())
    qtbot.waitUntil(lambda: legend.height() == legend.steady_height(legend.width()))
    metrics = legend.fontMetrics()
    assert len(legend.shown_texts()) == len(SCORERS) + len(LOOKS) + 1
    assert "AB" in legend.shown_texts()
    assert f"({NOTE})" in legend.shown_texts()[2]
    for placed in legend._placed:
        assert placed.x + 28 + metrics.horizontalAdvance(placed.text) <= legend.width() + 1
        assert (placed.row + 1) * metrics.height() <= legend.height()


def explain_on(view: TraceView) -> None:
    """Show an explanation, and with it the colour bar."""
    times = np.arange(3.0)
    nothing = np.zeros(0, np.float32)
    explanation = Explanation(
        "Grad-CAM", "layer", "target", "model:c", ("C3",), times, np.ones(3, np.float32),
        nothing, nothing,
    )  # fmt: skip
    view.set_explanation(explanation, "band", 1.0)


def ink_of(legend: Legend) -> list[QRectF]:
    """Where the legend has a swatch or words."""
    metrics, height = QFontMetricsF(legend.font()), legend.fontMetrics().height() + 10
    return [
        QRectF(
            p.x,
            p.row * height,
            p.entry.swatch_width + 6 + metrics.horizontalAdvance(p.text),
            height,
        )
        for p in legend._placed
    ]


@pytest.mark.parametrize("width", [500, 640, 1000, 1600])
def test_colour_bar_goes_below_before_it_cuts_a_title(
    legend_view: TraceView, qtbot: QtBot, width: int
) -> None:
    legend_view.set_lanes(SCORERS[:3])
    explain_on(legend_view)
    legend_view.resize(width, 500)
    head, legend, bar = legend_view.head, legend_view.legend, legend_view.colour_bar
    qtbot.waitUntil(lambda: head.width() == legend_view.width())
    qtbot.waitUntil(lambda: head.height() == head.heightForWidth(legend_view.width()))
    assert legend.shown_texts() == legend.texts() or width == 500
    assert not any(ink.intersects(QRectF(bar.geometry())) for ink in ink_of(legend))
    assert head.rect().contains(bar.geometry())
    assert head.rect().contains(legend.geometry())


@pytest.mark.parametrize("n_scorers", [0, 1, 3, 6])
@pytest.mark.parametrize("width", [500, 760, 1000, 1300, 1600])
def test_colour_bar_that_comes_and_goes_moves_nothing(
    legend_view: TraceView, qtbot: QtBot, width: int, n_scorers: int
) -> None:
    legend_view.set_lanes(SCORERS[:n_scorers])
    legend_view.resize(width, 500)
    head, legend, canvas = legend_view.head, legend_view.legend, legend_view.canvas
    qtbot.waitUntil(lambda: head.width() == legend_view.width())
    qtbot.waitUntil(lambda: head.height() == head.heightForWidth(legend_view.width()))
    before, placed = canvas.geometry(), legend._placed
    explain_on(legend_view)
    assert legend_view.colour_bar.isVisible()
    legend_view.layout().activate()
    assert canvas.geometry() == before
    assert legend._placed == placed
    legend_view.set_explanation(None, "band", 1.0)
    legend_view.layout().activate()
    assert canvas.geometry() == before


@pytest.mark.parametrize("width", [500, 760, 1000, 1300, 1600])
def test_first_verdict_and_comparison_move_no_trace(
    legend_view: TraceView, qtbot: QtBot, width: int
) -> None:
    plain = tuple(replace(lane, looks={}, statuses={}) for lane in SCORERS[:3])
    legend_view.set_lanes(plain)
    legend_view.resize(width, 500)
    head, canvas = legend_view.head, legend_view.canvas
    qtbot.waitUntil(lambda: head.width() == legend_view.width())
    qtbot.waitUntil(lambda: head.height() == head.heightForWidth(legend_view.width()))
    before, keys = canvas.geometry(), legend_view.legend.texts()
    verdicts = {"1": "accepted", "2": "rejected"}
    legend_view.set_lanes(tuple(replace(x, looks=LOOKS, statuses=verdicts) for x in plain))
    legend_view.layout().activate()
    assert len(legend_view.legend.texts()) == len(keys) + 5
    assert canvas.geometry() == before


def test_short_names_take_one_row(legend_view: TraceView) -> None:
    legend_view.set_lanes(SCORERS[-1:])
    assert legend_view.legend.height() < 2 * legend_view.legend.fontMetrics().height() + 10


def test_titles_are_cut_in_the_middle_before_a_third_row_is_taken(
    legend_view: TraceView, qtbot: QtBot
) -> None:
    legend_view.set_lanes(SCORERS)
    legend_view.resize(760, 500)
    legend = legend_view.legend
    qtbot.waitUntil(lambda: legend.width() == 756)
    assert legend._placed[-1].row < WANTED_ROWS
    first, second = legend.shown_texts()[:2]
    assert "…" in first
    assert first != second
    assert SCORERS[4].title in legend.toolTip()
