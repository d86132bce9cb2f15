"""Long work on a terminal: a bar on standard error, nothing in a pipe."""

from __future__ import annotations

import sys
from typing import TypeVar

from sleepscope.progress import Progress, Steps, finish

T = TypeVar("T")


def run_with_bar(steps: Steps[T]) -> T:
    """Run long work to its end and return its result.

    Ctrl-C closes the generator, so that it leaves nothing behind.
    """
    try:
        if not sys.stderr.isatty():
            return finish(steps)
        from tqdm import tqdm

        with tqdm(
            total=1.0,
            leave=False,
            bar_format="{desc} {percentage:3.0f} %|{bar}| {elapsed}<{remaining}",
        ) as bar:

            def show(progress: Progress) -> None:
                # A new message is shown at once, the same one only as often as tqdm draws.
                bar.set_description_str(progress.message, refresh=progress.message != bar.desc)
                bar.update(progress.fraction - bar.n)

            return finish(steps, show)
    finally:
        steps.close()
