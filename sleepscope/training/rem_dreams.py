"""Fine-tune the eye movement model on the DREAMS REMs, and test it on excerpts left out.

The weights learned from simulated eyes are the start of every fold; nothing of the excerpt left
out is used for weights or threshold. What is compared are bursts, as the expert marked them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from sleepscope.agreement import Scores, macro_f1, pool, score
from sleepscope.detection.detect import detect
from sleepscope.detection.settings import DetectSettings
from sleepscope.errors import SettingsError
from sleepscope.events.event import Event
from sleepscope.networks.checkpoint import load_network, save_model
from sleepscope.networks.dense import DenseNetwork
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.model_folder import find_model
from sleepscope.progress import Progress, Steps, finish
from sleepscope.training.cross_validation import Fold
from sleepscope.training.dreams_rems import LICENCE, RemExcerpt, read_rem_excerpts, rem_example
from sleepscope.training.example import Example
from sleepscope.training.fit import FitSettings, as_part, fit
from sleepscope.training.rem_examples import EyesAugmentation

COMMAND: Final = "sleepscope train rem-1d --dreams-rems DIR --out DIR"
STAGES: Final = ("R",)
WINDOW_SECONDS: Final = 5.0
THRESHOLDS: Final = tuple(k / 20 for k in range(4, 17))
# Subjects of a fold's training side on which the threshold is chosen, not the weights.
CHOOSING: Final = 2
# What the database's own detector reaches on the same marks: 5-s windows of all stages, events in
# REM sleep (computed by this code from the annotations alone).
BARS: Final = {"windows_f1": 0.775, "events_rem_f1": 0.74}
# Rows of the results: fine-tuned, as learned from simulated eyes, and the database's own.
DETECTORS: Final = ("model", "before fine-tuning", "dreams automatic")
PROTOCOL: Final = (
    "Leave one excerpt out of those given, start from the weights trained on simulated eyes, fit "
    "on all but two of the others and choose the threshold on these two. Events: bursts against "
    "the expert's marks, one to one at IoU 0.2 (moments by their centre), in REM sleep, by "
    "midpoint, pooled. Windows: 5 s without overlap, all stages, positive where an event touches."
)


@dataclass(frozen=True, slots=True)
class DreamsRemTraining:
    """How the eye movement model is fine-tuned.

    Attributes
    ----------
    data : Path
        Folder of the DREAMS REMs with their signals.
    out : Path
        Folder for weights and card.
    seed : int
        Of crops and augmentation.
    model : str
        The model to start from: name or path of its card. It must not have seen the excerpts.
    verify : bool
        Whether recordings other than the published ones are refused.
    fit : FitSettings
        ``seed`` takes the place of its own.
    """

    data: Path
    out: Path
    seed: int = 0
    model: str = "rem-1d"
    verify: bool = True
    fit: FitSettings = field(
        default_factory=lambda: FitSettings(
            steps=150,
            batch_size=16,
            event_share=0.5,
            learning_rate=1e-3,
            positive_weight=1.0,
            dice_weight=0.0,
        )
    )


def train_on_dreams_rems(settings: DreamsRemTraining) -> Steps[ModelCard]:
    """Test by leaving one excerpt out, then fit on all and write weights and card.

    Raises
    ------
    SettingsError
        If there are too few excerpts, or the model saw one of them before.
    RecordingError, EventFileError, ChannelError
        See :func:`~sleepscope.training.dreams_rems.read_rem_excerpts`.
    """
    start = find_model(settings.model)
    excerpts = read_rem_excerpts(settings.data, verify=settings.verify)
    if len(excerpts) < CHOOSING + 2:
        raise SettingsError(
            f"{settings.data} holds {len(excerpts)} excerpts; leaving one out and choosing the "
            f"threshold on {CHOOSING} needs at least {CHOOSING + 2}."
        )
    known = {entry.get("hash") for entry in start.trained_on} - {""}
    for excerpt in excerpts:
        if excerpt.hash in known:
            raise SettingsError(
                f"{start.name} was trained on {excerpt.subject} before; start from the model that "
                "learned from simulated eyes alone."
            )
    total = float(len(excerpts) + 2)
    model = str(start.path)
    network = load_network(start)
    yield Progress(0.0, total, "Reading the excerpts")
    examples = [rem_example(excerpt, network, model) for excerpt in excerpts]
    found: list[tuple[Event, ...]] = []
    thresholds: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for index in range(len(excerpts)):
            testing = _fold(settings, start, excerpts, examples, index, Path(folder))
            threshold, events = yield from as_part(testing, 1.0 + index, total, "Leaving one out")
            thresholds.append(threshold)
            found.append(events)
        before = [_bursts(model, excerpt, 0.5) for excerpt in excerpts]
        results = _results(excerpts, found, before, thresholds)
        tuned = load_network(start)
        fitting = _fitted(tuned, examples, settings)
        yield from as_part(fitting, total - 1, total, "Fitting to all", 1 / settings.fit.steps)
    # The middle one of those that were chosen without the excerpt they were tested on.
    threshold = sorted(thresholds)[len(thresholds) // 2]
    return _write(settings, start, excerpts, tuned, threshold, results)


def _fold(
    settings: DreamsRemTraining,
    start: ModelCard,
    excerpts: Sequence[RemExcerpt],
    examples: Sequence[Example],
    index: int,
    folder: Path,
) -> Steps[tuple[float, tuple[Event, ...]]]:
    """Threshold and bursts of the excerpt ``index``, which takes no part in either."""
    n = len(excerpts)
    choosing = [(index + 1 + k) % n for k in range(CHOOSING)]
    fitted = [k for k in range(n) if k != index and k not in choosing]
    aside = (examples[index], *(examples[k] for k in choosing))
    fold = Fold(tuple(examples[k] for k in fitted), aside)
    network = load_network(start)
    fitting = _fitted(network, fold.training, settings)
    yield from as_part(fitting, 0.0, 1.0, share=0.8 / settings.fit.steps)
    card = save_model(replace(start, name=f"fold-{index}"), network, folder)
    best, best_f1 = 0.5, -1.0
    for step, threshold in enumerate(THRESHOLDS):
        parts = [
            _event_scores(excerpts[k], _bursts(str(card.path), excerpts[k], threshold))
            for k in choosing
        ]
        f1 = pool(parts).f1 or 0.0
        if f1 > best_f1 + 1e-9:
            best, best_f1 = threshold, f1
        yield Progress(0.8 + 0.2 * (step + 1) / len(THRESHOLDS), 1.0, "Choosing the threshold")
    return best, _bursts(str(card.path), excerpts[index], best)


def _fitted(
    network: DenseNetwork, examples: Sequence[Example], settings: DreamsRemTraining
) -> Steps[float]:
    return fit(network, examples, replace(settings.fit, seed=settings.seed), EyesAugmentation())


def _bursts(model: str, excerpt: RemExcerpt, threshold: float) -> tuple[Event, ...]:
    settings = DetectSettings("rem", model, excerpt.eyes, threshold=threshold, bursts=True)
    (detection,) = finish(detect(excerpt.recording, settings))
    return detection.events


def _event_scores(excerpt: RemExcerpt, found: Sequence[Event]) -> Scores:
    """Bursts, or moments, against the expert's marks in REM sleep."""
    return score(found, excerpt.marks, stages=STAGES, hypnogram=excerpt.hypnogram)


def window_scores(excerpt: RemExcerpt, found: Sequence[Event]) -> Scores:
    """5-s windows that an event touches, against those that a mark touches, in all stages."""
    n_windows = int(excerpt.recording.duration / WINDOW_SECONDS)

    def windows(events: Sequence[Event]) -> list[Event]:
        touched: set[int] = set()
        for event in events:
            last = int(max(event.onset, event.stop - 1e-6) / WINDOW_SECONDS)
            touched |= set(range(int(event.onset / WINDOW_SECONDS), last + 1))
        inside = sorted(k for k in touched if 0 <= k < n_windows)
        return [Event(k * WINDOW_SECONDS, WINDOW_SECONDS, "window") for k in inside]

    return score(windows(found), windows(excerpt.marks), iou=0.5)


def _results(
    excerpts: Sequence[RemExcerpt],
    found: Sequence[Sequence[Event]],
    before: Sequence[Sequence[Event]],
    thresholds: Sequence[float],
) -> dict[str, Any]:
    """Ready for the card: the fine-tuned model, the one it came from, the database's detector."""
    results: dict[str, Any] = {"command": COMMAND, "protocol": PROTOCOL, "bars": BARS}
    automatic = [excerpt.automatic for excerpt in excerpts]
    for name, sets in zip(DETECTORS, (found, before, automatic), strict=True):
        both = list(zip(excerpts, sets, strict=True))
        events = [_event_scores(excerpt, one) for excerpt, one in both]
        windows = [window_scores(excerpt, one) for excerpt, one in both]
        pooled = pool(events)
        results[name] = {
            "events_rem_f1": _rounded(pooled.f1),
            "events_rem_precision": _rounded(pooled.precision),
            "events_rem_recall": _rounded(pooled.recall),
            "events_rem_macro_f1": _rounded(macro_f1(events)),
            "windows_f1": _rounded(pool(windows).f1),
            "per excerpt": {
                excerpt.subject: _rounded(one.f1)
                for excerpt, one in zip(excerpts, events, strict=True)
            },
        }
    results["thresholds"] = list(thresholds)
    results["excerpts"] = [excerpt.number for excerpt in excerpts]
    return results


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 4)


def _write(
    settings: DreamsRemTraining,
    start: ModelCard,
    excerpts: Sequence[RemExcerpt],
    network: DenseNetwork,
    threshold: float,
    results: dict[str, Any],
) -> ModelCard:
    settings.out.mkdir(parents=True, exist_ok=True)
    checked = "" if settings.verify else " The recordings were not verified to be the published."
    card = replace(
        start,
        version=f"{start.version}+dreams",
        trained_on=(*start.trained_on, *(excerpt.origin for excerpt in excerpts)),
        settings={**start.settings, "threshold": threshold},
        results={**results, "before fine-tuning, elsewhere": start.results},
        licence=f"{LICENCE} (that of the recordings it was fine-tuned on)",
        limits=(
            "Learned from simulated eyes, then from the marks of one expert in excerpts of 30 min. "
            "Tested by leaving one excerpt out: the model as a whole has seen them all, and what "
            "it does there says nothing." + checked
        ),
    )
    return save_model(card, network, settings.out)
