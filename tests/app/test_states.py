"""States of the window that a technician works in, each reached by mouse and keys."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from sleepscope.app.main_window import MainWindow
from sleepscope.app.page import WHOLE_NIGHT
from tests.app.views.conftest import Mouse

KEY, MODIFIER = Qt.Key, Qt.KeyboardModifier
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def _write(path: Path, n: int, seed: int) -> Path:
    """A table of ``n`` events in the four minutes of the small night."""
    rng = np.random.default_rng(seed)
    onsets = np.sort(rng.uniform(0, 238, n))
    rows = [
        f"{onset:.3f}\t{rng.uniform(0.5, 1.5):.3f}\t{('spindle', 'k_complex')[k % 2]}\tC3"
        for k, onset in enumerate(onsets)
    ]
    path.write_text("\n".join(["onset\tduration\ttrial_type\tchannel", *rows]) + "\n")
    return path


def test_whole_night_by_the_box_of_lengths(open_night: MainWindow, qtbot: QtBot) -> None:
    box = open_night.length_box
    box.setFocus()
    for _ in range(box.count()):
        qtbot.keyClick(box, KEY.Key_Down)
    assert box.currentData() == WHOLE_NIGHT
    assert open_night.session.page.is_whole
    assert open_night.traces.state.length == open_night.session.recording.duration


def test_page_by_a_click_into_the_hypnogram(open_night: MainWindow) -> None:
    strip = open_night.hypnogram
    place = QPoint(round(strip.x(135.0)), strip.height() // 2)
    QTest.mouseClick(strip, LEFT, NONE, place)
    assert open_night.session.page.start == 120.0
    assert "epoch 5 of 8" in open_night.headline.text()


@pytest.mark.parametrize(("presses", "name"), [(1, "dark"), (2, "contrast"), (3, "light")])
def test_themes_by_their_key(open_night: MainWindow, qtbot: QtBot, presses: int, name: str) -> None:
    open_night.controllers.showing.set_theme("light")
    for _ in range(presses):
        qtbot.keyClick(open_night.traces.canvas, KEY.Key_T, MODIFIER.ControlModifier)
    assert open_night.traces.state.theme.name == name
    left = open_night.traces.canvas.layers.geometry.left
    pixel = open_night.traces.canvas.grab().toImage().pixelColor(round(left) // 2, 1)
    assert (pixel.lightness() > 128) == (name == "light")


def test_three_scorers_have_three_lanes_and_names(open_night: MainWindow, tmp_path: Path) -> None:
    third = _write(tmp_path / "third_events.tsv", 60, 1)
    assert open_night.controllers.opening.open_events([third])
    row = open_night.traces.canvas.layers.geometry.row("C3")
    assert len(row.lanes) == 3
    titles = open_night.traces.legend.texts()[:3]
    assert len(set(titles)) == 3
    colours = [indexed.lane.colour for indexed in open_night.traces.state.lanes]
    assert len(set(colours)) == 3
    mouse = Mouse(open_night.traces)
    event = open_night.traces.state.lanes[2].lane.events[0]
    open_night.session.set_page(0.0)
    mouse.click(mouse.point(event.midpoint, row.lanes[2].middle))
    assert open_night.session.selection == event.id


def test_ten_thousand_events_are_listed_drawn_and_walked_through(
    open_night: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    many = _write(tmp_path / "many_events.tsv", 10_000, 2)
    assert open_night.controllers.opening.open_events([many])
    qtbot.waitUntil(lambda: open_night.table.count.text().startswith("10,"))
    canvas, layers = open_night.traces.canvas, open_night.traces.canvas.layers
    lane = layers.geometry.row("C3").lanes[-1]
    picture = canvas.grab().toImage()
    middle = round((layers.geometry.left + layers.geometry.right) / 2)
    across = {picture.pixelColor(middle + k, round(lane.middle)).name() for k in range(200)}
    colour = open_night.traces.state.lanes[-1].lane.colour.lower()
    # 42 a second on one channel: the lane is full.
    assert across == {colour}
    for _ in range(5):
        qtbot.keyClick(canvas, KEY.Key_N)
    assert open_night.session.selected is not None
    before = open_night.session.page.start
    qtbot.keyClick(canvas, KEY.Key_Right)
    assert open_night.session.page.start == before + 30.0


def test_table_by_typing_and_a_click(open_night: MainWindow, qtbot: QtBot) -> None:
    box, table = open_night.table.filter_box, open_night.table.table
    qtbot.mouseClick(box, LEFT)
    qtbot.keyClicks(box, "spin C4 stage:n2")
    qtbot.waitUntil(lambda: " of " in open_night.table.count.text())
    place = table.visualRect(table.model().index(1, 0)).center()
    qtbot.mouseClick(table.viewport(), LEFT, NONE, place)
    QApplication.processEvents()
    event = open_night.session.selected
    assert event is not None
    assert (event.kind, event.channel) == ("spindle", "C4")
    assert open_night.session.page.start <= event.midpoint < open_night.session.page.stop
