"""The published recipe under three ways to cross-validate: what a leak is worth.

``python -m tests.benchmarks.published_recipe --data DIR`` prints the table of
``resources/help/training.md``. Folds are kept in --out, so a run that was stopped goes on, and the
table shows the cells that were finished there before by the same budget from the same features.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from itertools import product
from pathlib import Path
from typing import Any

from sleepscope.constants import REM, SPINDLE
from sleepscope.progress import Progress, finish
from sleepscope.training.recipe import (
    SMALL_BUDGET,
    RecipeSettings,
    budget_words,
    reads,
    run_cell,
)
from sleepscope.training.window_splits import PROTOCOLS

NAMES = {SPINDLE: "spindles (DREAMS)", REM: "REMs (simulated)"}
SHOWN = ("accuracy", "f1", "mcc", "auprc")


def main() -> None:
    """Run the cells that were asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    named = os.environ.get("SLEEPSCOPE_DATA")
    default = Path(named) / "dreams_spindles" if named else Path("../shared/data/dreams_spindles")
    parser.add_argument("--data", type=Path, default=default, help="the DREAMS spindles")
    parser.add_argument("--out", type=Path, default=Path("runs/published_recipe"))
    parser.add_argument("--tasks", nargs="+", default=[SPINDLE, REM], choices=[SPINDLE, REM])
    parser.add_argument("--dimensions", nargs="+", default=["1D", "2D"], choices=["1D", "2D"])
    parser.add_argument("--steps", type=int, help=f"batches of a fold; default: {SMALL_BUDGET}")
    parser.add_argument("--full", action="store_true", help="all epochs as published (days)")
    arguments = parser.parse_args()
    steps = None if arguments.full else dict(SMALL_BUDGET)
    if steps is not None and arguments.steps is not None:
        steps = dict.fromkeys(steps, arguments.steps)
    budget = budget_words(steps)
    began, said = time.perf_counter(), ""

    def tell(progress: Progress) -> None:
        nonlocal said
        if progress.message != said:
            said = progress.message
            print(f"{time.perf_counter() - began:7.0f} s  {said}", flush=True)

    path = arguments.out / "published_recipe.json"
    cells = kept(path, budget)
    for task in arguments.tasks:
        for dimensions in arguments.dimensions:
            folder = arguments.out / f"{task}-{dimensions}"
            settings = RecipeSettings(arguments.data, None if steps is None else steps[dimensions])
            cells[f"{task} {dimensions}"] = finish(
                run_cell(task, dimensions, settings, folder), tell
            )
            report = {"budget": budget, "reads": {k: reads(*k.split()) for k in cells}}
            report["cells"] = cells
            path.write_text(json.dumps(report, indent=1), encoding="utf-8")
    print(table(cells, budget))


def kept(path: Path, budget: str) -> dict[str, Any]:
    """Cells that were finished before by the same budget from the same features."""
    if not path.is_file():
        return {}
    report = json.loads(path.read_text(encoding="utf-8"))
    if report["budget"] != budget:
        return {}
    seen = report.get("reads", {})
    return {k: cell for k, cell in report["cells"].items() if seen.get(k) == reads(*k.split())}


def table(cells: dict[str, Any], budget: str) -> str:
    """The table in Markdown: pooled figures, and mean and SD of F1 over the folds."""
    head = "| task, network | protocol | accuracy | F1 | MCC | AUPRC | F1 per fold, mean ± SD |"
    lines = ["", head, "|---|---|---|---|---|---|---|"]
    missing, minutes = [], 0.0
    for task, dimensions in product(NAMES, ("1D", "2D")):
        title = f"{NAMES[task]}, {dimensions}"
        results = cells.get(f"{task} {dimensions}")
        if results is None:
            missing.append(title)
            continue
        for protocol in PROTOCOLS:
            found = results[protocol.name]
            minutes += found["cpu_seconds"] / 60
            figures = " | ".join(_figure(found["pooled"][key]) for key in SHOWN)
            spread = f"{_figure(found['mean']['f1'])} ± {_figure(found['sd']['f1'])}"
            lines.append(f"| {title} | {protocol.title} | {figures} | {spread} |")
    lines.insert(0, f"Each fold: {budget}. All folds: {minutes:.0f} min of one processor.")
    if missing:
        lines += ["", f"Not run: {'; '.join(missing)}."]
    proofs = (f"{protocol.title} shows {protocol.proves}" for protocol in PROTOCOLS)
    return "\n".join([*lines, "", "; ".join(proofs) + "."])


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}".removeprefix("0")


if __name__ == "__main__":
    main()
