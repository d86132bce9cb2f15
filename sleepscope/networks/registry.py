"""Which architectures there are, by name; torch is loaded when one of them is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from sleepscope.errors import ModelError

if TYPE_CHECKING:
    from sleepscope.networks.dense import DenseNetwork

# As single-precision numbers as large as the largest weights file that is read (checkpoint.py); a
# card that asks for more would fill the memory before its weights could be found not to fit.
MAX_PARAMETERS: Final = 125_000_000

# Name in the model card -> module below sleepscope.networks, class.
ARCHITECTURES: Final[dict[str, tuple[str, str]]] = {
    "spindle-unet-1d": ("spindle_unet", "SpindleUnet"),
    "spindle-unet-ensemble-1d": ("spindle_ensemble", "SpindleEnsemble"),
    "rem-dilated-1d": ("rem_dilated", "RemDilated"),
    "published-cnn-1d": ("published_cnn_1d", "PublishedCnn1d"),
    "published-cnn-1d-eog": ("published_cnn_1d", "PublishedCnn1dEog"),
    "spindle-wtc-cnn-2d": ("wtc_cnn_2d", "SpindleWtcCnn2d"),
    "rem-wtc-cnn-2d": ("wtc_cnn_2d", "RemWtcCnn2d"),
    "published-cnn-2d": ("published_cnn_2d", "PublishedCnn2d"),
    "published-cnn-2d-eog": ("published_cnn_2d", "PublishedCnn2dEog"),
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
        If the architecture is not known, does not take these arguments, or would have more than
        ``MAX_PARAMETERS`` parameters.
    """
    import torch

    made = network_class(architecture)
    given = arguments or {}
    try:
        if given:
            # On this device tensors have sizes but no memory.
            with torch.device("meta"):
                n_parameters = made(**given).n_parameters
            if n_parameters > MAX_PARAMETERS:
                raise ModelError(
                    f"'{architecture}' would have {n_parameters:,} parameters as its model card "
                    f"has it; {MAX_PARAMETERS:,} are the most."
                )
        return made(**given)
    # What torch raises for sizes that are no sizes.
    except (TypeError, ValueError, ArithmeticError, RuntimeError) as error:
        raise ModelError(
            f"'{architecture}' cannot be built from its model card: {error}."
        ) from error
