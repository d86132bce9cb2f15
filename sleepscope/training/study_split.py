"""Who is held out in a study, what cannot work is refused before it begins, and how it is told."""

from __future__ import annotations

from dataclasses import dataclass

from sleepscope.errors import SettingsError
from sleepscope.training.dataset import Dataset
from sleepscope.training.early_stopping import EarlyStopping
from sleepscope.training.people import PEOPLE
from sleepscope.training.study_settings import StudySettings
from sleepscope.training.task_recipe import RECIPES
from sleepscope.training.window_scheme import BY_PEOPLE, scheme_folds


@dataclass(frozen=True, slots=True)
class StudySplit:
    """Groups of people.

    Attributes
    ----------
    n_folds : int
        Held out in turn; folds of a scheme that splits windows.
    inner : int
        Among the others, to choose the rule; 0 where nobody is left for that.
    """

    n_folds: int
    inner: int


def study_split(dataset: Dataset, settings: StudySettings) -> StudySplit:
    """The groups of a study.

    Raises
    ------
    SettingsError
        If there are fewer than two people, as many groups cannot be made, or early stopping has
        nobody to watch in the smallest fit.
    """
    if settings.scheme != BY_PEOPLE:
        return StudySplit(scheme_folds(settings.folds), 0)
    people = len(dataset.subjects)
    if people < 2:
        raise SettingsError(
            f"{dataset.title} has nights of {people} person; at least 2 are needed, to train "
            f"on one and judge on the other (whose they are is told by {PEOPLE} beside them, by "
            f"their names, or by the patient's code in their headers)."
        )
    n_folds = people if settings.folds is None else settings.folds
    if not 2 <= n_folds <= people:
        raise SettingsError(
            f"{people} people cannot be held out in {n_folds} groups; choose from 2 to {people}."
        )
    learning = people - -(-people // n_folds)
    inner = min(settings.inner_folds, learning)
    split = StudySplit(n_folds, inner if inner >= 2 else 0)
    if settings.patience is not None:
        _check_patience(settings.patience, people, learning, split.inner)
    return split


def _check_patience(patience: int, people: int, learning: int, inner: int) -> None:
    EarlyStopping(patience)
    if inner:
        learning -= -(-learning // inner)
    if learning < 2:
        raise SettingsError(
            f"Early stopping needs a person to watch and one to learn from, but with {people} "
            f"people some networks learn from {learning}; leave it out, or hold out fewer at once."
        )


def check_start(dataset: Dataset, settings: StudySettings) -> None:
    """Refuse weights to begin with that do not fit, or that saw whom they will be judged on.

    Raises
    ------
    SettingsError
    """
    start, architecture = settings.start, RECIPES[settings.recipe].architecture
    if start is None:
        return
    if start.architecture != architecture:
        raise SettingsError(
            f"{start.name} is a {start.architecture}, where {settings.recipe} trains a "
            f"{architecture}; begin with another model."
        )
    known = {entry.get("hash") for entry in start.trained_on if entry.get("hash")}
    seen = [night.name for night in dataset.nights if night.source in known]
    if seen:
        raise SettingsError(
            f"{start.name} was trained on {seen[0]}, so a fold that begins with its weights "
            f"would be judged on what it has seen; begin with random weights."
        )


def protocol(settings: StudySettings, split: StudySplit) -> str:
    """How the figures come about, in words."""
    people = (
        "Leave one person out"
        if settings.folds is None
        else f"{split.n_folds} groups of people held out in turn"
    )
    rule = (
        "from an inner cross-validation among them"
        if split.inner
        else "on the nights that the weights were fitted to, as too few people are left"
    )
    stopped = (
        ""
        if settings.patience is None
        else "; fitting stopped when training people kept out of it were told no better"
    )
    begin = begin_words(settings)
    return (
        f"{people}; weights, threshold, shortest duration and gap from the other people alone "
        f"(the rule {rule}{stopped}); every fold began with {begin}; seed {settings.seed}."
    )


def begin_words(settings: StudySettings) -> str:
    """What every fold begins with."""
    start = settings.start
    return "fresh random weights" if start is None else f"the weights of {start.name}"
