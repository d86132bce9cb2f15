"""What files are called: the one table behind the file dialogs and the sorting of dropped files."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sleepscope.app.language import later, tr
from sleepscope.recordings.endings import EDF_ENDINGS, RECORDING_ENDINGS, TEXT_ENDINGS

# Also events are called so: a look inside tells.
_ALSO_EVENTS: Final = (*EDF_ENDINGS, *TEXT_ENDINGS, ".fif", ".fif.gz", ".vmrk")
_RECORDING_ENDINGS: Final = tuple(
    dict.fromkeys(ending for endings in RECORDING_ENDINGS.values() for ending in endings)
)
# What holds signals and nothing else, by its name: these need no look inside.
SIGNAL_ENDINGS: Final = tuple(e for e in _RECORDING_ENDINGS if e not in _ALSO_EVENTS)

_EVENT_ENDINGS: Final = (
    ".csv", ".tsv", ".txt", ".xml", ".annot", ".edf", ".bdf", ".vmrk", ".fif", ".mat", ".xlsx",
)  # fmt: skip

RECORDINGS: Final[dict[str, tuple[str, ...]]] = {
    later("Recordings"): _RECORDING_ENDINGS,
    **RECORDING_ENDINGS,
}
EVENTS: Final[dict[str, tuple[str, ...]]] = {later("Events and stages"): _EVENT_ENDINGS}


def name_filters(table: dict[str, tuple[str, ...]]) -> str:
    """The names a file dialog offers, each with its endings; all files last."""
    rows = [f"{tr(name)} ({' '.join(f'*{e}' for e in ends)})" for name, ends in table.items()]
    return ";;".join([*rows, tr("All files (*)")])


def has_ending(path: Path, endings: tuple[str, ...]) -> bool:
    """Whether a file is called so, in letters of any case."""
    return path.name.lower().endswith(endings)
