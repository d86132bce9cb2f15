"""Grad-CAM over time and frequency of one channel after another, by one network made ready once."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from sleepscope.detection.inputs import USABLE, read_stretch
from sleepscope.errors import GapError, ModelError
from sleepscope.explain.channel_importance import ChannelLogit
from sleepscope.explain.geometry import grid_of, reach_of, row_frequencies
from sleepscope.explain.grad_cam import mean_logit
from sleepscope.explain.moments import network_map
from sleepscope.networks.dense import DenseNetwork
from sleepscope.networks.threads import one_thread
from sleepscope.networks.time_frequency import TimeFrequencyNetwork
from sleepscope.recordings.recording import Recording


@dataclass(frozen=True, slots=True)
class ChannelMap:
    """What one channel says about a stretch.

    Attributes
    ----------
    signal : (n_samples,) ndarray, µV
        As the network takes it, with its run-in.
    samples : (first, behind)
        The stretch in it.
    columns : (first, behind)
        The stretch in the network's answers.
    logit : float
        Mean logit over the stretch.
    times : (n_times,) ndarray, s
        Bins of the map that lie in the stretch, at least one.
    relevance : (n_freqs, n_times) ndarray, logit
    """

    signal: NDArray[np.float64] = field(repr=False)
    samples: tuple[int, int]
    columns: tuple[int, int]
    logit: float
    times: NDArray[np.float64] = field(repr=False)
    relevance: NDArray[np.float64] = field(repr=False)

    @property
    def over_time(self) -> NDArray[np.float64]:
        """The mean over the stretch for each frequency, (n_freqs,)."""
        return np.asarray(self.relevance.mean(axis=1))


@dataclass(frozen=True, slots=True)
class MapReader:
    """A network that reads maps of one channel, with what must be measured of it only once.

    Attributes
    ----------
    freqs : (n_freqs,) ndarray, Hz
        Centres of the rows of its maps, from the highest to the lowest.
    """

    network: TimeFrequencyNetwork = field(repr=False)
    freqs: NDArray[np.float64] = field(repr=False)

    @classmethod
    def of(cls, network: DenseNetwork, name: str) -> MapReader:
        """Measure a network.

        Raises
        ------
        ModelError
            If it reads no maps, or more than one channel.
        """
        if not isinstance(network, TimeFrequencyNetwork) or network.n_signals != 1:
            raise ModelError(
                f"{name} does not read maps over frequency of one channel, so it cannot say which "
                "bands and channels count; choose one that does, such as spindle-2d."
            )
        with one_thread():
            freqs = row_frequencies(network)
        assert freqs is not None
        return cls(network, freqs)

    @property
    def sfreq(self) -> float:
        """Rate of the signals, Hz."""
        return self.network.sfreq

    @property
    def limits(self) -> tuple[float, float]:
        """Lowest and highest frequency that the network reads, Hz."""
        return float(self.network.freqs.min()), float(self.network.freqs.max())

    def read(self, recording: Recording, label: str, start: float, stop: float) -> ChannelMap:
        """Grad-CAM of the mean logit over a stretch of a channel.

        Raises
        ------
        GapError
            If nothing usable was recorded in it.
        """
        network = self.network
        stretch = read_stretch(recording, (label,), network, start, stop)
        n_samples = stretch.state.size
        first = max(0, round(start * network.sfreq) - stretch.first)
        behind = min(max(first + 1, round(stop * network.sfreq) - stretch.first), n_samples)
        if not (stretch.state[first:behind] == USABLE).any():
            raise GapError(
                f"Nothing usable was recorded on {label} from {start:.2f} to {stop:.2f} s, "
                "so there is nothing to weigh."
            )
        n_columns = n_samples // network.stride
        before = stretch.first // network.stride
        low = min(max(0, round(start * network.output_sfreq) - before), n_columns - 1)
        last = round(stop * network.output_sfreq) - before
        columns = low, min(max(low + 1, last), n_columns)
        with one_thread():
            part, offset = self._near(stretch.signals, columns)
            target = mean_logit(columns[0] - offset, columns[1] - offset)
            found = network_map(
                network,
                part,
                lambda logits: target(network.event_logit(logits)),
                columns[1] - columns[0],
            )
        centres = found.columns + offset * network.feature_stride
        times = (centres * network.samples_per_feature + stretch.first) / network.sfreq
        inside = (times >= start) & (times < stop)
        if not inside.any():
            inside[np.argmin(np.abs(times - (start + stop) / 2))] = True
        return ChannelMap(
            stretch.signals[0],
            (first, behind),
            columns,
            found.target,
            times[inside],
            found.relevance[:, inside],
        )

    def logit_at(self, place: ChannelMap) -> ChannelLogit:
        """Mean logit of a channel over the stretch that a map was read of."""

        def logit_of(signal: NDArray[np.float64]) -> float:
            with one_thread(), torch.inference_mode():
                part, offset = self._near(signal[None], place.columns)
                track = self.network.event_logit(self.network(part))[0]
                return float(track[place.columns[0] - offset : place.columns[1] - offset].mean())

        return logit_of

    def _near(
        self, signals: NDArray[np.float64], columns: tuple[int, int]
    ) -> tuple[torch.Tensor, int]:
        """The features that have a say, as a batch of one, and the answer they begin at."""
        network = self.network
        features = network.prepare(signals)
        stride = network.feature_stride
        grid, reach = math.lcm(grid_of(network), stride), reach_of(network)
        low = max(0, columns[0] * stride - reach) // grid * grid
        behind = -(-(columns[1] * stride + reach) // grid) * grid
        part = np.ascontiguousarray(features[:, low:behind])
        return torch.from_numpy(part)[None], low // stride
