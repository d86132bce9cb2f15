"""Weights on disk: safetensors beside a model card, trusted only with the right checksum."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sleepscope.errors import ModelError
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.registry import build_network
from sleepscope.networks.whole_file import write_all

if TYPE_CHECKING:
    from sleepscope.networks.dense import DenseNetwork

# The networks here hold up to some million values; a larger file is not one of theirs.
MAX_WEIGHTS_BYTES = 500_000_000


def file_checksum(path: Path) -> str:
    """SHA-256 of a file, hexadecimal.

    Raises
    ------
    ModelError
        If the file is missing, cannot be read or is far too large.
    """
    try:
        if path.stat().st_size > MAX_WEIGHTS_BYTES:
            raise ModelError(f"{path.name} is too large to be a weights file of this program.")
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(
            f"The weights {path} cannot be read: {error.strerror}; "
            f"each model card needs its .safetensors file beside it."
        ) from error


def save_weights(network: DenseNetwork, path: Path) -> str:
    """Write a network's weights as safetensors and return the file's SHA-256."""
    from safetensors.torch import save

    path.parent.mkdir(parents=True, exist_ok=True)
    # Not save_file, whose files other people of the machine may not read.
    write_all(path, save({name: v.contiguous() for name, v in network.state_dict().items()}))
    return file_checksum(path)


def save_model(card: ModelCard, network: DenseNetwork, folder: Path) -> ModelCard:
    """Write weights and card to ``folder`` under the card's name, the checksum in the card.

    Returns
    -------
    ModelCard
        As it can be read back.
    """
    path = folder / f"{card.name}.json"
    checksum = save_weights(network, path.with_suffix(".safetensors"))
    replace(card, sha256=checksum).write(path)
    return ModelCard.read(path)


def load_weights(network: DenseNetwork, path: Path, *, strict: bool = True) -> None:
    """Put weights from a safetensors file into a network.

    Parameters
    ----------
    network : DenseNetwork
        Changed in place.
    path : Path
        The file.
    strict : bool
        Whether every value of the network must be in the file and none besides; shapes must agree
        in either case.

    Raises
    ------
    ModelError
        If the file is damaged or does not fit the network.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        weights = load_file(path)
    except (SafetensorError, OSError) as error:
        raise ModelError(f"The weights {path.name} are damaged: {error}.") from error
    own = network.state_dict()
    for name, value in weights.items():
        if name in own and own[name].shape != value.shape:
            raise ModelError(
                f"The weights {path.name} do not fit this network: '{name}' is "
                f"{tuple(value.shape)} where {tuple(own[name].shape)} is needed."
            )
        if value.is_floating_point() and not value.isfinite().all():
            raise ModelError(f"The weights {path.name} are damaged: '{name}' is not finite.")
    if strict and own.keys() != weights.keys():
        odd = min(own.keys() ^ weights.keys())
        side = "lack" if odd in own else "have an unknown"
        raise ModelError(f"The weights {path.name} do not fit this network: they {side} '{odd}'.")
    network.load_state_dict(weights, strict=strict)


def load_network(card: ModelCard) -> DenseNetwork:
    """The network of a model card with its weights, ready to detect (eval mode).

    Raises
    ------
    ModelError
        If the architecture is not known or reads other signals than the card says, or the weights
        are missing, do not fit or are not those the card was written for.
    """
    checksum = file_checksum(card.weights_path)
    if checksum != card.sha256:
        raise ModelError(
            f"The weights {card.weights_path.name} have the checksum {checksum[:8]} where the card "
            f"of '{card.name}' says {card.sha256[:8]}; fetch both files anew from the same place."
        )
    network = build_network(card.architecture, card.arguments)
    _check_signals(card, network)
    load_weights(network, card.weights_path)
    return network.eval()


def _check_signals(card: ModelCard, network: DenseNetwork) -> None:
    """A card that names other signals than its network reads would lead to wrong answers."""
    says = (len(card.channels), card.sfreq, card.output_sfreq)
    is_so = (network.n_signals, network.sfreq, network.output_sfreq)
    if says != is_so:
        raise ModelError(
            f"The card of '{card.name}' says {says[0]} channels at {says[1]:g} Hz and answers at "
            f"{says[2]:g} Hz, where '{card.architecture}' has {is_so[0]} at {is_so[1]:g} Hz and "
            f"answers at {is_so[2]:g} Hz."
        )
