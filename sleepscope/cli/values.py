"""Words of the command line as values: stages, stretches of time, files of events."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from sleepscope.constants import STAGES
from sleepscope.errors import EventFileError, ExportError, SettingsError

if TYPE_CHECKING:
    import argparse

    from sleepscope.events.event_set import Span
    from sleepscope.events.hypnogram import Hypnogram


def add_rate(parser: argparse.ArgumentParser) -> None:
    """Add ``--rate``, for recordings that do not say their sampling rate."""
    parser.add_argument(
        "--rate", type=float, metavar="HZ", help="sampling rate of a recording that does not say it"
    )


def add_read_as(parser: argparse.ArgumentParser) -> None:
    """Add ``--read-as``, for files of events that several formats fit."""
    parser.add_argument(
        "--read-as", metavar="FORMAT", help="format of event files that several formats fit"
    )


def stage_list(text: str) -> tuple[str, ...]:
    """Stages from "N2,N3".

    Raises
    ------
    SettingsError
        If one is not a stage.
    """
    stages = tuple(part.strip().upper() for part in text.split(","))
    for stage in stages:
        if stage not in STAGES:
            raise SettingsError(
                f"'{stage}' is not a stage; --stages takes {', '.join(STAGES)} with commas between."
            )
    return tuple(dict.fromkeys(stages))


def time_span(text: str) -> Span:
    """A stretch of time from "0:1000" (s).

    Raises
    ------
    SettingsError
        If it is not two numbers in order.
    """
    first, colon, second = text.partition(":")
    try:
        start, stop = float(first), float(second)
    except ValueError:
        start = stop = math.nan
    if not (colon and math.isfinite(start) and math.isfinite(stop) and start < stop):
        raise SettingsError(
            f"'{text}' is not a stretch of time; --span takes START:STOP in seconds, 0:1000 say."
        )
    return start, stop


def read_hypnogram(path: str, read_as: str | None = None) -> Hypnogram:
    """The stages in a file.

    Raises
    ------
    EventFileError
        If it cannot be read or holds no stages.
    """
    from sleepscope.events.reading import read_events

    found = read_events(Path(path), read_as=read_as)
    if found.hypnogram is None:
        raise EventFileError(f"{Path(path).name} holds events but no stages.")
    return found.hypnogram


def keep_inputs(target: Path, *inputs: str | Path | None) -> None:
    """Refuse to write over what is being read.

    Raises
    ------
    ExportError
        If ``target`` is one of the inputs.
    """
    for name in inputs:
        if name is not None and target.exists() and Path(name).exists() and target.samefile(name):
            raise ExportError(
                f"{target.name} is an input of this command and is not written over; choose "
                "another name for --out."
            )


def printable(text: str) -> str:
    """A text of a file as a terminal may show it: nothing in it moves the cursor."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def clock(seconds: float) -> str:
    """A length of time as h:mm:ss."""
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
