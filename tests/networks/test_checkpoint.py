"""Weights are trusted only with the right checksum and shapes."""

from __future__ import annotations

import stat
from dataclasses import replace

import pytest
import torch

from sleepscope.errors import ModelError
from sleepscope.networks.checkpoint import load_network, load_weights, save_weights
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.registry import build_network
from sleepscope.networks.spindle_unet import SpindleUnet


@pytest.fixture
def card(tmp_path) -> ModelCard:
    return _card(tmp_path)


def _card(folder) -> ModelCard:
    torch.manual_seed(3)
    checksum = save_weights(SpindleUnet(width=4), folder / "tiny.safetensors")
    card = ModelCard(
        name="tiny", version="1", architecture="spindle-unet-1d", arguments={"width": 4},
        sha256=checksum, task="spindle", classes=SpindleUnet.heads, channels=("EEG",),
        sfreq=100.0, output_sfreq=25.0, window=20.0, unit="µV", normalisation="",
        trained_on=(), settings={}, results={}, licence="", intended_use="", limits="",
    )  # fmt: skip
    card.write(folder / "tiny.json")
    return ModelCard.read(folder / "tiny.json")


def test_weights_come_back_as_they_were_saved_in_eval_mode(card):
    torch.manual_seed(3)
    original = SpindleUnet(width=4)
    loaded = load_network(card)
    assert not loaded.training
    for name, value in original.state_dict().items():
        torch.testing.assert_close(loaded.state_dict()[name], value)


def test_the_file_can_be_read_by_everyone_the_system_allows(card):
    (card.weights_path.parent / "plain").write_bytes(b"")
    plain = (card.weights_path.parent / "plain").stat().st_mode
    assert stat.S_IMODE(card.weights_path.stat().st_mode) == stat.S_IMODE(plain)


def test_a_changed_byte_is_refused_with_both_checksums(card):
    content = bytearray(card.weights_path.read_bytes())
    content[-1] ^= 1
    card.weights_path.write_bytes(content)
    with pytest.raises(ModelError, match=f"card of 'tiny' says {card.sha256[:8]}; fetch"):
        load_network(card)


def test_a_missing_weights_file_is_named(card):
    card.weights_path.unlink()
    with pytest.raises(ModelError, match=r"tiny\.safetensors cannot be read"):
        load_network(card)


def test_weights_of_another_size_are_refused_with_both_shapes(card):
    with pytest.raises(ModelError, match=r"is \(\d+,.*\) where \(\d+,.*\) is needed"):
        load_network(replace(card, arguments={"width": 6}))


def test_weights_that_lack_a_layer_are_refused(card, tmp_path):
    from safetensors.torch import save_file

    weights = SpindleUnet(width=4).state_dict()
    del weights["head.bias"]
    save_file(weights, tmp_path / "less.safetensors")
    with pytest.raises(ModelError, match=r"they lack 'head\.bias'"):
        load_weights(SpindleUnet(width=4), tmp_path / "less.safetensors")
    load_weights(SpindleUnet(width=4), tmp_path / "less.safetensors", strict=False)


def test_a_file_that_is_no_safetensors_is_called_damaged(tmp_path):
    (tmp_path / "odd.safetensors").write_bytes(b"not weights at all")
    with pytest.raises(ModelError, match="damaged"):
        load_weights(SpindleUnet(width=4), tmp_path / "odd.safetensors")


def test_arguments_that_the_architecture_does_not_take_are_refused(card):
    with pytest.raises(ModelError, match="cannot be built"):
        load_network(replace(card, arguments={"depth": 9}))


def test_an_unknown_architecture_is_refused_with_those_there_are(card):
    with pytest.raises(ModelError, match=r"'lstm' is not known.*spindle-unet-1d"):
        load_network(replace(card, architecture="lstm"))


@pytest.mark.parametrize(
    "arguments", [{"width": 10**9}, {"width": 3000}, {"width": -1}, {"width": "x"}, {"dropout": 5}]
)
def test_arguments_that_would_fill_the_memory_or_make_no_sense_are_refused(card, arguments):
    with pytest.raises(ModelError, match=r"cannot be built|parameters"):
        load_network(replace(card, arguments=arguments))


def test_a_network_has_the_same_weights_whether_its_size_was_given_or_not():
    torch.manual_seed(5)
    plain = build_network("spindle-unet-1d")
    torch.manual_seed(5)
    given = build_network("spindle-unet-1d", {"width": 16})
    for name, value in plain.state_dict().items():
        torch.testing.assert_close(given.state_dict()[name], value, rtol=0, atol=0)


@pytest.mark.parametrize(
    "wrong", [{"channels": ("EEG", "EEG")}, {"sfreq": 50.0}, {"output_sfreq": 10.0}]
)
def test_a_card_for_other_signals_than_the_network_reads_is_refused(card, wrong):
    with pytest.raises(ModelError, match=r"where 'spindle-unet-1d' has 1 at 100 Hz"):
        load_network(replace(card, **wrong))


def test_weights_that_are_not_numbers_are_refused(tmp_path):
    network = SpindleUnet(width=4)
    with torch.no_grad():
        network.head.bias[0] = torch.nan
    save_weights(network, tmp_path / "nan.safetensors")
    with pytest.raises(ModelError, match=r"'head\.bias' is not finite"):
        load_weights(SpindleUnet(width=4), tmp_path / "nan.safetensors")
