"""Where the electrodes of a simulated night sit, and how far a source reaches them."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

# Head seen from above, in units of its radius: x to the right ear, y to the nose (10-20 system;
# E1 and E2 below and above the outer corners of the eyes, M1 and M2 behind the ears).
POSITIONS: Final[dict[str, tuple[float, float]]] = {
    "F3": (-0.35, 0.50),
    "F4": (0.35, 0.50),
    "C3": (-0.45, 0.0),
    "C4": (0.45, 0.0),
    "O1": (-0.28, -0.85),
    "O2": (0.28, -0.85),
    "M1": (-1.05, -0.30),
    "M2": (1.05, -0.30),
    "E1": (-0.75, 0.95),
    "E2": (0.75, 0.95),
}
ELECTRODES: Final = tuple(POSITIONS)

# Patches of cortex that drive the background: left and right frontal, centre, occipital.
PATCHES: Final = ((-0.4, 0.6), (0.4, 0.6), (-0.45, 0.0), (0.45, 0.0), (-0.3, -0.8), (0.3, -0.8))


def reach(source: tuple[float, float], spread: float) -> NDArray[np.float64]:
    """Share of a source's potential that each electrode sees.

    Parameters
    ----------
    source : (x, y)
        Place on the head, as in ``POSITIONS``.
    spread : float
        Distance, in head radii, at which 61 % are left (one standard deviation of a Gaussian).

    Returns
    -------
    (n_electrodes,) ndarray, 0..1, in the order of ``ELECTRODES``
    """
    places = np.array(list(POSITIONS.values()))
    distance = np.hypot(places[:, 0] - source[0], places[:, 1] - source[1])
    return np.asarray(np.exp(-0.5 * (distance / spread) ** 2))


def patch_mixing(spread: float = 0.6) -> NDArray[np.float64]:
    """Mixing of the patches into the electrodes, (n_electrodes, n_patches), rows of unit power."""
    mixing = np.stack([reach(patch, spread) for patch in PATCHES], axis=1)
    return np.asarray(mixing / np.linalg.norm(mixing, axis=1, keepdims=True))
