"""How a detector of one's own is trained and judged: what a person chooses."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from sleepscope.errors import SettingsError
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.model_folder import check_new_name
from sleepscope.training.classifier_fit import ClassifierSettings
from sleepscope.training.fit import FitSettings
from sleepscope.training.task_recipe import RECIPES
from sleepscope.training.window_fit import WindowRecipe
from sleepscope.training.window_scheme import BY_PEOPLE, check_scheme
from sleepscope.training.windows import LabelRule, WindowCut


@dataclass(frozen=True, slots=True)
class StudySettings:
    """How a detector is trained and judged.

    Attributes
    ----------
    out : Path
        Folder of the run.
    name : str
        Of the model.
    recipe : str
        One of ``RECIPES``.
    steps : int or None
        Batches of each network; None takes the recipe's.
    folds : int or None
        Groups of people held out in turn; None holds out each person. Of the schemes that split
        windows: folds, None for 10.
    scheme : str
        One of ``window_scheme.SCHEMES``: "people", or, for networks of windows, "blocked" and
        "shuffled", which leaks.
    inner_folds : int
        Groups among the training people for the choice of the rule.
    start : ModelCard or None
        Weights to begin with (fine-tuning); None begins with random ones.
    patience : int or None
        Of early stopping; see ``FitSettings``.
    validation : float
        Share of the training people that early stopping watches.
    classifier : ClassifierSettings or None
        Of networks of windows: balancing, augmentation, class weights; None takes the recipe's.
    cut : WindowCut
        Of networks of windows.
    seed : int

    Raises
    ------
    SettingsError
        If the name cannot be that of a file, a number makes no sense, or the recipe cannot be
        judged by the scheme.
    """

    out: Path
    name: str
    recipe: str
    steps: int | None = None
    folds: int | None = None
    scheme: str = BY_PEOPLE
    inner_folds: int = 2
    start: ModelCard | None = None
    patience: int | None = None
    validation: float = 0.2
    classifier: ClassifierSettings | None = None
    cut: WindowCut = field(default_factory=WindowCut)
    labels: LabelRule = field(default_factory=LabelRule)
    seed: int = 0

    def __post_init__(self) -> None:
        check_new_name(self.name)
        if self.seed < 0:
            raise SettingsError(f"The seed is {self.seed}; it must be 0 or more.")
        of_windows = RECIPES[self.recipe].windows is not None
        check_scheme(self.scheme, self.recipe, of_windows=of_windows, patience=self.patience)
        if not 0 < self.validation < 1:
            raise SettingsError(
                f"Early stopping cannot watch {self.validation:g} of the training people; the "
                f"share lies between 0 and 1."
            )

    @property
    def fit(self) -> FitSettings:
        """How each network is fitted."""
        own = RECIPES[self.recipe].fit
        steps = own.steps if self.steps is None else self.steps
        return replace(own, steps=steps, patience=self.patience, seed=self.seed)

    @property
    def windows(self) -> WindowRecipe | None:
        """How the classifier is fitted, where the network is one of windows."""
        own = RECIPES[self.recipe].windows
        if own is None:
            return None
        classifier = replace(
            self.classifier or own.classifier,
            steps=self.fit.steps,
            patience=self.patience,
            validation=self.validation,
            seed=self.seed,
        )
        return replace(own, classifier=classifier, cut=self.cut, labels=self.labels)
