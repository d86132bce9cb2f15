"""``python -m sleepscope``: the window, or a verb of the command line."""

from __future__ import annotations

import sys


def main(argv: list[str] | None = None) -> int:
    """Run a verb of the command line, or open the window where there is none (or ``demo``)."""
    arguments = sys.argv[1:] if argv is None else argv
    from sleepscope import cli

    if arguments and arguments[0] in (*cli.VERBS, "-h", "--help", "--version"):
        return cli.main(arguments)
    from sleepscope import app

    status: int = app.main(arguments)
    return status


if __name__ == "__main__":
    sys.exit(main())
