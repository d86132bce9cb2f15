"""Train and evaluate a dense spindle model on DREAMS, and write its weights and cards.

The same for one network and for an ensemble: each member is fitted on its own, once for every set
of excerpts left out, and may be kept, so that a stopped training goes on from the last one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from sleepscope.constants import SPINDLE_MAX_SECONDS
from sleepscope.detection.segmentation import EventRule
from sleepscope.events.event import Event
from sleepscope.networks.checkpoint import load_weights, save_model, save_weights
from sleepscope.networks.dense import DenseNetwork
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.model_folder import HELD_OUT
from sleepscope.networks.registry import build_network
from sleepscope.networks.spindle_ensemble import SpindleEnsemble
from sleepscope.networks.threads import one_thread
from sleepscope.progress import Steps
from sleepscope.training.cross_validation import Fold
from sleepscope.training.example import Example
from sleepscope.training.fit import FitSettings, as_part, fit
from sleepscope.training.rule_choice import RuleGrid, ScoredTracks
from sleepscope.training.spindle_1d import SPINDLE_1D
from sleepscope.training.spindle_card import SpindleRecipe, spindle_card
from sleepscope.training.spindle_evaluation import evaluate_spindles
from sleepscope.training.spindle_study import SpindleStudy, found_spindles, held_out_name


@dataclass(frozen=True, slots=True)
class SpindleTraining:
    """Settings of the training.

    Attributes
    ----------
    data : Path
        Folder of the DREAMS spindles.
    out : Path or None
        Folder for weights and cards; None only evaluates.
    seed : int
        Fixes everything random; member ``k`` is fitted with ``seed + k``.
    steps : int or None
        Batches for each network; None: as many as the recipe says.
    arguments : dict
        Of every member's constructor, beside what the recipe says of it.
    grid : RuleGrid
        Rules to choose from.
    recipe : SpindleRecipe
        Which model.
    kept : Path or None
        Folder in which fitted members are kept, so that a stopped training goes on from there.
    """

    data: Path
    out: Path | None = None
    seed: int = 0
    steps: int | None = None
    arguments: dict[str, Any] = field(default_factory=dict)
    grid: RuleGrid = field(default_factory=lambda: RuleGrid(max_duration=SPINDLE_MAX_SECONDS))
    recipe: SpindleRecipe = SPINDLE_1D
    kept: Path | None = None


@dataclass(frozen=True, slots=True)
class _HeldOut:
    """The outcome of one turn."""

    left_out: frozenset[str]
    network: DenseNetwork
    rule: EventRule
    scored: tuple[ScoredTracks, ...]

    @property
    def events(self) -> dict[str, list[Event]]:
        """Events of each excerpt left out."""
        rate = self.network.output_sfreq
        return {one.subject: found_spindles(one, rate, self.rule) for one in self.scored}


class _Training:
    """Fits members for any set of excerpts left out, none of them twice."""

    def __init__(self, settings: SpindleTraining) -> None:
        self.settings, self.recipe = settings, settings.recipe
        self.steps = self.recipe.steps if settings.steps is None else settings.steps
        self.study = SpindleStudy(settings.data, (self.recipe.inner_folds or 2) + 1)
        self._members: dict[tuple[frozenset[str], int], DenseNetwork] = {}
        turns = self.study.turns
        inner = {turn | fold for turn in turns for fold in self._inner(turn)}
        fits = len(inner) * self.recipe.inner_members
        fits += (len(turns) + 1) * len(self.recipe.members)
        self.total = float(self.steps * fits)
        self.teacher: _Training | None = None
        if self.recipe.teacher is not None:
            self.teacher = _Training(replace(settings, out=None, recipe=self.recipe.teacher))
            sets = len(inner | set(turns)) + 1
            self.total += self.teacher.steps * sets * self.recipe.teacher.inner_members

    @property
    def done(self) -> float:
        """Batches so far, those of the teacher among them."""
        own = float(len(self._members) * self.steps)
        return own if self.teacher is None else own + self.teacher.done

    def prepare(self) -> Steps[None]:
        """Read all excerpts and make their examples, for the teacher too."""
        yield from self.study.prepare(self.blank(), self.total)
        if self.teacher is not None:
            yield from as_part(self.teacher.prepare(), 0.0, self.total)

    def blank(self) -> DenseNetwork:
        """A model nothing was fitted to, for what all of them have in common."""
        return self.recipe.join([self._fresh(k) for k in range(len(self.recipe.members))])

    def network(self, left_out: frozenset[str], n_members: int) -> Steps[DenseNetwork]:
        """A model of its first members that never saw these excerpts."""
        for k in range(n_members):
            if (left_out, k) not in self._members:
                member = yield from self._member(left_out, k)
                self._members[left_out, k] = member
        return self.recipe.join([self._members[left_out, k] for k in range(n_members)])

    def held_out(self, left_out: frozenset[str]) -> Steps[_HeldOut]:
        """One turn: the rule from an inner cross-validation, the weights from all others."""
        seen: list[ScoredTracks] = []
        for fold in self._inner(left_out):
            inner = yield from self.network(left_out | fold, self.recipe.inner_members)
            judged = [e.subject for e in self.study.both if e.subject in fold]
            seen += [self.study.scored(inner, subject) for subject in judged]
        rule = yield from self.chosen(seen)
        network = yield from self.network(left_out, len(self.recipe.members))
        scored = tuple(self.study.scored(network, subject) for subject in sorted(left_out))
        return _HeldOut(left_out, network, rule, scored)

    def chosen(self, scored: Sequence[ScoredTracks]) -> Steps[EventRule]:
        """The best rule on these excerpts."""
        rate, grid = self.blank().output_sfreq, self.settings.grid
        return (yield from self.study.chosen(scored, rate, grid, self.done, self.total))

    def _inner(self, left_out: frozenset[str]) -> list[frozenset[str]]:
        """Who else is left out, one fold after the other, for the rule of a turn."""
        both = [e.subject for e in self.study.both if e.subject not in left_out]
        n = self.recipe.inner_folds
        return [frozenset(both[k::n]) for k in range(n)] if n else [frozenset({s}) for s in both]

    def _fresh(self, k: int) -> DenseNetwork:
        """Member ``k`` with fresh weights, the same ones for the same seed."""
        architecture = self.recipe.member_architecture or self.recipe.architecture
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.settings.seed + k)
            arguments = {**self.recipe.members[k], **self.settings.arguments}
            return build_network(architecture, arguments)

    def _member(self, left_out: frozenset[str], k: int) -> Steps[DenseNetwork]:
        """Member ``k`` fitted to all excerpts but these."""
        examples = self.study.without(left_out)
        if left_out:
            held_out = [e for e in self.study.examples if e.subject in left_out]
            examples = list(Fold(tuple(examples), tuple(held_out)).training)
        member, seed = self._fresh(k), self.settings.seed + k
        weight = self.recipe.positive_weight
        how = FitSettings(steps=self.steps, event_share=0.0, positive_weight=weight, seed=seed)
        path = self._path(k, how, [e.source for e in examples])
        if path is not None and path.is_file():
            load_weights(member, path)
            return member.eval()
        examples = yield from self._taught(examples, left_out)
        names = ", ".join(sorted(left_out)) or "nobody"
        steps = fit(member, examples, how, self.recipe.augmentation)
        message = f"Training without {names}, member {k + 1}"
        yield from as_part(steps, self.done, self.total, message)
        # As they are kept: in half precision, which takes half the place.
        member = member.half().float()
        if path is not None:
            save_weights(member, path)
        return member

    def _taught(self, examples: list[Example], left_out: frozenset[str]) -> Steps[list[Example]]:
        """The same with targets half the experts' and half those of a teacher that never saw who
        is left out either.
        """
        if self.teacher is None:
            return examples
        n_members = self.teacher.recipe.inner_members
        own = self.done - self.teacher.done
        steps = self.teacher.network(left_out, n_members)
        network = yield from as_part(steps, own, self.total)
        shown = {e.subject: torch.from_numpy(e.features)[None] for e in self.teacher.study.examples}
        taught = []
        for example in examples:
            with torch.inference_mode(), one_thread():
                said = torch.sigmoid(network(shown[example.subject]))[0].numpy()
            targets = (example.targets + said[:, : example.targets.shape[1]]) / 2
            taught.append(replace(example, targets=targets.astype(np.float32)))
        return taught

    def _path(self, k: int, how: FitSettings, sources: list[str]) -> Path | None:
        """Where this very member is kept: its name says all that it depends on."""
        if self.settings.kept is None:
            return None
        recipe = self.recipe
        architecture = recipe.member_architecture or recipe.architecture
        arguments = {**recipe.members[k], **self.settings.arguments}
        arguments.setdefault("inputs", "all")
        changes = [type(recipe.augmentation).__name__, vars(recipe.augmentation)]
        what: list[object] = [
            recipe.version,
            architecture,
            arguments,
            changes,
            asdict(how),
            sorted(sources),
        ]
        if recipe.teacher is not None:
            teacher = recipe.teacher
            what.append(f"{teacher.name} {teacher.version}, {teacher.inner_members} members")
        digest = hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()
        return self.settings.kept / f"{digest[:24]}.safetensors"


def train_spindles(settings: SpindleTraining) -> Steps[ModelCard]:
    """Evaluate leave-one-excerpt-out, then train the final model on all excerpts.

    Parameters
    ----------
    settings : SpindleTraining

    Yields
    ------
    Progress
        In batches.

    Returns
    -------
    ModelCard
        As written to ``out``, with the evaluation in ``results``. The model that never saw an
        excerpt is written to ``held-out/NAME/NAME-without-excerptN`` below ``out``.

    Raises
    ------
    RecordingError, EventFileError, SettingsError
        If the data are missing or damaged, or too few for the folds.
    """
    training, recipe = _Training(settings), settings.recipe
    held_out = yield from _turns(training)
    judged = {e.subject for e in training.study.both}
    seen = [one for turn in held_out for one in turn.scored if one.subject in judged]
    rule = yield from training.chosen(seen)
    network = yield from training.network(frozenset(), len(recipe.members))
    card = _card(training, recipe.name, frozenset(), network, rule, _results(training, held_out))
    if settings.out is None:
        return card
    for turn in held_out:
        name = held_out_name(recipe.name, turn.left_out)
        what = {"command": recipe.command, "held out": ", ".join(sorted(turn.left_out))}
        own = _card(training, name, turn.left_out, turn.network, turn.rule, what)
        save_model(own, turn.network.half(), settings.out / HELD_OUT / recipe.name)
    return save_model(card, network.half(), settings.out)


def evaluate_training(settings: SpindleTraining) -> Steps[dict[str, Any]]:
    """The leave-one-excerpt-out evaluation alone; returns the results of the model card."""
    training = _Training(settings)
    held_out = yield from _turns(training)
    return _results(training, held_out)


def _turns(training: _Training) -> Steps[list[_HeldOut]]:
    """Train without each excerpt in turn and detect on it."""
    yield from training.prepare()
    done: list[_HeldOut] = []
    for left_out in training.study.turns:
        turn = yield from training.held_out(left_out)
        done.append(turn)
    return done


def _results(training: _Training, held_out: Sequence[_HeldOut]) -> dict[str, Any]:
    """The model card's results: everything that the command prints."""
    found = {subject: events for turn in held_out for subject, events in turn.events.items()}
    chosen = {subject: asdict(turn.rule) for turn in held_out for subject in sorted(turn.left_out)}
    return {
        "command": training.recipe.command,
        "protocol": training.recipe.protocol,
        **evaluate_spindles(training.study.excerpts, found),
        "calibration": training.study.calibration(
            [(turn.scored, turn.rule) for turn in held_out], training.blank().output_sfreq
        ),
        "chosen": chosen,
        "seed": training.settings.seed,
        "steps": training.steps,
    }


def _card(
    training: _Training,
    name: str,
    left_out: frozenset[str],
    network: DenseNetwork,
    rule: EventRule,
    results: dict[str, Any],
) -> ModelCard:
    """The card of a network of this study."""
    trained_on = [e for e in training.study.excerpts if e.subject not in left_out]
    # An ensemble knows its own; a single network was built with these.
    given = {**training.recipe.members[0], **training.settings.arguments}
    arguments = network.arguments if isinstance(network, SpindleEnsemble) else given
    return spindle_card(training.recipe, name, arguments, trained_on, network, rule, results)
