"""Changes to maps of values that leave their labels true."""

from __future__ import annotations

import numpy as np
import torch

from sleepscope.networks.time_frequency import coherence_maps
from sleepscope.networks.wtc_cnn_2d import RemWtcCnn2d
from sleepscope.training.augmentation import (
    EyesMapsAugmentation,
    PowerAugmentation,
    SpindleAugmentation,
)


def _generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_power_is_shifted_as_a_whole_and_tilted_over_the_frequencies() -> None:
    features = torch.zeros(3, 2 * 31, 5)
    made = PowerAugmentation(31, shift=1.0, slope=1.0, noise=0.0)(features, _generator())
    maps = made.reshape(3, 2, 31, 5)
    assert torch.equal(maps, maps[..., :1].expand_as(maps))
    steps = maps[:, :, 1:, 0] - maps[:, :, :-1, 0]
    torch.testing.assert_close(steps, steps[:, :, :1].expand_as(steps), atol=1e-5, rtol=0)
    assert len(set(maps[:, :, 15, 0].flatten().tolist())) == 6
    assert features.abs().max() == 0


def test_exchanged_eyes_are_what_exchanged_electrodes_would_record() -> None:
    rng = np.random.default_rng(0)
    left, right = rng.normal(0, 20, (2, 1500))
    grid, sfreq = RemWtcCnn2d.grid, RemWtcCnn2d.sfreq
    one = torch.from_numpy(coherence_maps(left, right, sfreq, grid).reshape(1, 155, -1))
    other = torch.from_numpy(coherence_maps(right, left, sfreq, grid).reshape(1, 155, -1))
    augmentation = EyesMapsAugmentation(31, gain=0.0, noise=0.0)
    seen = [augmentation(one, _generator(seed)) for seed in range(8)]
    as_before = [bool(torch.equal(made, one)) for made in seen]
    assert set(as_before) == {True, False}
    made = seen[as_before.index(False)]
    torch.testing.assert_close(made, other, atol=2e-3, rtol=0)


def test_another_gain_moves_the_powers_alone() -> None:
    features = torch.zeros(4, 155, 3)
    made = EyesMapsAugmentation(31, gain=1.0, noise=0.0)(features, _generator())
    maps = made.reshape(4, 5, 31, 3)
    assert maps[:, :3].abs().max() == 0
    assert (maps[:, 3:].abs().flatten(1).min(dim=1).values > 0).all()


def test_bands_get_another_gain_each_and_noise_but_no_other_sign() -> None:
    made = SpindleAugmentation(gain=1.0, noise=0.0, band_noise=0.0)(
        torch.zeros(3, 12, 5), _generator()
    )
    bands = made[:, 4:]
    assert torch.equal(bands, bands[..., :1].expand_as(bands))
    assert len(set(bands[..., 0].flatten().tolist())) == 3 * 8
    noisy = SpindleAugmentation(gain=0.0, noise=0.0, band_noise=1.0)(
        torch.ones(3, 12, 5), _generator()
    )
    assert (noisy[:, 4:] != 1).all()
    assert torch.equal(noisy[:, 2:4], torch.ones(3, 2, 5))
    four = SpindleAugmentation()(torch.ones(3, 4, 5), _generator())
    assert four.shape == (3, 4, 5)
