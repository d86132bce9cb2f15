"""Occlusion: what the logit loses when a stretch of one channel is replaced by a baseline.

Zeiler and Fergus 2014, doi:10.1007/978-3-319-10590-1_53. Each stretch is replaced on a fresh copy
of the signals, so that occlusions never pile up, and values stay in units of the logit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import NDArray

from sleepscope.detection.inputs import read_stretch
from sleepscope.errors import GapError, SettingsError
from sleepscope.networks.checkpoint import load_network
from sleepscope.networks.model_card import ModelCard
from sleepscope.progress import Progress, Steps
from sleepscope.recordings.recording import Recording
from sleepscope.signals.missing import runs_of

if TYPE_CHECKING:
    from sleepscope.networks.dense import DenseNetwork

Baseline = Literal["quietest", "zero"]
BASELINES: Final[tuple[Baseline, ...]] = ("quietest", "zero")
# The quietest stretch is looked for in so much before the occluded one.
BASELINE_SECONDS: Final = 60.0
SPAN_SECONDS: Final = 0.5
STEP_SECONDS: Final = 0.1
CONTEXT_SECONDS: Final = 1.0
# From this share of what all channels are worth on, the answer rests on one of them.
LONE_SHARE: Final = 0.9

LogitOf = Callable[[NDArray[np.float64]], float]


@dataclass(frozen=True, slots=True)
class Occlusion:
    """What each stretch of each channel was worth to a model.

    Attributes
    ----------
    channels : tuple of str
    times : (n,) ndarray, s
        Middles of the occluded spans.
    relevance : (n_channels, n) ndarray of float32
        Logit of the signals less that with the span replaced: above zero it spoke for the event.
    whole : (n_channels,) ndarray of float32
        The same with the channel replaced over the whole event.
    logit : float
        Of the signals as they are.
    baseline : {"quietest", "zero"}
    span : float, s
    scorer : str
        Scorer name of the model.
    event_id : str or None
    """

    channels: tuple[str, ...]
    times: NDArray[np.float64] = field(repr=False)
    relevance: NDArray[np.float32] = field(repr=False)
    whole: NDArray[np.float32]
    logit: float
    baseline: Baseline
    span: float
    scorer: str = ""
    event_id: str | None = None


def occluded(
    signals: NDArray[np.float64],
    row: int,
    first: int,
    behind: int,
    baseline: Baseline,
    sfreq: float,
) -> NDArray[np.float64]:
    """A copy of the signals with ``[first, behind)`` of one row replaced by a baseline.

    Parameters
    ----------
    signals : (n_signals, n_samples) ndarray, µV
        Left as it is.
    row, first, behind : int
    baseline : {"quietest", "zero"}
        Zero, or the stretch of the same length with the least variance in the 60 s before,
        without its own trend and on the straight line between the neighbours of the occluded
        stretch: a step at its edges would be a wave of its own.
    sfreq : float, Hz

    Raises
    ------
    SettingsError
        If the stretch is not inside the signals, or there is no such baseline.
    GapError
        If "quietest" finds no stretch of that length before it.
    """
    n_samples = signals.shape[1]
    if not 0 <= first < behind <= n_samples or not 0 <= row < signals.shape[0]:
        raise SettingsError(
            f"Samples {first} to {behind} of signal {row} cannot be replaced; there are "
            f"{n_samples} samples of {signals.shape[0]} signals."
        )
    if baseline not in BASELINES:
        raise SettingsError(f"No baseline '{baseline}'; choose from {', '.join(BASELINES)}.")
    copy = signals.copy()
    if baseline == "zero":
        copy[row, first:behind] = 0.0
        return copy
    length = behind - first
    start = quietest(signals[row], max(0, first - round(BASELINE_SECONDS * sfreq)), first, length)
    if start is None:
        raise GapError(
            f"No usable stretch of {length / sfreq:.2f} s lies in the {BASELINE_SECONDS:g} s "
            f"before {first / sfreq:.2f} s of what was read; choose the baseline zero."
        )
    quiet = signals[row, start : start + length]
    place = np.arange(length, dtype=np.float64)
    if length > 1:
        quiet = quiet - np.polyval(np.polyfit(place, quiet, 1), place)
    else:
        quiet = quiet - quiet.mean()
    edges = [signals[row, k] for k in (first - 1, min(behind, n_samples - 1))]
    low, high = (edge if np.isfinite(edge) else 0.0 for edge in edges)
    copy[row, first:behind] = quiet + low + (high - low) * (place + 1) / (length + 1)
    return copy


def quietest(signal: NDArray[np.float64], low: int, high: int, length: int) -> int | None:
    """First sample of the stretch of ``length`` with the least variance in ``[low, high)``.

    The earliest of several; None where no stretch without missing samples is that long.
    """
    best, least = None, np.inf
    for first, behind in runs_of(np.isfinite(signal[low:high])):
        if behind - first < length:
            continue
        part = np.asarray(signal[low + first : low + behind], dtype=np.float64)
        windows = np.lib.stride_tricks.sliding_window_view(part, length)
        # Every eighth of a stretch is near enough, and eight times as fast.
        every = max(1, length // 8)
        spread = windows[::every].var(axis=1)
        k = int(np.argmin(spread))
        if spread[k] < least:
            best, least = int(low + first + k * every), float(spread[k])
    return best


def occlude_spans(
    logit_of: LogitOf,
    signals: NDArray[np.float64],
    sfreq: float,
    spans: Sequence[tuple[int, int]],
    baseline: Baseline = "quietest",
) -> Steps[NDArray[np.float32]]:
    """What the logit loses by each span of each signal, (n_signals, n_spans).

    Parameters
    ----------
    logit_of : callable
        Gives the logit of signals of the same shape.
    signals : (n_signals, n_samples) ndarray, µV
        Left as it is.
    sfreq : float, Hz
    spans : sequence of (first, behind)
        In samples.
    baseline : {"quietest", "zero"}

    Yields
    ------
    Progress
        In occlusions.
    """
    own = logit_of(signals.copy())
    found = np.zeros((signals.shape[0], len(spans)), dtype=np.float32)
    total = float(found.size)
    for row in range(signals.shape[0]):
        for k, (first, behind) in enumerate(spans):
            yield Progress(float(row * len(spans) + k), total, "Occluding")
            found[row, k] = own - logit_of(occluded(signals, row, first, behind, baseline, sfreq))
    return found


def occlude_event(
    recording: Recording,
    card: ModelCard,
    channels: tuple[str, ...],
    start: float,
    stop: float,
    *,
    baseline: Baseline = "quietest",
    span: float = SPAN_SECONDS,
    step: float = STEP_SECONDS,
    context: float = CONTEXT_SECONDS,
    event_id: str | None = None,
) -> Steps[Occlusion]:
    """Slide an occlusion over an event and around it, channel by channel.

    The signals in µV are replaced before the model's own features are made of them; the target is
    that of :func:`~sleepscope.explain.explain.explain`.

    Parameters
    ----------
    recording, card, channels, start, stop
        As of ``explain``.
    baseline : {"quietest", "zero"}
    span, step : float, s
        Length of what is replaced at once, and how far apart.
    context : float, s
        How far the spans' middles go beyond the event.

    Raises
    ------
    SettingsError, ChannelError, ModelError, GapError
        If settings, channels, weights or the signals cannot be used.
    """
    from sleepscope.explain.seen_stretch import SeenStretch
    from sleepscope.networks.threads import one_thread

    if not (span > 0 and step > 0 and context >= 0 and start < stop):
        raise SettingsError(
            f"An occlusion of {span:g} s every {step:g} s, {context:g} s around "
            f"{start:.2f}-{stop:.2f} s is none; lengths must be above 0."
        )
    network = load_network(card)
    stretch = read_stretch(recording, channels, network, start - context, stop + context)
    with one_thread():
        seen = SeenStretch.of(network, stretch, start, stop)
    sfreq, signals = stretch.sfreq, stretch.signals

    def logit_of(changed: NDArray[np.float64]) -> float:
        with one_thread():
            return target_logit(network, changed, seen.low, seen.behind)

    half = max(1, round(span * sfreq / 2))
    middles = np.arange(start - context, stop + context + 1e-9, step)
    places = np.round(middles * sfreq).astype(np.int64) - stretch.first
    kept = (places - half >= 1) & (places + half <= signals.shape[1])
    spans = [(int(k) - half, int(k) + half) for k in places[kept]]
    event = (
        max(0, round(start * sfreq) - stretch.first),
        min(signals.shape[1], round(stop * sfreq) - stretch.first),
    )
    found = yield from occlude_spans(logit_of, signals, sfreq, [*spans, event], baseline)
    return Occlusion(
        channels=channels,
        times=middles[kept],
        relevance=found[:, :-1],
        whole=found[:, -1],
        logit=logit_of(signals.copy()),
        baseline=baseline,
        span=span,
        scorer=card.scorer,
        event_id=event_id,
    )


def target_logit(
    network: DenseNetwork, signals: NDArray[np.float64], low: int, behind: int
) -> float:
    """The explained logit of signals in µV: the mean over output samples ``[low, behind)``.

    Of a classifier of windows that of the windows over their middle.
    """
    return explained_mean(network, network.prepare(signals), low, behind)


def explained_mean(
    network: DenseNetwork, features: NDArray[np.float32], low: int, behind: int
) -> float:
    """The same of features that were made already."""
    import torch

    from sleepscope.networks.published_cnn_1d import PublishedCnn1d

    with torch.inference_mode():
        track = network.event_logit(network(torch.from_numpy(features)[None]))[0]
    if isinstance(network, PublishedCnn1d):
        low = (low + behind) // 2
        behind = low + 1
    return float(track[low:behind].mean())


def lone_channel(occlusion: Occlusion) -> str | None:
    """The channel that nearly all of the logit rests on; None of a model that reads one."""
    lost = np.clip(occlusion.whole, 0.0, None)
    if lost.size < 2 or lost.max() < LONE_SHARE * lost.sum() or lost.max() <= 0:
        return None
    return occlusion.channels[int(np.argmax(lost))]
