"""Merge review file B into a copy of review file A.

Both must be reviews of one recording. What only one of them changed since they were copied is
taken from it, deletions too. What both changed differently is listed; decide with --prefer. A and
B stay as they are.
"""

from __future__ import annotations

import argparse
import contextlib
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sleepscope.cli.values import printable
from sleepscope.errors import ReviewError, SettingsError

if TYPE_CHECKING:
    from sleepscope.review.merge_plan import Choice, MergePlan

SUMMARY: Final = "merge two copies of a review"
NOT_DECIDED: Final = 2
_CHOICES: Final[dict[str, Choice]] = {"A": "mine", "B": "theirs", "both": "both"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``sleepscope merge``."""
    parser.add_argument("a", metavar="A", help="a review file (NIGHT.sleepscope)")
    parser.add_argument("b", metavar="B", help="another copy of it, edited elsewhere")
    parser.add_argument(
        "--out", metavar="C", help="the merged review; by default 'A merged.sleepscope' beside A"
    )
    parser.add_argument(
        "--prefer",
        choices=tuple(_CHOICES),
        help="whose version is taken where both changed the same; 'both' keeps both events and, "
        "where that cannot be, A's",
    )


def run(arguments: argparse.Namespace) -> int:
    """List the conflicts; write the merged file where there are none, or they are decided."""
    from sleepscope.review.merge import merge
    from sleepscope.review.merge_planning import plan_merge
    from sleepscope.review.review_file import ReviewFile

    a, b = Path(arguments.a), Path(arguments.b)
    out = a.with_name(f"{a.stem} merged.sleepscope") if arguments.out is None else arguments.out
    out = Path(out)
    if out.exists():
        raise SettingsError(f"{out} is there already; name another file with --out.")
    with ReviewFile.open_file(a) as first, ReviewFile.open_file(b) as second:
        plan = plan_merge(first.side(), second.side())
        _print(plan, a, b)
        choices = _decided(plan, arguments.prefer)
        if choices is None:
            n = len(plan.conflicts)
            print(
                f"{n} conflict{'' if n == 1 else 's'} not decided: nothing was written; choose "
                "with --prefer A, B or both, or merge in the window (File > Merge)."
            )
            return NOT_DECIDED
        try:
            first.copy_to(out)
            with ReviewFile.open_file(out, read_only=False) as merged:
                # The plan was made on A; its copy holds the same rows.
                merge(merged, plan, choices, name=b.name)
        except (OSError, sqlite3.Error, ReviewError) as error:
            for path in (out, out.with_name(out.name + "-wal"), out.with_name(out.name + "-shm")):
                with contextlib.suppress(OSError):
                    path.unlink(missing_ok=True)
            raise ReviewError(f"{out} could not be written: {error}") from error
    print(f"written: {out}")
    return 0


def _decided(plan: MergePlan, prefer: str | None) -> dict[int, Choice] | None:
    if not plan.conflicts:
        return {}
    if prefer is None:
        return None
    wanted = _CHOICES[prefer]
    return {
        index: wanted if wanted in conflict.outcomes else "mine"
        for index, conflict in enumerate(plan.conflicts)
    }


def _print(plan: MergePlan, a: Path, b: Path) -> None:
    for note in plan.notes:
        print(printable(note))
    if plan.is_empty:
        print(f"{b.name} holds nothing that {a.name} lacks.")
    if not plan.conflicts:
        return
    heads = ("scorer", "what", "A", "B")
    rows = [
        tuple(map(printable, (one.scorer, one.what, one.mine, one.theirs)))
        for one in plan.conflicts
    ]
    widths = [max(len(row[k]) for row in (heads, *rows)) for k in range(len(heads))]
    for row in (heads, tuple("-" * width for width in widths), *rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())
