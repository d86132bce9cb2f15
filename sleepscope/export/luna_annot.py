"""Events and stages as annotations of Luna: class, instance, channel, start, stop, meta."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sleepscope import __version__
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.export.export_format import ExportFormat, Rendered
from sleepscope.export.marked_event import MarkedEvent
from sleepscope.export.plain_rows import epochs_ms, plain_rows, seconds_text
from sleepscope.export.sidecar import Sidecar

_TITLE: Final = "Luna"
_NONE: Final = "."
# Lines with # in front describe a class; this one has no events and tells who wrote the file.
_MARK: Final = "# sleepscope | written by SleepScope"


def _render(
    path: Path, marked: tuple[MarkedEvent, ...], _sidecar: Sidecar, hypnogram: Hypnogram | None
) -> Rendered:
    rows, losses = plain_rows(marked, _TITLE, reserved=lambda label: label.startswith("#"))
    lines = [
        f"{_MARK} {__version__}",
        "\t".join(("class", "instance", "channel", "start", "stop", "meta")),
        *(_line(stage, _NONE, on, length, "") for on, length, stage in epochs_ms(hypnogram)),
        *(
            _line(row.label, row.channel or _NONE, row.onset_ms, row.duration_ms, row.note)
            for row in rows
        ),
    ]
    return Rendered({path: ("\n".join(lines) + "\n").encode()}, losses)


def _line(label: str, channel: str, onset_ms: int, duration_ms: int, note: str) -> str:
    start, stop = seconds_text(onset_ms), seconds_text(onset_ms + duration_ms)
    return "\t".join((label, _NONE, channel, start, stop, note or _NONE))


LUNA_ANNOT: Final = ExportFormat(
    "luna",
    _TITLE,
    ".annot",
    frozenset({"events", "stages", "channel", "note"}),
    _render,
    mark=_MARK.encode(),
)
