"""What a model is to be taught from, kept in the folder of the run so that it can go on later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sleepscope.networks.whole_file import write_all

PLAN: Final = "plan.json"
# Written when all is done.
RESULT: Final = "comparison.json"


@dataclass(frozen=True, slots=True)
class TeachingPlan:
    """What a person asks for.

    Attributes
    ----------
    source : str
        "reviewed" or "folder": whose marks are the truth.
    task : str
        "spindle" or "rem".
    files : tuple of Path
        Recordings.
    people : mapping of Path to str
        Whose each recording is, where its name does not say so.
    name : str
        Of the model.
    out : Path
        Folder of the run.
    folds : int or None
        Groups of people held out in turn; None holds out each person.
    steps : int or None
        Batches of each network; None takes as many as usual.
    """

    source: str
    task: str
    files: tuple[Path, ...]
    people: Mapping[Path, str] = field(default_factory=dict)
    name: str = "spindle-own"
    out: Path = Path("run")
    folds: int | None = None
    steps: int | None = None


def keep_plan(plan: TeachingPlan) -> None:
    """Write a plan into the folder of its run.

    Raises
    ------
    OSError
    """
    plan.out.mkdir(parents=True, exist_ok=True)
    content = {
        "source": plan.source,
        "task": plan.task,
        "files": [str(path.absolute()) for path in plan.files],
        "people": {str(path.absolute()): person for path, person in plan.people.items()},
        "name": plan.name,
        "folds": plan.folds,
        "steps": plan.steps,
    }
    write_all(plan.out / PLAN, json.dumps(content, indent=2, ensure_ascii=False).encode())


def stopped_plan(runs: Path) -> TeachingPlan | None:
    """The plan of the latest run, where that did not come to its end.

    Parameters
    ----------
    runs : Path
        Folder that holds the folders of runs; it may not be there.
    """
    try:
        latest = max(runs.glob(f"*/{PLAN}"), key=lambda path: path.stat().st_mtime)
        content = json.loads(latest.read_text(encoding="utf-8"))
        if (latest.parent / RESULT).exists():
            return None
        return TeachingPlan(
            content["source"],
            content["task"],
            tuple(map(Path, content["files"])),
            {Path(name): person for name, person in content["people"].items()},
            content["name"],
            latest.parent,
            content["folds"],
            content["steps"],
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None  # None there, or damaged: then there is nothing to go on with.
