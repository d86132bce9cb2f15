"""Leave-one-excerpt-out evaluation of the spindle detectors on DREAMS; the last line is JSON.

python -m tests.benchmarks.spindle_loso --data DIR                  all of it, from nothing
python -m tests.benchmarks.spindle_loso --data DIR --shipped        the networks shipped, seconds
python -m tests.benchmarks.spindle_loso --data DIR --model NAME     one model alone
python -m tests.benchmarks.spindle_loso --data DIR --model NAME --write models   and keep it
python -m tests.benchmarks.spindle_loso --data DIR --shipped --write models      cards say it

With ``--shipped`` each excerpt is read by the shipped network that never saw it, through the same
detection that the program runs. Beside the models stand detectors without a network, under the
same rule, and the experts against each other.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from sleepscope.agreement import union
from sleepscope.detection import DetectSettings, detect
from sleepscope.errors import ModelError, SleepScopeError
from sleepscope.events.event import Event
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.model_folder import find_model, held_out_model
from sleepscope.progress import Progress, Steps, finish
from sleepscope.training.calibration import CALIBRATION_RULE, joined, judged, reliability
from sleepscope.training.dreams_spindles import SLEEP, Excerpt, read_excerpts
from sleepscope.training.published_fit import WindowFitSettings
from sleepscope.training.published_spindle import PublishedTraining, train_published_spindle
from sleepscope.training.spindle_evaluation import (
    comparison_text,
    evaluate_spindles,
    evaluation_text,
    spindle_figures,
)
from sleepscope.training.spindle_recipes import RECIPES
from sleepscope.training.spindle_training import (
    SpindleTraining,
    evaluate_training,
    train_spindles,
)
from tests.benchmarks.spindle_baselines import BASELINES
from tests.conftest import real_data_folder

# The slowest first, so that two processes end at about the same time.
MODELS = ("spindle-1d-ensemble", "spindle-2d", "spindle-window-1d", "spindle-1d")


def shipped_events(excerpts: Sequence[Excerpt], model: str) -> dict[str, tuple[Event, ...]]:
    """What the shipped networks of one model find in the excerpts that they never saw."""
    card, found = find_model(model), {}
    for excerpt in excerpts:
        unseen = held_out_model(card, frozenset({excerpt.hash}))
        if unseen is None and len(excerpt.experts) < 2:
            continue
        if unseen is None:
            raise ModelError(f"There is no network of {model} that never saw {excerpt.subject}.")
        settings = DetectSettings("spindle", unseen.name, (excerpt.label,))
        (detection,) = finish(detect(excerpt.recording, settings))
        if detection.trained_on:
            raise ModelError(f"{unseen.name} was trained on {excerpt.subject}.")
        found[excerpt.subject] = detection.events
    return found


def shipped_results(data: Path, model: str) -> dict[str, Any]:
    """Score the held-out networks of one model in the program's models folder."""
    excerpts = read_excerpts(data)
    found = shipped_events(excerpts, model)
    parts = [
        judged(found[e.subject], union(e.experts), e.hypnogram, SLEEP)
        for e in excerpts
        if len(e.experts) == 2
    ]
    calibration = {"rule": CALIBRATION_RULE, "confidence": reliability(joined(parts))}
    return {**evaluate_spindles(excerpts, found), "calibration": calibration}


def with_figures(card: ModelCard, results: dict[str, Any]) -> ModelCard:
    """The card with the figures of a run of its held-out networks."""
    calibration = {**card.results.get("calibration", {}), **results["calibration"]}
    return replace(card, results={**card.results, **results, "calibration": calibration})


def _steps(model: str, arguments: argparse.Namespace) -> Steps[Any]:
    """The training or evaluation of one model."""
    data, out, seed = arguments.data, arguments.write, arguments.seed
    if model == "spindle-window-1d":
        fit = WindowFitSettings(seed=seed)
        return train_published_spindle(PublishedTraining(data, out, fit, kept=arguments.kept))
    settings = SpindleTraining(data, out, seed, recipe=RECIPES[model], kept=arguments.kept)
    return train_spindles(settings) if out else evaluate_training(settings)


def results_of(detector: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """The evaluation of one model or baseline."""
    torch.set_num_threads(1)
    if detector in BASELINES:
        return evaluate_spindles(read_excerpts(arguments.data), BASELINES[detector](arguments.data))
    if arguments.shipped:
        shipped = shipped_results(arguments.data, detector)
        if arguments.write:
            card = find_model(detector)
            with_figures(card, shipped).write(arguments.write / card.path.name)
        return shipped
    last = 0.0

    def report(progress: Progress) -> None:
        nonlocal last
        if time.monotonic() - last > 20:
            last = time.monotonic()
            text = f"{detector} {progress.fraction:6.1%} {progress.message}"
            print(text, file=sys.stderr, flush=True)

    done = finish(_steps(detector, arguments), report)
    return done if isinstance(done, dict) else done.results


def experts_text(results: dict[str, Any]) -> str:
    """How far the experts agree, on one line."""
    asleep = results["experts"]["N2, N3"]
    figures = ", ".join(f"{iou}: {row['f1']:.3f}" for iou, row in asleep.items())
    return f"Expert 2 against expert 1, where both looked, N2, N3, F1 at IoU {figures}"


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
    parser.add_argument(
        "--model", choices=sorted({*MODELS, *RECIPES}), help="this alone, without baselines"
    )
    parser.add_argument("--write", type=Path, help="write weights and cards here")
    parser.add_argument("--shipped", action="store_true", help="score the shipped networks")
    parser.add_argument("--kept", type=Path, help="keep fitted members here, to go on after a stop")
    parser.add_argument("--jobs", type=int, default=2, help="processes, each on one core")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    began = time.perf_counter()
    detectors = [arguments.model] if arguments.model else [*MODELS, *BASELINES]
    if importlib.util.find_spec("yasa") is None and not arguments.model:
        detectors.remove("YASA defaults")
    with tempfile.TemporaryDirectory() as shared:
        # The single network is taught by members of the ensemble: they are fitted once.
        arguments.kept = arguments.kept or Path(shared)
        try:
            with ProcessPoolExecutor(max_workers=min(arguments.jobs, len(detectors))) as pool:
                found = list(pool.map(results_of, detectors, [arguments] * len(detectors)))
        except SleepScopeError as error:
            print(error, file=sys.stderr)
            return 1
    results = dict(zip(detectors, found, strict=True))
    if arguments.model:
        print(evaluation_text(results[arguments.model]), end="\n\n")
    print(comparison_text(results))
    print(experts_text(found[0]))
    seconds = round(time.perf_counter() - began, 1)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = round(used.ru_utime + used.ru_stime, 1)
    figures = {name: spindle_figures(one) for name, one in results.items()}
    print(json.dumps({"seconds": seconds, "cpu_seconds": cpu, **figures}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
