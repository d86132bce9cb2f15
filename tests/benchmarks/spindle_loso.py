"""Leave-one-excerpt-out evaluation of spindle-1d on DREAMS; the last line is JSON.

python -m tests.benchmarks.spindle_loso --data DIR [--write models]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import torch

from sleepscope.errors import SleepScopeError
from sleepscope.progress import Progress, finish
from sleepscope.training.spindle_1d import (
    SpindleTraining,
    evaluate_spindle_1d,
    train_spindle_1d,
)
from sleepscope.training.spindle_evaluation import evaluation_text


def _report(progress: Progress) -> None:
    if sys.stderr.isatty() or progress.done % 50 == 0:
        print(f"{progress.fraction:6.1%} {progress.message}", file=sys.stderr, flush=True)


def main() -> int:
    """Evaluate (and with --write train the final network too) and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the DREAMS spindles")
    parser.add_argument("--write", type=Path, help="write weights and cards into this folder")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=SpindleTraining(Path(), None).steps)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    settings = SpindleTraining(arguments.data, arguments.write, arguments.seed, arguments.steps)
    began = time.perf_counter()
    try:
        if arguments.write is None:
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
