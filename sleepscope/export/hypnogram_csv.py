"""Stages as a CSV, one row an epoch."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sleepscope.events.csv_text import defuse
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.events.sleepscope_csv import STAGE_COLUMNS
from sleepscope.export.csv_lines import csv_bytes
from sleepscope.export.export_format import ExportFormat, Rendered
from sleepscope.export.marked_event import MarkedEvent
from sleepscope.export.plain_rows import epochs_ms, seconds_text
from sleepscope.export.sidecar import Sidecar


def write_hypnogram_csv(path: Path, hypnogram: Hypnogram) -> None:
    """Write stages, one row an epoch: onset, duration (s), stage, scorer.

    Raises
    ------
    ExportError
        If the file cannot be written; nothing is changed then.
    """
    HYPNOGRAM_CSV.write(path, (), Sidecar(""), hypnogram)


def _render(
    path: Path, _marked: tuple[MarkedEvent, ...], _sidecar: Sidecar, hypnogram: Hypnogram | None
) -> Rendered:
    scorer = "" if hypnogram is None else defuse(hypnogram.scorer)
    rows = [
        (seconds_text(onset), seconds_text(duration), stage, scorer)
        for onset, duration, stage in epochs_ms(hypnogram)
    ]
    return Rendered({path: csv_bytes([(*STAGE_COLUMNS, "scorer"), *rows])})


HYPNOGRAM_CSV: Final = ExportFormat(
    "hypnogram", "Hypnogram CSV", "-hypnogram.csv", frozenset({"stages"}), _render
)
