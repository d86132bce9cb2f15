"""Channels, regions and bands of the event, the page and the night, by mouse and keys."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from sleepscope.app.commands import AddEvent, BeginBlind
from sleepscope.app.controllers.weighing import channels_to_weigh
from sleepscope.app.main_window import MainWindow
from sleepscope.events.event import Event
from sleepscope.networks.model_folder import find_model
from sleepscope.recordings.neutral_name import neutral_name
from tests.app.by_keys import name_file

KEY, MODIFIER = Qt.Key, Qt.KeyboardModifier
BOTH = MODIFIER.ControlModifier | MODIFIER.AltModifier
SLOW = 60_000


@pytest.fixture
def looked_at(open_night: MainWindow, qtbot: QtBot) -> MainWindow:
    """The panel was asked for by its key."""
    open_night.session.settings.explanation_mode = "off"
    assert open_night.importance_panel.visibleRegion().isEmpty()
    qtbot.keyClick(open_night.traces.canvas, KEY.Key_I, BOTH)
    panel = open_night.importance_panel
    qtbot.waitUntil(lambda: not panel.visibleRegion().isEmpty())
    return open_night


def select_spindle(window: MainWindow) -> Event:
    events = window.session.event_sets()[0].events
    # Far enough from the start for a quietest stretch before it.
    event = next(e for e in events if e.kind == "spindle" and e.onset > 70 and e.channel == "C3")
    window.session.select(event.id)
    return event


def wait_for_table(window: MainWindow, qtbot: QtBot) -> None:
    weighing = window.controllers.weighing
    qtbot.waitUntil(lambda: weighing.weighed is not None, timeout=SLOW)


def test_nothing_selected_is_a_sentence(looked_at: MainWindow, qtbot: QtBot) -> None:
    panel = looked_at.importance_panel
    qtbot.waitUntil(lambda: "Select a spindle" in panel.head.text())
    assert panel.matrix.isHidden()
    assert not panel.export.isEnabled()
    assert panel.part_box.hasFocus()


def test_selected_spindle_is_weighed_and_its_channels_can_be_read(
    looked_at: MainWindow, qtbot: QtBot
) -> None:
    select_spindle(looked_at)
    wait_for_table(looked_at, qtbot)
    panel = looked_at.importance_panel
    table = panel.matrix
    head = [table.horizontalHeaderItem(k).text() for k in range(table.columnCount())]
    assert head[1:7] == [
        "delta\n1–4", "theta\n4–8", "alpha\n8–14", "beta\n14–30", "gamma\n30–32", "sigma\n11–16",
    ]  # fmt: skip
    found = looked_at.controllers.weighing.weighed.found
    assert table.item(1, 6).text() == f"{found.region_band[1, 5]:.1f}"
    assert table.item(3, 6).text() == "–"  # no temporal channel
    hot, cold = (table.item(1, k).background().color() for k in (6, 1))
    assert hot != cold
    assert {panel.channels.item(k, 0).text() for k in range(panel.channels.rowCount())} == set(
        found.channels
    )
    assert f"{found.channel.max():.2f}" == panel.channels.item(0, 3).text()
    assert "spindle-2d" in panel.head.text()
    assert panel.map.isVisible()
    # Rows without a channel take no room: the head is whole in a dock of the usual height.
    assert [table.isRowHidden(k) for k in range(6)] == [False, False, False, True, True, False]
    assert "temporal left" in table.toolTip()
    assert panel.heightForWidth(500) < 360


def test_keys_choose_page_and_replacement(looked_at: MainWindow, qtbot: QtBot) -> None:
    looked_at.session.set_page(90.0)
    panel = looked_at.importance_panel
    qtbot.keyClick(panel.part_box, KEY.Key_Down)
    assert looked_at.controllers.weighing.part == "page"
    wait_for_table(looked_at, qtbot)
    first = looked_at.controllers.weighing.weighed
    assert first.found.spans == ((90.0, 120.0),)
    qtbot.keyClick(panel.baseline_box, KEY.Key_Down)
    qtbot.waitUntil(
        lambda: (
            (now := looked_at.controllers.weighing.weighed) is not None
            and now.found.baseline == "zero"
        ),
        timeout=SLOW,
    )
    second = looked_at.controllers.weighing.weighed
    assert second.scale == first.scale
    assert not np.allclose(second.found.channel, first.found.channel)


def test_night_can_be_stopped_and_begun_again(looked_at: MainWindow, qtbot: QtBot) -> None:
    # Of one scorer, on two channels at once, and once more.
    for onset, channel in ((90.0, "C3"), (90.2, "C4"), (130.0, "C3")):
        event = Event(onset, 0.8, "spindle", channel)
        looked_at.session.do(AddEvent(event))
    looked_at.session.select(event.id)
    panel, weighing = looked_at.importance_panel, looked_at.controllers.weighing
    qtbot.keyClick(panel.part_box, KEY.Key_End)
    assert panel.part_box.currentData() == weighing.part == "epochs"
    qtbot.waitUntil(lambda: panel.head.text() == "Weighing…")
    qtbot.keyClick(looked_at.traces.canvas, KEY.Key_Period, MODIFIER.ControlModifier)
    qtbot.waitUntil(lambda: "Stopped" in panel.head.text(), timeout=SLOW)
    qtbot.keyClick(panel.part_box, KEY.Key_Up)
    assert weighing.part == "night"
    wait_for_table(looked_at, qtbot)
    spans = weighing.weighed.found.spans
    assert spans == (pytest.approx((90.0, 91.0)), pytest.approx((130.0, 130.8)))


def test_night_goes_on_behind_another_tab(looked_at: MainWindow, qtbot: QtBot) -> None:
    for onset in (90.0, 130.0):
        event = Event(onset, 0.8, "spindle", "C3")
        looked_at.session.do(AddEvent(event))
    looked_at.session.select(event.id)
    weighing = looked_at.controllers.weighing
    weighing.choose("night")
    qtbot.waitUntil(lambda: weighing.words() == "Weighing…")
    looked_at.raise_dock("events")
    wait_for_table(looked_at, qtbot)
    assert looked_at.importance_panel.visibleRegion().isEmpty()


def test_what_was_weighed_is_written(looked_at: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    select_spindle(looked_at)
    wait_for_table(looked_at, qtbot)
    weighing = looked_at.controllers.weighing
    for name in ("a.csv", "a.svg"):
        with qtbot.waitSignal(looked_at.session.said, timeout=SLOW):
            weighing.write(tmp_path / name)
    rows = list(csv.DictReader((tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()))
    sigma = next(
        row for row in rows
        if (row["measure"], row["region"], row["band"]) == ("FRI", "central", "sigma")
    )  # fmt: skip
    shown = looked_at.importance_panel.matrix.item(1, 6).text()
    assert f"{float(sigma['value_logit']):.1f}" == shown
    drawn = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert neutral_name(looked_at.session.recording) in drawn
    assert "demo.edf" not in drawn


def test_export_asks_where_to(looked_at: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    select_spindle(looked_at)
    wait_for_table(looked_at, qtbot)
    button = looked_at.importance_panel.export
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    with qtbot.waitSignal(looked_at.session.said, timeout=SLOW) as said:
        name_file(looked_at, tmp_path / "b.csv")
    assert str(tmp_path / "b.csv") in said.args[0]
    assert (tmp_path / "b.csv").exists()


def test_bad_endings_and_other_events_are_sentences(
    looked_at: MainWindow, qtbot: QtBot, sentences: list[str], tmp_path: Path
) -> None:
    panel = looked_at.importance_panel
    event = Event(90.0, 5.0, "arousal", "C3")
    looked_at.session.do(AddEvent(event))
    looked_at.session.select(event.id)
    qtbot.waitUntil(lambda: "another event (arousal)" in panel.head.text())
    select_spindle(looked_at)
    wait_for_table(looked_at, qtbot)
    looked_at.controllers.weighing.write(tmp_path / "a.jpg")
    qtbot.waitUntil(lambda: len(sentences) == 1, timeout=SLOW)
    assert "must end in .png or .svg" in sentences[0]
    looked_at.session.set_page(0.0, 120.0)
    qtbot.keyClick(panel.part_box, KEY.Key_Down)
    qtbot.waitUntil(lambda: "120.0 s cannot be weighed" in panel.head.text(), timeout=SLOW)
    assert panel.matrix.isHidden()
    assert len(sentences) == 1


def test_event_at_the_start_offers_zero(looked_at: MainWindow, qtbot: QtBot) -> None:
    event = Event(0.0, 0.6, "spindle", "C3")
    looked_at.session.do(AddEvent(event))
    looked_at.session.select(event.id)
    panel = looked_at.importance_panel
    qtbot.waitUntil(lambda: "choose the baseline zero" in panel.head.text(), timeout=SLOW)


def test_hidden_panel_starts_no_job(open_night: MainWindow) -> None:
    select_spindle(open_night)
    assert not open_night.controllers.weighing._soon.isActive()


def test_channels_are_those_of_the_page_once_an_electrode(open_night: MainWindow) -> None:
    card, recording = find_model("spindle-2d"), open_night.session.recording
    shown = ("C3", "C3-M2", "O1-M2", "M1", "E1-M2")
    assert channels_to_weigh(recording, shown, card) == ("C3-M2", "O1-M2")
    every = channels_to_weigh(recording, ("E1-M2",), card)
    assert set(every) == {"C3", "C4", "F3", "F4", "O1", "O2"}


def test_blind_scoring_hides_what_the_model_says(looked_at: MainWindow, qtbot: QtBot) -> None:
    looked_at.session.do(BeginBlind())
    looked_at.controllers.weighing.choose("page")
    head = looked_at.importance_panel.head
    qtbot.waitUntil(lambda: "blind scoring is revealed" in head.text())


def test_a_file_that_is_chosen_after_the_recording_was_closed_is_not_written(
    looked_at: MainWindow, tmp_path: Path
) -> None:
    said: list[str] = []
    looked_at.session.said.connect(said.append)
    looked_at.session.close()
    looked_at.controllers.weighing.write(tmp_path / "importance.png")
    assert "nothing weighed" in said[-1]
    assert list(tmp_path.glob("importance*")) == []


def test_a_night_goes_on_when_no_event_is_selected_any_more(
    looked_at: MainWindow, qtbot: QtBot
) -> None:
    weighing, session = looked_at.controllers.weighing, looked_at.session
    select_spindle(looked_at)
    weighing.choose("night")
    weighing._work()
    (job,) = [one for one in session.jobs.jobs if one.topic == "importance"]
    session.select(None)
    weighing._work()
    assert not job.is_cancelled
    weighing.part = "event"
    weighing._work()
    assert job.is_cancelled
    select_spindle(looked_at)
    weighing.choose("night")
    weighing._work()
    job = session.jobs.jobs[-1]
    assert job.topic == "importance"
    session.do(BeginBlind(None, hides_others=False))
    assert job.is_cancelled
