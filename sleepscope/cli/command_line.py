"""From words to a verb, and from every ending to an exit status."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
from importlib import import_module
from typing import Final, NoReturn

from sleepscope import __version__
from sleepscope.cli import VERBS
from sleepscope.cli.values import printable
from sleepscope.errors import SettingsError, SleepScopeError

DONE: Final = 0
MENDABLE: Final = 2
INTERRUPTED: Final = 130  # 128 + SIGINT, as shells say it
PIPE_CLOSED: Final = 141  # 128 + SIGPIPE


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are one sentence."""

    def error(self, message: str) -> NoReturn:
        """Raise instead of printing the usage and leaving the program."""
        raise SettingsError(f"{message[:1].upper()}{message[1:]}; see '{self.prog} --help'.")


def build_parser() -> Parser:
    """The parser of every verb; none of them loads what it works with."""
    parser = Parser(
        prog="sleepscope",
        description="View, detect, explain, compare and export the events of a night of sleep.",
        usage="sleepscope [VERB ...]\n       sleepscope [RECORDING]\n       sleepscope demo",
        epilog="Without a verb the window opens, with RECORDING if one is named; "
        "'sleepscope demo' opens it with a made-up night.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"SleepScope {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True, title="verbs")
    for name in VERBS:
        module = import_module(f"sleepscope.cli.{name}")
        summary: str = module.SUMMARY
        verb = verbs.add_parser(
            name,
            prog=f"sleepscope {name}",
            help=summary,
            description=module.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        module.add_arguments(verb)
        verb.set_defaults(run=module.run)
    return parser


def run(argv: list[str]) -> int:
    """Run a command line; see :func:`sleepscope.cli.main`."""
    for stream in (sys.stdout, sys.stderr):
        # A label that the terminal's encoding lacks must not end the program.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        arguments = build_parser().parse_args(argv)
        status: int = arguments.run(arguments)
        sys.stdout.flush()
    except SleepScopeError as error:
        return complain(error)
    except KeyboardInterrupt:
        print("sleepscope: stopped.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        _forget_output()
        return PIPE_CLOSED
    except SystemExit as leaving:  # argparse, after --help and --version
        return leaving.code if isinstance(leaving.code, int) else DONE
    return status


def complain(error: SleepScopeError) -> int:
    """Say what went wrong in one line on standard error; returns the exit status."""
    print(f"sleepscope: {printable(str(error))}", file=sys.stderr)
    return MENDABLE


def _forget_output() -> None:
    """Let Python flush into nothing when it ends, instead of complaining about the pipe."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
