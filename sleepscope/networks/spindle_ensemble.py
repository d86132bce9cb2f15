"""Several small U-Nets that look at a spindle in different ways and answer with one voice.

Lakshminarayanan et al. 2017, Simple and scalable predictive uncertainty estimation using deep
ensembles, arXiv:1612.01474; here the mean of the members' logits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from sleepscope.networks.dense import DenseNetwork
from sleepscope.networks.spindle_unet import SpindleUnet

# What spindle-1d sees; the trace alone; sigma and how loud the bands beside it are. Each is there
# twice, from other weights.
MEMBERS = ((0, 1, 2, 3), (0,), tuple(range(1, 12))) * 2


class SpindleEnsemble(DenseNetwork):
    """Mean of the logits of several :class:`SpindleUnet`.

    The bottlenecks of all members lie side by side in one layer, so that a Grad-CAM at it is the
    sum of what each member says, weighted as in the answer.

    Parameters
    ----------
    members : sequence of sequence of int
        For each member the features it looks at, see :class:`SpindleUnet`.
    width : int
        Of each member.
    dropout : float

    Raises
    ------
    ValueError
        If there is no member or one looks at nothing.
    """

    sfreq: ClassVar[float] = SpindleUnet.sfreq
    output_sfreq: ClassVar[float] = SpindleUnet.output_sfreq
    n_signals: ClassVar[int] = SpindleUnet.n_signals
    n_features: int = SpindleUnet.n_features
    heads: ClassVar[tuple[str, ...]] = SpindleUnet.heads
    band: ClassVar[tuple[float, float]] = SpindleUnet.band
    run_in: ClassVar[float] = SpindleUnet.run_in
    # Six networks take their time; cancelling must not wait for it.
    block_seconds: ClassVar[float] = 400.0
    alignment: ClassVar[int] = SpindleUnet.alignment
    explained_layer: ClassVar[str] = "bottleneck"
    map_smoothing: ClassVar[float] = SpindleUnet.map_smoothing
    normalisation: ClassVar[str] = SpindleUnet.normalisation.removesuffix(".") + (
        "; log envelopes of six bands of 0.5-20 Hz and of sigma relative to their running median; "
        "log share of sigma, smoothed."
    )

    def __init__(
        self,
        members: Sequence[Sequence[int]] = MEMBERS,
        width: int = 16,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        if not members:
            raise ValueError("an ensemble needs at least one member")
        self.members = nn.ModuleList(SpindleUnet(width, dropout, inputs) for inputs in members)
        self.n_features = max(member.n_features for member in self._unets)
        self.bottleneck = nn.Identity()
        self.attributed_layers = (
            *(f"members.{k}.encoder_2" for k in range(len(self.members))),
            "bottleneck",
        )

    @classmethod
    def of(cls, members: Sequence[SpindleUnet]) -> SpindleEnsemble:
        """Join fitted members of one width; the ensemble is in eval mode."""
        width, dropout = members[0].stem.out_channels, members[0].dropout.p
        made = cls([member.inputs for member in members], width, dropout)
        made.members = nn.ModuleList(members)
        made.was_fitted = True
        return made.eval()

    @property
    def arguments(self) -> dict[str, object]:
        """What the constructor needs to build it again, ready for JSON."""
        first = self._unets[0]
        return {
            "members": [list(member.inputs) for member in self._unets],
            "width": first.stem.out_channels,
            "dropout": first.dropout.p,
        }

    @property
    def _unets(self) -> list[SpindleUnet]:
        return [member for member in self.members if isinstance(member, SpindleUnet)]

    def prepare(self, signals: NDArray[np.floating]) -> NDArray[np.float32]:
        """What the members look at: (4 or 12, n_samples)."""
        most = max(self._unets, key=lambda member: member.n_features)
        return most.prepare(signals)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Logits (batch, 3, n_samples // 4)."""
        encoded = [member.encode(features) for member in self._unets]
        deep = self.bottleneck(torch.cat([bottleneck for _, _, bottleneck in encoded], 1))
        parts = deep.chunk(len(encoded), dim=1)
        logits = [
            member.decode(first, second, part)
            for member, (first, second, _), part in zip(self._unets, encoded, parts, strict=True)
        ]
        return torch.stack(logits).mean(dim=0)[..., : features.shape[-1] // 4]

    def event_logit(self, logits: torch.Tensor) -> torch.Tensor:
        """The logit of the union of both experts."""
        return logits[:, 2]
