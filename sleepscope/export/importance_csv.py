"""The importance of channels, regions and bands as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import numpy as np

from sleepscope.errors import ExportError
from sleepscope.events.csv_text import defuse
from sleepscope.explain.importance import Importance
from sleepscope.explain.region_importance import REGIONS, region_of
from sleepscope.export.atomic_write import write_whole
from sleepscope.export.csv_lines import csv_bytes

COLUMNS: Final = (
    "part", "measure", "channel", "region", "band", "low_hz", "high_hz", "value_logit",
    "stretches", "start_s", "stop_s", "baseline", "model",
)  # fmt: skip


def importance_rows(part: str, found: Importance) -> Iterator[list[str]]:
    """A row for every value, as text; importance that nobody could measure is empty.

    Measures are p (mean logit), logit (of a channel), loss (signed) and CI of channels, RI, FI and
    FRI as in the help.
    """
    tail = [
        str(len(found.spans)), f"{found.spans[0][0]:.3f}", f"{found.spans[-1][1]:.3f}",
        found.baseline, defuse(found.scorer),
    ]  # fmt: skip

    def row(
        measure: str, value: float, channel: str = "", region: str = "", k: int = -1
    ) -> list[str]:
        band = None if k < 0 else found.bands[k]
        named = ["", "", ""] if band is None else [band.name, f"{band.low:g}", f"{band.high:g}"]
        number = f"{value:.6g}" if np.isfinite(value) else ""
        return [part, measure, defuse(channel), region, *named, number, *tail]

    yield row("p", found.p)
    for k, label in enumerate(found.channels):
        for measure, values in (
            ("logit", found.logits), ("loss", found.lost), ("CI", found.channel),
        ):  # fmt: skip
            yield row(measure, float(values[k]), label, region_of(label) or "")
    for k, region in enumerate(REGIONS):
        yield row("RI", float(found.region[k]), region=region)
    held = [k for k, band in enumerate(found.bands) if band is not None]
    for k in held:
        yield row("FI", float(found.frequency[k]), k=k)
    for place, region in enumerate(REGIONS):
        for k in held:
            yield row("FRI", float(found.region_band[place, k]), region=region, k=k)


def write_importance(path: Path, parts: Mapping[str, Importance]) -> None:
    """Write the event, the page and the night, as many as there are, below each other.

    Raises
    ------
    ExportError
        If the name does not end in .csv or the file cannot be written.
    """
    if path.suffix.lower() != ".csv":
        raise ExportError(f"{path.name} must end in .csv for a table.")
    rows = [row for part, found in parts.items() for row in importance_rows(part, found)]
    write_whole({path: csv_bytes([COLUMNS, *rows])})
