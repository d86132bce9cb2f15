"""The panel shows what was compared and announces what the person chooses."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from sleepscope.app.comparison import CompareSettings, compare
from sleepscope.app.views.compare_panel import ComparePanel
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram

TRUTH = EventSet.of(
    "file:x",
    [
        Event(10.0, 1.0, "spindle", "C3", id="t1"),
        Event(20.0, 1.0, "spindle", "C3", id="t2"),
        Event(30.0, 1.0, "spindle", "C4", id="t3"),
        Event(40.0, 1.0, "k_complex", "C3", id="t4"),
    ],
    [(0.0, 50.0)],
)
MODEL = EventSet.of(
    "model:m@1",
    [
        Event(10.5, 1.0, "spindle", "C3", id="m1"),
        Event(25.0, 1.0, "spindle", "C3", id="m2"),
        Event(60.0, 1.0, "spindle", "C3", id="m3"),
    ],
)
SETTINGS = CompareSettings("model:m@1", "file:x", "spindle")
TITLES = {"file:x": "x", "model:m@1": "m"}


@pytest.fixture
def panel(qtbot: QtBot) -> ComparePanel:
    panel = ComparePanel()
    qtbot.addWidget(panel)
    panel.set_choices(TITLES, ("spindle", "k_complex"), has_stages=True)
    panel.set_settings(SETTINGS)
    return panel


def test_events_of_a_kind_are_compared_inside_the_scored_span() -> None:
    found = compare(MODEL, TRUTH, SETTINGS, None)
    assert dict(found.looks) == {
        "m1": "matched", "t1": "matched", "m2": "extra", "t2": "missed", "t3": "missed",
    }  # fmt: skip


def test_a_model_cannot_miss_an_event_on_a_channel_it_never_read() -> None:
    found = compare(MODEL, TRUTH, SETTINGS, None, channels=("C3",))
    assert "t3" not in found.looks
    assert "the channels that the model read" in found.rule


def test_channels_count_only_where_both_sides_name_them() -> None:
    elsewhere = TRUTH.with_events(Event(10.0, 1.0, "spindle", "CZ-A1") for _ in range(1))
    found = compare(MODEL, elsewhere, SETTINGS, None, channels=("C3",))
    assert found.channels == ()
    assert found.scores.tp == 1


def test_figures_and_rule_are_on_the_panel(panel: ComparePanel) -> None:
    panel.set_comparison(compare(MODEL, TRUTH, SETTINGS, None))
    shown = {name: label.text() for name, label in panel.figures.items()}
    assert shown == {
        "matched": "1", "missed": "2", "extra": "1", "precision": "0.500", "recall": "0.333",
        "f1": "0.400", "mean_iou": "0.333",
    }  # fmt: skip
    assert "0–50 s" in panel.span.text()
    assert "IoU of at least 0.2" in panel.rule.text()


def test_choice_is_announced_whole(panel: ComparePanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.settings_changed) as heard:
        panel.stage_boxes["W"].setChecked(False)
    assert heard.args[0] == CompareSettings(
        "model:m@1", "file:x", "spindle", 0.2, ("N1", "N2", "N3", "R")
    )
    with qtbot.waitSignal(panel.settings_changed) as heard:
        panel.iou_box.setValue(0.5)
    assert heard.args[0].iou == 0.5


def test_settings_are_shown_without_an_echo(panel: ComparePanel, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(panel.settings_changed):
        panel.set_settings(CompareSettings("file:x", "model:m@1", "k_complex", 0.3, ("N2",)))
        panel.set_choices({**TITLES, "human:AB": "AB"}, ("spindle",), has_stages=True)
    assert panel.a_box.currentData() == "file:x"
    assert panel.stage_boxes["N2"].isChecked()
    assert not panel.stage_boxes["W"].isChecked()


def test_without_a_hypnogram_stages_cannot_be_chosen(panel: ComparePanel) -> None:
    panel.stage_boxes["W"].setChecked(False)
    panel.set_choices(TITLES, ("spindle",), has_stages=False)
    assert not panel.stage_boxes["N2"].isEnabled()
    assert panel.chosen().stages is None


def test_stages_choose_by_midpoint() -> None:
    hypnogram = Hypnogram(("W", "N2"), epoch_seconds=15.0)
    chosen = CompareSettings("model:m@1", "file:x", "spindle", 0.2, ("N2",))
    found = compare(MODEL, TRUTH, chosen, hypnogram)
    assert set(found.looks) == {"m2", "t2"}


def test_warning_is_seen_only_where_there_is_one(panel: ComparePanel) -> None:
    found = compare(MODEL, TRUTH, SETTINGS, None)
    panel.set_comparison(found, "m was trained on this recording.")
    assert not panel.warning.isHidden()
    panel.set_comparison(found)
    assert panel.warning.isHidden()
