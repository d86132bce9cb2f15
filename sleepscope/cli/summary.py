"""Count and measure the events of a recording: by stage, sleep cycle, hour, channel and scorer.

Amplitude (µV) and frequency (Hz) are taken from the signal.
"""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sleepscope.cli.progress_bar import run_with_bar
from sleepscope.cli.values import add_rate, add_read_as, keep_inputs, read_hypnogram
from sleepscope.errors import EventFileError

if TYPE_CHECKING:
    from sleepscope.events.event_set import EventSet
    from sleepscope.summary.night import SummaryRow

SUMMARY: Final = "count and measure events by stage, cycle, hour and channel"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``sleepscope summary``."""
    parser.add_argument("recording", metavar="FILE", help="a recording")
    parser.add_argument(
        "--events", action="append", required=True, metavar="FILE", help="events; repeatable"
    )
    parser.add_argument("--hypnogram", metavar="FILE", help="stages of the recording")
    parser.add_argument("--no-signal", action="store_true", help="leave the signal unread")
    add_rate(parser)
    add_read_as(parser)
    parser.add_argument("--out", metavar="CSV", help="write a CSV instead of printing a table")


def run(arguments: argparse.Namespace) -> int:
    """Read, measure, count; print or write."""
    from sleepscope.events.reading import read_events
    from sleepscope.export.summary_csv import write_summary
    from sleepscope.recordings.neutral_name import file_stems
    from sleepscope.recordings.opening import open_recording
    from sleepscope.summary import cycles, measures
    from sleepscope.summary.measures import measure_events
    from sleepscope.summary.night import summary_rows

    if arguments.out is not None:
        inputs = (arguments.recording, arguments.hypnogram, *arguments.events)
        keep_inputs(Path(arguments.out), *inputs)
    sets: list[EventSet] = []
    for name in arguments.events:
        found = read_events(Path(name), read_as=arguments.read_as)
        sets += found.event_sets
    if not any(one.events for one in sets):
        names = ", ".join(Path(name).name for name in arguments.events)
        raise EventFileError(f"{names} holds no events to count.")
    hypnogram = (
        None
        if arguments.hypnogram is None
        else read_hypnogram(arguments.hypnogram, arguments.read_as)
    )
    opened = open_recording(Path(arguments.recording), sfreq=arguments.rate)
    with closing(opened) as recording:
        events = [event for one in sets for event in one.events]
        measured = None
        if not arguments.no_signal:
            measured = run_with_bar(measure_events(recording, events))
        rows = summary_rows(sets, recording.duration, hypnogram, measured)
        stems = file_stems(recording)
    if arguments.out is not None:
        write_summary(Path(arguments.out), rows, stems)
        print(f"{len(rows)} rows written to {arguments.out}")
        return 0
    _print(rows)
    print(measures.RULE)
    if hypnogram is not None:
        print(cycles.RULE)
    return 0


def _print(rows: tuple[SummaryRow, ...]) -> None:
    from sleepscope.summary.night import COLUMNS

    table = [COLUMNS, *(row.cells() for row in rows)]
    widths = [max(len(row[k]) for row in table) for k in range(len(COLUMNS))]
    for row in table:
        cells = (
            cell.ljust(width) if k < 4 else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        print("  ".join(cells).rstrip())
