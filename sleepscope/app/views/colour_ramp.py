"""Perceptually even ramps of colour.

References
----------
Ottosson 2020, A perceptual color space for image processing (bottosson.github.io/posts/oklab).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


@lru_cache(maxsize=64)
def colour_ramp(anchors: tuple[str, ...], n: int = 128) -> NDArray[np.uint8]:
    """``n`` colours through the anchors, even steps in the OKLab space.

    Returns
    -------
    (n, 3) ndarray of uint8, red green blue

    References
    ----------
    Ottosson 2020, A perceptual color space for image processing
    (bottosson.github.io/posts/oklab).
    """
    points = np.array([oklab(anchor) for anchor in anchors])
    distances = np.linalg.norm(np.diff(points, axis=0), axis=1)
    along = np.concatenate([[0.0], np.cumsum(distances)])
    places = np.linspace(0, along[-1], n)
    lab = np.column_stack([np.interp(places, along, points[:, k]) for k in range(3)])
    ramp = _rgb(lab)
    ramp.setflags(write=False)
    return ramp


_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def oklab(colour: str) -> NDArray[np.float64]:
    """Lightness, green-red and blue-yellow of "#RRGGBB"."""
    rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    lab: NDArray[np.float64] = _TO_LAB @ np.cbrt(_TO_LMS @ linear)
    return lab


def _rgb(lab: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The way back from OKLab, (n, 3), to bytes."""
    linear = np.linalg.solve(_TO_LMS, np.linalg.solve(_TO_LAB, lab.T) ** 3).T.clip(0, 1)
    rgb = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.rint(rgb * 255).astype(np.uint8)
