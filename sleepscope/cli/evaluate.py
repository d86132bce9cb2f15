"""Judge a model on a dataset of scored nights, by the rule that training is judged by.

With --against MODEL the difference of both is printed with an interval.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sleepscope.cli.progress_bar import run_with_bar
from sleepscope.cli.train_task import add_dataset, print_results, read_named
from sleepscope.errors import SettingsError

if TYPE_CHECKING:
    import argparse

SUMMARY: Final = "judge a model on scored nights"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``sleepscope evaluate``."""
    parser.add_argument("model", metavar="MODEL", help="a model by name or card")
    add_dataset(parser, required=True)
    parser.add_argument("--against", metavar="MODEL", help="another model of the same task")
    parser.add_argument("--json", metavar="FILE", help="write the figures here, too")


def run(arguments: argparse.Namespace) -> int:
    """Detect, score, print."""
    from sleepscope.export.atomic_write import write_whole
    from sleepscope.networks.model_folder import find_model
    from sleepscope.training.model_comparison import (
        compare_models,
        detect_nights,
        seen_in_training,
    )
    from sleepscope.training.night_results import night_results

    card = find_model(arguments.model)
    other = None if arguments.against is None else find_model(arguments.against)
    if other is not None and other.task != card.task:
        raise SettingsError(
            f"{other.name} finds events of kind '{other.task}' and {card.name} of kind "
            f"'{card.task}'; --against takes a model of the same kind."
        )
    dataset = read_named(arguments, card.task)
    doubts = [seen_in_training(one, dataset) for one in (card, other) if one is not None]
    for doubt in filter(None, doubts):
        print(f"note: {doubt}")
    found = run_with_bar(detect_nights(card, dataset))
    results = night_results(found, dataset.stages)
    print_results(results)
    if other is not None:
        theirs = run_with_bar(detect_nights(other, dataset))
        compared = compare_models((card.name, found), (other.name, theirs), dataset.stages)
        print(compared.verdict)
        print(compared.method)
        results["against"] = {other.name: compared.verdict}
    if arguments.json is not None:
        write_whole({Path(arguments.json): json.dumps(results, indent=2).encode()})
    return 0
