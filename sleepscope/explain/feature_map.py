"""All events of a night on a plane: near each other where a network makes the same of them."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import SettingsError
from sleepscope.explain.event_features import EventFeatures
from sleepscope.progress import Progress, Steps

Projection = Literal["PCA", "UMAP"]
# Neighbours that UMAP keeps together, and the fewest events it can be asked about.
_NEIGHBOURS: Final = 15
_FEWEST: Final = 10


@dataclass(frozen=True, slots=True)
class FeatureMap:
    """Places of events on a plane.

    Attributes
    ----------
    method : {"PCA", "UMAP"}
    event_ids : tuple of str
    places : (n_events, 2) ndarray of float64
    share : float or None
        Of the features' variance that the plane shows; None for UMAP, whose distances have no unit.
    """

    method: Projection
    event_ids: tuple[str, ...]
    places: NDArray[np.float64] = field(repr=False)
    share: float | None


def has_umap() -> bool:
    """Whether umap-learn is installed."""
    return importlib.util.find_spec("umap") is not None


def feature_map(features: EventFeatures, method: Projection = "PCA") -> Steps[FeatureMap]:
    """Lay events out on a plane by their features.

    Principal components (Pearson 1901, doi:10.1080/14786440109462720), or UMAP (McInnes et al.
    2018, doi:10.21105/joss.00861) where it is installed. The same features give the same map.

    Raises
    ------
    SettingsError
        If UMAP is asked for and is not installed, or there are too few events for it.
    """
    yield Progress(0.0, 1.0, f"Map of {len(features.event_ids)} events ({method})")
    if method == "UMAP":
        return FeatureMap(method, features.event_ids, _umap(features.values), None)
    values = features.values.astype(np.float64)
    centred = values - values.mean(axis=0)
    left, sizes, right = np.linalg.svd(centred, full_matrices=False)
    places = np.zeros((len(values), 2))
    n = min(2, sizes.size)
    # The largest weight of an axis is made positive: a sign has no meaning, but must not change.
    signs = np.sign(right[np.arange(n), np.abs(right[:n]).argmax(axis=1)])
    places[:, :n] = left[:, :n] * sizes[:n] * signs
    whole = float((sizes**2).sum())
    share = float((sizes[:n] ** 2).sum()) / whole if whole > 0 else 0.0
    return FeatureMap(method, features.event_ids, places, share)


def _umap(values: NDArray[np.float32]) -> NDArray[np.float64]:
    if not has_umap():
        raise SettingsError(
            "UMAP is not installed; choose PCA, or install umap-learn beside SleepScope."
        )
    if len(values) < _FEWEST:
        raise SettingsError(
            f"UMAP takes at least {_FEWEST} events, and there are {len(values)}; choose PCA."
        )
    umap = importlib.import_module("umap")
    made = umap.UMAP(
        n_neighbors=min(_NEIGHBOURS, len(values) - 1), random_state=0, n_jobs=1
    ).fit_transform(values)
    return np.asarray(made, dtype=np.float64)
