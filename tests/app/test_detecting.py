"""Detection and explanation in the background: progress, cancel, stale answers."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from sleepscope.app.controllers import detecting as detecting_module
from sleepscope.app.controllers import explaining as explaining_module
from sleepscope.app.main_window import MainWindow
from sleepscope.detection.detection import Detection
from sleepscope.detection.settings import DetectSettings
from sleepscope.errors import GapError
from sleepscope.events.event import Event
from sleepscope.explain.explanation import Explanation
from sleepscope.networks.model_folder import find_model
from sleepscope.progress import Progress

CARD = find_model("spindle-1d")
SETTINGS = DetectSettings("spindle", "spindle-1d", ("C3",))
FOUND = (
    Event(40.0, 1.0, "spindle", "C3", 0.9),
    Event(70.0, 0.8, "spindle", "C3", 0.7),
)


def detection(events: tuple[Event, ...] = FOUND, *, trained_on: bool = False) -> Detection:
    """What a model found, without asking one."""
    return Detection(
        CARD, ("C3",), 0.02, 25.0, np.full(6000, 0.2, np.float32), 0.5, SETTINGS, events,
        trained_on, ("spindle-1d said nothing on 3.0 s of C3.",),
    )  # fmt: skip


def fake_detect(*_: object) -> Iterator[Progress]:
    yield Progress(0.0, 240.0, "Detecting", ())
    yield Progress(120.0, 240.0, "Detecting", FOUND[:1])
    return (detection(),)


def endless_detect(*_: object) -> Iterator[Progress]:
    while True:
        yield Progress(120.0, 240.0, "Detecting on C3", FOUND[:1])


def fake_explain(recording, card, channels, start, stop, *, event_id) -> Iterator[Progress]:
    yield Progress(0.0, 1.0)
    times = np.linspace(start, stop, 5)
    values = np.ones(5, np.float32)
    return Explanation(
        "Grad-CAM", "layer", f"{start:.1f}", card.scorer, channels, times, values, times, values,
        event_id,
    )  # fmt: skip


@pytest.fixture
def quick(open_night: MainWindow, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """The window on the small night, with networks that answer at once."""
    monkeypatch.setattr(detecting_module, "detect", fake_detect)
    monkeypatch.setattr(explaining_module, "explain", fake_explain)
    monkeypatch.setitem(detecting_module.sys.modules, "torch", object())
    return open_night


def detect(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.controllers.detecting.detected):
        window.controllers.detecting.run(SETTINGS)


def test_events_are_shown_before_the_end(
    quick: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detecting_module, "detect", endless_detect)
    job = quick.controllers.detecting.run(SETTINGS)
    qtbot.waitUntil(lambda: quick.session.provisional is not None)
    assert "still running" in quick.traces.legend.texts()[2]
    qtbot.waitUntil(lambda: "Detecting on C3" in quick.job_status.text.text())
    assert quick.job_status.isVisible()
    with qtbot.waitSignal(job.cancelled):
        qtbot.mouseClick(quick.job_status.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not quick.job_status.isVisible())
    assert quick.session.provisional is None
    assert len(quick.session.event_sets()) == 2


def test_detection_becomes_a_lane_a_track_and_the_side_under_test(
    quick: MainWindow, qtbot: QtBot
) -> None:
    detect(quick, qtbot)
    assert quick.session.event_sets()[-1].scorer == CARD.scorer
    assert set(quick.traces.state.probabilities) == {"C3"}
    qtbot.waitUntil(lambda: quick.session.comparison is not None)
    assert quick.session.compare_settings.a == CARD.scorer
    assert quick.session.comparison.channels == ("C3",)
    assert "said nothing" in quick.notices.texts()[-1]
    quick.controllers.reviewing.undo()
    assert len(quick.session.event_sets()) == 2
    assert quick.traces.state.probabilities == {}


def test_model_that_learned_from_this_recording_says_so_everywhere(
    quick: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trained(*_: object) -> Iterator[Progress]:
        yield Progress(0.0, 1.0)
        return (detection(trained_on=True),)

    monkeypatch.setattr(detecting_module, "detect", trained)
    detect(quick, qtbot)
    qtbot.waitUntil(lambda: "trained on this" in quick.compare_panel.warning.text())
    assert "trained on this recording" in quick.traces.legend.texts()[2]


def test_result_for_a_recording_that_was_closed_is_dropped(
    quick: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detecting_module, "detect", endless_detect)
    job = quick.controllers.detecting.run(SETTINGS)
    with qtbot.waitSignals([job.cancelled, job.ended]):
        quick.controllers.opening.close()
    assert quick.session.provisional is None


def test_window_closes_while_a_job_runs(quick: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detecting_module, "detect", endless_detect)
    quick.controllers.detecting.run(SETTINGS)
    quick.close()
    assert quick.session.jobs.jobs == ()


def test_selection_is_explained_by_the_model_that_found_it(quick: MainWindow, qtbot: QtBot) -> None:
    detect(quick, qtbot)
    event = quick.session.event_sets()[-1].events[0]
    with qtbot.waitSignal(quick.session.explanation_changed):
        quick.session.select(event.id)
    shown = quick.traces.state.explanation
    assert (shown.event_id, shown.channels) == (event.id, ("C3",))
    assert quick.traces.colour_bar.isVisible()
    quick.session.select(None)
    assert quick.traces.state.explanation is None


def test_event_of_an_expert_is_explained_on_its_own_channel(
    quick: MainWindow, qtbot: QtBot
) -> None:
    events = quick.session.event_sets()[0].events
    event = next(e for e in events if e.kind == "spindle" and e.channel == "C4")
    with qtbot.waitSignal(quick.session.explanation_changed):
        quick.session.select(event.id)
    assert quick.session.explanation.channels == ("C4",)


def test_only_the_last_selection_is_explained(quick: MainWindow, qtbot: QtBot) -> None:
    events = [e for e in quick.session.event_sets()[0].events if e.kind == "spindle"][:4]
    started: list[str] = []
    quick.session.jobs.started.connect(lambda job: started.append(job.topic))
    for event in events:
        quick.session.select(event.id)
    qtbot.waitUntil(lambda: quick.session.explanation is not None)
    assert quick.session.explanation.event_id == events[-1].id
    assert [topic for topic in started if topic == "explain"] == ["explain"]


def test_stale_explanation_is_dropped(quick: MainWindow) -> None:
    events = quick.session.event_sets()[0].events
    quick.session.select(events[0].id)
    nothing = np.zeros(2)
    stale = Explanation(
        "Grad-CAM", "layer", "", "x", ("C3",), nothing, nothing, nothing, nothing, events[1].id
    )
    quick.session.set_explanation(stale)
    assert quick.session.explanation is None


def test_nothing_is_explained_while_explanations_are_off(quick: MainWindow, qtbot: QtBot) -> None:
    quick.session.set_explanation_mode("off")
    quick.session.select(quick.session.event_sets()[0].events[0].id)
    with qtbot.assertNotEmitted(quick.session.explanation_changed, wait=200):
        pass


def test_stretch_that_cannot_be_explained_is_said_in_passing(
    quick: MainWindow, qtbot: QtBot, sentences: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_a_gap(*_: object, **__: object) -> Iterator[Progress]:
        yield Progress(0.0, 1.0)
        raise GapError("Nothing was recorded there.")

    monkeypatch.setattr(explaining_module, "explain", in_a_gap)
    event = next(e for e in quick.session.event_sets()[0].events if e.kind == "spindle")
    quick.session.select(event.id)
    qtbot.waitUntil(lambda: "Nothing was recorded" in quick.statusBar().currentMessage())
    assert sentences == []


def test_demo_of_the_welcome_screen_opens_and_detects(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detecting_module, "detect", fake_detect)
    monkeypatch.setitem(detecting_module.sys.modules, "torch", object())
    with qtbot.waitSignal(window.controllers.detecting.detected):
        qtbot.mouseClick(window.welcome.demo_button, Qt.MouseButton.LeftButton)
    assert len(window.session.event_sets()) == 3
    assert window.session.is_simulated
    assert window.session.settings.recent_nights == ()


def test_event_that_was_changed_is_explained_anew(quick: MainWindow, qtbot: QtBot) -> None:
    session, reviewing = quick.session, quick.controllers.reviewing
    with qtbot.waitSignal(session.explanation_changed):
        reviewing.draw("C3", 41.0, 42.0)
    with qtbot.waitSignal(session.explanation_changed):
        reviewing.resize(session.selection, 41.25, 42.0)
    assert session.explanation.times[0] == pytest.approx(41.25)
    reviewing.set_kind("artifact")
    qtbot.waitUntil(lambda: session.explanation is None)
    assert session.selected.kind == "artifact"


def test_event_of_held_out_weights_is_explained_by_them(quick: MainWindow) -> None:
    card = find_model("spindle-1d-without-excerpt5")
    explaining = quick.controllers.explaining
    assert explaining._card(card.sha256, card.name, card.version) == card


def test_nothing_is_detected_that_could_not_be_kept(
    quick: MainWindow, sentences: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quick.session.review, "read_only", True)
    quick.controllers.detecting.ask()
    assert "read-only" in sentences[0]


def test_newest_model_is_compared_with_who_marked_what_it_finds(
    quick: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    detect(quick, qtbot)
    newer = dataclasses.replace(CARD, name="newer", sha256="f" * 64)
    monkeypatch.setattr(detecting_module, "find_model", lambda _name: newer)
    found = dataclasses.replace(detection((Event(130.0, 1.0, "k_complex", "C3"),)), card=newer)

    def newer_detect(*_: object) -> Iterator[Progress]:
        yield Progress(0.0, 240.0, "Detecting", ())
        return (found,)

    monkeypatch.setattr(detecting_module, "detect", newer_detect)
    detect(quick, qtbot)
    qtbot.waitUntil(lambda: quick.session.compare_settings.a == newer.scorer)
    assert quick.session.compare_settings.kind == "k_complex"
    assert quick.session.compare_settings.b.startswith("file:")


def test_detection_in_some_stages_counts_as_having_looked_there_alone(
    open_night: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else every event elsewhere would be a miss of a model that was not asked."""
    monkeypatch.setattr(detecting_module, "detect", fake_detect)
    session, detecting = open_night.session, open_night.controllers.detecting
    with qtbot.waitSignal(detecting.detected):
        detecting.run(dataclasses.replace(SETTINGS, stages=("N2",)))
    made = next(s for s in session.event_sets() if s.scorer.startswith("model:"))
    assert made.scored_spans == session.hypnogram.spans_of({"N2"})
    # The same events with another stretch are another set.
    with qtbot.waitSignal(detecting.detected):
        detecting.run(SETTINGS)
    assert session.event_sets()[-1].scored_spans is None
    assert session.event_sets()[-1].scorer != made.scorer
