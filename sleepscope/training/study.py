"""Train a detector on a dataset and judge it on nights it never saw."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import numpy as np
import torch

from sleepscope.detection.segmentation import EventRule
from sleepscope.networks.checkpoint import load_weights, save_model, save_weights
from sleepscope.networks.dense import DenseNetwork
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.registry import build_network
from sleepscope.networks.threads import one_thread
from sleepscope.progress import LossPoint, Progress, Steps
from sleepscope.training.calibration import calibrated, calibration_results
from sleepscope.training.cross_validation import Fold, leave_one_subject_out, subject_folds
from sleepscope.training.dataset import Dataset, Night
from sleepscope.training.early_stopping import watched_subjects
from sleepscope.training.example import Example
from sleepscope.training.figures import (
    draw_confusion,
    draw_learning,
    draw_precision_recall,
    draw_reliability,
)
from sleepscope.training.fit import as_part, fit
from sleepscope.training.fit_memory import FitMemory
from sleepscope.training.night_results import FoundNight, night_results, window_folds
from sleepscope.training.rule_choice import ScoredTracks, choose_rule, found_events
from sleepscope.training.run_folder import RunFolder, writing
from sleepscope.training.study_card import study_card
from sleepscope.training.study_record import study_record
from sleepscope.training.study_settings import StudySettings
from sleepscope.training.study_split import check_start, protocol, study_split
from sleepscope.training.task_recipe import RECIPES
from sleepscope.training.window_fit import (
    WindowNight,
    fit_window_network,
    in_fitted_scale,
    window_night,
)

_LOG_EVERY: Final = 5
FITTED: Final = (
    "Confidence: slope and offset of the log odds of the mean probability, fitted on the other "
    "people. Curve: mean confidence, share that was right, events, in bins of 0.1; ECE: their "
    "mean distance, weighted by events."
)


@dataclass(frozen=True, slots=True)
class StudyReport:
    """What came of it.

    Attributes
    ----------
    card : ModelCard
        Of the model trained on everybody, as written.
    results : dict
        Of the networks that never saw whom they are judged on.
    nights : tuple of FoundNight
        What those networks found.
    """

    card: ModelCard
    results: dict[str, Any] = field(repr=False)
    nights: tuple[FoundNight, ...] = field(repr=False)


def train_and_judge(dataset: Dataset, settings: StudySettings) -> Steps[StudyReport]:
    """Cross-validate by people, then train the model on all of them.

    Every fold begins with fresh weights; threshold, shortest duration and gap come from networks
    trained on others of the same training people. A run that was stopped goes on in its folder.

    Yields
    ------
    Progress
        In batches; ``partial`` is a LossPoint.

    Raises
    ------
    SettingsError
        If there are fewer than two people, the folder holds another run, or the weights to begin
        with were trained on these nights.
    """
    study = _Study(dataset, settings)
    reading = dataset.examples(study.fresh())
    study.examples = yield from as_part(reading, 0.0, study.total, share=1e-6)
    study.cut_windows()
    judged: list[_Judged] = []
    for number, fold in enumerate(study.folds()):
        judged += yield from _outer_fold(study, fold, number)
    before = study.total - study.steps
    final_rule = choose_rule(
        [one.scored for one in judged], study.rate, study.recipe.grid, dataset.stages
    )
    rule: EventRule = yield from as_part(final_rule, before, study.total, share=0.0)
    rule = calibrated(rule, [one.scored for one in judged], study.rate, dataset.stages)
    network = yield from study.fitted("final", study.examples, before, "Training on everybody")
    nights = tuple(one.found for one in judged)
    results = {
        "command": f"sleepscope train {dataset.task} --dataset {dataset.name} "
        f"--recipe {settings.recipe}",
        "protocol": protocol(settings, study.split),
        **night_results(nights, dataset.stages),
        **study.calibration(judged),
        "chosen": {one.found.night.name: asdict(one.rule) for one in judged},
        "fit": study.how,
        **study.balanced(),
    }
    recipe = study.recipe
    window = settings.fit.crop_seconds if study.windows is None else study.windows.cut.seconds
    card = study_card(settings.name, recipe.architecture, dataset, network, rule, results, window)
    with writing(settings.out):
        written = save_model(card, network, settings.out)
        _report(study.folder, results, nights)
    return StudyReport(written, results, nights)


@dataclass(frozen=True, slots=True)
class _Judged:
    """A held-out night."""

    found: FoundNight
    rule: EventRule
    scored: ScoredTracks


class _Study:
    """The examples, and what is done with them again and again."""

    def __init__(self, dataset: Dataset, settings: StudySettings) -> None:
        self.dataset, self.settings = dataset, settings
        self.recipe = RECIPES[settings.recipe]
        self.steps = settings.fit.steps
        self.windows = settings.windows
        self.examples: tuple[Example, ...] = ()
        self._window_nights: dict[int, WindowNight] = {}
        self.split = study_split(dataset, settings)
        self.inner = self.split.inner
        check_start(dataset, settings)
        blank = self.fresh()
        self.rate = blank.output_sfreq
        said = study_record(dataset, settings, self.how, self.inner)
        self.folder = RunFolder(settings.out, said)

    @property
    def how(self) -> dict[str, Any]:
        """Settings of every fit, ready for JSON."""
        return asdict(self.settings.fit if self.windows is None else self.windows)

    def cut_windows(self) -> None:
        """Label the windows of every night, where the network is one of windows."""
        if self.windows is None:
            return
        blank = self.fresh()
        for night, example in zip(self.dataset.nights, self.examples, strict=True):
            self._window_nights[id(example)] = window_night(night, example, blank, self.windows)

    def balanced(self) -> dict[str, Any]:
        """Windows of each class before and after balancing, by network."""
        if self.windows is None:
            return {}
        files = sorted(self.folder.checkpoints.glob("*.json"))
        said = {f.stem: json.loads(f.read_text(encoding="utf-8")) for f in files}
        return {"balancing": said, "relevance_scale": said["final"].get("relevance_scale")}

    def calibration(self, judged: Sequence[_Judged]) -> dict[str, Any]:
        """How well confidence says what is right, where others could be asked for it."""
        if not self.inner:
            return {}
        turns = [([one.scored], one.rule) for one in judged]
        found = calibration_results(turns, self.rate, self.dataset.stages)
        where = (
            "" if self.dataset.stages is None else f", in {', '.join(sorted(self.dataset.stages))}"
        )
        return {
            "calibration": {**found, "rule": f"Right: paired at an IoU of 0.2{where}. {FITTED}"}
        }

    @property
    def total(self) -> float:
        """Batches of the whole run."""
        return float((self.split.n_folds * (self.inner + 1) + 1) * self.steps)

    def folds(self) -> tuple[Fold, ...]:
        """Splits by people."""
        if self.settings.folds is None:
            return leave_one_subject_out(self.examples)
        return subject_folds(self.examples, self.settings.folds)

    def fresh(self) -> DenseNetwork:
        """A network that has seen nothing of this dataset."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.settings.seed)
            network = build_network(self.recipe.architecture)
        if self.settings.start is not None:
            load_weights(network, self.settings.start.weights_path)
        return network

    def fitted(
        self, key: str, examples: Sequence[Example], before: float, message: str
    ) -> Steps[DenseNetwork]:
        """A network fitted to these examples alone, or that of the stopped run."""
        network = self.fresh()
        path = self.folder.checkpoints / f"{key}.safetensors"
        if path.is_file():
            load_weights(network, path)
            yield Progress(before + self.steps, self.total, message)
            return network.eval()
        fitting: Steps[Any]
        if self.windows is None:
            fitting = self._dense_fit(key, network, examples)
        else:
            nights = [self._window_nights[id(e)] for e in examples]
            fitting = fit_window_network(network, nights, self.windows)
        steps = as_part(fitting, before, self.total, message)
        try:
            while True:
                progress = next(steps)
                point = progress.partial
                if isinstance(point, LossPoint) and (
                    point.batch % _LOG_EVERY == 0 or point.batch == self.steps
                ):
                    self.folder.log(key, point.batch, point.loss, point.watched)
                yield progress
        except StopIteration as stop:
            if self.windows is not None:
                self.folder.write(f"{self.folder.checkpoints.name}/{key}.json", stop.value)
            with writing(self.folder.path):
                save_weights(network, path)
            return network
        finally:
            steps.close()

    def _dense_fit(
        self, key: str, network: DenseNetwork, examples: Sequence[Example]
    ) -> Steps[float]:
        memory = FitMemory(self.folder.checkpoints / f"{key}.stopped")
        learned, watched = self._watched(examples)
        return fit(
            network,
            learned,
            self.settings.fit,
            self.recipe.augmentation,
            memory=memory,
            watched=watched,
        )

    def _watched(self, examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
        """Of the training examples those to learn from, and those that early stopping watches."""
        settings = self.settings
        if settings.patience is None:
            return list(examples), []
        names = watched_subjects((e.subject for e in examples), settings.validation, settings.seed)
        return (
            [e for e in examples if e.subject not in names],
            [e for e in examples if e.subject in names],
        )

    def night(self, example: Example) -> Night:
        """The night that an example was made from."""
        index = next(k for k, one in enumerate(self.examples) if one is example)
        return self.dataset.nights[index]

    def scored(self, network: DenseNetwork, example: Example) -> ScoredTracks:
        """What a network says about a night."""
        night = self.night(example)
        with one_thread():
            tracks = network.tracks(in_fitted_scale(network, example.features))
        return ScoredTracks(night.name, tracks, night.truth, night.hypnogram)


def _outer_fold(study: _Study, fold: Fold, number: int) -> Steps[list[_Judged]]:
    """Rule from inner folds, weights from all training people, then those held out."""
    before = float(number * (study.inner + 1) * study.steps)
    names = ", ".join(dict.fromkeys(e.subject for e in fold.held_out))
    seen: list[ScoredTracks] = []
    if study.inner:
        for k, inner in enumerate(subject_folds(fold.training, study.inner)):
            key, message = f"fold{number + 1}-inner{k + 1}", f"Choosing the rule without {names}"
            network = yield from study.fitted(key, inner.training, before, message)
            seen += [study.scored(network, example) for example in inner.held_out]
            before += study.steps
    message = f"Training without {names}"
    network = yield from study.fitted(f"fold{number + 1}", fold.training, before, message)
    if not seen:
        seen = [study.scored(network, example) for example in fold.training]
    choosing = choose_rule(seen, study.rate, study.recipe.grid, study.dataset.stages)
    rule: EventRule = yield from as_part(choosing, before + study.steps, study.total, share=0.0)
    if study.inner:
        rule = calibrated(rule, seen, study.rate, study.dataset.stages)
    judged = []
    for example in fold.held_out:
        scored = study.scored(network, example)
        events = found_events(scored.tracks, study.rate, rule, study.dataset.task)
        night = study.night(example)
        probability = np.asarray(scored.tracks.probability, np.float32)
        found = FoundNight(night, tuple(events), probability, rule.threshold, study.rate)
        judged.append(_Judged(found, rule, scored))
    return judged


def _report(folder: RunFolder, results: dict[str, Any], nights: Sequence[FoundNight]) -> None:
    """Results and figures in the run's folder."""
    folder.write("results.json", results)
    curves = folder.curves()
    if curves:
        draw_learning(curves, folder.figures / "learning.png")
    folds = window_folds(nights)
    labels = np.concatenate([pair[0] for pair in folds.values()])
    probabilities = np.concatenate([pair[1] for pair in folds.values()])
    if 0 < labels.sum() < labels.size:
        draw_precision_recall(labels, probabilities, folder.figures / "precision_recall.png")
    draw_confusion(results["by window"]["pooled"], folder.figures / "confusion.png")
    if "calibration" in results:
        draw_reliability(results["calibration"], folder.figures / "reliability.png")
