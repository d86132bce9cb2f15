"""Train a model in the window on tiny made-up nights: choose, watch, stop, go on, install."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot

from sleepscope.app.dialogs.train_dialog import TrainDialog
from sleepscope.app.main_window import MainWindow
from sleepscope.app.views.training_panel import LossPlot
from sleepscope.networks.model_folder import available_models, find_model, install_model
from sleepscope.simulate.demo_night import write_edf
from sleepscope.simulate.night import NightSettings, simulate_night
from sleepscope.training import task_recipe
from sleepscope.training.rule_choice import RuleGrid
from sleepscope.training.teaching_plan import TeachingPlan, keep_plan, stopped_plan

GRID = RuleGrid(thresholds=(0.3, 0.5), min_durations=(0.3,), max_gaps=(0.2,), ious=(0.2,))
KEY, MODIFIER = Qt.Key, Qt.KeyboardModifier
LONG = 120_000


@pytest.fixture(autouse=True)
def few_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trying all rules would take most of the time."""
    quick = replace(task_recipe.RECIPES["spindle-1d"], grid=GRID)
    monkeypatch.setitem(task_recipe.RECIPES, "spindle-1d", quick)


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """Three nights of two minutes with an expert's spindles beside them."""
    folder = tmp_path_factory.mktemp("taught")
    paths = []
    for seed, name in enumerate(("anna", "ben", "cleo")):
        made = simulate_night(NightSettings(seed=seed, minutes=2, stages=("N2",) * 4))
        path = folder / f"{name}.edf"
        write_edf(path, made.recording)
        spindles = [e for e in made.experts[0].events if e.kind == "spindle"]
        lines = [f"{e.onset:.2f},{e.duration:.2f},spindle" for e in spindles]
        text = "\n".join(["Onset,Duration,Annotation", *lines])
        (folder / f"{name}-events.csv").write_text(text + "\n", encoding="utf-8")
        paths.append(path)
    return tuple(paths)


def ask(window: MainWindow, qtbot: QtBot, files: tuple[Path, ...]) -> TrainDialog:
    """The dialog by its key, with nights that have files of events beside them."""
    qtbot.keyClick(window, KEY.Key_T, MODIFIER.ControlModifier | MODIFIER.AltModifier)
    found = window.findChildren(TrainDialog)
    dialog = found[-1]
    dialog.source_box.setCurrentIndex(dialog.source_box.findData("folder"))
    dialog.add_files(files)
    qtbot.waitUntil(lambda: dialog.table.rowCount() == len(files), timeout=LONG)
    return dialog


def train(window: MainWindow, qtbot: QtBot, files: tuple[Path, ...], name: str, steps: int) -> None:
    dialog = ask(window, qtbot, files)
    dialog.name_field.setText(name)
    dialog.steps_box.setValue(steps)
    qtbot.mouseClick(dialog.train_button, Qt.MouseButton.LeftButton)
    assert window.controllers.training.state == "running"


def test_the_dialog_shows_events_people_and_the_split(
    window: MainWindow, qtbot: QtBot, nights: tuple[Path, ...]
) -> None:
    dialog = ask(window, qtbot, nights)
    rows = [[dialog.table.item(r, c).text() for c in range(6)] for r in range(3)]
    assert [row[1] for row in rows] == ["anna", "ben", "cleo"]
    assert [row[2] for row in rows] == ["C3"] * 3
    assert all(int(row[3]) > 0 and row[4] == "2.0" for row in rows)
    assert [row[5] for row in rows] == ["fold 1 of 3", "fold 2 of 3", "fold 3 of 3"]
    assert dialog.train_button.isEnabled()
    # Enter trains, though the button was off while the nights were read.
    assert dialog.train_button.isDefault()
    assert dialog.focusWidget() is dialog.task_box
    # Two nights of one person are held out together.
    assert "chosen on the nights the weights were fitted to" not in dialog.split.text()
    dialog.table.item(1, 1).setText("anna")
    assert [dialog.table.item(r, 5).text() for r in range(3)] == [
        "fold 1 of 2", "fold 1 of 2", "fold 2 of 2",
    ]  # fmt: skip
    assert "chosen on the nights the weights were fitted to" in dialog.split.text()
    dialog.table.item(2, 1).setText("anna")
    assert not dialog.train_button.isEnabled()
    assert "at least two people" in dialog.split.text()
    dialog.reject()


def test_nights_without_marks_are_left_out_and_it_is_said(
    window: MainWindow, qtbot: QtBot, nights: tuple[Path, ...]
) -> None:
    dialog = ask(window, qtbot, nights[:1])
    dialog.source_box.setCurrentIndex(dialog.source_box.findData("reviewed"))
    qtbot.waitUntil(dialog.left_out.isVisible, timeout=LONG)
    assert "anna.edf" in dialog.left_out.text()
    assert dialog.table.rowCount() == 0
    assert not dialog.train_button.isEnabled()
    dialog.reject()


def test_a_name_that_is_no_file_name_is_refused(
    window: MainWindow, qtbot: QtBot, nights: tuple[Path, ...]
) -> None:
    dialog = ask(window, qtbot, nights[:2])
    dialog.name_field.setText("a/b")
    qtbot.mouseClick(
        dialog.buttons.button(QDialogButtonBox.StandardButton.Ok), Qt.MouseButton.LeftButton
    )
    assert "cannot be the name of a model" in dialog.trouble.text()
    assert window.controllers.training.state == "none"
    dialog.reject()


def test_a_name_that_is_taken_is_refused_before_the_work(
    window: MainWindow, qtbot: QtBot, nights: tuple[Path, ...]
) -> None:
    install_model(replace(find_model("spindle-1d"), name="spindle-own"))
    dialog = ask(window, qtbot, nights[:2])
    # What is offered could be installed when the work is done.
    assert dialog.name_field.text() == "spindle-own-2"
    dialog.name_field.setText("spindle-own")
    qtbot.mouseClick(dialog.train_button, Qt.MouseButton.LeftButton)
    assert "There is a model 'spindle-own' already" in dialog.trouble.text()
    assert window.controllers.training.state == "none"
    dialog.reject()


def test_every_network_keeps_its_curve(qtbot: QtBot) -> None:
    plot = LossPlot()
    qtbot.addWidget(plot)
    for batch in (1, 2, 1, 2, 3):
        plot.add("Choosing the rule without anna", batch, 1.0 / batch)
    assert [[batch for batch, _ in points] for points in plot.curves.values()] == [
        [1, 2], [1, 2, 3],
    ]  # fmt: skip
    plot.add("Training without anna", 1, 0.5)
    assert list(plot.curves)[-1] == "Training without anna"


def test_a_model_is_trained_stopped_gone_on_with_judged_and_installed(
    window: MainWindow, qtbot: QtBot, nights: tuple[Path, ...], tmp_path: Path
) -> None:
    panel, training = window.training_panel, window.controllers.training
    train(window, qtbot, nights, "lab-own", 4)
    assert panel.isVisible()
    with qtbot.waitSignal(
        training.advanced, timeout=LONG, check_params_cb=lambda _f, _w, point: point is not None
    ):
        pass
    assert panel.plot.curves
    qtbot.mouseClick(panel.stop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: training.state == "stopped", timeout=LONG)
    assert "Go on" in panel.words.text()
    qtbot.mouseClick(panel.resume_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: training.state == "done", timeout=LONG)
    said = panel.verdict.text()
    assert "lab-own" in said
    assert "spindle-1d" in said
    assert "95 % interval" in said
    assert re.search(r"By night, lab-own / spindle-1d: anna.edf 0?\.\d+ / .*, ben.edf .*cleo", said)
    (run,) = (tmp_path / "data" / "sleepscope" / "training").iterdir()
    kept = json.loads((run / "comparison.json").read_text(encoding="utf-8"))
    assert kept["verdict"] in said.replace("\N{MINUS SIGN}", "-")
    assert [name for name, *_ in kept["nights"]] == ["anna.edf", "ben.edf", "cleo.edf"]
    assert "each by a network that never saw its person" in said
    assert "one to one at an IoU of at least 0.2" in said
    assert "lab-own" not in {card.name for card in available_models("spindle")}
    qtbot.mouseClick(panel.install_button, Qt.MouseButton.LeftButton)
    assert training.state == "installed"
    assert "lab-own" in {card.name for card in available_models("spindle")}
    assert not panel.install_button.isEnabled()


def test_a_training_that_was_stopped_is_offered_when_the_program_is_started_again(
    window: MainWindow, qtbot: QtBot, nights: tuple[Path, ...], tmp_path: Path
) -> None:
    runs = tmp_path / "data" / "sleepscope" / "training"
    people = dict(zip(nights[:2], ("anna", "ben"), strict=True))
    plan = TeachingPlan(
        "folder", "spindle", nights[:2], people, "lab-own", runs / "lab-own-1", steps=1
    )
    keep_plan(plan)
    assert stopped_plan(runs) == plan
    dialog = ask(window, qtbot, nights[:1])
    assert dialog.go_on_button.text() == "Go on with lab-own"
    window.training_panel.plot.add("Training without another", 1, 0.5)
    qtbot.mouseClick(dialog.go_on_button, Qt.MouseButton.LeftButton)
    assert not window.training_panel.plot.curves
    training = window.controllers.training
    assert training.state == "running"
    assert not dialog.isVisible()
    qtbot.waitUntil(lambda: training.state == "done", timeout=LONG)
    assert (runs / "lab-own-1" / "comparison.json").is_file()
    # What came to its end is not offered again.
    assert stopped_plan(runs) is None
    (runs / "lab-own-1" / "plan.json").write_text("{", encoding="utf-8")
    assert stopped_plan(runs) is None


def test_a_training_that_fails_says_why(
    window: MainWindow, qtbot: QtBot, nights: tuple[Path, ...], tmp_path: Path
) -> None:
    (tmp_path / "data" / "sleepscope").mkdir(parents=True)
    (tmp_path / "data" / "sleepscope" / "training").write_text("a file where a folder should be")
    train(window, qtbot, nights[:2], "lab-own", 2)
    with qtbot.waitSignal(window.session.failed, timeout=LONG) as failed:
        pass
    assert "cannot be written" in str(failed.args[0])
    assert window.training_panel.train_button.isEnabled()
