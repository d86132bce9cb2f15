"""The explanation of a 2D network over time and frequency, beside what the network read."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from sleepscope.app.controllers import detecting as detecting_module
from sleepscope.app.controllers import explaining as explaining_module
from sleepscope.app.controllers.mapping import key_around
from sleepscope.app.main_window import MainWindow
from sleepscope.explain.explanation import Explanation
from sleepscope.progress import Progress

FREQS = 32.0 * 2.0 ** (-np.arange(0.25, 5.0, 0.6))


def map_around(start: float, stop: float, event_id: str | None) -> Explanation:
    """Relevance at 13 Hz inside the event, none elsewhere."""
    times = np.arange(start - 1.0, stop + 1.0, 0.08)
    inside = (times >= start) & (times < stop)
    near = np.argmin(np.abs(np.log(FREQS / 13.0)))
    relevance = np.zeros((FREQS.size, times.size), np.float32)
    relevance[near, inside] = 20.0
    return Explanation(
        "Grad-CAM", "deep", "mean logit", "model:spindle-2d@12345678", ("C3",), times, relevance,
        times, np.zeros(times.size, np.float32), event_id, FREQS,
    )  # fmt: skip


def fake_explain(recording, card, channels, start, stop, *, event_id) -> Iterator[Progress]:
    yield Progress(0.0, 1.0)
    return map_around(start, stop, event_id)


def flat_explain(recording, card, channels, start, stop, *, event_id) -> Iterator[Progress]:
    yield Progress(0.0, 1.0)
    times = np.linspace(start, stop, 5)
    values = np.ones(5, np.float32)
    return Explanation(
        "Grad-CAM", "layer", "", card.scorer, channels, times, values, times, values, event_id
    )


@pytest.fixture
def explained(qtbot: QtBot, open_night: MainWindow, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """A spindle is selected and explained by a map; the panel is in front."""
    monkeypatch.setattr(explaining_module, "explain", fake_explain)
    monkeypatch.setitem(detecting_module.sys.modules, "torch", object())
    select_spindle(open_night)
    qtbot.waitUntil(lambda: open_night.controllers.mapping.shown is not None)
    qtbot.keyClick(
        open_night.traces.canvas,
        Qt.Key.Key_G,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier,
    )
    qtbot.waitUntil(lambda: open_night.map_panel.picture.isVisible())
    return open_night


def select_spindle(window: MainWindow) -> None:
    events = [event for one in window.session.event_sets() for event in one.events]
    window.session.select(next(e.id for e in events if e.kind == "spindle" and e.onset > 20))


def colour(image: QImage, x: float, y: float) -> QColor:
    ratio = image.devicePixelRatio()
    return image.pixelColor(round(x * ratio), round(y * ratio))


def test_the_map_lies_at_its_frequency_and_time(explained: MainWindow) -> None:
    picture = explained.map_panel.picture
    values, grad_cam, _ = picture.frames()
    event = explained.session.selected
    assert event is not None
    assert values.start < event.onset < event.stop < values.start + values.length
    assert (values.left, values.right) == (grad_cam.left, grad_cam.right)
    image = picture.grab().toImage()
    middle = grad_cam.x(event.midpoint)
    hot = colour(image, middle + 3, grad_cam.y(FREQS[np.argmin(np.abs(np.log(FREQS / 13)))]))
    cold = colour(image, middle + 3, grad_cam.y(1.5))
    assert hot.lightness() < cold.lightness() - 30 or hot.saturation() > cold.saturation() + 30


def test_the_slider_uncovers_the_values(qtbot: QtBot, explained: MainWindow) -> None:
    panel = explained.map_panel
    overlay = panel.picture.frames()[2]
    event = explained.session.selected
    assert event is not None
    place = overlay.x(event.midpoint) + 3, overlay.y(FREQS[np.argmin(np.abs(np.log(FREQS / 13)))])
    panel.slider.setFocus()
    for key, is_grey in ((Qt.Key.Key_Home, True), (Qt.Key.Key_End, False)):
        qtbot.keyClick(panel.slider, key)
        found = colour(panel.picture.grab().toImage(), *place)
        assert (found.saturation() < 12) == is_grey


def test_the_head_names_model_and_channels(explained: MainWindow) -> None:
    assert explained.map_panel.head.text() == "spindle-2d on C3: mean logit"


def test_moments_are_named_as_on_the_page(explained: MainWindow) -> None:
    panel, shown = explained.map_panel, explained.controllers.mapping.shown
    told = replace(shown.explanation, target="mean logit, 242.40-243.60 s")
    shown = replace(shown, explanation=told, event=(242.4, 243.6))
    for start, moment in (
        (None, "0:04:02"),
        (datetime.datetime.fromisoformat("2020-01-01T23:00"), "23:04:02"),
    ):
        panel.picture.set_start(start)
        assert panel.picture.moment(242) == moment
        panel.set_shown(shown, "")
        assert panel.head.text() == f"spindle-2d on C3: mean logit, {moment}.4, 1.20 s"


def test_without_a_selection_the_panel_says_what_would_be_there(
    qtbot: QtBot, explained: MainWindow
) -> None:
    assert explained.map_panel.slider.isEnabled()
    explained.session.select(None)
    assert explained.map_panel.picture.frames() == ()
    assert "Select an event" in explained.map_panel.head.text()
    assert not explained.map_panel.slider.isEnabled()


def test_a_network_that_reads_signals_has_no_map(
    qtbot: QtBot, open_night: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explaining_module, "explain", flat_explain)
    monkeypatch.setitem(detecting_module.sys.modules, "torch", object())
    with qtbot.waitSignal(open_night.session.explanation_changed):
        select_spindle(open_night)
    qtbot.waitUntil(lambda: open_night.session.explanation is not None)
    assert "reads signals" in open_night.map_panel.head.text()
    assert open_night.controllers.mapping.shown is None


def test_switched_off_explanations_take_the_map_away(qtbot: QtBot, explained: MainWindow) -> None:
    explained.session.set_explanation_mode("off")
    assert explained.controllers.mapping.shown is None
    assert "off (G)" in explained.map_panel.head.text()


def test_a_narrow_panel_does_without_the_curve(qtbot: QtBot, explained: MainWindow) -> None:
    picture = explained.map_panel.picture
    wide = picture.frames()[0].right
    assert picture.width() - wide > 90
    picture.resize(QPoint(300, 0).x(), picture.height())
    assert picture.width() - picture.frames()[0].right < 20


def test_what_is_shown_holds_all_that_the_network_looked_at() -> None:
    key = key_around(map_around(100.0, 101.0, None), (100.0, 101.0), 240.0)
    assert key.labels == ("C3",)
    assert key.start <= 98.0
    assert key.start + key.length >= 103.0
    first = key_around(map_around(0.5, 1.0, None), (0.5, 1.0), 4.0)
    assert (first.start, first.length) == (0.0, 4.0)
