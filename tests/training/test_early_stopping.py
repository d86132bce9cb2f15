"""Fitting stops on training people that it does not learn from, and keeps the best weights."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from sleepscope.errors import SettingsError
from sleepscope.networks.spindle_unet import SpindleUnet
from sleepscope.progress import finish
from sleepscope.training import fit as fitting
from sleepscope.training.early_stopping import EarlyStopping, watched_subjects
from sleepscope.training.fit import FitSettings, fit
from sleepscope.training.fit_memory import FitMemory
from tests.training.conftest import example

SETTINGS = FitSettings(
    steps=12, batch_size=2, crop_seconds=4.0, learning_rate=0.5, patience=1, seed=3
)


@pytest.fixture(autouse=True)
def look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "LOOK_EVERY", 2)


def network() -> SpindleUnet:
    torch.manual_seed(0)
    return SpindleUnet(width=4, dropout=0.0)


def test_a_fit_stops_and_has_the_weights_of_its_best_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    losses = iter([0.5, 0.4, 0.9, 0.3])
    heads: list[torch.Tensor] = []

    def look(fitted: SpindleUnet, *_: object) -> float:
        heads.append(fitted.head.weight.detach().clone())
        return next(losses)

    monkeypatch.setattr(fitting, "_watched_loss", look)
    fitted, reports = network(), []
    finish(fit(fitted, [example("a")], SETTINGS, watched=[example("b")]), reports.append)
    assert reports[-1].done == 6
    assert [p.partial.watched for p in reports] == [None, 0.5, None, 0.4, None, 0.9]
    torch.testing.assert_close(fitted.head.weight, heads[1], rtol=0, atol=0)
    assert not torch.equal(heads[1], heads[2])


def test_a_stopped_fit_remembers_the_best_look(tmp_path: Path) -> None:
    settings = replace(SETTINGS, patience=3, learning_rate=0.05)
    made = []
    for stops in (False, True):
        path = tmp_path / f"{stops}.stopped"
        if stops:
            steps = fit(
                network(), [example("a")], settings, None, "", FitMemory(path), [example("b")]
            )
            for progress in steps:
                if progress.done == 7:
                    steps.close()
                    break
            assert path.is_file()
        fitted = network()
        finish(
            fit(fitted, [example("a")], settings, None, "", FitMemory(path), [example("b")]),
        )
        made.append(fitted.head.weight.detach().clone())
    torch.testing.assert_close(made[0], made[1], rtol=0, atol=0)


def test_nobody_is_watched_and_learned_from() -> None:
    with pytest.raises(SettingsError, match="'a', who is learned from"):
        finish(fit(network(), [example("a"), example("b")], SETTINGS, watched=[example("a")]))
    with pytest.raises(SettingsError, match="both or neither"):
        finish(fit(network(), [example("a")], SETTINGS))


def test_watched_people_are_some_of_the_training_people() -> None:
    names = watched_subjects(list("aabbccddee"), 0.4, seed=1)
    assert len(names) == 2
    assert names < set("abcde")
    assert names == watched_subjects(list("edcba"), 0.4, seed=1)
    with pytest.raises(SettingsError, match="there are 1"):
        watched_subjects("aa", 0.4, seed=1)


def test_without_patience_it_never_stops() -> None:
    stopping, module = EarlyStopping(None), torch.nn.Linear(1, 1)
    for loss in (1.0, 2.0, 3.0):
        stopping.look(loss, module)
    assert not stopping.is_over


@pytest.mark.parametrize("patience", [0, -1])
def test_a_patience_below_one_look_is_refused(patience: int) -> None:
    with pytest.raises(SettingsError, match="patience of"):
        EarlyStopping(patience)
