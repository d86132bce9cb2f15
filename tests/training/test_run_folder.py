"""The folder of a run: whole files or none, a full disk is one sentence, marks are remembered."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sleepscope.errors import SettingsError
from sleepscope.progress import finish
from sleepscope.training import run_folder, task_recipe
from sleepscope.training.dataset import Dataset
from sleepscope.training.datasets import DatasetRequest, read_dataset
from sleepscope.training.rule_choice import RuleGrid
from sleepscope.training.run_folder import RunFolder
from sleepscope.training.study import train_and_judge
from sleepscope.training.study_settings import StudySettings

GRID = RuleGrid(thresholds=(0.3, 0.5), min_durations=(0.3,), max_gaps=(0.2,), ious=(0.2,))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = replace(task_recipe.RECIPES["spindle-1d"], grid=GRID)
    quick = replace(quick, fit=replace(quick.fit, batch_size=2))
    monkeypatch.setitem(task_recipe.RECIPES, "spindle-1d", quick)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return read_dataset(DatasetRequest("simulated", "spindle", n_nights=2, minutes=2))


def full_disk_for(name: str) -> Callable[..., int]:
    """Writes half of the files whose name ends so, and fails."""
    write = Path.write_bytes

    def half(path: Path, content: bytes) -> int:
        if not path.name.endswith(name):
            return write(path, content)
        write(path, bytes(content)[: len(content) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    return half


@pytest.mark.parametrize("name", ["fold1.part", "own.part"])
def test_a_full_disk_is_one_sentence_and_the_run_goes_on_when_there_is_room(
    name: str, dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = StudySettings(tmp_path / "full", "own", "spindle-1d", steps=1)
    with monkeypatch.context() as full:
        full.setattr(Path, "write_bytes", full_disk_for(name))
        with pytest.raises(SettingsError, match=r"No space left on device; what is done is kept"):
            finish(train_and_judge(dataset, settings))
    again = finish(train_and_judge(dataset, settings))
    whole = finish(train_and_judge(dataset, replace(settings, out=tmp_path / "whole")))
    assert again.card.sha256 == whole.card.sha256


def test_a_stopped_fit_that_cannot_be_kept_is_one_sentence(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = train_and_judge(dataset, StudySettings(tmp_path, "own", "spindle-1d", steps=3))
    next(progress for progress in steps if progress.partial)
    monkeypatch.setattr(Path, "write_bytes", full_disk_for("fold1.part"))
    with pytest.raises(SettingsError, match="No space left on device"):
        steps.close()
    assert not (tmp_path / "checkpoints" / "fold1.stopped").exists()


def test_a_folder_that_cannot_be_made_is_one_sentence(dataset: Dataset, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    settings = StudySettings(file, "own", "spindle-1d", steps=1)
    with pytest.raises(SettingsError, match=r"file cannot be written: Not a directory\.$"):
        finish(train_and_judge(dataset, settings))


def test_networks_that_learned_other_marks_are_not_gone_on_with(
    dataset: Dataset, tmp_path: Path
) -> None:
    settings = StudySettings(tmp_path, "own", "spindle-1d", steps=1)
    finish(train_and_judge(dataset, settings))
    night = dataset.nights[0]
    first, *others = night.experts
    moved = first.with_events(replace(e, onset=e.onset + 0.25) for e in first.events)
    changed = replace(night, experts=(moved, *others))
    assert changed.n_events == night.n_events
    with pytest.raises(SettingsError, match="other settings or other recordings"):
        finish(train_and_judge(replace(dataset, nights=(changed, *dataset.nights[1:])), settings))


def test_curves_are_those_of_the_last_fit_and_survive_a_line_that_was_cut_off(
    tmp_path: Path,
) -> None:
    folder = RunFolder(tmp_path, {})
    for batch, loss in ((5, 0.9), (10, 0.8), (5, 0.7), (10, 0.6), (15, 0.5)):
        folder.log("fold1", batch, loss)
    with (tmp_path / "log.csv").open("a", encoding="utf-8") as file:
        file.write("fold1,2")
    assert folder.curves() == {"fold1": [(5, 0.7), (10, 0.6), (15, 0.5)]}


def test_what_a_run_began_with_is_kept_where_it_goes_on_with_other_versions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for torch in ("2.13.0", "2.13.0", "2.14.0", "2.15.0", "2.15.0"):
        monkeypatch.setattr(run_folder, "versions", lambda torch=torch: {"torch": torch})
        RunFolder(tmp_path, {})
    said = json.loads((tmp_path / "versions.json").read_text(encoding="utf-8"))
    assert said == {"torch": "2.15.0", "earlier": [{"torch": "2.13.0"}, {"torch": "2.14.0"}]}
