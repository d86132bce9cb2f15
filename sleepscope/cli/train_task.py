"""Train a model of one's own for a task on a dataset: what ``sleepscope train TASK`` does."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sleepscope.cli import window_options
from sleepscope.cli.progress_bar import run_with_bar
from sleepscope.errors import SettingsError

if TYPE_CHECKING:
    import argparse
    from types import FrameType

    from sleepscope.progress import Steps
    from sleepscope.training.dataset import Dataset
    from sleepscope.training.study import StudyReport

TASKS: Final = ("spindle", "rem")
DATASETS: Final = ("dreams-spindles", "dreams-rems", "folder", "reviewed", "simulated")


# Options that are kept under another name.
OPTIONS: Final = {"start": "--from", **window_options.NAMES}


def add_dataset(parser: argparse._ActionsContainer, *, required: bool) -> None:
    """Add ``--dataset`` and what belongs to it; the others are None unless given."""
    parser.add_argument(
        "--dataset",
        nargs="+",
        required=required,
        metavar=("NAME", "FOLDER"),
        help=f"{', '.join(DATASETS)}; all but simulated need a folder",
    )
    parser.add_argument("--scorer", metavar="NAME", help="of reviewed: whose review ('human:AB')")
    parser.add_argument(
        "--nights", type=int, metavar="N", help="of simulated: how many; default: 6"
    )
    parser.add_argument(
        "--minutes", type=float, metavar="M", help="of simulated: how long; default: 20"
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What only training for a task takes."""
    group = parser.add_argument_group("for a TASK")
    add_dataset(group, required=False)
    group.add_argument("--name", help="of the model; default: TASK-own")
    group.add_argument(
        "--recipe", help="TASK-1d (the default), TASK-window-1d, TASK-window-2d or spindle-2d"
    )
    group.add_argument("--steps", type=int, metavar="N", help="batches of each network")
    group.add_argument(
        "--scheme",
        choices=("people", "blocked", "shuffled"),
        help="what is held out: people (the default) or, for the recipes of windows, blocks of "
        "time (the same people on both sides, 5 s between) or shuffled windows (as published: "
        "LEAKY, to show what that is worth)",
    )
    group.add_argument(
        "--folds",
        type=int,
        metavar="N",
        help="groups of people held out (default: each person); of blocked and shuffled: folds "
        "(default: 10)",
    )
    group.add_argument(
        "--patience",
        type=int,
        metavar="N",
        help="stop a fit after N looks (25 batches each) without gain on training people kept out",
    )
    group.add_argument("--from", dest="start", metavar="MODEL", help="begin with its weights")
    window_options.add_arguments(parser)


def read_named(arguments: argparse.Namespace, task: str) -> Dataset:
    """The dataset that the command line names; says what was left out of it."""
    from sleepscope.training.datasets import DatasetRequest, read_dataset

    if not arguments.dataset:
        raise SettingsError(f"Training for '{task}' needs --dataset NAME FOLDER.")
    name, *folder = arguments.dataset
    if len(folder) > 1:
        raise SettingsError(f"--dataset takes a name and one folder, not {len(folder)} folders.")
    request = DatasetRequest(name, task, Path(folder[0]) if folder else None, arguments.scorer)
    if arguments.nights is not None:
        request = replace(request, n_nights=arguments.nights)
    if arguments.minutes is not None:
        request = replace(request, minutes=arguments.minutes)
    _refuse_others(arguments, name, folder)
    dataset = read_dataset(request)
    for notice in dataset.notices:
        print(f"note: {notice}")
    events = sum(night.n_events for night in dataset.nights)
    print(
        f"{dataset.title}: nights {len(dataset.nights)}, people {len(dataset.subjects)}, "
        f"events of kind '{task}' {events}, experts up to {dataset.n_experts}."
    )
    return dataset


def _refuse_others(arguments: argparse.Namespace, name: str, folder: list[str]) -> None:
    """Refuse what another dataset takes, instead of passing over it."""
    if name != "reviewed" and arguments.scorer is not None:
        raise SettingsError(f"--scorer goes with the dataset 'reviewed', not with '{name}'.")
    if name == "simulated" and folder:
        raise SettingsError(f"The dataset 'simulated' takes no folder, but {folder[0]} is given.")
    for option in ("nights", "minutes"):
        if name != "simulated" and getattr(arguments, option) is not None:
            raise SettingsError(f"--{option} goes with the dataset 'simulated', not with '{name}'.")


def run(arguments: argparse.Namespace) -> int:
    """Train, judge, write, and print the table."""
    from sleepscope.networks.model_folder import find_model
    from sleepscope.training.study import train_and_judge
    from sleepscope.training.study_settings import StudySettings
    from sleepscope.training.task_recipe import DEFAULTS, RECIPES

    task = arguments.model
    recipe = arguments.recipe or DEFAULTS[task]
    if recipe not in RECIPES or not recipe.startswith(task):
        fitting = ", ".join(name for name in RECIPES if name.startswith(task))
        raise SettingsError(f"'{recipe}' is no recipe for '{task}'; choose from {fitting}.")
    # Before anything is read: what is wrong with them is told at once.
    settings = StudySettings(
        out=Path(arguments.out),
        name=f"{task}-own" if arguments.name is None else arguments.name,
        recipe=recipe,
        steps=arguments.steps,
        folds=arguments.folds,
        **({} if arguments.scheme is None else {"scheme": arguments.scheme}),
        start=None if arguments.start is None else find_model(arguments.start),
        patience=arguments.patience,
        classifier=window_options.chosen(arguments, RECIPES[recipe]),
        cut=window_options.cut(arguments),
        labels=window_options.label_rule(arguments),
        seed=arguments.seed,
    )
    dataset = read_named(arguments, task)
    report = _run_between_batches(train_and_judge(dataset, settings))
    print_results(report.results)
    card = report.card
    print(f"{card.name} written to {settings.out} (sha256 {card.sha256[:8]})")
    return 0


def print_results(results: dict[str, Any]) -> None:
    """The rule and the figures of held-out nights."""
    from sleepscope.training.balancing import COUNTED, balance_sentence

    if "protocol" in results:
        print(results["protocol"])
    for network, counts in results.get("balancing", {}).items():
        print(f"{network}: {balance_sentence(**{k: counts[k] for k in COUNTED})}")
    if "by event" in results:
        _print_events(results)
    by_window = next(name for name in results if name.startswith("by window"))
    leak = by_window.removeprefix("by window")
    found = results[by_window]
    print(found["rule"])
    names = ("accuracy", "sensitivity", "specificity", "ppv", "f1", "mcc", "kappa", "auprc")
    if "by event" not in results:
        _print_folds(found, leak, names)
    print(f"by window of 5 s, pooled{leak}: {_figures(found[f'pooled{leak}'], names)}")


def _print_folds(found: dict[str, Any], leak: str, names: tuple[str, ...]) -> None:
    """Windows of each fold, mean and SD; ``leak`` is what is said beside figures that leak."""
    print(f"{found['scheme']}, figures by window of 5 s:")
    for name, row in found[f"per fold{leak}"].items():
        print(f"  {name}: {_figures(row, ('windows', 'with event', *names))}")
    for name in ("mean", "sd"):
        print(f"  {name} over folds{leak}: {_figures(found[f'{name}{leak}'], names)}")


def _print_events(results: dict[str, Any]) -> None:
    """The rule, and figures by event and by sample."""
    print(results["rule"])
    events = results["by event"]
    for iou, row in events["pooled"].items():
        print(f"by event, IoU {iou}, pooled: {_figures(row, ('precision', 'recall', 'f1'))}")
    for name, rows in events["per night"].items():
        print(f"  {name}: {_figures(rows['0.2'], ('truth', 'found', 'f1', 'mean_iou'))}")
    print(f"  F1 over nights: mean {_word(events['f1 mean'])}, SD {_word(events['f1 sd'])}")
    if events.get("f1 interval"):
        low, high = events["f1 interval"]
        print(f"  95 % interval of F1: {low:.3f} to {high:.3f}. {events['interval method']}")
    if results.get("calibration", {}).get("confidence", {}).get("events"):
        fitted, plain = (
            results["calibration"][k]["ece"] for k in ("confidence", "mean probability")
        )
        print(f"confidence: off by {fitted:.3f} on average, {plain:.3f} before it was calibrated")
    print(f"by sample: {_figures(results['by sample'], ('f1', 'kappa'))}")


def _figures(row: dict[str, Any], names: tuple[str, ...]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {_word(row[name])}" for name in names)


def _word(value: float | int | None) -> str:
    if value is None:
        return "none"
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def _run_between_batches(steps: Steps[StudyReport]) -> StudyReport:
    """Run to the end; Ctrl-C takes effect between two batches, so that the run can go on."""
    with _noted_interrupt() as asked:

        def watched() -> Steps[StudyReport]:
            try:
                while True:
                    yield next(steps)
                    if asked:
                        raise KeyboardInterrupt
            except StopIteration as stop:
                report: StudyReport = stop.value
                return report
            finally:
                steps.close()

        return run_with_bar(watched())


@contextmanager
def _noted_interrupt() -> Iterator[list[int]]:
    """A list that Ctrl-C fills; a second Ctrl-C stops at once."""
    asked: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        if asked:
            signal.default_int_handler(number, frame)
        asked.append(number)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)
