"""A model card from elsewhere is trusted in nothing: each field is what it must be."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from sleepscope.errors import ModelError
from sleepscope.networks.model_card import ModelCard

FIT: dict[str, Any] = {
    "name": "tiny", "version": "1", "architecture": "spindle-unet-1d", "arguments": {},
    "sha256": "ab" * 32, "task": "spindle", "classes": ["spindle"], "channels": ["EEG"],
    "sfreq": 100.0, "output_sfreq": 25.0, "window": 20.0, "unit": "µV", "normalisation": "",
    "trained_on": [{"dataset": "made", "hash": ""}],
    "settings": {"threshold": 0.5, "max_duration": None}, "results": {}, "licence": "",
    "intended_use": "", "limits": "",
}  # fmt: skip


def _read(folder: Path, **values: Any) -> ModelCard:
    path = folder / "tiny.json"
    path.write_text(json.dumps({**FIT, **values}), encoding="utf-8")
    return ModelCard.read(path)


def test_a_card_comes_back_as_it_was_written(tmp_path: Path) -> None:
    card = _read(tmp_path)
    card.write(tmp_path / "again.json")
    assert ModelCard.read(tmp_path / "again.json") == card
    assert set(asdict(card)) == {*FIT, "path"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", 3),
        ("name", ""),
        ("name", "../../elsewhere"),
        ("name", "two\nlines"),
        ("name", "x" * 101),
        ("architecture", ["spindle-unet-1d"]),
        ("arguments", [1]),
        ("sha256", 5),
        ("classes", 3),
        ("channels", []),
        ("channels", [1]),
        ("channels", "EEG"),
        ("sfreq", "100"),
        ("sfreq", 0),
        ("sfreq", float("nan")),
        ("output_sfreq", -25),
        ("window", True),
        ("trained_on", {"dataset": "made"}),
        ("trained_on", [1]),
        ("trained_on", [{"hash": 1}]),
        ("settings", []),
        ("results", None),
        ("limits", None),
    ],
)
def test_a_field_of_another_type_is_named(tmp_path: Path, field: str, value: Any) -> None:
    with pytest.raises(ModelError, match=rf"^The model card tiny\.json cannot be used: '{field}'"):
        _read(tmp_path, **{field: value})


@pytest.mark.parametrize("setting", ["threshold", "min_duration", "max_gap", "min_sfreq"])
@pytest.mark.parametrize("value", ["x", [1], float("inf"), True])
def test_a_setting_that_is_no_number_is_named(tmp_path: Path, setting: str, value: Any) -> None:
    with pytest.raises(ModelError, match=f"the setting '{setting}' is .* number is needed"):
        _read(tmp_path, settings={setting: value})


@pytest.mark.parametrize("value", [5, "N2", [], [2, 3]])
def test_stages_that_are_none_are_named(tmp_path: Path, value: Any) -> None:
    with pytest.raises(ModelError, match="the setting 'stages' is"):
        _read(tmp_path, settings={"stages": value})


def test_a_long_wrong_value_is_cut_in_the_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        _read(tmp_path, sfreq="x" * 10_000)
    assert len(str(caught.value)) < 200


def test_endless_brackets_are_no_card(tmp_path: Path) -> None:
    path = tmp_path / "deep.json"
    path.write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(ModelError, match=r"deep\.json is not valid JSON"):
        ModelCard.read(path)
