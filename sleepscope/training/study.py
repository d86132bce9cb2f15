"""Train a detector on a dataset and judge it on nights it never saw."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from sleepscope.detection.segmentation import EventRule
from sleepscope.networks.checkpoint import load_weights, save_model, save_weights
from sleepscope.networks.dense import DenseNetwork
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.registry import build_network
from sleepscope.networks.threads import one_thread
from sleepscope.progress import Progress, Steps
from sleepscope.training.balancing import Balancing
from sleepscope.training.calibration import calibrated, calibration_results
from sleepscope.training.cross_validation import Fold, leave_one_subject_out, subject_folds
from sleepscope.training.dataset import Dataset, Night
from sleepscope.training.early_stopping import watched_subjects
from sleepscope.training.example import Example
from sleepscope.training.fit import as_part, fit
from sleepscope.training.fit_memory import FitMemory
from sleepscope.training.fold_answers import FoldAnswers, fit_fold, keep_answers, kept_answers
from sleepscope.training.night_results import FoundNight, night_results, window_folds
from sleepscope.training.rule_choice import ScoredTracks, choose_rule, found_events
from sleepscope.training.run_folder import RunFolder, writing
from sleepscope.training.study_card import study_card
from sleepscope.training.study_figures import write_results
from sleepscope.training.study_record import study_record
from sleepscope.training.study_settings import StudySettings
from sleepscope.training.study_split import begin_words, check_start, protocol, study_split
from sleepscope.training.task_recipe import RECIPES
from sleepscope.training.window_fit import (
    WindowNight,
    fit_window_network,
    in_fitted_scale,
    read_windows,
    shown_seconds,
    window_night,
)
from sleepscope.training.window_scheme import (
    by_recording,
    judge_windows,
    scheme_words,
    window_figures_by_fold,
    window_protocol,
)
from sleepscope.training.window_splits import Protocol, WindowSplit
from sleepscope.training.windows import Windows

T = TypeVar("T")

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
        Of the networks that never saw whom they are judged on; of splits of windows those of the
        windows alone, marked where they leak.
    nights : tuple of FoundNight
        What those networks found; empty for splits of windows.
    """

    card: ModelCard
    results: dict[str, Any] = field(repr=False)
    nights: tuple[FoundNight, ...] = field(repr=False)


def train_and_judge(dataset: Dataset, settings: StudySettings) -> Steps[StudyReport]:
    """Cross-validate by people, or by windows if asked for, then train the model on all of them.

    Every fold begins with fresh weights; threshold, shortest duration and gap come from networks
    trained on others of the same training people. A run that was stopped goes on in its folder.
    Splits of windows (see ``window_scheme``) are judged by window alone.

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
    if study.protocol is not None:
        return (yield from _judge_windows(study, study.protocol))
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
        "command": study.command,
        "protocol": protocol(settings, study.split),
        **night_results(nights, dataset.stages),
        **study.calibration(judged),
        "chosen": {one.found.night.code: asdict(one.rule) for one in judged},
        "fit": study.how,
        **study.balanced(),
    }
    card = study.written(network, rule, results, window_folds(nights))
    return StudyReport(card, results, nights)


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
        self.protocol: Protocol | None = None
        if self.windows is not None:
            beyond = shown_seconds(blank, self.windows) - self.windows.cut.seconds
            self.protocol = window_protocol(settings.scheme, settings.folds, beyond)
        said = study_record(dataset, settings, self.how, self.inner, self.protocol)
        self.folder = RunFolder(settings.out, said)
        # Answers hold for what the network made of the signal then.
        asked = {**said, "reads": blank.normalisation}
        self._asked = json.dumps(asked, sort_keys=True, default=str)

    @property
    def how(self) -> dict[str, Any]:
        """Settings of every fit, ready for JSON."""
        return asdict(self.settings.fit if self.windows is None else self.windows)

    @property
    def command(self) -> str:
        """What asks for such a run."""
        settings, dataset = self.settings, self.dataset
        said = f"sleepscope train {dataset.task} --dataset {dataset.name} --recipe"
        scheme = "" if self.protocol is None else f" --scheme {settings.scheme}"
        return f"{said} {settings.recipe}{scheme}"

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
        said = yield from self._noted(key, fitting, before, message)
        if self.windows is not None:
            self.folder.write(f"{self.folder.checkpoints.name}/{key}.json", said)
        with writing(self.folder.path):
            save_weights(network, path)
        return network

    def _noted(self, key: str, fitting: Steps[T], before: float, message: str) -> Steps[T]:
        steps = as_part(fitting, before, self.total, message)
        return (yield from self.folder.noted(key, steps, self.steps))

    def all_windows(self) -> Windows:
        """The windows of every night, which know their recording."""
        assert self.windows is not None
        nights = by_recording([self._window_nights[id(e)] for e in self.examples])
        return read_windows(self.fresh(), nights, self.windows)

    def answers(
        self, key: str, split: WindowSplit, number: int, message: str
    ) -> Steps[FoldAnswers]:
        """What a fresh network says about the held-out windows, or that of the stopped run."""
        assert self.windows is not None
        before = float(number * self.steps)
        path = self.folder.checkpoints / f"{key}.npz"
        kept = kept_answers(path, self._asked)
        if kept is not None:
            yield Progress(before + self.steps, self.total, message)
            return kept
        classifier = self.windows.classifier
        if split.leaky:  # Everything was balanced before the split.
            classifier = replace(classifier, balancing=Balancing("none"))
        fitting = fit_fold(split, self._fresh_classifier, classifier)
        answers = yield from self._noted(key, fitting, before, message)
        with writing(self.folder.path):
            keep_answers(path, self._asked, answers)
        return answers

    def _fresh_classifier(self) -> nn.Module:
        classifier = self.fresh().classifier
        assert isinstance(classifier, nn.Module)
        return classifier

    def written(
        self,
        network: DenseNetwork,
        rule: EventRule,
        results: dict[str, Any],
        folds: Mapping[str, tuple[NDArray[np.int64], NDArray[np.float32]]],
    ) -> ModelCard:
        """Card, weights, results and figures in the folder."""
        settings = self.settings
        window = settings.fit.crop_seconds if self.windows is None else self.windows.cut.seconds
        made = settings.name, self.recipe.architecture, self.dataset, network
        card = study_card(*made, rule, results, window, self.protocol)
        with writing(settings.out):
            written = save_model(card, network, settings.out)
            write_results(self.folder, results, folds, self.protocol)
            # Card and results travel with the model; which files they speak of stays here.
            names = {night.code: night.name for night in self.dataset.nights}
            self.folder.write("nights.json", names)
        return written

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


def _judge_windows(study: _Study, protocol: Protocol) -> Steps[StudyReport]:
    """Judge by splits of windows; the model then learns from all nights, its rule, too."""
    settings, windows = study.settings, study.windows
    assert windows is not None
    balancing = replace(windows.classifier.balancing, seed=settings.seed)
    judged = yield from judge_windows(study.all_windows(), protocol, balancing, study.answers)
    before = study.total - study.steps
    network = yield from study.fitted("final", study.examples, before, "Training on everybody")
    seen = [study.scored(network, example) for example in study.examples]
    choosing = choose_rule(seen, study.rate, study.recipe.grid, study.dataset.stages)
    rule: EventRule = yield from as_part(choosing, study.total, study.total, share=0.0)
    balanced = study.balanced()
    results = {
        "command": study.command,
        "protocol": scheme_words(protocol, begin_words(settings), settings.seed),
        **window_figures_by_fold(protocol, judged, windows.cut),
        "fit": study.how,
        **balanced,
        "balancing": {**judged.counts, **balanced["balancing"]},
    }
    return StudyReport(study.written(network, rule, results, judged.folds), results, ())
