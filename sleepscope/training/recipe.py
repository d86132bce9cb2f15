"""The published study's four cells: spindles and eye movements, by the 1D and the 2D network.

Windows of 5 s with 80 % overlap in training, SMOTE, dropout, Adam, and the networks as published,
under three ways to cross-validate. What is not as published: features come from
``networks.published_cnn_1d`` and ``published_cnn_2d`` (values, not coloured pictures), single EEG
channels have wavelet power where the original had coherence, and the loss takes logits.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from torch import nn

from sleepscope.constants import REM, SPINDLE
from sleepscope.detection.inputs import USABLE, input_length, read_samples
from sleepscope.networks.dense import DenseNetwork
from sleepscope.networks.registry import build_network
from sleepscope.progress import Progress, Steps
from sleepscope.simulate.eog import STRETCH_SECONDS, EogRanges, draw_subject, simulate_eog
from sleepscope.training.balancing import Balancing
from sleepscope.training.classifier_fit import ClassifierSettings, fit_classifier
from sleepscope.training.dreams_spindles import read_excerpts
from sleepscope.training.fit import as_part
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
    take_windows,
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
PUBLISHED_RATE: Final = 1e-3


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
    steps: int | None = 200
    cut: WindowCut = field(default_factory=WindowCut)
    labels: LabelRule = field(default_factory=LabelRule)
    balancing: Balancing = field(default_factory=Balancing)
    seed: int = 0

    def classifier(self, dimensions: str) -> ClassifierSettings:
        """How one fold's network is fitted."""
        if self.steps is None:
            return ClassifierSettings(
                epochs=PUBLISHED_EPOCHS[dimensions],
                learning_rate=PUBLISHED_RATE,
                one_cycle=False,
                balancing=self.balancing,
                seed=self.seed,
            )
        return ClassifierSettings(steps=self.steps, balancing=self.balancing, seed=self.seed)

    @property
    def budget(self) -> str:
        """How much training each fold gets, in words."""
        if self.steps is None:
            return "all epochs as published (100 in 1D, 200 in 2D), Adam at 1e-3"
        return (
            f"a smaller budget: {self.steps} batches of 256 windows a fold, Adam, one cycle up to "
            f"{ClassifierSettings().learning_rate:g}"
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
        Figures by protocol, as :func:`~sleepscope.training.window_results.fold_table` gives them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    windows: Windows = yield from WINDOWS[task](settings, dimensions)
    results = {}
    for protocol in protocols:
        folds = {}
        splits: Iterator[WindowSplit] = protocol.splits(windows, settings.balancing)
        for index, split in enumerate(splits):
            message = f"{task} {dimensions}, {protocol.title}: {split.name}"
            path = folder / f"{protocol.name}-{index + 1}.npz"
            folds[split.name] = yield from _fold(path, split, task, dimensions, settings, message)
        results[protocol.name] = fold_table(folds)
    return results


def _fold(
    path: Path, split: WindowSplit, task: str, dimensions: str, settings: RecipeSettings, what: str
) -> Steps[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    """Labels and probabilities of the held-out windows, from the disk or from a fresh network."""
    asked = json.dumps(asdict(replace(settings, data=Path())), default=str, sort_keys=True)
    if path.is_file():
        with np.load(path) as found:
            if str(found["asked"]) == asked:
                return found["labels"], found["probabilities"]
    fitting = fit_classifier(
        lambda: _classifier(task, dimensions), split.training, settings.classifier(dimensions)
    )
    fitted = yield from as_part(fitting, 0, _batches(split, settings, dimensions), what)
    probabilities = fitted.probabilities(split.held_out)
    rough = path.with_suffix(".part.npz")
    np.savez(rough, asked=asked, labels=split.held_out.labels, probabilities=probabilities)
    rough.replace(path)
    counts = f"{fitted.before} before, {fitted.after} after balancing"
    yield Progress(1, 1, f"{what}: {counts}, {len(split.held_out)} held out")
    return split.held_out.labels, probabilities


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
    """
    windows = cut_windows(signal, settings.cut, settings.labels)
    features = network.prepare(signal.features.astype(np.float64))
    rate = network.sfreq * features.shape[-1] / signal.features.shape[-1]
    length = round(settings.cut.seconds * network.sfreq)
    if features.shape[-1] != signal.features.shape[-1]:
        length = 128
        features = features[None]
    middles = windows.starts + settings.cut.seconds / 2
    firsts = np.round(middles * rate - length / 2).astype(np.intp)
    inside = (firsts >= 0) & (firsts + length <= features.shape[-1])
    kept = windows[np.flatnonzero(inside)]
    return kept.with_features(take_windows(features, firsts[inside], length))
