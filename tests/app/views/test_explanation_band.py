"""Relevance colours mean the same on every event and stand at their own moment."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from sleepscope.app.theme import LIGHT, THEMES, Theme
from sleepscope.app.views.event_lanes import LaneEvents
from sleepscope.app.views.explanation_band import is_signed, relevance_colours
from sleepscope.app.views.trace_view import TraceView
from sleepscope.explain.explanation import Explanation


def explained(times: np.ndarray, relevance: np.ndarray) -> Explanation:
    nothing = np.zeros(0)
    return Explanation(
        "Grad-CAM", "layer", "mean logit", "model:x", ("C3-M2",), times,
        relevance.astype(np.float32), nothing, nothing.astype(np.float32),
    )  # fmt: skip


def luminance(colour: tuple[int, ...] | np.ndarray) -> float:
    rgb = np.asarray(colour[:3]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def contrast(a: tuple[int, ...] | np.ndarray, b: tuple[int, ...] | np.ndarray) -> float:
    bright, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def rgb(colour: str) -> tuple[int, int, int]:
    return QColor(colour).red(), QColor(colour).green(), QColor(colour).blue()


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_trace_can_be_read_on_the_strongest_colours(theme: Theme) -> None:
    values = np.linspace(-2, 2, 41)
    for ground in relevance_colours(theme, values, 2.0, ink=False):
        for kind in ("EEG", "EOG"):
            # 4.5 is the contrast that WCAG 2.2 asks of text; lines need 3.
            assert contrast(ground, rgb(theme.trace(kind))) >= 3.0


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_more_relevance_is_always_further_from_the_page(theme: Theme) -> None:
    page = luminance(rgb(theme.page))
    for sign in (1, -1):
        colours = relevance_colours(theme, sign * np.linspace(0, 1, 20), 1.0, ink=False)
        away = [abs(luminance(colour) - page) for colour in colours]
        assert away == sorted(away)
        assert away[0] == pytest.approx(0, abs=0.01)


def test_colours_do_not_depend_on_the_other_values() -> None:
    alone = relevance_colours(LIGHT, np.array([0.7]), 2.0, ink=False)
    among = relevance_colours(LIGHT, np.array([-9.0, 0.7, 50.0]), 2.0, ink=False)
    assert np.array_equal(alone[0], among[1])


def test_signed_only_where_there_is_a_negative_side() -> None:
    times = np.arange(3.0)
    assert is_signed(explained(times, np.array([0.0, -0.1, 1.0])))
    assert not is_signed(explained(times, np.array([0.0, np.nan, 1.0])))


def picture(view: TraceView) -> QImage:
    return view.canvas.grab().toImage()


def test_band_stands_at_its_own_moment_and_ends_with_the_map(view: TraceView) -> None:
    times = np.arange(10.0, 14.01, 0.05)
    relevance = np.where((times > 11.975) & (times < 13.025), 2.0, 0.0)
    view.set_channels(("C3-M2",))
    view.set_gain({"C3-M2": 1e6})
    view.set_explanation(explained(times, relevance), "band", 2.0)
    image, geometry = picture(view), view.canvas.layers.geometry
    y = round(geometry.rows[0].trace.top) + 4
    hot = QColor(LIGHT.band[-1])
    columns = [x for x in range(image.width()) if image.pixelColor(x, y) == hot]
    pixel = 1 / geometry.pixels_per_second
    assert geometry.time(min(columns)) == pytest.approx(12.0, abs=2 * pixel)
    assert geometry.time(max(columns) + 1) == pytest.approx(13.0, abs=2 * pixel)


def test_trace_itself_takes_the_colours(view: TraceView) -> None:
    times = np.arange(0.0, 30.0, 0.1)
    relevance = np.where(times < 15, 2.0, 0.0)
    view.set_channels(("C3-M2",))
    view.set_explanation(explained(times, relevance), "trace", 2.0)
    image, geometry = picture(view), view.canvas.layers.geometry
    y = round(geometry.rows[0].trace.middle)
    hot = QColor(LIGHT.ink[-1])
    columns = [x for x in range(image.width()) if image.pixelColor(x, y) == hot]
    assert len(columns) > 100
    assert geometry.time(max(columns)) == pytest.approx(15.0, abs=0.2)


def test_off_shows_neither_band_nor_colour_bar(view: TraceView) -> None:
    plain = picture(view)
    explanation = explained(np.arange(30.0), np.ones(30))
    view.set_explanation(explanation, "band", 1.0)
    assert view.colour_bar.isVisible()
    assert picture(view) != plain
    view.set_explanation(explanation, "off", 1.0)
    assert not view.colour_bar.isVisible()
    assert picture(view) == plain


def test_colour_bar_names_method_unit_and_both_ends(view: TraceView) -> None:
    view.set_explanation(explained(np.arange(3.0), np.array([-1.0, 0, 1])), "band", 2.5)
    assert view.colour_bar.texts() == ("Grad-CAM", "≤ −2.5", "≥ 2.5 logit")
    view.set_explanation(explained(np.arange(3.0), np.array([0.0, 0, 1])), "band", 2.5)
    assert view.colour_bar.texts() == ("Grad-CAM", "0", "≥ 2.5 logit")


def test_selected_event_keeps_the_colours_of_its_explanation(
    view: TraceView, lanes: tuple[LaneEvents, ...]
) -> None:
    view.set_lanes(lanes)
    view.set_gain({"C3-M2": 1e6})
    explanation = explained(np.arange(0.0, 30.0, 0.1), np.full(300, 2.0))
    view.set_explanation(explanation, "band", 2.0)
    view.set_selection("mine")
    image, geometry = picture(view), view.canvas.layers.geometry
    trace = geometry.rows[0].trace
    x, y = round(geometry.x(5.9)), round(trace.top + trace.height / 4)
    assert image.pixelColor(x, y) == QColor(LIGHT.band[-1])
    edge = [image.pixelColor(round(geometry.x(5.0)), y)]
    assert edge == [QColor(LIGHT.selection)]
    view.set_explanation(None, "band", 2.0)
    assert picture(view).pixelColor(x, y) != QColor(LIGHT.page)


def test_abstained_stretch_of_the_probability_is_hatched(view: TraceView) -> None:
    times = np.arange(0, 25, 0.04)
    probability = np.where((times > 10) & (times < 15), np.nan, 0.0).astype(np.float32)
    view.set_probability("C3-M2", times, probability, 0.5)
    image, geometry = picture(view), view.canvas.layers.geometry
    strip = geometry.rows[0].strip
    assert strip is not None
    hatch = [
        geometry.time(x)
        for y in range(round(strip.top) + 2, round(strip.bottom) - 2)
        for x in range(round(geometry.left) + 2, round(geometry.right) - 2)
        if image.pixelColor(x, y) == QColor(LIGHT.hatch)
    ]
    abstained = [time for time in hatch if time < 20]
    assert min(abstained) == pytest.approx(10.0, abs=0.3)
    assert max(abstained) == pytest.approx(15.0, abs=0.3)
    assert min(time for time in hatch if time > 20) == pytest.approx(25.0, abs=0.3)
