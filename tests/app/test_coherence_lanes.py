"""Coherence beneath the page follows the person."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from sleepscope.app.controllers import coherence
from sleepscope.app.dialogs.asking import Question
from sleepscope.app.main_window import MainWindow
from sleepscope.events.event import Event

BOTH = (("E1", "E2"), ("C3", "C4"))


def lanes_ready(window: MainWindow) -> bool:
    """Whether this page's maps are shown."""
    view, pairs = window.coherence, window.controllers.coherence.pairs
    return bool(pairs) and all(view.shown_map(pair) is not None for pair in pairs)


def idle(window: MainWindow) -> bool:
    """Whether the neighbours' maps are made, too."""
    lanes = window.controllers.coherence
    return lanes_ready(window) and lanes.is_ahead and not window.session.jobs.jobs


@pytest.fixture
def with_lanes(qtbot: QtBot, open_night: MainWindow) -> MainWindow:
    """The window with the lanes shown, on the second page."""
    open_night.controllers.paging.turn(1)
    open_night.controllers.coherence.set_pairs(BOTH)
    qtbot.waitUntil(lambda: idle(open_night))
    return open_night


def test_h_shows_the_lanes_and_puts_them_away(qtbot: QtBot, open_night: MainWindow):
    assert not open_night.coherence.isVisible()
    qtbot.keyClick(open_night.traces.canvas, Qt.Key.Key_H)
    assert open_night.coherence.isVisible()
    qtbot.waitUntil(lambda: lanes_ready(open_night))
    qtbot.keyClick(open_night.traces.canvas, Qt.Key.Key_H)
    assert not open_night.coherence.isVisible()


def test_one_lane_suits_the_kind_of_the_selected_event(qtbot: QtBot, open_night: MainWindow):
    session, lanes = open_night.session, open_night.controllers.coherence
    qtbot.keyClick(open_night.traces.canvas, Qt.Key.Key_H)
    assert lanes.pairs == (("C3", "C4"),)
    events = [event for one in session.event_sets() for event in one.events]
    session.select(next(event.id for event in events if event.kind == "rem"))
    assert lanes.pairs == (("E1", "E2"),)
    session.select(None)
    session.select(next(event.id for event in events if event.kind == "spindle"))
    assert lanes.pairs == (("C3", "C4"),)


def test_lanes_that_a_person_chose_stay(open_night: MainWindow):
    lanes, session = open_night.controllers.coherence, open_night.session
    lanes.set_pairs(BOTH)
    session.select(next(e.id for one in session.event_sets() for e in one.events))
    assert lanes.pairs == BOTH


def test_traces_keep_half_of_the_height(qtbot: QtBot, open_night: MainWindow):
    qtbot.keyClick(open_night.traces.canvas, Qt.Key.Key_H)
    qtbot.waitUntil(lambda: lanes_ready(open_night))
    night = open_night.traces.parentWidget()
    assert night is not None
    qtbot.waitUntil(lambda: open_night.traces.height() >= 0.5 * night.height())


def test_time_lies_where_it_lies_on_the_page(with_lanes: MainWindow):
    view, canvas = with_lanes.coherence, with_lanes.traces.canvas
    geometry = canvas.layers.geometry
    pair = ("C3", "C4")
    shown = view.shown_map(pair)
    assert shown is not None
    frame = view.frame_of(1, shown)
    offset = view.mapTo(with_lanes, QPoint(0, 0)).x() - canvas.mapTo(with_lanes, QPoint(0, 0)).x()
    for time in (30.0, 41.7, 60.0):
        assert frame.x(time) + offset == pytest.approx(geometry.x(time))


def test_the_page_turns_with_its_lanes_at_once(qtbot: QtBot, with_lanes: MainWindow):
    qtbot.keyClick(with_lanes.traces.canvas, Qt.Key.Key_Right)
    assert lanes_ready(with_lanes)  # without waiting: made ahead
    qtbot.waitUntil(lambda: idle(with_lanes))
    qtbot.keyClick(with_lanes.traces.canvas, Qt.Key.Key_Left)
    assert lanes_ready(with_lanes)


def test_a_map_of_another_page_is_not_shown(qtbot: QtBot, with_lanes: MainWindow):
    with_lanes.controllers.paging.scroll(0.35)
    assert not lanes_ready(with_lanes)
    qtbot.waitUntil(lambda: lanes_ready(with_lanes))
    shown = with_lanes.coherence.shown_map(("C3", "C4"))
    assert shown is not None
    start = with_lanes.session.page.start
    assert shown.times[0] <= start
    assert shown.times[-1] >= start + 30


def test_values_at_the_edge_of_a_page_are_those_of_the_next(qtbot: QtBot, with_lanes: MainWindow):
    before = with_lanes.coherence.shown_map(("E1", "E2"))
    with_lanes.controllers.paging.scroll(0.5)
    qtbot.waitUntil(lambda: lanes_ready(with_lanes))
    after = with_lanes.coherence.shown_map(("E1", "E2"))
    assert before is not None
    assert after is not None
    at_before = np.searchsorted(before.times, 59.0 - 1e-6)
    at_after = np.searchsorted(after.times, 59.0 - 1e-6)
    np.testing.assert_allclose(before.values[:, at_before], after.values[:, at_after], atol=1e-3)
    assert before.cone.max() < before.freqs.min()


def test_the_start_of_the_recording_is_hatched(qtbot: QtBot, with_lanes: MainWindow):
    with_lanes.controllers.paging.go_home()
    qtbot.waitUntil(lambda: lanes_ready(with_lanes))
    shown = with_lanes.coherence.shown_map(("E1", "E2"))
    assert shown is not None
    assert shown.cone[0] > 32
    assert shown.cone[-1] < 0.5
    frame = with_lanes.coherence.frame_of(0, shown)
    assert "uncertain" in with_lanes.coherence.readout(QPointF(frame.left + 5, frame.bottom - 4))


def test_long_pages_say_why_they_have_none(
    qtbot: QtBot, with_lanes: MainWindow, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(coherence, "LONGEST_PAGE", 100.0)
    with_lanes.controllers.paging.set_length(120.0)
    assert with_lanes.controllers.coherence.words().endswith("up to 5 min.")
    assert with_lanes.controllers.coherence.maps() == ()
    with_lanes.controllers.paging.set_length(30.0)
    qtbot.waitUntil(lambda: lanes_ready(with_lanes))


def test_the_pointer_reads_frequency_time_coherence_and_phase(with_lanes: MainWindow):
    view = with_lanes.coherence
    shown = view.shown_map(("E1", "E2"))
    assert shown is not None
    frame = view.frame_of(0, shown)
    words = view.readout(QPointF(frame.x(45.0), frame.y(4.0)))
    j, k = np.argmin(np.abs(shown.freqs - 4)), np.argmin(np.abs(shown.times - 45))
    assert words.startswith("4 Hz")
    assert f"coherence {shown.values[j, k]:.2f}" in words
    assert f"phase {np.degrees(shown.phase[j, k]):.0f}°" in words
    assert view.readout(QPointF(3, 3)) == ""


def test_the_colour_is_that_of_the_value(qtbot: QtBot, with_lanes: MainWindow):
    view = with_lanes.coherence
    picture = view.grab().toImage()
    shown = view.shown_map(("E1", "E2"))
    assert shown is not None
    frame = view.frame_of(0, shown)
    light, dark = [], []
    for j in range(8, 70, 6):
        for k in range(100, shown.times.size - 100, 37):
            time, freq = float(shown.times[k]), float(shown.freqs[j])
            colour = QColor(picture.pixel(round(frame.x(time)), round(frame.y(freq))))
            if shown.values[j, k] > 0.9:
                light.append(colour.lightness())
            elif shown.values[j, k] < 0.15:
                dark.append(colour.lightness())
    assert np.median(light) > np.median(dark) + 50


def test_arrows_come_on_request(qtbot: QtBot, with_lanes: MainWindow):
    plain = with_lanes.coherence.grab().toImage()
    qtbot.keyClick(with_lanes.traces.canvas, Qt.Key.Key_H, Qt.KeyboardModifier.ShiftModifier)
    assert with_lanes.session.settings.phase_arrows
    assert with_lanes.coherence.grab().toImage() != plain


def test_events_of_shown_scorers_are_marked(with_lanes: MainWindow):
    marked = with_lanes.coherence.grab().toImage()
    with_lanes.coherence.set_lanes(())
    assert with_lanes.coherence.grab().toImage() != marked


def test_the_selected_event_is_marked_more_than_the_others(with_lanes: MainWindow):
    view, page = with_lanes.coherence, with_lanes.session.page
    selection = QColor(with_lanes.presenter.theme.selection)
    event = Event(page.start + 4.0, 2.0, "spindle", "C3")
    view.set_selected(event)
    image = view.grab().toImage()
    eyes, eeg = (view.frame_of(k, view.shown_map(pair)) for k, pair in enumerate(BOTH))
    for x in (eeg.x(event.onset), eeg.x(event.midpoint), eeg.x(event.stop)):
        assert image.pixelColor(round(x), round(eeg.bottom) - 2) == selection
        assert image.pixelColor(round(x), round(eyes.bottom) - 2) != selection
    assert image.pixelColor(round(eeg.x(event.onset)), round(eeg.y(4.0))) == selection
    assert image.pixelColor(round(eeg.x(event.midpoint)), round(eeg.y(4.0))) != selection


def test_the_lanes_follow_the_selection(qtbot: QtBot, with_lanes: MainWindow):
    session, view = with_lanes.session, with_lanes.coherence
    events = [e for one in session.event_sets() for e in one.events if e.channel == "C3"]
    session.select(events[0].id)
    qtbot.waitUntil(lambda: idle(with_lanes))
    marked = view.grab().toImage()
    session.select(None)
    assert view.grab().toImage() != marked


def test_a_person_chooses_the_lanes(qtbot: QtBot, with_lanes: MainWindow):
    with_lanes.controllers.coherence.ask_pairs()
    dialog = with_lanes.findChild(Question)
    assert dialog.rows.pairs() == BOTH
    dialog.rows.findChildren(QPushButton)[1].click()
    dialog.rows.add_button.click()
    dialog.rows.add(("O1",))
    dialog.buttons.button(dialog.buttons.StandardButton.Ok).click()
    pairs = with_lanes.controllers.coherence.pairs
    assert ("O1",) in pairs
    qtbot.waitUntil(lambda: lanes_ready(with_lanes))
    shown = with_lanes.coherence.shown_map(("O1",))
    assert shown is not None
    assert shown.is_power
    number = pairs.index(("O1",))
    frame = with_lanes.coherence.frame_of(number, shown)
    assert with_lanes.coherence.readout(QPointF(frame.x(45.0), frame.y(10.0))).endswith("µV²")


def test_a_channel_is_not_compared_with_itself(qtbot: QtBot, with_lanes: MainWindow):
    with_lanes.controllers.coherence.ask_pairs()
    dialog = with_lanes.findChild(Question)
    dialog.rows.add(("C3", "C3"))
    dialog.buttons.button(dialog.buttons.StandardButton.Ok).click()
    assert dialog.isVisible()
    assert "itself" in dialog.trouble.text()
    dialog.reject()


def test_a_channel_too_slow_says_so_and_leaves_the_others(qtbot: QtBot, with_lanes: MainWindow):
    with_lanes.controllers.coherence.set_pairs((("C3", "SpO2"), ("C3", "C4")))
    qtbot.waitUntil(lambda: lanes_ready(with_lanes))
    shown = with_lanes.coherence.shown_map(("C3", "SpO2"))
    assert shown is not None
    assert "1 Hz" in shown.trouble
    assert with_lanes.coherence.shown_map(("C3", "C4")).trouble == ""


def test_closing_while_lanes_are_made_leaves_nothing(qtbot: QtBot, open_night: MainWindow):
    qtbot.keyClick(open_night.traces.canvas, Qt.Key.Key_H)
    qtbot.keyClick(open_night.traces.canvas, Qt.Key.Key_Right)
    open_night.session.close()
    assert open_night.controllers.coherence.pairs == ()


def test_many_lanes_leave_room_for_the_traces(qtbot: QtBot, with_lanes: MainWindow):
    pairs = (("E1", "E2"), ("C3", "C4"), ("F3", "F4"), ("O1", "O2"), ("C3",), ("C4",))
    with_lanes.controllers.coherence.set_pairs(pairs)
    with_lanes.resize(1200, 720)
    qtbot.waitUntil(lambda: lanes_ready(with_lanes))
    assert with_lanes.height() <= 760
    assert with_lanes.traces.canvas.height() >= 160
    assert len({with_lanes.coherence.shown_map(pair).key.labels for pair in pairs}) == 6


def test_a_lone_lane_is_as_high_as_it_may_be(qtbot: QtBot, with_lanes: MainWindow):
    with_lanes.controllers.coherence.set_pairs((("E1", "E2"),))
    qtbot.waitUntil(lambda: with_lanes.coherence.height() >= 130)
    with_lanes.resize(1200, 600)
    qtbot.waitUntil(lambda: with_lanes.coherence.height() <= 0.45 * with_lanes.height())


def test_a_page_of_minutes_is_an_average_and_not_a_pick(qtbot: QtBot, with_lanes: MainWindow):
    with_lanes.controllers.paging.set_length(240.0)
    qtbot.waitUntil(lambda: lanes_ready(with_lanes))
    whole = with_lanes.coherence.shown_map(("E1", "E2"))
    with_lanes.controllers.paging.set_length(60.0)
    qtbot.waitUntil(lambda: lanes_ready(with_lanes))
    page = with_lanes.coherence.shown_map(("E1", "E2"))
    assert whole is not None
    assert page is not None
    assert whole.times.size < 3000
    inside = (page.times >= 20) & (page.times < 40)
    alike = (whole.times >= 20) & (whole.times < 40)
    np.testing.assert_allclose(
        whole.values[:, alike].mean(axis=1), page.values[:, inside].mean(axis=1), atol=0.02
    )
