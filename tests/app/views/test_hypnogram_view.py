"""The night's strip shows stages and page, and a click asks to go there."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sleepscope.app.theme import DARK, LIGHT
from sleepscope.app.views.hypnogram_view import LEVELS, HypnogramView
from sleepscope.events.hypnogram import Hypnogram

STAGES = ("W",) * 20 + ("N1",) * 20 + ("N2",) * 20 + ("N3",) * 20 + ("R",) * 20 + ("?",) * 20


@pytest.fixture
def strip(qtbot: QtBot) -> HypnogramView:
    made = HypnogramView()
    qtbot.addWidget(made)
    made.resize(1000, made.sizeHint().height())
    made.set_hypnogram(Hypnogram(STAGES), 3600.0)
    made.set_page(1800.0, 30.0)
    made.show()
    qtbot.waitExposed(made)
    return made


def picture(strip: HypnogramView) -> QImage:
    return strip.grab().toImage()


def test_each_stage_stands_on_its_level_in_its_colour(strip: HypnogramView) -> None:
    image = picture(strip)
    for number, stage in enumerate(("W", "N1", "N2", "N3", "R")):
        x = round(strip.x(600 * number + 200))
        assert image.pixelColor(x, round(strip.level(stage))) == QColor(LIGHT.stages[stage])


def test_rem_sleep_is_marked_by_thickness_too(strip: HypnogramView) -> None:
    image = picture(strip)

    def thickness(stage: str, time: float) -> int:
        x = round(strip.x(time))
        return sum(
            image.pixelColor(x, y) == QColor(LIGHT.stages[stage]) for y in range(image.height())
        )

    assert thickness("R", 2600) > thickness("W", 200)


def test_unscored_epochs_have_no_step(strip: HypnogramView) -> None:
    image, x = picture(strip), round(strip.x(3300))
    seen = {image.pixelColor(x, y).name().upper() for y in range(image.height())}
    assert not seen & {LIGHT.stages[stage].upper() for stage in LEVELS}


def test_click_jumps_to_its_moment(strip: HypnogramView, qtbot: QtBot) -> None:
    at = QPoint(round(strip.x(900.0)), 30)
    with qtbot.waitSignal(strip.jump_requested) as heard:
        QTest.mouseClick(strip, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert heard.args == [pytest.approx(strip.time(at.x()))]
    assert heard.args[0] == pytest.approx(900.0, abs=3.0)


def test_drag_goes_on_jumping_and_stays_in_the_recording(strip: HypnogramView) -> None:
    jumps: list[float] = []
    strip.jump_requested.connect(jumps.append)
    QTest.mousePress(
        strip, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(300, 30)
    )
    QTest.mouseMove(strip, QPoint(500, 30))
    QTest.mouseMove(strip, QPoint(999, 30))
    QTest.mouseRelease(
        strip, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(999, 30)
    )
    assert jumps == sorted(jumps)
    assert len(jumps) == 3
    assert jumps[-1] == 3600.0


def test_moving_without_a_button_does_not_jump(strip: HypnogramView) -> None:
    jumps: list[float] = []
    strip.jump_requested.connect(jumps.append)
    QTest.mouseMove(strip, QPoint(500, 30))
    assert not jumps


def test_page_is_framed(strip: HypnogramView) -> None:
    strip.set_page(600.0, 300.0)
    image = picture(strip)
    edge = QColor(LIGHT.selection)
    columns = [x for x in range(image.width()) if image.pixelColor(x, 20) == edge]
    assert min(columns) == pytest.approx(strip.x(600), abs=1.5)
    assert max(columns) == pytest.approx(strip.x(900), abs=1.5)


def test_without_stages_the_strip_still_jumps(strip: HypnogramView, qtbot: QtBot) -> None:
    strip.set_hypnogram(None, 3600.0)
    strip.set_theme(DARK)
    picture(strip)
    with qtbot.waitSignal(strip.jump_requested):
        QTest.mouseClick(
            strip, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(500, 30)
        )


def test_without_a_recording_nothing_is_asked(strip: HypnogramView) -> None:
    jumps: list[float] = []
    strip.jump_requested.connect(jumps.append)
    strip.set_hypnogram(None, 0.0)
    picture(strip)
    QTest.mouseClick(
        strip, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(500, 30)
    )
    assert not jumps


def test_no_line_crosses_the_words_that_no_stages_are_scored(strip: HypnogramView) -> None:
    strip.set_hypnogram(None, 3600.0)
    strip.set_page(0.0, 30.0)
    image = strip.grab().toImage()
    middle = round((strip.x(0) + strip.x(3600)) / 2)
    line = QColor(LIGHT.grid_strong)
    y = round(strip.level("N1"))
    near = [image.pixelColor(x, y) for x in range(middle - 60, middle + 60)]
    assert line not in near
    assert image.pixelColor(middle + 200, y) == line


def test_stages_beyond_the_recording_are_not_drawn(strip: HypnogramView) -> None:
    strip.set_hypnogram(Hypnogram(("N2",) * 200, 30.0, -300.0), 3600.0)
    strip.set_page(0.0, 30.0)
    image, colour = picture(strip), QColor(LIGHT.stages["N2"])
    y = round(strip.level("N2"))
    beside = round(strip.x(0)) - 6  # right of the word "N2"
    columns = [x for x in range(beside, image.width()) if image.pixelColor(x, y) == colour]
    assert min(columns) >= strip.x(0)
    assert max(columns) <= strip.x(3600)
