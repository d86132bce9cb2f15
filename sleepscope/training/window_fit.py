"""Fit a published network of 5-s windows to scored nights: cut, balance, classify, localise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from sleepscope.detection.inputs import USABLE, input_length, read_samples
from sleepscope.networks.dense import DenseNetwork
from sleepscope.networks.published_cnn_1d import PublishedCnn1d
from sleepscope.progress import Steps
from sleepscope.training.balancing import Balancing
from sleepscope.training.classifier_fit import (
    ClassifierSettings,
    FittedClassifier,
    fit_classifier,
)
from sleepscope.training.dataset import Night
from sleepscope.training.example import Example
from sleepscope.training.published_fit import fit_relevance, standardised
from sleepscope.training.published_windows import WindowSource
from sleepscope.training.windows import (
    LabelRule,
    ScoredSignal,
    WindowCut,
    Windows,
    cut_windows,
    joined,
    read_features,
)


@dataclass(frozen=True, slots=True)
class WindowRecipe:
    """How a classifier of windows is trained.

    Attributes
    ----------
    cut : WindowCut
    labels : LabelRule
    classifier : ClassifierSettings
    most : int
        Windows of a training side at most, so that they fit into memory; of more, as many are
        drawn at random from each night.
    """

    cut: WindowCut = field(default_factory=WindowCut)
    labels: LabelRule = field(default_factory=LabelRule)
    classifier: ClassifierSettings = field(
        default_factory=lambda: ClassifierSettings(balancing=Balancing("undersample+smote"))
    )
    most: int = 20_000


# What the 2D network reads of a window.
MAP_COLUMNS: Final = 128
# Of the 2D network: its batch as published, and its own batch normalisation in place of a scale.
MAP_RECIPE: Final = WindowRecipe(
    classifier=ClassifierSettings(
        batch_size=128, standardise=False, balancing=Balancing("undersample+smote")
    )
)


@dataclass(frozen=True, slots=True)
class WindowNight:
    """A night as a classifier of windows learns from it.

    Attributes
    ----------
    example : Example
        With the features of the whole night.
    places : Windows
        Where its windows lie and what they show, without features.
    events : tuple of (start, stop), s
        What any expert marked.
    """

    example: Example
    places: Windows = field(repr=False)
    events: tuple[tuple[float, float], ...] = field(repr=False)


def window_night(
    night: Night, example: Example, network: DenseNetwork, recipe: WindowRecipe
) -> WindowNight:
    """Label the windows of a night: soft where experts differ, none where nobody looked.

    Parameters
    ----------
    night : Night
    example : Example
        Of this night, made for this network.
    network : DenseNetwork
        A published network of windows.
    recipe : WindowRecipe
    """
    n_total = input_length(night.recording, night.labels, network.sfreq)
    state = read_samples(night.recording, night.labels, network.sfreq, 0, n_total).state
    whole = ((0.0, night.recording.duration),)
    signal = ScoredSignal(
        night.subject,
        np.empty((0, n_total), np.float32),
        network.sfreq,
        state == USABLE,
        tuple(tuple((e.onset, e.stop) for e in one.events) for one in night.experts),
        tuple(one.scored_spans or whole for one in night.experts),
    )
    places = cut_windows(signal, recipe.cut, recipe.labels)
    events = tuple((e.onset, e.stop) for e in night.truth.events)
    return WindowNight(example, places, events)


def read_windows(
    network: DenseNetwork, nights: Sequence[WindowNight], recipe: WindowRecipe
) -> Windows:
    """The windows of nights with what the network reads of them; ``recipe.most`` of them at most.

    Raises
    ------
    SettingsError
        If there are none.
    """
    rng = np.random.default_rng(recipe.classifier.seed)
    share = max(1, recipe.most // len(nights))
    return joined([_night_windows(network, one, share, rng) for one in nights])


def shown_seconds(network: DenseNetwork, recipe: WindowRecipe) -> float:
    """What the network reads of a window, s: the 2D network's picture is a little longer."""
    if network.samples_per_feature == 1:
        return recipe.cut.seconds
    return MAP_COLUMNS * network.samples_per_feature / network.sfreq


def fit_window_network(
    network: DenseNetwork, nights: Sequence[WindowNight], recipe: WindowRecipe
) -> Steps[dict[str, Any]]:
    """Fit the network's classifier to windows of these nights alone, in place.

    Parameters
    ----------
    network : DenseNetwork
        A published network of windows, with fresh weights.
    nights : sequence of WindowNight
        The training side of a split.
    recipe : WindowRecipe

    Yields
    ------
    Progress
        In batches; ``partial`` is a LossPoint.

    Returns
    -------
    dict
        Ready for JSON: windows of each class "before" and "after" balancing, how many were "made"
        by it, "watched" (subjects of early stopping), "relevance_scale" (logits; of the localised
        1D networks alone).

    Raises
    ------
    SettingsError
        If there are not windows of both classes, or early stopping has too few people.
    """
    windows = read_windows(network, nights, recipe)
    network.was_fitted = True
    classifier = network.classifier
    assert isinstance(classifier, nn.Module)
    fitted: FittedClassifier = yield from fit_classifier(
        lambda: classifier, windows, recipe.classifier
    )
    said: dict[str, Any] = {"before": fitted.before, "after": fitted.after, "made": fitted.made}
    if fitted.validation_subjects:
        said["watched"] = list(fitted.validation_subjects)
    if isinstance(network, PublishedCnn1d):
        with torch.no_grad():
            network.feature_mean.copy_(torch.from_numpy(fitted.mean[:, 0]))
            network.feature_scale.copy_(torch.from_numpy(fitted.scale[:, 0]))
        said["relevance_scale"] = round(fit_relevance(network, [_source(n) for n in nights]), 2)
    network.eval()
    return said


def in_fitted_scale(network: DenseNetwork, features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Features that a network with fresh weights made, in the scale of the fitted one."""
    return standardised(network, features) if isinstance(network, PublishedCnn1d) else features


def _night_windows(
    network: DenseNetwork, night: WindowNight, most: int, rng: np.random.Generator
) -> Windows:
    places, features = night.places, night.example.features
    if len(places) > most:
        places = places[np.sort(rng.choice(len(places), most, replace=False))]
    rate = network.sfreq / network.samples_per_feature
    if network.samples_per_feature == 1:
        return read_features(places, features, rate, places.seconds)
    # Half precision holds log power or coherence to 1 part in 2000, in half the memory.
    return read_features(places, features[None].astype(np.float16), rate, MAP_COLUMNS / rate)


def _source(night: WindowNight) -> WindowSource:
    example = night.example
    n_samples = example.features.shape[-1]
    return WindowSource(
        example.subject,
        example.features,
        np.ones(n_samples, np.bool_),
        night.events,
        (),
        PublishedCnn1d.sfreq,
    )
