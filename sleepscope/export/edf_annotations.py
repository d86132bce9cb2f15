"""Events and stages as an EDF+ file of annotations, as in the Sleep-EDF database.

Kemp & Olivan 2003, European data format 'plus', doi:10.1016/S1388-2457(03)00123-8. A channel
stands behind its event as "spindle@@C3-M2", which EDFbrowser, Polyman and MNE understand.
"""

from __future__ import annotations

import datetime
import io
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sleepscope.events.hypnogram import Hypnogram
from sleepscope.export.export_format import ExportFormat, Rendered
from sleepscope.export.marked_event import MarkedEvent
from sleepscope.export.plain_rows import PlainRow, epochs_ms, plain_rows
from sleepscope.export.sidecar import Sidecar

if TYPE_CHECKING:
    from edfio import EdfAnnotation

_TITLE: Final = "EDF+"
_HYPNOGRAM_TITLE: Final = "Hypnogram EDF+"
# Stands in the header's field for the equipment. No recording has it.
_EQUIPMENT: Final = "SleepScope_annotations"
# EDF: two digits for the year.
_YEARS: Final = (1985, 2084)


def _render(
    path: Path, marked: tuple[MarkedEvent, ...], sidecar: Sidecar, hypnogram: Hypnogram | None
) -> Rendered:
    from edfio import EdfAnnotation

    rows, losses = plain_rows(marked, _TITLE, forbidden={"@@": "@ @"})
    annotations = [
        EdfAnnotation(onset / 1000, duration / 1000, f"Sleep stage {stage}")
        for onset, duration, stage in epochs_ms(hypnogram)
    ]
    annotations += [
        EdfAnnotation(row.onset_ms / 1000, row.duration_ms / 1000, _text(row)) for row in rows
    ]
    start = None if sidecar.start is None else datetime.datetime.fromisoformat(sidecar.start)
    if start is not None and not _YEARS[0] <= start.year <= _YEARS[1]:
        losses = (
            *losses,
            f"EDF+ holds dates from {_YEARS[0]} to {_YEARS[1]}: the date {start:%Y-%m-%d} of the "
            "recording is left out, its time of day stays.",
        )
    return Rendered({path: _edf(annotations, start)}, losses)


def _render_hypnogram(
    path: Path, _marked: tuple[MarkedEvent, ...], sidecar: Sidecar, hypnogram: Hypnogram | None
) -> Rendered:
    return _render(path, (), sidecar, hypnogram)


def _text(row: PlainRow) -> str:
    if row.channel is None:
        return row.label
    # A blank keeps a label's own last @ from its channel's two; readers take it away.
    between = " " if row.label.endswith("@") else ""
    return f"{row.label}{between}@@{row.channel}"


def _edf(annotations: list[EdfAnnotation], start: datetime.datetime | None) -> bytes:
    from edfio import Edf, EdfAnnotation, Patient, Recording

    known = start is not None and _YEARS[0] <= start.year <= _YEARS[1]
    edf = Edf(
        (),
        # The patient stays unknown: every field is X.
        patient=Patient(),
        recording=Recording(
            startdate=start.date() if start is not None and known else None,
            equipment_code=_EQUIPMENT,
        ),
        starttime=None if start is None else start.time(),
        # An empty annotation, which nobody shows: edfio writes no file without one.
        annotations=annotations or [EdfAnnotation(0.0, None, "")],
    )
    content = io.BytesIO()
    edf.write(content)
    return content.getvalue()


EDF_ANNOTATIONS: Final = ExportFormat(
    "edf+",
    _TITLE,
    "-events.edf",
    frozenset({"events", "stages", "channel"}),
    _render,
    mark=_EQUIPMENT.encode(),
)
HYPNOGRAM_EDF: Final = ExportFormat(
    "hypnogram-edf+",
    _HYPNOGRAM_TITLE,
    "-Hypnogram.edf",
    frozenset({"stages"}),
    _render_hypnogram,
    mark=_EQUIPMENT.encode(),
)
