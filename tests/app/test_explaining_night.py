"""All events are explained in the background, kept, and shown at once when selected."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from sleepscope.app.commands import StoreDetection
from sleepscope.app.controllers import explaining_night as module
from sleepscope.app.jobs import Job
from sleepscope.app.main_window import MainWindow
from sleepscope.detection.detection import Detection
from sleepscope.detection.settings import DetectSettings
from sleepscope.errors import ModelError
from sleepscope.events.event import Event
from sleepscope.networks.model_folder import find_model
from sleepscope.progress import Progress

CARD = find_model("spindle-1d")
FOUND = tuple(Event(onset, 1.0, "spindle", "C3", 0.9) for onset in (40.0, 70.0, 72.0))


@pytest.fixture
def detected(open_night: MainWindow) -> MainWindow:
    """The small night with a model's events, as a detection leaves them."""
    made = Detection(
        CARD, ("C3",), 0.02, 25.0, np.full(6000, 0.2, np.float32), 0.5,
        DetectSettings("spindle", "spindle-1d", ("C3",)), FOUND, False, (),
    )  # fmt: skip
    open_night.session.keep_card(CARD)
    open_night.session.do(StoreDetection((made,), 1.0, None))
    return open_night


def n_kept(window: MainWindow) -> int:
    night = window.controllers.explaining_night
    questions = night._questions((CARD.scorer,))
    return len(FOUND) - sum(len(one.events) for one in questions)


def test_events_are_explained_kept_and_there_at_once(detected: MainWindow, qtbot: QtBot) -> None:
    session, night = detected.session, detected.controllers.explaining_night
    assert n_kept(detected) == 0
    job = night.start(CARD.scorer)
    assert isinstance(job, Job)
    with qtbot.waitSignal(job.succeeded, timeout=60_000):
        pass
    assert n_kept(detected) == 3
    session.select(FOUND[1].id)
    # No wait and no job: the answer is there in the same turn.
    assert session.explanation is not None
    assert session.explanation.event_id == FOUND[1].id
    assert not [one for one in session.jobs.jobs if one.topic == "explain"]
    assert night.start(CARD.scorer) is None


def test_it_starts_after_a_detection_unless_explanations_are_off(detected: MainWindow) -> None:
    night, settings = detected.controllers.explaining_night, detected.session.settings
    settings.explanation_mode = "off"
    detected.controllers.detecting.detected.emit(CARD.scorer)
    assert not night._soon.isActive()
    settings.explanation_mode = "band"
    detected.controllers.detecting.detected.emit(CARD.scorer)
    assert night._soon.isActive()
    night._soon.stop()


def test_it_waits_for_all_other_work_and_can_be_stopped(
    detected: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []

    def endless(*_: object) -> object:
        while True:
            order.append("night")
            yield Progress(0.0, 1.0, "", ())

    def other() -> object:
        for _ in range(3):
            order.append("other")
            yield Progress(0.0, 1.0)

    monkeypatch.setattr(module, "night_maps", endless)
    job = detected.controllers.explaining_night.start(CARD.scorer)
    qtbot.waitUntil(lambda: len(order) > 1)
    second = detected.session.jobs.start("other", "other", other())
    with qtbot.waitSignal(second.ended):
        pass
    first = order.index("other")
    assert order[first : first + 3] == ["other"] * 3
    with qtbot.waitSignal(job.cancelled):
        qtbot.keyClick(detected, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)


def test_without_a_models_events_it_says_what_to_do(open_night: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(open_night.session.said) as heard:
        open_night.actions_by_id["explain_night"].trigger()
    assert "detect first" in heard.args[0]


def test_a_model_that_is_gone_is_said_and_not_that_all_is_explained(
    detected: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_event: Event) -> object:
        raise ModelError("The weights are not here any more.")

    said: list[str] = []
    detected.session.said.connect(said.append)
    monkeypatch.setattr(detected.controllers.explaining, "model_for", gone)
    detected.actions_by_id["explain_night"].trigger()
    assert said == ["The weights are not here any more."]


def test_in_a_read_only_review_it_says_that_nothing_can_be_kept(
    detected: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    detected.session.said.connect(said.append)
    monkeypatch.setattr(detected.session.review, "read_only", True)
    detected.actions_by_id["explain_night"].trigger()
    assert len(said) == 1
    assert "read-only" in said[0]
    assert detected.controllers.explaining_night.start(CARD.scorer) is None
