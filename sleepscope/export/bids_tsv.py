"""Events and stages as a table of the Brain Imaging Data Structure, with its JSON beside it.

Pernet et al. 2019, doi:10.1038/s41597-019-0104-8. ``onset``, ``duration``, ``trial_type`` and
``channel`` are the standard's own columns, the others are described in the JSON as it asks.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any, Final

from sleepscope.events.hypnogram import Hypnogram
from sleepscope.export.export_format import ExportFormat, Rendered
from sleepscope.export.marked_event import MarkedEvent
from sleepscope.export.plain_rows import epochs_ms, one_line, plain_rows, seconds_text
from sleepscope.export.sidecar import Sidecar

_TITLE: Final = "BIDS"
_NONE: Final = "n/a"
_COLUMNS: Final[dict[str, dict[str, Any]]] = {
    "onset": {"Description": "Start from the first sample of the recording", "Units": "s"},
    "duration": {"Description": "Length; 0 for a moment", "Units": "s"},
    "trial_type": {
        "Description": "Kind of event, or 'Sleep stage' with W, N1, N2, N3, R or ? (not scored)"
    },
    "channel": {"Description": "Channel of the event; n/a: all of them"},
    "scorer": {"Description": "Who marked it: human:, model: or file: with a name"},
    "confidence": {"Description": "Confidence of a model, 0 to 1"},
    "status": {
        "Description": "What a person decided",
        "Levels": {
            "unreviewed": "nobody has decided yet",
            "accepted": "a person agrees",
            "rejected": "a person does not agree",
            "changed": "a person changed it",
            "added": "a person added it",
        },
    },
    "note": {"Description": "Free text; [unsure] in front where the scorer was in doubt"},
}


def _render(
    path: Path, marked: tuple[MarkedEvent, ...], sidecar: Sidecar, hypnogram: Hypnogram | None
) -> Rendered:
    rows, losses = plain_rows(marked, _TITLE, reserved=lambda label: label == _NONE)
    scorer = _NONE if hypnogram is None else one_line(hypnogram.scorer) or _NONE
    lines: list[tuple[int, tuple[str, ...]]] = []
    for onset, duration, stage in epochs_ms(hypnogram):
        cells = (f"Sleep stage {stage}", _NONE, scorer, _NONE, _NONE, _NONE)
        lines.append((onset, (seconds_text(onset), seconds_text(duration), *cells)))
    for row in rows:
        confidence = row.marked.event.confidence
        cells = (
            row.label,
            row.channel or _NONE,
            one_line(row.marked.scorer) or _NONE,
            _NONE if confidence is None else f"{confidence:.4f}",
            row.marked.status,
            row.note or _NONE,
        )
        lines.append(
            (row.onset_ms, (seconds_text(row.onset_ms), seconds_text(row.duration_ms), *cells))
        )
    # BIDS asks for rows by onset; an epoch comes before the events in it.
    lines.sort(key=lambda line: line[0])
    text = io.StringIO(newline="")
    table = csv.writer(text, delimiter="\t", lineterminator="\n")
    table.writerow(_COLUMNS)
    table.writerows(cells for _, cells in lines)
    return Rendered(
        {
            path.with_suffix(".json"): _facts(sidecar).encode(),
            path: text.getvalue().encode("utf-8", "replace"),
        },
        losses,
    )


def _facts(sidecar: Sidecar) -> str:
    content = {**_COLUMNS, "SleepScope": sidecar.facts()}
    return json.dumps(content, indent=2) + "\n"


BIDS_TSV: Final = ExportFormat(
    "bids",
    _TITLE,
    "_events.tsv",
    frozenset(
        {
            "events",
            "stages",
            "channel",
            "confidence",
            "scorer",
            "status",
            "note",
            "spans",
            "models",
        }
    ),
    _render,
    mark="\t".join(_COLUMNS).encode(),
    beside="bids",
)
