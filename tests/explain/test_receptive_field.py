"""Centres of receptive fields: as computed by hand, for every kind of stack we use."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from sleepscope.errors import ModelError
from sleepscope.explain.receptive_field import receptive_field


def test_valid_convolution_puts_the_first_bin_inside() -> None:
    # Kernel 7: bin 0 sees samples 0..6, its centre is 3.
    field = receptive_field(nn.Sequential(nn.Conv1d(1, 2, 7)), "0", 1)
    assert (field.first_centre, field.spacing, field.width) == (3.0, 1.0, 7)


def test_padded_convolution_keeps_bin_and_sample_together() -> None:
    field = receptive_field(nn.Sequential(nn.Conv1d(3, 2, 7, padding=3)), "0", 3)
    assert (field.first_centre, field.spacing, field.width) == (0.0, 1.0, 7)


def test_stride_spaces_the_bins() -> None:
    # Kernel 8, stride 4, padding 2: bin 0 sees -2..5, centre 1.5; the next is 4 later.
    field = receptive_field(nn.Sequential(nn.Conv1d(1, 2, 8, stride=4, padding=2)), "0", 1)
    assert (field.first_centre, field.spacing, field.width) == (1.5, 4.0, 8)


def test_dilation_widens_the_field() -> None:
    # Kernel 3 at dilation 8 spans 17 samples.
    field = receptive_field(nn.Sequential(nn.Conv1d(1, 2, 3, dilation=8)), "0", 1)
    assert (field.first_centre, field.spacing, field.width) == (8.0, 1.0, 17)


def test_pooling_moves_centres_by_half_a_sample() -> None:
    # Pool 2 of kernel 3 (padding 1): bin 0 sees -1..2, centre 0.5; bins 2 apart.
    network = nn.Sequential(nn.Conv1d(1, 2, 3, padding=1), nn.ReLU(), nn.MaxPool1d(2))
    field = receptive_field(network, "2", 1)
    assert (field.first_centre, field.spacing, field.width) == (0.5, 2.0, 4)


def published_stack() -> nn.Sequential:
    layers: list[nn.Module] = []
    for n_in, n_out, kernel in ((2, 4, 6), (4, 4, 5), (4, 10, 4), (10, 10, 4), (10, 15, 4)):
        layers += [nn.Conv1d(n_in, n_out, kernel), nn.ReLU(), nn.MaxPool1d(2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Dropout(0.5), nn.Linear(420, 2))


def test_published_stack_as_computed_by_hand() -> None:
    # Width: 6, pool 7, +4*2 = 15, pool 17, +3*4 = 29, pool 33, +3*8 = 57, pool 65, +3*16 = 113.
    # Bin 0 sees samples 0..112: its centre is sample 56, which is 0.28 s at 200 Hz.
    field = receptive_field(published_stack(), "12", 2)
    assert (field.first_centre, field.spacing, field.width) == (56.0, 16.0, 113)
    # 56 bins of a 1000-sample window end at sample 936, 0.315 s before the window's end.
    assert field.centres(56)[-1] == 936.0


class UNet(nn.Module):
    """Stem with stride 4, two levels, skips, upsampling; group normalisation throughout."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv1d(2, 4, 9, stride=4, padding=4)
        self.down = nn.Conv1d(4, 8, 5, padding=2)
        self.norm = nn.GroupNorm(2, 8)
        self.bottom = nn.Conv1d(8, 8, 5, padding=2)
        self.up = nn.ConvTranspose1d(8, 4, 4, stride=4)
        self.head = nn.Conv1d(8, 1, 1)

    def forward(self, signal: Tensor) -> Tensor:
        fine = torch.nn.functional.gelu(self.stem(signal))
        middle = self.norm(self.down(nn.functional.max_pool1d(fine, 2)))
        deep = self.bottom(nn.functional.avg_pool1d(middle, 2))
        return self.head(torch.cat([fine, self.up(deep)], dim=1))[:, 0]


def test_bottleneck_of_a_unet_by_hand() -> None:
    # Stem: centre 0, spacing 4. Pool 2: centre 2, spacing 8. Convolution: same.
    # Pool 2: centre 2 + 4 = 6, spacing 16. Convolution, padded: same.
    # Width: 9; pool +4 = 13; +4*8 = 45; pool +8 = 53; +4*16 = 117.
    field = receptive_field(UNet(), "bottom", 2)
    assert (field.first_centre, field.spacing, field.width) == (6.0, 16.0, 117)


def test_normalisation_over_time_does_not_blur_the_geometry() -> None:
    torch.manual_seed(0)
    plain = nn.Sequential(nn.Conv1d(1, 4, 5, stride=2), nn.ReLU(), nn.Conv1d(4, 4, 3))
    mixed = nn.Sequential(
        nn.Conv1d(1, 4, 5, stride=2), nn.InstanceNorm1d(4), nn.ReLU(), nn.Conv1d(4, 4, 3)
    )
    assert receptive_field(plain, "2", 1) == receptive_field(mixed, "3", 1)


def test_impulse_is_found_at_the_centre() -> None:
    """The bin whose centre is nearest to an impulse is the one that answers most symmetrically."""
    network = published_stack().eval()
    field = receptive_field(network, "12", 2)
    bins = 20
    centre = int(field.centres(56)[bins])
    answers = []
    for shift in (-(field.width // 2) - 1, 0, field.width // 2 + 1):
        signal = torch.zeros(1, 2, 1000)
        signal[..., centre + shift] = torch.nan
        out = network[:13](signal)[0, 0, bins]
        answers.append(bool(torch.isnan(out)))
    assert answers == [False, True, False]


def test_network_is_left_as_it_was_found() -> None:
    network = UNet().train()
    receptive_field(network, "bottom", 2)
    assert all(module.training and not module._forward_hooks for module in network.modules())


def test_recurrent_layer_has_no_place_in_time() -> None:
    class Recurrent(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.lstm = nn.GRU(1, 2, batch_first=True, bidirectional=True)
            self.after = nn.Conv1d(4, 1, 1)

        def forward(self, signal: Tensor) -> Tensor:
            return self.after(self.lstm(signal[..., ::64].transpose(1, 2))[0].transpose(1, 2))

    network = Recurrent()
    with pytest.raises(ModelError, match="see the whole signal"):
        receptive_field(network, "after", 1)
    assert not network.after._forward_hooks


def test_unknown_layer_is_named_with_the_choices() -> None:
    with pytest.raises(ModelError, match="no layer 'x'; it has 0"):
        receptive_field(nn.Sequential(nn.Conv1d(1, 1, 3)), "x", 1)


def test_centres_are_evenly_spaced() -> None:
    field = receptive_field(nn.Sequential(nn.Conv1d(1, 1, 4, stride=3)), "0", 1)
    np.testing.assert_array_equal(field.centres(3), [1.5, 4.5, 7.5])
