"""The ``sleepscope`` command: the same core without a screen. One module per verb."""

from __future__ import annotations

from typing import Final

# The first word of a command line that is for this package; any other opens the window.
VERBS: Final = (
    "info",
    "detect",
    "explain",
    "compare",
    "summary",
    "train",
    "evaluate",
    "export",
    "merge",
)


def main(argv: list[str]) -> int:
    """Run a verb, ``--help`` or ``--version``.

    Returns
    -------
    int
        0 done, 2 for what the person can mend (one line on standard error), 130 after Ctrl-C,
        141 where the reader of a pipe went away.
    """
    from sleepscope.cli.command_line import run

    return run(argv)
