"""Train a network and write its weights and its card.

For a TASK (spindle, rem) a model of your own learns from --dataset, is judged on people it never
saw, and writes a folder with results and figures. Ctrl-C stops it; the same command goes on.

For a MODEL one of the bundled ones is trained anew as it was made. The spindle models learn from
the DREAMS spindles in --data; rem-1d and rem-2d learn from simulated eyes and use real recordings
in --data, if there are any, for its evaluation alone. With --dreams-rems, rem-1d goes on learning
from the DREAMS REMs there and is tested on excerpts left out.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sleepscope.cli import train_task
from sleepscope.cli.progress_bar import run_with_bar
from sleepscope.errors import SettingsError

if TYPE_CHECKING:
    from sleepscope.networks.model_card import ModelCard
    from sleepscope.progress import Steps

SUMMARY: Final = "train a model and write its card"
MODELS: Final = (
    "spindle-1d",
    "spindle-1d-ensemble",
    "rem-1d",
    "spindle-2d",
    "rem-2d",
    "spindle-window-1d",
    "spindle-window-2d",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``sleepscope train``."""
    choices = (*MODELS, *train_task.TASKS)
    parser.add_argument("model", choices=choices, metavar="MODEL|TASK", help=", ".join(choices))
    parser.add_argument("--out", required=True, metavar="DIR", help="folder for weights and card")
    parser.add_argument("--seed", type=int, default=0, help="fixes everything random; default: 0")
    bundled = parser.add_argument_group("for a MODEL")
    bundled.add_argument("--data", metavar="DIR", help="folder of the training data")
    bundled.add_argument(
        "--dreams-rems",
        metavar="DIR",
        help="for rem-1d: fine-tune on the DREAMS REMs with their signals (excerpt1.edf, ...)",
    )
    bundled.add_argument(
        "--unverified",
        action="store_true",
        help="with --dreams-rems: take recordings that are not the published ones",
    )
    train_task.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Train, write, and say where."""
    if arguments.seed < 0:
        raise SettingsError(f"--seed is {arguments.seed}; it must be 0 or more.")
    _refuse_others(arguments)
    if arguments.model in train_task.TASKS:
        return train_task.run(arguments)
    data = None if arguments.data is None else Path(arguments.data)
    if data is not None and not data.is_dir():
        raise SettingsError(f"There is no folder {data} for --data.")
    if data is None and not arguments.model.startswith("rem-"):
        raise SettingsError(f"{arguments.model} needs training data: add --data DIR.")
    out = Path(arguments.out)
    if out.exists() and not out.is_dir():
        raise SettingsError(f"--out {out} is a file; name a folder.")
    if arguments.dreams_rems is not None:
        return _fine_tune(arguments, out)
    if arguments.unverified:
        raise SettingsError("--unverified goes with --dreams-rems.")
    card = run_with_bar(_training(arguments.model, data, out, arguments.seed))
    print(f"{card.name} {card.version} written to {out} (sha256 {card.sha256[:8]})")
    return 0


def _refuse_others(arguments: argparse.Namespace) -> None:
    """Refuse options that the model or the task does not have, instead of passing over them."""
    is_task = arguments.model in train_task.TASKS
    mine = {"data", "dreams_rems", "unverified"}
    shared = {"verb", "run", "model", "out", "seed"}
    for name, value in vars(arguments).items():
        if value is None or value is False or name in shared or (name in mine) != is_task:
            continue
        option = train_task.OPTIONS.get(name, f"--{name.replace('_', '-')}")
        if is_task:
            words = "is for bundled models; the recordings of a task come with --dataset"
        elif name == "dataset":
            words = f"goes with {' or '.join(train_task.TASKS)}, as {arguments.model} has its own"
        else:
            words = f"goes with {' or '.join(train_task.TASKS)}, not with {arguments.model}"
        raise SettingsError(f"{option} {words}.")


def _fine_tune(arguments: argparse.Namespace, out: Path) -> int:
    """Fine-tune rem-1d, say what it reached on excerpts left out beside what is to be beaten."""
    folder = Path(arguments.dreams_rems)
    if arguments.model != "rem-1d":
        raise SettingsError(f"--dreams-rems is for rem-1d, not for {arguments.model}.")
    if not folder.is_dir():
        raise SettingsError(f"There is no folder {folder} for --dreams-rems.")
    from sleepscope.training.rem_dreams import BARS, DETECTORS, DreamsRemTraining
    from sleepscope.training.rem_dreams import train_on_dreams_rems as train

    settings = DreamsRemTraining(folder, out, arguments.seed, verify=not arguments.unverified)
    card = run_with_bar(train(settings))
    print(f"{'leaving one excerpt out':24} {'events, REM sleep':>18} {'5-s windows':>12}  (F1)")
    for name in DETECTORS:
        row = card.results[name]
        values = [row["events_rem_f1"], row["windows_f1"]]
        words = ["-" if value is None else f"{value:.3f}" for value in values]
        print(f"{name:24} {words[0]:>18} {words[1]:>12}")
    print(f"{'to beat':24} {BARS['events_rem_f1']:>18.3f} {BARS['windows_f1']:>12.3f}")
    print(card.results["protocol"])
    print(f"{card.name} {card.version} written to {out} (sha256 {card.sha256[:8]})")
    return 0


def _training(model: str, data: Path | None, out: Path, seed: int) -> Steps[ModelCard]:
    if model == "rem-1d":
        from sleepscope.training.rem_1d import RemTraining, train_rem_1d

        return train_rem_1d(RemTraining(out=out, data=data, seed=seed))
    if model == "rem-2d":
        from sleepscope.training.rem_1d import train_rem_1d
        from sleepscope.training.rem_2d import rem_2d_training

        return train_rem_1d(rem_2d_training(out, data, seed))
    assert data is not None
    if model == "spindle-window-1d":
        from sleepscope.training.published_fit import WindowFitSettings
        from sleepscope.training.published_spindle import (
            PublishedTraining,
            train_published_spindle,
        )

        fit = WindowFitSettings(seed=seed)
        return train_published_spindle(PublishedTraining(data, out, fit, kept=out / "kept"))
    from sleepscope.training.spindle_recipes import RECIPES
    from sleepscope.training.spindle_training import SpindleTraining, train_spindles

    recipe = RECIPES[model]
    return train_spindles(SpindleTraining(data, out, seed, recipe=recipe, kept=out / "kept"))
