"""Leave-one-excerpt-out evaluation of a spindle model on DREAMS; the last line is JSON.

python -m tests.benchmarks.spindle_loso --data DIR                  train 25 networks, 6-15 min
python -m tests.benchmarks.spindle_loso --data DIR --write models   the same, and keep them
python -m tests.benchmarks.spindle_loso --data DIR --shipped        the networks shipped, 10 s

With ``--model spindle-2d`` it is the network that reads wavelet power. With ``--shipped`` each
excerpt is read by the shipped network that never saw it, through the same detection that the
program runs.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import torch

from sleepscope.detection import DetectSettings, detect
from sleepscope.errors import ModelError, SleepScopeError
from sleepscope.networks.model_folder import find_model, held_out_model
from sleepscope.progress import Progress, finish
from sleepscope.training.dreams_spindles import read_excerpts
from sleepscope.training.spindle_1d import (
    SPINDLE_1D,
    SpindleTraining,
    evaluate_spindle_1d,
    train_spindle_1d,
)
from sleepscope.training.spindle_2d import RECIPES
from sleepscope.training.spindle_evaluation import evaluate_spindles, evaluation_text
from tests.conftest import real_data_folder


def _report(progress: Progress) -> None:
    if sys.stderr.isatty() or progress.done % 50 == 0:
        print(f"{progress.fraction:6.1%} {progress.message}", file=sys.stderr, flush=True)


def shipped_results(data: Path, model: str, command: str) -> dict[str, Any]:
    """Score the held-out networks in the program's models folder."""
    card = find_model(model)
    excerpts = [e for e in read_excerpts(data) if len(e.experts) == 2]
    found = {}
    for excerpt in excerpts:
        unseen = held_out_model(card, frozenset({excerpt.hash}))
        if unseen is None:
            raise ModelError(f"There is no network of {model} that never saw {excerpt.subject}.")
        settings = DetectSettings("spindle", unseen.name, (excerpt.label,))
        (detection,) = finish(detect(excerpt.recording, settings))
        if detection.trained_on:
            raise ModelError(f"{unseen.name} was trained on {excerpt.subject}.")
        found[excerpt.subject] = detection.events
    return {"command": command, **evaluate_spindles(excerpts, found)}


def main() -> int:
    """Evaluate (and with --write train the final network too) and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    real = real_data_folder()
    parser.add_argument(
        "--data",
        type=Path,
        required=real is None,
        default=real and real / "dreams_spindles",
        help="folder of the DREAMS spindles",
    )
    recipes = {SPINDLE_1D.name: SPINDLE_1D, **RECIPES}
    parser.add_argument("--model", choices=sorted(recipes), default=SPINDLE_1D.name)
    parser.add_argument("--write", type=Path, help="write weights and cards into this folder")
    parser.add_argument("--shipped", action="store_true", help="score the shipped networks")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=SpindleTraining(Path(), None).steps)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    recipe = recipes[arguments.model]
    settings = SpindleTraining(
        arguments.data, arguments.write, arguments.seed, arguments.steps, recipe=recipe
    )
    began = time.perf_counter()
    try:
        if arguments.shipped:
            results = shipped_results(arguments.data, recipe.name, recipe.command)
        elif arguments.write is None:
            results = finish(evaluate_spindle_1d(settings), _report)
        else:
            results = finish(train_spindle_1d(settings), _report).results
    except SleepScopeError as error:
        print(error, file=sys.stderr)
        return 1
    print(evaluation_text(results))
    headline = results["model"]["N2, N3"]["0.2"]
    summary = {"f1": headline["f1"], "seconds": round(time.perf_counter() - began, 1)}
    print(json.dumps({**summary, **results}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
