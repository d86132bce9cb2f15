"""A model of one's own lies beside the others, and never in the place of another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sleepscope.errors import ModelError
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.model_folder import find_model, install_model


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelCard:
    """A card and weights in a run's folder; the data folder is below ``tmp_path``."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    path = tmp_path / "run" / "lab.json"
    path.parent.mkdir()
    path.with_suffix(".safetensors").write_bytes(b"weights")
    replace(find_model("spindle-1d"), name="lab", sha256="0" * 64).write(path)
    return ModelCard.read(path)


def test_an_installed_model_is_found_by_its_name(own: ModelCard) -> None:
    installed = install_model(own)
    assert find_model("lab").path == installed.path
    assert installed.weights_path.read_bytes() == b"weights"
    assert install_model(own).path == installed.path


def test_another_model_of_the_name_is_left_alone(own: ModelCard) -> None:
    install_model(own)
    with pytest.raises(ModelError, match="another model 'lab'"):
        install_model(replace(own, sha256="1" * 64))
    with pytest.raises(ModelError, match="another model 'spindle-1d'"):
        install_model(replace(own, name="spindle-1d"))
