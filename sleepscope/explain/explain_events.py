"""Explain many events of a recording: neighbours share what is read and made for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sleepscope.detection.inputs import Stretch, read_stretch
from sleepscope.errors import GapError, SettingsError
from sleepscope.events.event import Event
from sleepscope.explain.explain import (
    CONTEXT_SECONDS,
    check_channels,
    check_span,
    explain_seen,
    explained_span,
)
from sleepscope.explain.explanation import Explanation
from sleepscope.explain.seen_stretch import SeenStretch
from sleepscope.networks.checkpoint import load_network
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.threads import one_thread
from sleepscope.progress import Progress, Steps
from sleepscope.recordings.recording import Recording

if TYPE_CHECKING:
    from sleepscope.networks.dense import DenseNetwork

# Longest stretch of events that share a block: features of longer ones would hold up cancelling.
_BLOCK_SECONDS: Final = 300.0


@dataclass(frozen=True, slots=True)
class _Asked:
    """The stretch ``[start, stop)`` s that is explained of an event."""

    event_id: str
    start: float
    stop: float


def explain_events(
    recording: Recording,
    card: ModelCard,
    channels: tuple[str, ...],
    events: Sequence[Event],
    *,
    context: float = CONTEXT_SECONDS,
) -> Steps[tuple[Explanation, ...]]:
    """Explain every one of some events by one model on the same channels.

    Each answer is the one that :func:`~sleepscope.explain.explain.explain` gives for that event
    alone (but for rounding). The network is loaded once, and events near each other share one
    block of signal, whose features are made once: a thousand events of a night cost little more
    than detecting them.

    Parameters
    ----------
    recording : Recording
    card : ModelCard
    channels : tuple of str
        As many as the model reads; group events of several channels or models by them.
    events : sequence of Event
        In any order. Points are explained over 0.2 s.
    context : float, s
        As for ``explain``; less of it makes smaller explanations where only the maps are wanted.

    Yields
    ------
    Progress
        In events. ``partial`` holds the explanations made so far, as a tuple by onset: they are
        final. Closing the generator between two of them cancels; nothing is left behind.

    Returns
    -------
    tuple of Explanation
        By onset, each with the ``event_id`` of its event. Events that cannot be explained (nothing
        usable was recorded there, outside the recording, too long) are left out.

    Raises
    ------
    SettingsError
        If the channels are not as many as the model reads.
    ChannelError, ModelError, RecordingError
        If channels, weights or the file cannot be used.
    """
    check_channels(recording, card, channels)
    asked = _askable(recording, card, channels, events, context)
    total = len(events)
    message = f"Explaining {total} events on {', '.join(channels)} · {card.name}"
    done, made = total - len(asked), list[Explanation]()
    yield Progress(done, total, message, ())
    if not asked:
        return ()
    network = load_network(card)
    for block in _blocks(asked, 2 * context + 2 * network.run_in):
        low, high = block[0].start - context, max(one.stop for one in block) + context
        stretch = read_stretch(recording, channels, network, low, high)
        seen: SeenStretch | None = None
        for one in block:
            try:
                with one_thread():
                    seen = _seen(seen, network, stretch, one)
            except GapError:
                pass
            else:
                found = yield from explain_seen(network, card, channels, seen, context, message)
                made.append(replace(found, event_id=one.event_id))
            done += 1
            yield Progress(done, total, message, tuple(made))
    return tuple(made)


def _askable(
    recording: Recording,
    card: ModelCard,
    channels: tuple[str, ...],
    events: Sequence[Event],
    context: float,
) -> list[_Asked]:
    """The events that can be explained, by onset."""
    asked = []
    for event in events:
        start, stop = explained_span(event, recording.duration)
        with suppress(SettingsError):
            check_span(recording, card, channels, start, stop, context)
            asked.append(_Asked(event.id, start, stop))
    return sorted(asked, key=lambda one: (one.start, one.stop))


def _blocks(asked: list[_Asked], apart: float) -> Iterator[list[_Asked]]:
    """Neighbours together: a new block begins where one would get too long, or would hold more
    seconds without an event than a block of its own needs around it.
    """
    block: list[_Asked] = []
    stop = 0.0
    for one in asked:
        if block and (one.start - stop > apart or one.stop - block[0].start > _BLOCK_SECONDS):
            yield block
            block = []
        stop = max(stop, one.stop) if block else one.stop
        block.append(one)
    if block:
        yield block


def _seen(
    seen: SeenStretch | None, network: DenseNetwork, stretch: Stretch, one: _Asked
) -> SeenStretch:
    """A block as seen for one of its events; the first event makes the features of all."""
    if seen is None:
        return SeenStretch.of(network, stretch, one.start, one.stop)
    return seen.about(network, one.start, one.stop)
