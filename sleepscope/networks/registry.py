"""Which architectures there are, by name; torch is loaded when one of them is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from sleepscope.errors import ModelError

if TYPE_CHECKING:
    from sleepscope.networks.dense import DenseNetwork

# Name in the model card -> module below sleepscope.networks, class.
ARCHITECTURES: Final[dict[str, tuple[str, str]]] = {
    "spindle-unet-1d": ("spindle_unet", "SpindleUnet"),
    "rem-dilated-1d": ("rem_dilated", "RemDilated"),
    "published-cnn-1d": ("published_cnn_1d", "PublishedCnn1d"),
    "published-cnn-1d-eog": ("published_cnn_1d", "PublishedCnn1dEog"),
}


def network_class(architecture: str) -> type[DenseNetwork]:
    """The class of an architecture.

    Raises
    ------
    ModelError
        If this program does not know it; the sentence names those it knows.
    """
    if architecture not in ARCHITECTURES:
        raise ModelError(
            f"The architecture '{architecture}' is not known here; "
            f"it must be one of {', '.join(ARCHITECTURES)}."
        )
    module, name = ARCHITECTURES[architecture]
    found: type[DenseNetwork] = getattr(import_module(f"sleepscope.networks.{module}"), name)
    return found


def build_network(architecture: str, arguments: dict[str, Any] | None = None) -> DenseNetwork:
    """A network with fresh random weights.

    Raises
    ------
    ModelError
        If the architecture is not known or does not take these arguments.
    """
    try:
        return network_class(architecture)(**(arguments or {}))
    except TypeError as error:
        raise ModelError(
            f"'{architecture}' cannot be built from its model card: {error}."
        ) from error
