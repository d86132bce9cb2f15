"""Regions of the head: which channel lies over which, and the mean over the channels of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.recordings.kinds import bare_label, electrodes_of

REGIONS: Final = ("frontal", "central", "parieto-occipital", "temporal left", "temporal right")

# Longer names first: FT7 is temporal, F7 frontal.
_SITE: Final = re.compile(r"(NFP|FP|AF|FT|FC|TP|CP|PO|F|T|C|P|O|I)(Z|\d+)")
_PLACES: Final = {
    "frontal": ("NFP", "FP", "AF", "F"),
    "central": ("FC", "C", "CP"),
    "parieto-occipital": ("P", "PO", "O", "I"),
}


def site_of(label: str) -> str | None:
    """The electrode of the 10-20 system that a channel is of: "C3" of "EEG C3-M2".

    Of a derivation between two sites the first one; None where it is none of them.
    """
    first = electrodes_of(bare_label(label))[0]
    found = _SITE.match(first)
    return None if found is None else found.group(0)


def region_of(label: str) -> str | None:
    """The region that a channel lies over, by the first electrode of its label; None if unknown."""
    site = site_of(label)
    found = None if site is None else _SITE.match(site)
    if found is None:
        return None
    letters, place = found.groups()
    for region, names in _PLACES.items():
        if letters in names:
            return region
    if place == "Z":
        return None  # over no side
    return "temporal left" if int(place) % 2 else "temporal right"


def one_per_site(labels: Sequence[str]) -> tuple[str, ...]:
    """The labels with one channel an electrode: that against a reference, else the first.

    A recorder that keeps C3 and C3-M2 would count one place twice. Labels of unknown electrodes
    all stay.
    """
    chosen: dict[str, str] = {}
    for label in labels:
        place = site_of(label) or label
        has_reference = len(electrodes_of(bare_label(label))) > 1
        known = chosen.get(place)
        if known is None or (has_reference and len(electrodes_of(bare_label(known))) == 1):
            chosen[place] = label
    return tuple(label for label in labels if label in chosen.values())


def mean_over_regions(values: NDArray[np.floating], labels: Sequence[str]) -> NDArray[np.float64]:
    """RI and FRI: the mean of what the channels of each region have.

    Parameters
    ----------
    values : (n_channels,) or (n_channels, n_bands) ndarray
        NaN does not count.
    labels : sequence of str
        One for each channel.

    Returns
    -------
    (5,) or (5, n_bands) ndarray
        In the order of ``REGIONS``; NaN where a region has no channel.
    """
    given = np.asarray(values, dtype=np.float64)
    found = np.full((len(REGIONS), *given.shape[1:]), np.nan)
    where = [region_of(label) for label in labels]
    for k, region in enumerate(REGIONS):
        own = given[[name == region for name in where]]
        known = np.isfinite(own)
        count = known.sum(axis=0)
        total = np.where(known, own, 0.0).sum(axis=0)
        found[k] = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return found
