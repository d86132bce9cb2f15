"""The published study's four cells: spindles and eye movements, by the 1D and the 2D network.

Windows of 5 s with 80 % overlap in training, SMOTE, dropout, Adam, and the networks as published,
under three ways to cross-validate. What is not as published: features come from
``networks.published_cnn_1d`` and ``published_cnn_2d`` (values, not coloured pictures), single EEG
channels have wavelet power where the original had coherence, and the loss takes logits.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from torch import nn

from sleepscope.constants import REM, SPINDLE
from sleepscope.detection.inputs import USABLE, input_length, read_samples
from sleepscope.networks.dense import DenseNetwork
from sleepscope.networks.registry import build_network, network_class
from sleepscope.progress import Progress, Steps
from sleepscope.simulate.eog import STRETCH_SECONDS, EogRanges, draw_subject, simulate_eog
from sleepscope.training.balancing import Balancing
from sleepscope.training.classifier_fit import ClassifierSettings
from sleepscope.training.dreams_spindles import read_excerpts
from sleepscope.training.fit import as_part
from sleepscope.training.fold_answers import FoldAnswers, fit_fold, keep_answers, kept_answers
from sleepscope.training.rem_examples import sure_movements
from sleepscope.training.window_results import fold_table
from sleepscope.training.window_splits import PROTOCOLS, Protocol, WindowSplit
from sleepscope.training.windows import (
    LabelRule,
    ScoredSignal,
    WindowCut,
    Windows,
    cut_windows,
    joined,
    read_features,
)

# Of each task and number of dimensions.
ARCHITECTURES: Final = {
    (SPINDLE, "1D"): "published-cnn-1d",
    (SPINDLE, "2D"): "published-cnn-2d",
    (REM, "1D"): "published-cnn-1d-eog",
    (REM, "2D"): "published-cnn-2d-eog",
}
# As many sleepers as the DREAMS eye movements have, half an hour each.
SLEEPERS: Final = 9
SLEEPER_STRETCHES: Final = 45
# The classes of the published networks, in passes over the windows.
PUBLISHED_EPOCHS: Final = {"1D": 100.0, "2D": 200.0}
PUBLISHED_BATCH: Final = {"1D": 256, "2D": 128}
PUBLISHED_RATE: Final = 1e-3
_BATCHES: Final = (
    f"batches of {PUBLISHED_BATCH['1D']} windows in 1D and of {PUBLISHED_BATCH['2D']} in 2D"
)
# Batches of a fold: enough for a network of each kind to learn, in half an hour for all folds.
SMALL_BUDGET: Final = {"1D": 200, "2D": 100}
# The picture that the 2D network reads of a window: 128 columns, 25 to the second.
MAP_SECONDS: Final = 128 / 25


@dataclass(frozen=True, slots=True)
class RecipeSettings:
    """Settings of the reproduction.

    Attributes
    ----------
    data : Path
        Folder of the DREAMS spindles.
    steps : int or None
        Batches of each fold: the stated budget; None takes all epochs as published.
    cut : WindowCut
    labels : LabelRule
    balancing : Balancing
    seed : int
    """

    data: Path
    steps: int | None
    cut: WindowCut = field(default_factory=WindowCut)
    labels: LabelRule = field(default_factory=LabelRule)
    balancing: Balancing = field(default_factory=Balancing)
    seed: int = 0

    def classifier(self, dimensions: str) -> ClassifierSettings:
        """How one fold's network is fitted."""
        if self.steps is None:
            return ClassifierSettings(
                epochs=PUBLISHED_EPOCHS[dimensions],
                batch_size=PUBLISHED_BATCH[dimensions],
                learning_rate=PUBLISHED_RATE,
                one_cycle=False,
                standardise=dimensions == "1D",
                balancing=self.balancing,
                seed=self.seed,
            )
        return ClassifierSettings(
            steps=self.steps,
            batch_size=PUBLISHED_BATCH[dimensions],
            standardise=dimensions == "1D",
            balancing=self.balancing,
            seed=self.seed,
        )


def budget_words(steps: Mapping[str, int] | None) -> str:
    """How much training each fold gets, in words; ``steps`` by dimensions, None for all epochs."""
    if steps is None:
        return (
            f"all epochs as published ({PUBLISHED_EPOCHS['1D']:g} in 1D, "
            f"{PUBLISHED_EPOCHS['2D']:g} in 2D), {_BATCHES}, Adam at {PUBLISHED_RATE:g}"
        )
    return (
        f"a smaller budget: {steps['1D']} batches in 1D, {steps['2D']} in 2D ({_BATCHES}), Adam, "
        f"one cycle up to {ClassifierSettings().learning_rate:g}"
    )


def spindle_windows(settings: RecipeSettings, dimensions: str) -> Steps[Windows]:
    """Windows of DREAMS, as both experts together see them."""
    network = build_network(ARCHITECTURES[SPINDLE, dimensions])
    parts = []
    excerpts = read_excerpts(settings.data)
    for done, excerpt in enumerate(excerpts):
        yield Progress(done, len(excerpts), "Cutting windows")
        labels = (excerpt.label,)
        n_total = input_length(excerpt.recording, labels, network.sfreq)
        stretch = read_samples(excerpt.recording, labels, network.sfreq, 0, n_total)
        whole = ((0.0, excerpt.recording.duration),)
        signal = ScoredSignal(
            excerpt.subject,
            stretch.signals.astype(np.float32),
            network.sfreq,
            stretch.state == USABLE,
            tuple(tuple((e.onset, e.stop) for e in one.events) for one in excerpt.experts),
            tuple(one.scored_spans or whole for one in excerpt.experts),
        )
        parts.append(_featured(signal, network, settings))
    return joined(parts)


def rem_windows(settings: RecipeSettings, dimensions: str) -> Steps[Windows]:
    """Windows of simulated sleepers' eyes; movements of doubtful size are left out."""
    network = build_network(ARCHITECTURES[REM, dimensions])
    parts = []
    for sleeper in range(SLEEPERS):
        yield Progress(sleeper, SLEEPERS, "Simulating sleepers' eyes")
        rng = np.random.default_rng([settings.seed, sleeper])
        subject = draw_subject(rng, EogRanges())
        eog = simulate_eog(rng, subject, SLEEPER_STRETCHES, network.sfreq)
        sure, doubtful = sure_movements(eog)
        duration = SLEEPER_STRETCHES * STRETCH_SECONDS
        signal = ScoredSignal(
            f"sleeper{sleeper + 1}",
            eog.signals.astype(np.float32),
            network.sfreq,
            np.ones(eog.signals.shape[1], np.bool_),
            (tuple(sure),),
            (((0.0, duration),),),
            tuple(doubtful),
        )
        parts.append(_featured(signal, network, settings))
    return joined(parts)


WINDOWS: Final[dict[str, Callable[[RecipeSettings, str], Steps[Windows]]]] = {
    SPINDLE: spindle_windows,
    REM: rem_windows,
}


def reads(task: str, dimensions: str) -> str:
    """What the network of a cell makes of the signal, in words: figures hold for this alone."""
    return network_class(ARCHITECTURES[task, dimensions]).normalisation


def run_cell(
    task: str,
    dimensions: str,
    settings: RecipeSettings,
    folder: Path,
    protocols: Sequence[Protocol] = PROTOCOLS,
) -> Steps[dict[str, Any]]:
    """One cell under every protocol; folds that are in ``folder`` already are not run again.

    Parameters
    ----------
    task : str
        "spindle" or "rem".
    dimensions : str
        "1D" or "2D".
    settings : RecipeSettings
    folder : Path
        Of this cell; made if needed.
    protocols : sequence of Protocol

    Returns
    -------
    dict
        Figures by protocol, as :func:`~sleepscope.training.window_results.fold_table` gives them,
        with the processor time of the folds.
    """
    folder.mkdir(parents=True, exist_ok=True)
    windows: Windows = yield from WINDOWS[task](settings, dimensions)
    results = {}
    for protocol in protocols:
        folds, seconds = {}, 0.0
        splits: Iterator[WindowSplit] = protocol.splits(windows, settings.balancing)
        for index, split in enumerate(splits):
            message = f"{task} {dimensions}, {protocol.title}: {split.name}"
            path = folder / f"{protocol.name}-{index + 1}.npz"
            fold = yield from _fold(path, split, task, dimensions, settings, message)
            folds[split.name] = fold.labels, fold.probabilities
            seconds += fold.seconds
        results[protocol.name] = {**fold_table(folds), "cpu_seconds": round(seconds, 1)}
    return results


def _fold(
    path: Path, split: WindowSplit, task: str, dimensions: str, settings: RecipeSettings, title: str
) -> Steps[FoldAnswers]:
    """Labels and probabilities of the held-out windows, from the disk or from a fresh network."""
    what = {**asdict(replace(settings, data=Path())), "reads": reads(task, dimensions)}
    asked = json.dumps(what, default=str, sort_keys=True)
    kept = kept_answers(path, asked)
    if kept is not None:
        return kept
    fitting = fit_fold(
        split, lambda: _classifier(task, dimensions), settings.classifier(dimensions)
    )
    answers = yield from as_part(fitting, 0, _batches(split, settings, dimensions), title)
    keep_answers(path, asked, answers)
    counts = f"{answers.counts['before']} before, {answers.counts['after']} after balancing"
    yield Progress(1, 1, f"{title}: {counts}, {len(split.held_out)} held out")
    return answers


def _batches(split: WindowSplit, settings: RecipeSettings, dimensions: str) -> float:
    classifier = settings.classifier(dimensions)
    if classifier.epochs is None:
        return float(classifier.steps)
    return classifier.epochs * 2 * len(split.training) / classifier.batch_size


def _classifier(task: str, dimensions: str) -> nn.Module:
    """The published network with fresh weights."""
    network: nn.Module = build_network(ARCHITECTURES[task, dimensions])
    classifier = network.classifier
    assert isinstance(classifier, nn.Module)
    return classifier


def _featured(signal: ScoredSignal, network: DenseNetwork, settings: RecipeSettings) -> Windows:
    """Windows cut on the signal, with what the network reads of them.

    The 2D network's window of 128 columns is 5.12 s long; its middle lies where the window's does.
    Windows too close to an end for that are left out for the 1D network, too: both are shown the
    same ones.
    """
    bare = replace(signal, features=signal.features[:0])
    windows = cut_windows(bare, settings.cut, settings.labels)
    features = network.prepare(signal.features.astype(np.float64))
    # Columns to the second; the 2D network's are fewer than the signal's samples.
    rate = network.sfreq * features.shape[-1] / signal.features.shape[-1]
    middles = windows.starts + settings.cut.seconds / 2
    last = signal.features.shape[-1] / network.sfreq - MAP_SECONDS / 2
    windows = windows[np.flatnonzero((middles >= MAP_SECONDS / 2) & (middles <= last))]
    if features.shape[-1] == signal.features.shape[-1]:
        return read_features(windows, features, rate, settings.cut.seconds)
    # Half precision holds log power or coherence to 1 part in 2000, in half the memory.
    return read_features(windows, features[None].astype(np.float16), rate, MAP_SECONDS)
