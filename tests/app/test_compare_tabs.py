"""The tabs beside Compare: agreement, threshold, night summary, consensus sets."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from sleepscope.agreement.consensus import Consensus
from sleepscope.app.commands import SetScoredSpans, StoreDetection
from sleepscope.app.main_window import MainWindow
from sleepscope.app.scorers import compared_set
from sleepscope.detection.detection import Detection
from sleepscope.detection.segmentation import EventRule
from sleepscope.detection.settings import DetectSettings
from sleepscope.detection.thresholding import StoredTrack, events_at
from sleepscope.networks.model_folder import find_model
from sleepscope.networks.tracks import Tracks


def show_tab(window: MainWindow, qtbot: QtBot, name: str) -> None:
    dock = next(d for d in window.docks if d.objectName() == name)
    dock.show()
    dock.raise_()
    qtbot.waitUntil(lambda: not dock.visibleRegion().isEmpty())


def cells(table: object, column: int) -> list[str]:
    return [table.item(row, column).text() for row in range(table.rowCount())]


@pytest.fixture
def detected(open_night: MainWindow, qtbot: QtBot) -> MainWindow:
    """A model's run whose probability is near 1 at the first expert's events, .4 at others."""
    session = open_night.session
    card = find_model("spindle-1d")
    sfreq = card.output_sfreq
    probability = np.zeros(round(session.recording.duration * sfreq), np.float32)
    for one, height in zip(session.event_sets()[1::-1], (0.4, 0.9), strict=True):
        for event in one.events:
            if event.channel == "C3":
                probability[round(event.onset * sfreq) : round(event.stop * sfreq)] = height
    settings = DetectSettings("spindle", card.name, ("C3",))
    rule = EventRule.of(settings, card.settings)
    track = StoredTrack("C3", sfreq, Tracks(probability), rule)
    found = events_at([track], rule.threshold, "spindle")
    session.keep_card(card)
    session.do(
        StoreDetection(
            (Detection(card, ("C3",), 0.5 / sfreq, sfreq, probability, rule.threshold, settings,
                       found),),
            1.0,
        )
    )  # fmt: skip
    qtbot.waitUntil(
        lambda: (
            session.compare_settings is not None and session.compare_settings.a.startswith("model:")
        )
    )
    return open_night


def test_agreement_stands_beside_the_human_ceiling(
    detected: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    agreeing, panel = detected.controllers.agreeing, detected.agreement_panel
    show_tab(detected, qtbot, "agreement")
    qtbot.waitUntil(lambda: agreeing.report is not None)
    scores = detected.session.comparison.scores
    figures = {words: row for row, words in enumerate(cells(panel.table, 0))}
    assert cells(panel.table, 1)[figures["Matched"]] == str(agreeing.report.main.scores.tp)
    assert "–" in cells(panel.table, 2)[figures["F1 by sample"]]
    assert "–" in cells(panel.table, 2)[figures["Kappa by sample"]]
    assert any("Human ceiling" in words for words in figures)
    assert "IoU of at least 0.2" in panel.notes.text()
    assert "bootstrap over time" in panel.notes.text()
    panel.which.setCurrentIndex(panel.which.findData("others"))
    assert len(cells(panel.table, 0)) == 3
    panel.which.setCurrentIndex(panel.which.findData("channels"))
    assert sum(map(int, cells(panel.table, 1))) == scores.tp
    assert panel.bars.isVisible()
    for name in ("r.html", "r.pdf", "r.csv"):
        agreeing.write(tmp_path / name)
        assert (tmp_path / name).stat().st_size > 500


def test_threshold_shows_what_comes_and_goes_and_keeps_it_in_one_step(
    detected: MainWindow, qtbot: QtBot
) -> None:
    session, threshold, view = (
        detected.session, detected.controllers.threshold, detected.threshold_view,
    )  # fmt: skip
    show_tab(detected, qtbot, "threshold")
    qtbot.waitUntil(lambda: len(threshold.events) > 0)
    before = session.event_sets()
    n = len(threshold.events)
    view.slider.setValue(30)
    qtbot.waitUntil(lambda: len(threshold.events) > n)
    assert {word for word, _ in threshold.flipped()} == {"new"}
    assert f"{len(threshold.new)} come" in view.figures.text()
    assert len(session.provisional.events) == len(threshold.events)
    assert set(cells(view.flips, 0)) == {"comes"}
    view.flips.setCurrentCell(0, 0)
    qtbot.keyClick(view.flips, Qt.Key.Key_Return)
    event = threshold.flipped()[0][1]
    assert session.page.start <= event.onset <= session.page.stop
    qtbot.waitUntil(lambda: len(threshold.curve) == 37)
    name = threshold.apply()
    assert session.event_sets()[: len(before)] == before
    made = next(s for s in session.event_sets() if s.scorer == name)
    assert len(made.events) > n
    assert {run.threshold for run in session.runs() if run.scorer == name} == {0.3}
    detected.controllers.reviewing.undo()
    assert session.event_sets() == before


def test_click_on_the_curve_sets_its_threshold(detected: MainWindow, qtbot: QtBot) -> None:
    threshold, view = detected.controllers.threshold, detected.threshold_view
    show_tab(detected, qtbot, "threshold")
    qtbot.waitUntil(lambda: len(threshold.curve) == 37)
    point = next(p for p in threshold.curve if p.threshold == 0.3)
    where = view.curve.place(point)
    with qtbot.waitSignal(view.curve.threshold_requested) as heard:
        qtbot.mouseClick(
            view.curve, Qt.MouseButton.LeftButton, pos=QPoint(round(where.x()), round(where.y()))
        )
    chosen = next(p for p in threshold.curve if p.threshold == heard.args[0])
    assert (chosen.precision, chosen.recall) == (point.precision, point.recall)


def test_night_is_summarised_and_measured(
    detected: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    summary, panel = detected.controllers.summary, detected.summary_panel
    show_tab(detected, qtbot, "summary")
    qtbot.waitUntil(lambda: any(row.amplitude is not None for row in summary.rows))
    assert cells(panel.table, 4)[0] == str(summary.rows[0].count)
    summary.write(tmp_path / "s.csv")
    with (tmp_path / "s.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(summary.rows)
    assert "Feinberg" in panel.notes.toolTip()


def test_consensus_becomes_a_scorer_and_is_undone_in_one_step(open_night: MainWindow) -> None:
    session = open_night.session
    before = session.event_sets()
    members = tuple(one.scorer for one in before)
    name = open_night.controllers.agreeing.add_consensus(Consensus("intersection", members))
    assert name == "consensus:intersection(file:expert1,file:expert2)@0.2"
    made = session.event_sets()[-1]
    assert 0 < len(made.events) <= min(len(one.events) for one in before)
    open_night.controllers.reviewing.undo()
    assert session.event_sets() == before


def test_updated_consensus_is_made_of_its_members_as_they_are_now(open_night: MainWindow) -> None:
    session, agreeing = open_night.session, open_night.controllers.agreeing
    first = session.event_sets()[0].events[0]
    session.select(first.id)
    open_night.controllers.reviewing.accept()
    person = "human:AB"
    made = agreeing.add_consensus(Consensus("union", (person, "file:expert2")))
    n = len(session.event_sets()[-1].events)
    open_night.actions_by_id["update_consensus"].trigger()
    assert session.event_sets()[-1].scorer == made
    one, other = session.event_sets()[:2]
    alone = (
        event.id
        for event in one.events
        if not any(event.onset < e.stop and e.onset < event.stop for e in other.events)
    )
    session.select(next(event_id for event_id in alone if event_id != first.id))
    open_night.controllers.reviewing.accept()
    open_night.actions_by_id["update_consensus"].trigger()
    latest = session.event_sets()[-1]
    assert latest.scorer == f"{made} (2)"
    assert len(latest.events) == n + 1
    assert Consensus.parse(latest.scorer).members == (person, "file:expert2")
    open_night.controllers.reviewing.undo()
    assert session.event_sets()[-1].scorer == made


def test_who_judged_in_scored_stretches_looked_there(open_night: MainWindow) -> None:
    session = open_night.session
    source = session.event_sets()[0]
    session.do(SetScoredSpans(source.scorer, ((0.0, 150.0),)))
    session.select(next(e.id for e in source.events if e.stop < 150))
    open_night.controllers.reviewing.accept()
    assert compared_set(session, "human:AB").scored_spans == ((0.0, 150.0),)
    session.select(session.event_sets()[1].events[0].id)
    open_night.controllers.reviewing.accept()
    assert compared_set(session, "human:AB").scored_spans is None


def test_report_is_one_page_of_a4(detected: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    show_tab(detected, qtbot, "agreement")
    qtbot.waitUntil(lambda: detected.controllers.agreeing.report is not None)
    detected.controllers.agreeing.write(tmp_path / "r.pdf")
    assert (tmp_path / "r.pdf").read_bytes().count(b"/Type /Page\n") == 1


def test_a_model_whose_runs_are_hidden_is_not_taken_up(detected: MainWindow) -> None:
    threshold = detected.controllers.threshold
    before = threshold.scorer
    threshold.open("model:hidden")
    assert threshold.scorer == before
