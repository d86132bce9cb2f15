"""Classes of events can be told apart by letters, whatever their colour."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QColor, QImage

from sleepscope.app.theme import DARK, LIGHT, Theme, scorer_colour
from sleepscope.app.views.event_lanes import LaneEvents
from sleepscope.app.views.kind_marks import kind_marks, marks_in_order, on_colour
from sleepscope.app.views.trace_view import TraceView
from sleepscope.events.event import Event


def test_no_two_classes_have_the_same_mark() -> None:
    kinds = frozenset({"spindle", "slow_wave", "snore", "sawtooth", "rem", "ripple", "s", "–"})
    marks = kind_marks(kinds)
    assert marks.keys() == kinds
    assert len(set(marks.values())) == len(kinds)
    assert all(0 < len(mark) <= 3 for mark in marks.values())


def test_known_classes_keep_their_letters_beside_any_other() -> None:
    assert kind_marks(frozenset({"spindle", "s_event"}))["spindle"] == "S"
    assert marks_in_order(["k_complex", "spindle"]) == [("S", "spindle"), ("K", "K-complex")]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_a_letter_stands_out_from_every_scorers_colour(theme: Theme) -> None:
    for place in range(6):
        colour = scorer_colour(theme, place)
        ink = QColor(on_colour(colour))
        lighter, darker = sorted((_luminance(ink), _luminance(QColor(colour))), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def _luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.fixture
def bar(view: TraceView) -> Callable[..., QImage]:
    """The picture of the first lane of C3-M2 where it holds these events."""

    def shown(*events: Event) -> QImage:
        view.set_lanes((LaneEvents("human:AB", "AB", "#0072B2", events),))
        geometry = view.canvas.layers.geometry
        lane = geometry.row("C3-M2").lanes[0]
        left, top = round(geometry.x(5.0)), round(lane.top)
        width = round(2 * geometry.pixels_per_second)
        return view.canvas.grab().toImage().copy(left, top, width, round(lane.height))

    return shown


def test_letters_are_written_only_where_classes_differ(bar: Callable[..., QImage]) -> None:
    spindle = Event(5.0, 2.0, "spindle", "C3-M2", id="a")
    elsewhere = Event(20.0, 2.0, "k_complex", "C3-M2", id="b")
    alone = bar(spindle)
    assert {alone.pixelColor(x, 4).name() for x in range(2, 20)} == {"#0072b2"}
    assert bar(spindle, elsewhere) != alone


def test_another_class_is_another_picture(bar: Callable[..., QImage]) -> None:
    elsewhere = Event(20.0, 2.0, "arousal", "C3-M2", id="b")
    spindle = bar(Event(5.0, 2.0, "spindle", "C3-M2", id="a"), elsewhere)
    complex_ = bar(Event(5.0, 2.0, "k_complex", "C3-M2", id="a"), elsewhere)
    assert spindle != complex_


def test_the_rest_of_an_event_of_the_page_before_has_no_letter_beside_it(view: TraceView) -> None:
    def picture(other: str) -> QImage:
        events = (
            Event(26.0, 4.5, other, "C3-M2", id="a"),
            Event(50.0, 2.0, "arousal", "C3-M2", id="b"),
        )
        view.set_lanes((LaneEvents("human:AB", "AB", "#0072B2", events),))
        lane = view.canvas.layers.geometry.row("C3-M2").lanes[0]
        whole = view.canvas.grab().toImage()
        return whole.copy(0, round(lane.top), whole.width(), round(lane.height))

    view.set_page(30.0, 120.0)
    assert picture("spindle") == picture("k_complex")


def test_an_event_that_ends_at_the_edge_of_the_page_has_no_letter_on_it(view: TraceView) -> None:
    others = (Event(80.0, 2.0, "k_complex", "C3-M2", id="b"),)
    view.set_page(30.0, 30.0)
    pictures = []
    for kind in ("spindle", "arousal"):
        before = Event(28.0, 2.0, kind, "C3-M2", id="a")
        view.set_lanes((LaneEvents("human:AB", "AB", "#0072B2", (before, *others)),))
        lane = view.canvas.layers.geometry.row("C3-M2").lanes[0]
        left = round(view.canvas.layers.geometry.left)
        picture = view.canvas.grab().toImage()
        pictures.append(picture.copy(left, round(lane.top), 60, round(lane.height)))
    assert pictures[0] == pictures[1]
