"""Finding models by name without loading torch."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from sleepscope.errors import ModelError
from sleepscope.networks import model_folder
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.model_folder import (
    available_models,
    find_model,
    held_out_model,
    model_folders,
)
from sleepscope.networks.registry import ARCHITECTURES


def _write(folder, name: str, task: str = "spindle", **values) -> ModelCard:
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "name": name, "version": "1", "architecture": "spindle-unet-1d", "arguments": {},
        "sha256": "ab" * 32, "task": task, "classes": ("a",), "channels": ("EEG",), "sfreq": 100.0,
        "output_sfreq": 25.0, "window": 20.0, "unit": "µV", "normalisation": "", "trained_on": (),
        "settings": {}, "results": {}, "licence": "", "intended_use": "", "limits": "", **values,
    }  # fmt: skip
    ModelCard(**content).write(folder / f"{name}.json")
    return ModelCard.read(folder / f"{name}.json")


@pytest.fixture
def folders(tmp_path, monkeypatch):
    own, user = tmp_path / "own", tmp_path / "user"
    monkeypatch.setattr(model_folder, "model_folders", lambda: (own, user))
    return own, user


def test_models_of_both_folders_are_listed_once_by_name(folders):
    own, user = folders
    _write(own, "b")
    _write(user, "a", task="rem")
    _write(user, "b", version="2")
    assert [(c.name, c.version) for c in available_models()] == [("a", "1"), ("b", "1")]
    assert [c.name for c in available_models("rem")] == ["a"]


def test_a_damaged_card_does_not_hide_the_others(folders):
    own, _ = folders
    _write(own, "good")
    (own / "bad.json").write_text("{", encoding="utf-8")
    assert [c.name for c in available_models()] == ["good"]
    with pytest.raises(ModelError, match="not valid JSON"):
        find_model("bad")


def test_an_unknown_name_is_refused_with_those_there_are(folders):
    _write(folders[0], "spindle-x")
    with pytest.raises(ModelError, match=r"no model 'spindel'; there are spindle-x\."):
        find_model("spindel")


def test_a_model_is_found_by_the_path_of_its_card_or_weights(folders, tmp_path):
    _write(tmp_path / "elsewhere", "mine")
    assert find_model(tmp_path / "elsewhere" / "mine.json").name == "mine"
    assert find_model(str(tmp_path / "elsewhere" / "mine.safetensors")).name == "mine"


def test_the_held_out_network_is_the_one_that_never_saw_the_channel(folders):
    own, _ = folders
    card = _write(own, "m", trained_on=({"hash": "1"}, {"hash": "2"}))
    _write(own / "held-out" / "m", "m-without-1", trained_on=({"hash": "2"},))
    _write(own / "held-out" / "m", "m-without-2", trained_on=({"hash": "1"},))
    found = held_out_model(card, frozenset({"2"}))
    assert found is not None
    assert found.name == "m-without-2"
    assert held_out_model(card, frozenset({"1", "2"})) is None
    assert [c.name for c in available_models()] == ["m"]
    assert find_model("m-without-1").name == "m-without-1"


def test_every_shipped_card_names_a_known_architecture_and_has_its_weights():
    folder = model_folders()[0]
    for path in folder.rglob("*.json"):
        card = ModelCard.read(path)
        assert card.architecture in ARCHITECTURES
        assert card.weights_path.is_file()
        assert card.name == path.stem
        assert json.loads(path.read_text(encoding="utf-8"))["licence"]


def test_listing_models_does_not_load_torch():
    code = (
        "import sys, sleepscope.networks.model_folder as m, sleepscope.networks.registry,"
        "sleepscope.detection; m.available_models(); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_renamed_file_is_found_by_the_name_in_its_card(folders):
    own, user = folders
    _write(own, "b")
    for name, inside in (("x", "mine"), ("y", "b")):
        _write(user, inside)
        (user / f"{inside}.json").rename(user / f"{name}.json")
    assert [c.name for c in available_models()] == ["b", "mine"]
    assert find_model("mine").path == user / "x.json"
    assert find_model("b").path == own / "b.json"
