"""What a network makes of each event of a night: its deep activations, pooled over the event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.detection.inputs import USABLE, read_stretch
from sleepscope.errors import ModelError, SettingsError
from sleepscope.events.event import Event
from sleepscope.explain.explain import check_channels, explained_span
from sleepscope.networks.checkpoint import load_network
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.threads import one_thread
from sleepscope.progress import Progress, Steps
from sleepscope.recordings.recording import Recording

if TYPE_CHECKING:
    from torch import Tensor

    from sleepscope.networks.dense import DenseNetwork

# Id, onset, duration, channels.
RawKey = tuple[str, float, float, tuple[str, ...]]
# Events of one block of signal share what is made of it.
_BLOCK_SECONDS: Final = 300.0
# With fewer events a night has no spread to speak of.
FEWEST_EVENTS: Final = 5


@dataclass(frozen=True, slots=True)
class EventFeatures:
    """Pooled activations of events, standardised over the night.

    Attributes
    ----------
    model : str
        Scorer name of the model, checksum and all: features of two models never mix.
    layer : str
    event_ids : tuple of str
    values : (n_events, n_features) ndarray of float32
        Mean 0 and standard deviation 1 of each feature over these events; 0 where it is level.
    raw : mapping
        The same before it was standardised, by what was asked: for a night with some events more.
    """

    model: str
    layer: str
    event_ids: tuple[str, ...]
    values: NDArray[np.float32] = field(repr=False)
    raw: Mapping[RawKey, NDArray[np.float32]] = field(default_factory=dict, repr=False)


def event_features(
    recording: Recording,
    card: ModelCard,
    events: Sequence[tuple[Event, tuple[str, ...]]],
    known: EventFeatures | None = None,
) -> Steps[EventFeatures]:
    """Features of events in the layer that the model's maps are taken from.

    Each filter's mean over the bins that look into the event; of a network that reads maps, each
    filter's mean in each row.

    Parameters
    ----------
    recording : Recording
    card : ModelCard
    events : sequence of (Event, channels)
        With the channels that the model reads for it.
    known : EventFeatures or None
        Of the same night: events that are in it as they were are not worked out again.

    Yields
    ------
    Progress
        In events.

    Returns
    -------
    EventFeatures
        Without those events where nothing usable was recorded.

    Raises
    ------
    SettingsError
        If fewer than five events are left: they have no spread to be standardised by.
    ModelError
        If the explained layer of the network has no bins over time.
    ChannelError, RecordingError
        If channels or the file cannot be used.
    """
    total = len(events)
    message = f"Features of {total} events · {card.name}"
    yield Progress(0.0, total, message)
    network = load_network(card)
    kept = known.raw if known is not None and known.model == card.scorer else {}
    found = {e.id: kept[_key(e, read)] for e, read in events if _key(e, read) in kept}
    done = len(found)
    for channels in dict.fromkeys(channels for _, channels in events):
        check_channels(recording, card, channels)
        own = [event for event, read in events if read == channels and event.id not in found]
        for block in _blocks(own, recording.duration):
            with one_thread():
                found.update(_block_features(recording, network, channels, block))
            done += len(block)
            yield Progress(done, total, message)
    if len(found) < FEWEST_EVENTS:
        raise SettingsError(
            f"{len(found)} events can be compared in the features of {card.name}; it takes at "
            f"least {FEWEST_EVENTS}."
        )
    ids = tuple(event.id for event, _ in events if event.id in found)
    raw = np.stack([found[one] for one in ids]).astype(np.float64)
    by_key = {_key(event, read): found[event.id] for event, read in events if event.id in found}
    return EventFeatures(card.scorer, network.explained_layer, ids, standardised(raw), by_key)


def _key(event: Event, channels: tuple[str, ...]) -> RawKey:
    """What the features of an event depend on."""
    return event.id, event.onset, event.duration, channels


def standardised(values: NDArray[np.float64]) -> NDArray[np.float32]:
    """Each column with mean 0 and standard deviation 1; 0 where it is level."""
    spread = values.std(axis=0)
    centred = values - values.mean(axis=0)
    # A column that differs by rounding alone says nothing.
    level = spread <= 1e-6 * np.maximum(np.abs(values).max(axis=0), 1e-12)
    return np.asarray(np.where(level, 0.0, centred / np.where(level, 1.0, spread)), np.float32)


def _blocks(events: Sequence[Event], duration: float) -> Iterator[list[tuple[str, float, float]]]:
    """Neighbours together, as (id, start, stop) by onset."""
    spans = sorted((*explained_span(event, duration), event.id) for event in events)
    block: list[tuple[str, float, float]] = []
    for start, stop, event_id in spans:
        if stop <= start:
            continue
        if block and stop - block[0][1] > _BLOCK_SECONDS:
            yield block
            block = []
        block.append((event_id, start, stop))
    if block:
        yield block


def _block_features(
    recording: Recording,
    network: DenseNetwork,
    channels: tuple[str, ...],
    block: list[tuple[str, float, float]],
) -> dict[str, NDArray[np.float32]]:
    """Features of the events of one block."""
    import torch

    from sleepscope.explain.geometry import bins_of

    low, high = block[0][1], max(stop for _, _, stop in block)
    stretch = read_stretch(recording, channels, network, low, high)
    features = network.prepare(stretch.signals)
    with torch.inference_mode(), _listening(network) as seen:
        network(torch.from_numpy(features)[None])
    if len(seen) != 1:
        raise ModelError(
            f"The layer '{network.explained_layer}' ran {len(seen)} times; events are compared in "
            "a layer that runs once."
        )
    activations = seen[0][0]
    n_bins = activations.shape[-1]
    centres = bins_of(network).centres(n_bins) * network.samples_per_feature
    times = (stretch.first + centres) / stretch.sfreq
    flat = activations.reshape(-1, n_bins).numpy()
    found: dict[str, NDArray[np.float32]] = {}
    for event_id, start, stop in block:
        first = max(0, round(start * stretch.sfreq) - stretch.first)
        behind = max(first + 1, round(stop * stretch.sfreq) - stretch.first)
        if not (stretch.state[first:behind] == USABLE).any():
            continue
        inside = np.flatnonzero((times >= start) & (times < stop))
        if not inside.size:
            inside = np.array([int(np.argmin(np.abs(times - (start + stop) / 2)))])
        found[event_id] = flat[:, inside].mean(axis=1)
    return found


@contextmanager
def _listening(network: DenseNetwork) -> Iterator[list[Tensor]]:
    """What the explained layer gives; the hook is gone afterwards, also on failure."""
    from torch import Tensor

    from sleepscope.explain.grad_cam import find_layer

    seen: list[Tensor] = []
    name = network.explained_layer

    def listen(_module: Any, _inputs: Any, output: Any) -> None:
        if not isinstance(output, Tensor) or output.dim() < 3:
            raise ModelError(f"Layer '{name}' gives no bins over time, so events have no features.")
        seen.append(output.detach())

    handle = find_layer(network, name).register_forward_hook(listen)
    try:
        yield seen
    finally:
        handle.remove()
