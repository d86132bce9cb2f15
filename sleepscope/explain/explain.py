"""Explain what a model said about a stretch of a recording.

For many events of one recording see :mod:`~sleepscope.explain.explain_events`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.detection.inputs import input_length, read_stretch
from sleepscope.errors import SettingsError
from sleepscope.events.event import Event
from sleepscope.explain.explanation import Explanation
from sleepscope.explain.seen_stretch import SeenStretch
from sleepscope.networks.checkpoint import load_network
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.threads import one_thread
from sleepscope.progress import Progress, Steps
from sleepscope.recordings.recording import Recording

if TYPE_CHECKING:
    from sleepscope.networks.dense import DenseNetwork

METHOD: Final = "Grad-CAM"
# Shown on either side of an event: a 30-s page around it.
CONTEXT_SECONDS: Final = 15.0
# An explanation looks at one event, not at a night.
LONGEST_SECONDS: Final = 120.0
# A point has no stretch to explain; this much around its moment is taken.
SHORTEST_SECONDS: Final = 0.2


def explained_span(event: Event, duration: float) -> tuple[float, float]:
    """The stretch ``[start, stop)`` s that is explained of an event in a recording so long."""
    spare = max(0.0, SHORTEST_SECONDS - event.duration) / 2
    return max(0.0, event.onset - spare), min(duration, event.stop + spare)


def explain(
    recording: Recording,
    card: ModelCard,
    channels: tuple[str, ...],
    start: float,
    stop: float,
    *,
    event_id: str | None = None,
    context: float = CONTEXT_SECONDS,
) -> Steps[Explanation]:
    """Say which moments made a model find (or not find) an event in ``[start, stop)``.

    Grad-CAM from the logit at the network's ``explained_layer``, or bin by bin at its
    ``attributed_layers``, on the same features that detection sees. For networks that answer for
    every moment the target is the mean logit over the stretch; for classifiers of windows the log
    odds of the windows over the stretch's middle, averaged where they overlap. Networks that read
    maps are explained over time and frequency.

    Relevance is in logits and does not depend on how much signal was read around the event: the
    gradient is summed over the layer's bins where Grad-CAM as published takes its mean, so that a
    value says what the logit would be, to first order, if all that the network sees looked like
    this moment.

    Relevance ends where the target's view ends: what lies beyond had no part in the answer, however
    much it looks like the event. That can be nearer than ``context``: half a second beside a
    spindle for spindle-1d, four seconds beside an eye movement for rem-1d, the windows over the
    middle for the 5-s network.

    Parameters
    ----------
    recording : Recording
    card : ModelCard
    channels : tuple of str
        As many as the model reads, as in ``Detection.channels``.
    start, stop : float, s
        The event.
    event_id : str or None
        Handed through to the explanation.
    context : float, s
        How far probability, and relevance at most, are given on either side.

    Yields
    ------
    Progress

    Returns
    -------
    Explanation
        NaN at moments that the network could not use.

    Raises
    ------
    SettingsError
        If the stretch is empty, outside the recording or too long, or the channels are not as
        many as the model reads.
    GapError
        If nothing usable was recorded anywhere in it.
    ChannelError, ModelError, RecordingError
        If channels, weights or the file cannot be used.
    """
    check_channels(recording, card, channels)
    check_span(recording, card, channels, start, stop, context)
    message = f"Explaining {start:.2f}-{stop:.2f} s on {', '.join(channels)} · {card.name}"
    yield Progress(0.0, 3.0, message)
    network = load_network(card)
    stretch = read_stretch(recording, channels, network, start - context, stop + context)
    yield Progress(1.0, 3.0, message)
    with one_thread():
        seen = SeenStretch.of(network, stretch, start, stop)
    yield Progress(2.0, 3.0, message)
    explanation = yield from explain_seen(network, card, channels, seen, context, message)
    yield Progress(3.0, 3.0, message)
    return replace(explanation, event_id=event_id)


def explain_seen(
    network: DenseNetwork,
    card: ModelCard,
    channels: tuple[str, ...],
    seen: SeenStretch,
    context: float,
    message: str,
) -> Steps[Explanation]:
    """The explanation of an event in a stretch that was read already; see :func:`explain`.

    The stretch reaches ``context`` seconds and what the network needs beyond the event.
    """
    from sleepscope.explain.geometry import row_frequencies
    from sleepscope.explain.moments import explain_moments
    from sleepscope.explain.windows import explain_windows
    from sleepscope.networks.published_cnn_1d import PublishedCnn1d

    freqs: NDArray[np.float64] | None = None
    if isinstance(network, PublishedCnn1d):
        times, relevance, target = yield from explain_windows(network, seen, message)
    else:
        with one_thread():
            times, relevance, target = explain_moments(network, seen)
            freqs = row_frequencies(network)
    relevance[..., ~seen.usable_at(times)] = np.nan
    first, behind = seen.start - context, seen.stop + context
    near = (times >= first) & (times < behind) & seen.holds(times)
    shown = (seen.moments >= first) & (seen.moments < behind)
    return Explanation(
        method=METHOD,
        layer=network.explained_words,
        target=target,
        scorer=card.scorer,
        channels=channels,
        times=times[near],
        relevance=relevance[..., near].astype(np.float32),
        probability_times=seen.moments[shown],
        probability=seen.probability[shown],
        freqs=freqs,
    )


def check_channels(recording: Recording, card: ModelCard, channels: tuple[str, ...]) -> None:
    """Say in one sentence why a model cannot be asked about these channels.

    Raises
    ------
    ChannelError, SettingsError
        As :func:`explain`.
    """
    if len(channels) != len(card.channels):
        raise SettingsError(
            f"{card.name} reads {len(card.channels)} channels ({', '.join(card.channels)}), "
            f"not {len(channels)} ({', '.join(channels)})."
        )
    for label in channels:
        recording.channel(label)


def check_span(
    recording: Recording,
    card: ModelCard,
    channels: tuple[str, ...],
    start: float,
    stop: float,
    context: float,
) -> None:
    """Say in one sentence why a stretch cannot be explained.

    Raises
    ------
    SettingsError
        As :func:`explain`.
    """
    if not 0.0 <= start < stop <= recording.duration + 1e-6:
        raise SettingsError(
            f"{start:.2f} to {stop:.2f} s cannot be explained; the recording goes from 0 to "
            f"{recording.duration:.2f} s."
        )
    if stop - start > LONGEST_SECONDS or not 0.0 <= context <= LONGEST_SECONDS:
        raise SettingsError(
            f"An event of {stop - start:.1f} s with {context:.1f} s around it cannot be "
            f"explained; both must be at most {LONGEST_SECONDS:g} s."
        )
    if start >= input_length(recording, channels, card.sfreq) / card.sfreq:
        raise SettingsError(f"{', '.join(channels)} ends before {start:.2f} s.")
