"""Look-alikes and the map of events by mouse and keys; a cloud is judged in one step of undo."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sleepscope.app.controllers.look_alikes import tile_span
from sleepscope.app.dialogs.asking import Question
from sleepscope.app.main_window import MainWindow
from sleepscope.app.views.page_signals import PageSignal
from sleepscope.detection.channels import chosen_channels
from sleepscope.events.event import Event
from sleepscope.explain.reviewed_library import LibraryEntry
from sleepscope.networks.model_folder import find_model
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.montage import Montage

KEY, MODIFIER = Qt.Key, Qt.KeyboardModifier
LEFT = Qt.MouseButton.LeftButton
SLOW = 60_000


@pytest.fixture
def alike(open_night: MainWindow, qtbot: QtBot) -> MainWindow:
    """The window with a spindle selected and both panels in front."""
    session = open_night.session
    session.settings.explanation_mode = "off"
    events = session.event_sets()[0].events
    session.select(next(e.id for e in events if e.kind == "spindle" and e.channel == "C3"))
    qtbot.keyClick(open_night.traces.canvas, KEY.Key_L)
    do = open_night.controllers.look_alikes
    qtbot.waitUntil(lambda: do.map is not None and len(do.tiles) > 0, timeout=SLOW)
    return open_night


def point(window: MainWindow, k: int) -> QPoint:
    x, y = window.cloud_panel.cloud.points[k]
    return QPoint(round(x), round(y))


def test_twelve_nearest_stand_beside_the_selected_with_verdict_length_and_unit(
    alike: MainWindow,
) -> None:
    panel, do = alike.look_alikes_panel, alike.controllers.look_alikes
    tiles = panel.grid.tiles
    assert len(do.nearest) == 12
    assert len(tiles) == 13
    assert tiles[0].event_id == alike.session.selection
    assert {tile.length for tile in tiles} == {3.0}
    assert all(tile.signal is not None for tile in tiles)
    assert "unreviewed" in tiles[1].foot
    assert "3 s long" in panel.head.text()
    assert "µV high" in panel.head.text()
    kinds = {alike.session.find_event(one).kind for one in do.map.event_ids}
    assert kinds == {"spindle"}


def test_a_click_on_a_tile_or_a_point_travels(alike: MainWindow, qtbot: QtBot) -> None:
    grid, session = alike.look_alikes_panel.grid, alike.session
    wanted = grid.tiles[3].event_id
    qtbot.mouseClick(grid, LEFT, pos=grid.box(3).center().toPoint())
    assert session.selection == wanted
    ids = alike.controllers.look_alikes.map.event_ids
    qtbot.mouseClick(alike.cloud_panel.cloud, LEFT, pos=point(alike, 2))
    near = session.selection
    apart = alike.cloud_panel.cloud.points
    assert abs(apart[ids.index(near)] - apart[2]).max() < 10
    event = session.selected
    assert session.page.start <= event.onset < session.page.stop


def test_keys_travel_in_tiles(alike: MainWindow, qtbot: QtBot) -> None:
    grid = alike.look_alikes_panel.grid
    wanted = grid.tiles[2].event_id
    start = alike.session.page.start
    grid.setFocus()
    for key in (KEY.Key_Right, KEY.Key_Right, KEY.Key_Return):
        qtbot.keyClick(grid, key)
    assert alike.session.selection == wanted
    assert alike.session.status_of(wanted) == "unreviewed", "Enter travels here, and judges nothing"
    assert start is not None


def test_a_rectangle_by_mouse_is_rejected_in_one_step_of_undo(
    alike: MainWindow, qtbot: QtBot
) -> None:
    session, cloud, panel = alike.session, alike.cloud_panel.cloud, alike.cloud_panel
    QTest.mousePress(cloud, LEFT, MODIFIER.NoModifier, QPoint(1, 1))
    QTest.mouseMove(cloud, QPoint(60, 60))
    QTest.mouseMove(cloud, QPoint(cloud.width() - 1, cloud.height() - 1))
    QTest.mouseRelease(cloud, LEFT, MODIFIER.NoModifier,
                       QPoint(cloud.width() - 1, cloud.height() - 1))  # fmt: skip
    ids = alike.controllers.look_alikes.map.event_ids
    assert session.chosen == set(ids)
    assert f"Reject {len(ids)}" in panel.reject.text()
    qtbot.mouseClick(panel.reject, LEFT)
    models = [one for one in ids if session.find_event(one) is not None]
    assert {session.status_of(one) for one in models} == {"rejected"}
    assert cloud._statuses.count("rejected") == len(models)
    qtbot.keyClick(alike.traces.canvas, KEY.Key_Z, MODIFIER.ControlModifier)
    assert {session.status_of(one) for one in ids} == {"unreviewed"}


def test_a_lasso_takes_what_it_surrounds_alone(alike: MainWindow, qtbot: QtBot) -> None:
    cloud, session = alike.cloud_panel.cloud, alike.session
    places = cloud.points
    k = int(places[:, 0].argmax())
    at = point(alike, k)
    inside = {
        one
        for one, place in zip(alike.controllers.look_alikes.map.event_ids, places, strict=True)
        if abs(place[0] - at.x()) + abs(place[1] - at.y()) < 12
    }
    corners = [QPoint(-14, 0), QPoint(0, -14), QPoint(14, 0), QPoint(0, 14)]
    QTest.mousePress(cloud, LEFT, MODIFIER.ShiftModifier, at + corners[0])
    for corner in corners[1:]:
        QTest.mouseMove(cloud, at + corner)
    QTest.mouseRelease(cloud, LEFT, MODIFIER.ShiftModifier, at + corners[0])
    assert inside <= session.chosen
    assert len(session.chosen) < len(places)


def test_a_cloud_by_keys_is_accepted(alike: MainWindow, qtbot: QtBot) -> None:
    cloud, session = alike.cloud_panel.cloud, alike.session
    cloud.setFocus()
    for key in (KEY.Key_Plus, KEY.Key_Plus, KEY.Key_Plus, KEY.Key_Minus):
        qtbot.keyClick(cloud, key)
    assert len(session.chosen) == 2
    qtbot.keyClick(cloud, KEY.Key_Right)
    qtbot.keyClick(cloud, KEY.Key_Space)
    n_chosen = len(session.chosen)
    assert n_chosen in (1, 3)
    qtbot.keyClick(cloud, KEY.Key_Plus)
    qtbot.keyClick(cloud, KEY.Key_Plus)
    chosen = session.chosen
    alike.cloud_panel.accept.setFocus()
    qtbot.keyClick(alike.cloud_panel.accept, KEY.Key_Space)
    assert {session.status_of(one) for one in chosen} == {"accepted"}


def test_reviewed_events_join_the_library_on_request_and_are_forgotten(
    alike: MainWindow, qtbot: QtBot
) -> None:
    session, do = alike.session, alike.controllers.look_alikes
    said: list[str] = []
    session.said.connect(said.append)
    qtbot.keyClick(alike.traces.canvas, KEY.Key_L, MODIFIER.ControlModifier | MODIFIER.AltModifier)
    assert "No event of this night has a verdict" in said[-1]
    assert not do.library.path.exists()
    session.choose(do.map.event_ids[:3])
    qtbot.keyClick(alike.traces.canvas, KEY.Key_X)
    qtbot.keyClick(alike.traces.canvas, KEY.Key_L, MODIFIER.ControlModifier | MODIFIER.AltModifier)
    assert said[-1].startswith("3 reviewed events added")
    assert {e.verdict for e in do.library.entries(do.features.model)} == {"rejected"}
    name = session.recording.path.stem.encode()
    assert name not in do.library.path.read_bytes()
    alike.actions_by_id["library_clear"].trigger()
    assert do.library.path.exists(), "nothing brings it back: it is asked first"
    box = alike.findChild(Question)
    with qtbot.waitSignal(box.accepted):
        qtbot.keyClick(box, KEY.Key_Return)
    assert not do.library.path.exists()
    assert said[-1] == "The library of reviewed events is empty."


def test_a_damaged_library_can_be_cleared(alike: MainWindow, qtbot: QtBot) -> None:
    do = alike.controllers.look_alikes
    do.library.path.parent.mkdir(parents=True, exist_ok=True)
    do.library.path.write_bytes(b"no database" * 100)
    alike.actions_by_id["library_clear"].trigger()
    box = alike.findChild(Question)
    with qtbot.waitSignal(box.accepted):
        qtbot.keyClick(box, KEY.Key_Return)
    assert not do.library.path.exists()


def test_hidden_events_of_this_night_do_not_come_back_from_the_library(
    alike: MainWindow, qtbot: QtBot
) -> None:
    do, session = alike.controllers.look_alikes, alike.session
    k = do.features.event_ids.index(session.selection)
    hidden = session.event_sets()[0].events
    other = next(e.id for e in hidden if e.id not in do.features.event_ids)
    entry = LibraryEntry(other, do.features.model, "spindle", "accepted", do.features.values[k])
    do.library.add([entry])
    do._library.clear()
    do._find_nearest()
    assert other not in {one.event_id for one in do.nearest}


@pytest.mark.parametrize("label", [None, "C3-A1 of the paper"])
def test_an_event_without_a_channel_of_the_recording_is_drawn_on_what_the_model_reads(
    alike: MainWindow, label: str | None
) -> None:
    do, session = alike.controllers.look_alikes, alike.session
    session.set_montage(Montage("none", ()))
    card = find_model("rem-1d")
    do.card = card
    found = do._tile(Event(90.0, 1.0, "rem", label))
    assert found is not None
    assert found[0] == chosen_channels(session.recording, card, ())[0][0]


def test_hidden_panels_start_no_work(open_night: MainWindow, qtbot: QtBot) -> None:
    do = open_night.controllers.look_alikes
    open_night.session.select(open_night.session.event_sets()[0].events[0].id)
    assert not do._soon.isActive()
    assert do.features is None


def test_an_event_that_the_model_cannot_be_asked_about_is_said(
    alike: MainWindow, qtbot: QtBot
) -> None:
    alike.session.select(None)
    assert "Select an event" in alike.look_alikes_panel.head.text()
    alike.session.close()
    assert alike.look_alikes_panel.grid.tiles == ()


def test_an_event_of_another_night_is_shown_by_what_is_kept_of_it(
    alike: MainWindow, qtbot: QtBot
) -> None:
    do, session = alike.controllers.look_alikes, alike.session
    k = do.features.event_ids.index(session.selection)
    values = do.features.values[k] + 0.001
    do.library.add([LibraryEntry("far", do.features.model, "spindle", "rejected", values)])
    do._library.clear()
    do._find_nearest()
    tile = alike.look_alikes_panel.grid.tiles[1]
    assert (tile.event_id, tile.head, tile.foot) == ("far", "spindle", "rejected, 0.00")
    assert tile.signal is None
    assert "Of other recordings: 1" in alike.look_alikes_panel.head.text()
    before = session.selection
    grid = alike.look_alikes_panel.grid
    qtbot.mouseClick(grid, LEFT, pos=grid.box(1).center().toPoint())
    assert session.selection == before
    assert not grid.grab().isNull()


def test_one_round_height_holds_nearly_all_samples() -> None:
    channel = Channel("C3", "EEG", "µV", 100.0, 300)
    samples = np.zeros(300, np.float32)
    samples[:100] = 70.0
    assert tile_span({"a": PageSignal(channel, 0, samples)}) == 150.0
    samples[0] = np.nan
    samples[1] = 900.0
    assert tile_span({"a": PageSignal(channel, 0, samples)}) == 150.0
    assert tile_span({}) == 1.0
