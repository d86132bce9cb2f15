"""A model asked about one event again and again, each time with other strokes on its signals."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.detection.inputs import Stretch, read_stretch
from sleepscope.explain.explain import check_channels, check_span, explain_seen
from sleepscope.explain.explanation import Explanation
from sleepscope.explain.occlusion import explained_mean
from sleepscope.explain.painted_recording import PaintedRecording
from sleepscope.explain.seen_stretch import SeenStretch
from sleepscope.explain.stroke import Stroke
from sleepscope.networks.checkpoint import load_network
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.threads import one_thread
from sleepscope.progress import Progress, Steps, finish
from sleepscope.recordings.recording import Recording
from sleepscope.signals.missing import fill_missing
from sleepscope.signals.resample import Resampler

if TYPE_CHECKING:
    from sleepscope.networks.dense import DenseNetwork

# How far around the event probability and heat are worked out, s: what a page shows of them.
CONTEXT_SECONDS: Final = 6.0
# Smoothing of localised tracks sees so much beyond what the convolutions see, s.
_SMOOTHING_SECONDS: Final = 1.0
# Resampling lets a stroke reach this much further.
_SPILL_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model says of an event.

    Attributes
    ----------
    level : float
        0..1: the highest probability that the event keeps up for as long as the shortest event the
        model counts. The event is found where it reaches the model's limit.
    logit : float
        The explained one, mean over the event.
    explanation : Explanation or None
        Heat and probability track around the event; None where nobody asked for the heat.
    """

    level: float
    logit: float
    explanation: Explanation | None


class EventQuestion:
    """One event, one model, its signals read and prepared for: asking it takes milliseconds.

    Attributes
    ----------
    card : ModelCard
    channels : tuple of str
    start, stop : float, s
    limit : float
        Probability from which on the model counts an event.
    before : Answer
        With no stroke.
    """

    before: Answer

    def __init__(
        self,
        recording: Recording,
        card: ModelCard,
        network: DenseNetwork,
        channels: tuple[str, ...],
        span: tuple[float, float],
        stretch: Stretch,
        *,
        limit: float,
        min_duration: float,
        event_id: str | None,
    ) -> None:
        self.recording, self.card, self.channels = recording, card, channels
        self.start, self.stop = span
        self.limit, self.event_id = limit, event_id
        self._min_duration = min_duration
        self._network, self._stretch = network, stretch
        self._cut = self._near(stretch)

    @classmethod
    def of(
        cls,
        recording: Recording,
        card: ModelCard,
        channels: tuple[str, ...],
        start: float,
        stop: float,
        *,
        limit: float | None = None,
        event_id: str | None = None,
    ) -> Steps[EventQuestion]:
        """Read and prepare for what a model is to be asked about ``[start, stop)`` s.

        ``limit`` is the card's where it is left out.

        Raises
        ------
        SettingsError, GapError, ChannelError, ModelError, RecordingError
            As of :func:`~sleepscope.explain.explain.explain`.
        """
        check_channels(recording, card, channels)
        check_span(recording, card, channels, start, stop, CONTEXT_SECONDS)
        message = f"Asking {card.name}"
        yield Progress(0.0, 3.0, message)
        network = load_network(card)
        stretch = read_stretch(
            recording, channels, network, start - CONTEXT_SECONDS, stop + CONTEXT_SECONDS
        )
        yield Progress(1.0, 3.0, message)
        with one_thread():
            made = cls(
                recording, card, network, channels, (start, stop), stretch,
                limit=float(card.settings.get("threshold", 0.5)) if limit is None else limit,
                min_duration=float(card.settings.get("min_duration", 0.0)), event_id=event_id,
            )  # fmt: skip
        yield Progress(2.0, 3.0, message)
        made.before = made.ask(())
        return made

    def ask(self, strokes: tuple[Stroke, ...], *, with_heat: bool = True) -> Answer:
        """What the model says with these strokes on the recording."""
        return self.ask_painted(PaintedRecording(self.recording, strokes), with_heat=with_heat)

    def ask_painted(self, painted: PaintedRecording, *, with_heat: bool = True) -> Answer:
        """The same of a recording that has its strokes already.

        The moments that the model could not use stay those of the recording: a stretch that was
        muted is not a broken electrode.

        Raises
        ------
        GapError
            If nothing usable was recorded anywhere in the event, or a stroke finds no baseline.
        """
        network, whole = self._network, self._stretch
        first, behind = self._cut
        wide = network.samples_per_feature
        with one_thread():
            features = network.prepare(self._signals(painted))
            near = np.ascontiguousarray(features[:, first // wide : behind // wide])
            stretch = Stretch(
                whole.first + first, whole.sfreq, whole.signals[:, first:behind],
                whole.state[first:behind],
            )  # fmt: skip
            seen = SeenStretch.of(network, stretch, self.start, self.stop, near)
            logit = explained_mean(network, near, seen.low, seen.behind)
        level = lasting_level(
            seen.probability, seen.low, seen.behind,
            math.ceil(self._min_duration * network.output_sfreq - 1e-6),
        )  # fmt: skip
        explanation = None
        if with_heat:
            steps = explain_seen(
                network, self.card, self.channels, seen, CONTEXT_SECONDS, self.card.name
            )
            explanation = replace(finish(steps), event_id=self.event_id)
        return Answer(level, logit, explanation)

    def _near(self, stretch: Stretch) -> tuple[int, int]:
        """The part of the stretch that the convolutions need, on the network's own grid."""
        # torch comes with it: late, so that a window can be on screen before.
        from sleepscope.explain.geometry import reach_of

        network = self._network
        view = reach_of(network) * network.samples_per_feature / network.sfreq
        reach = CONTEXT_SECONDS + view + _SMOOTHING_SECONDS
        low = max(0, int((self.start - reach) * network.sfreq) - stretch.first)
        high = math.ceil((self.stop + reach) * network.sfreq) - stretch.first
        grid = network.alignment
        behind = min(-(-high // grid) * grid, stretch.state.size)
        return low // grid * grid, behind

    def _signals(self, painted: PaintedRecording) -> NDArray[np.float64]:
        """A fresh copy of the model's signals with what the strokes make of them."""
        whole = self._stretch
        signals = whole.signals.copy()
        n_samples = signals.shape[1]
        for stroke in painted.strokes:
            low = int((stroke.start - _SPILL_SECONDS) * whole.sfreq)
            high = math.ceil((stroke.stop + _SPILL_SECONDS) * whole.sfreq)
            low, high = max(low, whole.first), min(high, whole.first + n_samples)
            if low >= high:
                continue
            inside = slice(low - whole.first, high - whole.first)
            for row, label in enumerate(self.channels):
                if label == stroke.channel:
                    changed = _resampled(painted, label, whole.sfreq, low, high)
                    known = np.isfinite(signals[row, inside])
                    signals[row, inside] = np.where(known, changed, np.nan)
        return signals


def _resampled(
    recording: Recording, label: str, sfreq: float, first: int, behind: int
) -> NDArray[np.float64]:
    """Samples of a channel on a network's grid."""
    resampler = Resampler(recording.channel(label).sfreq, sfreq)
    low, high = resampler.input_range(first, behind)
    low, rate = max(0, low), recording.channel(label).sfreq
    signal = fill_missing(recording.read(label, low / rate, high / rate))
    return resampler.resample(signal, low, first, behind)


def lasting_level(probability: NDArray[np.floating], low: int, behind: int, shortest: int) -> float:
    """The highest probability kept up for ``shortest`` samples somewhere in ``[low, behind)``.

    At this threshold and any below it, detection finds an event there. A stretch that is shorter
    is widened to ``shortest``; samples without an answer count as 0; NaN where none has one.
    """
    shortest = max(1, min(shortest, probability.size))
    spare = max(0, shortest - (behind - low))
    low = min(max(0, low - spare // 2), probability.size - shortest)
    behind = min(max(behind, low + shortest), probability.size)
    inside = probability[low:behind]
    if not np.isfinite(inside).any():
        return math.nan
    windows = np.lib.stride_tricks.sliding_window_view(np.nan_to_num(inside), shortest)
    return float(windows.min(axis=1).max())
