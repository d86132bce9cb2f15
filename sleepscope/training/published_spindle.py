"""Train the published 5-s network on DREAMS spindles, without the mistakes of the original.

Subjects are split first; scaling, overlap and SMOTE stay inside the training fold; the loss takes
logits; every fold starts from fresh weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from sleepscope.agreement import union
from sleepscope.constants import SPINDLE, SPINDLE_MAX_SECONDS
from sleepscope.detection.segmentation import EventRule
from sleepscope.events.event import Event
from sleepscope.networks.checkpoint import save_model
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.model_folder import HELD_OUT
from sleepscope.networks.published_cnn_1d import PublishedCnn1d
from sleepscope.networks.tracks import Tracks
from sleepscope.progress import Progress, Steps
from sleepscope.training.dreams_spindles import SLEEP, Excerpt, read_excerpts
from sleepscope.training.fit import as_part
from sleepscope.training.published_card import window_card
from sleepscope.training.published_fit import (
    FittedWindows,
    WindowFitSettings,
    fit_windows,
    standardised,
)
from sleepscope.training.published_scores import window_scores
from sleepscope.training.published_windows import WindowSource, cut_windows, window_source
from sleepscope.training.rule_choice import RuleGrid, ScoredTracks, choose_rule, found_events
from sleepscope.training.spindle_evaluation import evaluate_spindles

NAME: Final = "spindle-window-1d"
COMMAND: Final = "sleepscope train spindle-window-1d --data DIR"
PROTOCOL: Final = (
    "Leave one excerpt out; scaling, SMOTE, weights, threshold, shortest duration and gap from the "
    "other excerpts alone (the rule on the excerpts that the weights were fitted to). Band and "
    "smoothing were settled once, with these excerpts in view."
)
_LOCALISED: Final = "probability x Grad-CAM"
_PLAIN: Final = "probability alone"


@dataclass(frozen=True, slots=True)
class PublishedTraining:
    """Settings of the training.

    Attributes
    ----------
    data : Path
        Folder of the DREAMS spindles.
    out : Path or None
        Folder for weights and cards; None only evaluates.
    fit : WindowFitSettings
    grid : RuleGrid
        Rules for events to choose from.
    """

    data: Path
    out: Path | None = None
    fit: WindowFitSettings = field(default_factory=WindowFitSettings)
    grid: RuleGrid = field(
        default_factory=lambda: RuleGrid(
            thresholds=tuple(k / 20 for k in range(2, 19)),
            min_durations=(0.3, 0.5),
            max_gaps=(0.1, 0.2),
            max_duration=SPINDLE_MAX_SECONDS,
        )
    )


@dataclass(frozen=True, slots=True)
class _Fold:
    """One excerpt left out: the network that never saw it, and what that said about it."""

    excerpt: Excerpt
    fitted: FittedWindows
    rules: dict[str, EventRule]
    scored: dict[str, ScoredTracks]
    labels: NDArray[np.int64]
    probabilities: NDArray[np.float32]


def train_published_spindle(settings: PublishedTraining) -> Steps[ModelCard]:
    """Evaluate leave-one-excerpt-out, then train the final network on all excerpts.

    Yields
    ------
    Progress
        In batches.

    Returns
    -------
    ModelCard
        As written to ``out``. The network that never saw an excerpt is written to
        ``held-out/spindle-window-1d/spindle-window-1d-without-excerptN`` below ``out``.

    Raises
    ------
    RecordingError, EventFileError, SettingsError
        If the data are missing or damaged.
    """
    excerpts = read_excerpts(settings.data)
    blank, sources = PublishedCnn1d(), {}
    both = [e for e in excerpts if len(e.experts) == 2]
    total = float((len(both) + 1) * settings.fit.steps)
    for excerpt in excerpts:
        yield Progress(0, total, f"Reading excerpt {excerpt.number}")
        sources[excerpt.subject] = window_source(excerpt, blank)
    folds: list[_Fold] = []
    for index, excerpt in enumerate(both):
        before = float(index * settings.fit.steps)
        folds.append((yield from _fold(settings, excerpts, sources, excerpt, before, total)))
    before = float(len(both) * settings.fit.steps)
    seen = [fold.scored[_LOCALISED] for fold in folds]
    chosen = choose_rule(seen, blank.output_sfreq, settings.grid, SLEEP)
    rule = yield from as_part(chosen, before, total, share=0.0)
    steps = fit_windows(list(sources.values()), settings.fit)
    fitted = yield from as_part(steps, before, total, f"Training {NAME} on all excerpts")
    card = window_card(NAME, excerpts, fitted, rule, _results(settings, both, folds))
    if settings.out is None:
        return card
    for fold in folds:
        _write_held_out(fold, excerpts, settings.out / HELD_OUT / NAME)
    return save_model(card, fitted.network, settings.out)


def _fold(
    settings: PublishedTraining,
    excerpts: Sequence[Excerpt],
    sources: Mapping[str, WindowSource],
    held_out: Excerpt,
    before: float,
    total: float,
) -> Steps[_Fold]:
    """Everything from the other excerpts; then the excerpt left out."""
    others = [e for e in excerpts if e.subject != held_out.subject]
    steps = fit_windows([sources[e.subject] for e in others], settings.fit)
    message = f"Training without {held_out.subject}"
    fitted = yield from as_part(steps, before, total, message)
    rules, scored = {}, {}
    rate = fitted.network.output_sfreq
    for name in (_LOCALISED, _PLAIN):
        seen = [
            _scored(fitted.network, e, sources[e.subject], name)
            for e in others
            if len(e.experts) == 2
        ]
        chosen = choose_rule(seen, rate, settings.grid, SLEEP)
        rules[name] = yield from as_part(chosen, before + settings.fit.steps, total, share=0.0)
        scored[name] = _scored(fitted.network, held_out, sources[held_out.subject], name)
    labels, probabilities = _window_probabilities(fitted.network, sources[held_out.subject])
    return _Fold(held_out, fitted, rules, scored, labels, probabilities)


def _scored(
    network: PublishedCnn1d, excerpt: Excerpt, source: WindowSource, name: str
) -> ScoredTracks:
    """A network's track of an excerpt beside the truth."""
    network.localise = name == _LOCALISED
    tracks = network.tracks(standardised(network, source.features))
    network.localise = True
    n_out, stride = tracks.probability.size, network.stride
    usable = source.usable[: n_out * stride].reshape(n_out, stride).all(axis=1)
    probability = np.where(usable, tracks.probability, np.nan).astype(np.float32)
    return ScoredTracks(
        excerpt.subject, Tracks(probability), union(excerpt.experts), excerpt.hypnogram
    )


def _window_probabilities(
    network: PublishedCnn1d, source: WindowSource
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Labels and probabilities of windows side by side: nothing is counted twice."""
    windows = cut_windows(source, network.window, network.window)
    features = torch.from_numpy(standardised(network, windows.features))
    with torch.inference_mode():
        probability = torch.softmax(network.classifier(features), dim=1)[:, 1]
    return windows.labels, probability.numpy()


def _results(
    settings: PublishedTraining, both: Sequence[Excerpt], folds: Sequence[_Fold]
) -> dict[str, Any]:
    """The model card's results."""
    tables = {name: evaluate_spindles(both, _found(folds, name)) for name in (_LOCALISED, _PLAIN)}
    labels = np.concatenate([fold.labels for fold in folds])
    probabilities = np.concatenate([fold.probabilities for fold in folds])
    return {
        "command": COMMAND,
        "protocol": PROTOCOL,
        **tables[_LOCALISED],
        _PLAIN: tables[_PLAIN]["model"],
        "windows": {
            "pooled": window_scores(labels, probabilities),
            **{f.excerpt.subject: window_scores(f.labels, f.probabilities) for f in folds},
        },
        "training windows": {
            f.excerpt.subject: {"before": f.fitted.before, "after SMOTE": f.fitted.after}
            for f in folds
        },
        "chosen": {f.excerpt.subject: asdict(f.rules[_LOCALISED]) for f in folds},
        "fit": asdict(settings.fit),
    }


def _found(folds: Sequence[_Fold], name: str) -> dict[str, list[Event]]:
    """Events of each excerpt by the network that never saw it."""
    rate = PublishedCnn1d.output_sfreq
    return {
        f.excerpt.subject: found_events(f.scored[name].tracks, rate, f.rules[name], SPINDLE)
        for f in folds
    }


def _write_held_out(fold: _Fold, excerpts: Sequence[Excerpt], folder: Path) -> None:
    """The network that never saw an excerpt, for detection on that excerpt."""
    subject = fold.excerpt.subject
    training = [e for e in excerpts if e.subject != subject]
    results = {"command": COMMAND, "held out": subject}
    name = f"{NAME}-without-{subject}"
    card = window_card(name, training, fold.fitted, fold.rules[_LOCALISED], results)
    save_model(card, fold.fitted.network, folder)
