"""The model card: what a network was trained on, what it needs, what it reached, its limits.

After Mitchell et al. 2019, Model Cards for Model Reporting, doi:10.1145/3287560.3287596.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from sleepscope.errors import ModelError
from sleepscope.networks.card_fields import unfit_field

# A card is a page of text: anything larger is not one (a lying file must not fill the memory).
MAX_CARD_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What is to be known about a weights file.

    Attributes
    ----------
    name, version : str
        "spindle-1d", "1.0".
    architecture : str
        Name in ``networks.registry`` ("spindle-unet-1d").
    arguments : dict
        Arguments of the architecture's constructor.
    sha256 : str
        Checksum of the weights file, hexadecimal.
    task : str
        "spindle" or "rem": the kind of the events it finds.
    classes : tuple of str
        Names of the network's outputs.
    channels : tuple of str
        What each input channel must be: ("EEG",) or ("EOG", "EOG") for LOC and ROC.
    sfreq : float, Hz
        Rate of the input.
    output_sfreq : float, Hz
        Rate of the probability track.
    window : float, s
        Length of signal the network sees at once.
    unit : str
        Unit of the signal the input features are made from.
    normalisation : str
        How the input is made, in words.
    trained_on : tuple of dict
        {"dataset", "recording", "hash", "licence"} per recording; ``hash`` is
        ``detection.recording_hash`` of the channel, so that a training recording is known again.
    settings : dict
        Threshold, minimum duration, gap and the like, as chosen in training.
    results : dict
        As printed by the command in ``results["command"]``.
    licence, intended_use, limits : str
        In words.
    """

    name: str
    version: str
    architecture: str
    arguments: dict[str, Any]
    sha256: str
    task: str
    classes: tuple[str, ...]
    channels: tuple[str, ...]
    sfreq: float
    output_sfreq: float
    window: float
    unit: str
    normalisation: str
    trained_on: tuple[dict[str, str], ...]
    settings: dict[str, Any]
    results: dict[str, Any]
    licence: str
    intended_use: str
    limits: str
    path: Path | None = field(default=None, compare=False)

    @property
    def scorer(self) -> str:
        """Scorer name of this model's events."""
        return f"model:{self.name}@{self.sha256[:8]}"

    @property
    def weights_path(self) -> Path:
        """The safetensors file beside the card."""
        if self.path is None:
            raise ModelError(f"The card of '{self.name}' was not read from a file.")
        return self.path.with_suffix(".safetensors")

    def write(self, path: Path) -> None:
        """Write the card as JSON."""
        content = {k: v for k, v in asdict(self).items() if k != "path"}
        path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> ModelCard:
        """Read a card from JSON.

        Raises
        ------
        ModelError
            If the file is missing, too large, not JSON, lacks a field or has one of another type.
        """
        try:
            if path.stat().st_size > MAX_CARD_BYTES:
                raise ModelError(f"{path.name} is too large to be a model card.")
            content = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ModelError(f"The model card {path} cannot be read: {error.strerror}.") from error
        except (ValueError, RecursionError) as error:
            raise ModelError(f"The model card {path.name} is not valid JSON: {error}.") from error
        names = {f.name for f in fields(cls)} - {"path"}
        if not isinstance(content, dict) or not names <= content.keys():
            missing = sorted(names - set(content)) if isinstance(content, dict) else sorted(names)
            raise ModelError(f"The model card {path.name} lacks {', '.join(missing)}.")
        wrong = unfit_field(content)
        if wrong is not None:
            raise ModelError(f"The model card {path.name} cannot be used: {wrong}.")
        known = {name: content[name] for name in names}
        for name in ("classes", "channels", "trained_on"):
            known[name] = tuple(known[name])
        return cls(**known, path=path)
