"""Every strip of the night: one time line, the page in all, travelling in all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sleepscope.agreement.stage_differences import compare_stages
from sleepscope.app.theme import DARK, LIGHT
from sleepscope.app.views.event_lanes import LaneEvents
from sleepscope.app.views.overview_column import PARTS, OverviewColumn
from sleepscope.app.views.spectrogram_view import spectrogram_image
from sleepscope.app.views.stage_rows import StageRow
from sleepscope.events.event import Event
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.signals.spectrogram import Spectrogram

LEFT, NO, SHIFT = (
    Qt.MouseButton.LeftButton,
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
A = Hypnogram(("W",) * 40 + ("N2",) * 80, scorer="human:A")
B = Hypnogram(("W",) * 20 + ("N2",) * 100, scorer="file:b")
LANE = LaneEvents("a", "a", "#009E73", tuple(Event(t, 1, "spindle") for t in (100.0, 3000.0)))


def made_spectrogram() -> Spectrogram:
    """An hour: loud at 10 Hz in the first half, unknown in its last quarter."""
    power = np.full((121, 360), -10.0, dtype=np.float32)
    power[38:43, :180] = 20.0
    power[:, 270:] = np.nan
    return Spectrogram(10.0, np.arange(121) / 4, power, -10.0, 20.0)


@pytest.fixture
def column(qtbot: QtBot) -> OverviewColumn:
    made = OverviewColumn()
    qtbot.addWidget(made)
    made.set_night(3600.0, None)
    made.hypnogram.set_hypnogram(A, 3600.0, "A")
    made.others.set_rows((StageRow("file:b", "b", B, True),), compare_stages(A, B), ("A", "b"))
    made.density.set_lanes((LANE,))
    made.spectrogram.set_spectrogram(made_spectrogram(), "C3")
    made.set_page(1800.0, 30.0)
    made.resize(1000, made.sizeHint().height())
    made.show()
    qtbot.waitExposed(made)
    return made


def test_all_strips_share_one_time_line(column: OverviewColumn) -> None:
    assert len({strip.x(1234.0) for strip in column.strips}) == 1
    assert len({strip.width() for strip in column.strips}) == 1


def test_page_is_marked_in_all(column: OverviewColumn) -> None:
    column.set_page(600.0, 300.0)
    for strip in column.strips:
        image = strip.grab().toImage()
        y = strip.height() - 2
        edge = QColor(LIGHT.selection)
        columns = [x for x in range(image.width()) if image.pixelColor(x, y) == edge]
        assert min(columns) == pytest.approx(strip.x(600), abs=1.5)
        assert max(columns) == pytest.approx(strip.x(900), abs=1.5)


@pytest.mark.parametrize("part", [*PARTS, "axis"])
def test_click_and_drag_travel_in_each(column: OverviewColumn, part: str) -> None:
    strip = getattr(column, part)
    y = strip.height() // 2
    jumps: list[float] = []
    column.jump_requested.connect(jumps.append)
    QTest.mousePress(strip, LEFT, NO, QPoint(round(strip.x(900.0)), y))
    QTest.mouseMove(strip, QPoint(round(strip.x(1800.0)), y))
    QTest.mouseRelease(strip, LEFT, NO, QPoint(round(strip.x(1800.0)), y))
    assert jumps == [pytest.approx(900.0, abs=4), pytest.approx(1800.0, abs=4)]


def test_shift_selects_and_does_not_travel(column: OverviewColumn) -> None:
    strip = column.spectrogram
    jumps: list[float] = []
    ranges: list[tuple[float, float]] = []
    column.jump_requested.connect(jumps.append)
    column.range_selected.connect(lambda a, b: ranges.append((a, b)))
    QTest.mousePress(strip, LEFT, SHIFT, QPoint(round(strip.x(900.0)), 20))
    QTest.mouseMove(strip, QPoint(round(strip.x(600.0)), 20))
    QTest.mouseRelease(strip, LEFT, SHIFT, QPoint(round(strip.x(600.0)), 20))
    assert not jumps
    assert ranges == [(pytest.approx(900.0, abs=4), pytest.approx(600.0, abs=4))]


def test_differences_are_marked_where_they_are(column: OverviewColumn) -> None:
    others = column.others
    image = others.grab().toImage()
    y = others.height() - 8
    lane = QColor(LIGHT.lane)
    left, right = round(others.x(0)) + 1, round(others.right) - 1
    marked = [
        x
        for x in range(left, right)
        if any(image.pixelColor(x, y + dy) != lane for dy in (-2, -1, 0, 1))
        and not abs(x - others.x(1815)) < 8
    ]
    assert min(marked) == pytest.approx(others.x(600), abs=3)
    assert max(marked) == pytest.approx(others.x(1200), abs=3)
    # A pattern, not a colour alone: several colours within the marked stretch.
    seen = {
        image.pixelColor(x, yy).name()
        for x in range(round(others.x(700)), round(others.x(800)))
        for yy in range(y - 3, y + 3)
    }
    assert len(seen) >= 2


def test_agreement_is_told_in_words(column: OverviewColumn) -> None:
    words = column.others.words()
    assert "120 epochs" in words
    assert "83.3 %" in words
    assert "20 differ" in words
    place = QPoint(round(column.others.x(900.0)), 5)
    assert column.others.tip(place) == "b: N2"
    assert column.others.tip(QPoint(10, column.others.height() - 2)) == words


def test_right_click_on_a_row_asks_for_its_scorer(column: OverviewColumn) -> None:
    asked: list[object] = []
    column.stages_menu_requested.connect(lambda scorer, _at: asked.append(scorer))
    column.others.menu_requested.emit(QPoint(300, 4), QPoint(0, 0))
    column.hypnogram.menu_requested.emit(QPoint(300, 4), QPoint(0, 0))
    assert asked == ["file:b", None]


def test_events_are_ticks_where_they_are(column: OverviewColumn) -> None:
    image = column.density.grab().toImage()
    green = [x for x in range(image.width()) if image.pixelColor(x, 6) == QColor("#009E73")]
    assert min(green) == pytest.approx(column.density.x(100), abs=3)
    assert max(green) == pytest.approx(column.density.x(3000), abs=3)


def test_another_scorer_does_not_move_what_lies_below(column: OverviewColumn) -> None:
    places = [strip.geometry() for strip in column.strips]
    for n_scorers in (0, 2, 3, 5, 9):
        lanes = tuple(replace(LANE, scorer=f"s{k}", title=f"s{k}") for k in range(n_scorers))
        column.density.set_lanes(lanes)
        column.layout().activate()
        assert [strip.geometry() for strip in column.strips] == places


@pytest.mark.parametrize("n_scorers", [1, 3, 4, 9])
def test_every_scorer_has_a_row_of_the_night(column: OverviewColumn, n_scorers: int) -> None:
    colours = [f"#0000{100 + 10 * k:02X}" for k in range(n_scorers)]
    lanes = tuple(replace(LANE, scorer=c, title=c, colour=c) for c in colours)
    column.density.set_lanes(lanes)
    image = column.density.grab().toImage()
    x = round(column.density.x(3000))
    seen = {
        image.pixelColor(x + dx, y).name().upper()
        for dx in (-1, 0, 1)
        for y in range(image.height())
    }
    assert set(colours) <= seen


def test_power_stands_at_its_frequency_and_time(column: OverviewColumn) -> None:
    view = column.spectrogram
    image = view.grab().toImage()

    def light(time: float, hertz: float) -> float:
        colour = image.pixelColor(round(view.x(time)), round(view.y(hertz)))
        return colour.lightnessF()

    assert light(900, 10.0) > light(900, 20.0) + 0.2
    assert light(900, 10.0) > light(2400, 10.0) + 0.2
    assert view.y(30.0) < view.y(0.0)


def test_unknown_stretches_are_clear(column: OverviewColumn) -> None:
    image = spectrogram_image(made_spectrogram())
    assert (image.width(), image.height()) == (360, 121)
    assert image.pixelColor(300, 60).alpha() == 0
    assert image.pixelColor(200, 60).alpha() == 255


def test_spectrogram_says_why_there_is_none(column: OverviewColumn) -> None:
    view = column.spectrogram
    with_image = view.grab().toImage()
    view.set_spectrogram(None, "C3", words="No spectrogram of C3: no such file.")
    assert view.grab().toImage() != with_image


def test_hidden_parts_give_their_height_back(column: OverviewColumn) -> None:
    whole = column.sizeHint().height()
    column.set_parts(("hypnogram",))
    assert column.sizeHint().height() < whole - 80
    column.set_parts(())
    assert column.sizeHint().height() == 0


def test_gutter_shows_titles_in_every_theme(column: OverviewColumn) -> None:
    for theme in (LIGHT, DARK):
        column.set_theme(theme)
        image = column.others.grab().toImage()
        seen = {image.pixelColor(x, 9).name() for x in range(8, round(column.others.left) - 8)}
        assert len(seen) > 1
