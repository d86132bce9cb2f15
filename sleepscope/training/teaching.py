"""Teach a model on a lab's own nights and say whether it is better than the shipped one."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TypeVar

from sleepscope.networks.model_folder import find_model
from sleepscope.progress import Progress, Steps
from sleepscope.training.dataset import Dataset
from sleepscope.training.datasets import READERS, DatasetRequest, read_dataset
from sleepscope.training.model_comparison import (
    ModelComparison,
    compare_models,
    detect_nights,
    seen_in_training,
)
from sleepscope.training.run_folder import write_json, writing
from sleepscope.training.study import StudyReport, train_and_judge
from sleepscope.training.study_settings import StudySettings
from sleepscope.training.task_recipe import DEFAULTS
from sleepscope.training.teaching_plan import RESULT, TeachingPlan, keep_plan

T = TypeVar("T")

# How much of the work is training; the rest is the shipped model on the same nights.
_TRAINING_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Taught:
    """What came of it.

    Attributes
    ----------
    report : StudyReport
    comparison : ModelComparison
        Networks that never saw a person, on that person's nights, against the shipped model.
    """

    report: StudyReport
    comparison: ModelComparison


def planned_dataset(plan: TeachingPlan) -> Dataset:
    """The nights of a plan, each with the person it is of; see ``read_dataset``."""
    dataset = read_dataset(DatasetRequest(plan.source, plan.task, files=plan.files))
    nights = tuple(
        replace(night, subject=plan.people.get(night.recording.path) or night.subject)
        for night in dataset.nights
    )
    return replace(dataset, nights=nights)


def teach(plan: TeachingPlan) -> Steps[Taught]:
    """Train, judge on people left out, and compare with the shipped model on the same nights.

    Yields
    ------
    Progress
        ``partial`` is a LossPoint while a network is fitted.

    Raises
    ------
    SleepScopeError
        As ``read_dataset`` and ``train_and_judge``.
    """
    yield Progress(0, 1, "Reading the nights")
    with writing(plan.out):
        keep_plan(plan)
    dataset = planned_dataset(plan)
    settings = StudySettings(
        plan.out, plan.name, DEFAULTS[plan.task], steps=plan.steps, folds=plan.folds
    )
    report = yield from _share(train_and_judge(dataset, settings), 0.0, _TRAINING_SHARE)
    shipped = find_model(READERS[plan.task])
    judged = [found.night for found in report.nights]
    same = replace(dataset, nights=tuple(judged))
    theirs = yield from _share(detect_nights(shipped, same), _TRAINING_SHARE, 1 - _TRAINING_SHARE)
    doubt = seen_in_training(shipped, same)
    comparison = compare_models(
        (plan.name, report.nights), (shipped.name, theirs), dataset.stages, doubt=doubt
    )
    write_json(
        plan.out,
        RESULT,
        {**asdict(comparison), "difference": comparison.difference, "verdict": comparison.verdict},
    )
    return Taught(report, comparison)


def _share(steps: Steps[T], before: float, share: float) -> Steps[T]:
    """Work counted in units of its own as a share of the whole."""
    try:
        while True:
            one = next(steps)
            yield Progress(before + share * one.fraction, 1.0, one.message, one.partial)
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        steps.close()
