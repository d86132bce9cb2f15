"""The device is chosen in one place: a graphics card where there is one, or what is asked for."""

from __future__ import annotations

import pytest
import torch

from sleepscope.errors import SettingsError
from sleepscope.progress import finish
from sleepscope.training import fit as fitting
from sleepscope.training.device import VARIABLE, training_device
from sleepscope.training.fit import FitSettings, fit
from tests.training.conftest import example
from tests.training.test_early_stopping import network


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)


@pytest.mark.usefixtures("card")
def test_a_graphics_card_is_used_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert training_device() == torch.device("cuda")
    monkeypatch.setenv(VARIABLE, "cuda:1")
    assert training_device() == torch.device("cuda", 1)
    monkeypatch.setenv(VARIABLE, "cpu")
    assert training_device() == torch.device("cpu")


def test_without_one_the_processor_is_used_and_a_wish_for_one_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert training_device() == torch.device("cpu")
    monkeypatch.setenv(VARIABLE, "cuda")
    with pytest.raises(SettingsError, match="'cuda', which this machine cannot use"):
        training_device()


def test_a_fit_puts_network_and_batches_there_and_brings_the_network_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A fake device: the meta device computes shapes alone and refuses to mix with others."""
    monkeypatch.setattr(fitting, "training_device", lambda: torch.device("meta"))
    seen: list[tuple[str, str]] = []
    fitted = network()

    def note(module: torch.nn.Module, shown: tuple[torch.Tensor, ...]) -> None:
        weights = next(module.parameters())
        seen.append((weights.device.type, shown[0].device.type))
        raise KeyboardInterrupt

    fitted.register_forward_pre_hook(note)
    monkeypatch.setattr(fitted, "cpu", lambda: fitted)  # what is on meta has no values to bring
    with pytest.raises(KeyboardInterrupt):
        finish(fit(fitted, [example("a")], FitSettings(steps=1, batch_size=2, crop_seconds=4.0)))
    assert seen == [("meta", "meta")]
