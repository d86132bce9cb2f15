"""What files are called: the one table behind the file dialogs and the sorting of dropped files."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sleepscope.app.language import later, tr

# Of the EDF family by name. Also files of annotations alone are called so.
EDF_ENDINGS: Final = (".edf", ".bdf", ".rec")
# What holds signals and nothing else, by its name: these need no look inside.
SIGNAL_ENDINGS: Final = (
    ".vhdr", ".ahdr", ".eeg", ".set", ".gdf", ".lay", ".cnt", ".mff", ".mefd", ".nxe", ".nedf",
    ".data", ".ns3", ".cdt", ".cdt.dpa", ".cdt.cef", ".dap", ".rs3", ".cef", ".sqd", ".con", ".ds",
    ".bin", ".hdr", ".snirf", ".dat", ".npy", ".npz",
)  # fmt: skip
# Signals, events or stages.
_EITHER: Final = (".txt", ".csv", ".tsv", ".fif", ".fif.gz", ".vmrk")

_EVENT_ENDINGS: Final = (
    ".csv", ".tsv", ".txt", ".xml", ".annot", ".edf", ".bdf", ".vmrk", ".fif", ".mat", ".xlsx",
)  # fmt: skip

RECORDINGS: Final[dict[str, tuple[str, ...]]] = {
    later("Recordings"): (*EDF_ENDINGS, *SIGNAL_ENDINGS, *_EITHER),
    later("EDF and BDF"): EDF_ENDINGS,
    later("NumPy"): (".npy", ".npz"),
    later("Tables and text"): (".csv", ".tsv", ".txt"),
}
EVENTS: Final[dict[str, tuple[str, ...]]] = {later("Events and stages"): _EVENT_ENDINGS}


def name_filters(table: dict[str, tuple[str, ...]]) -> str:
    """The names a file dialog offers, each with its endings; all files last."""
    rows = [f"{tr(name)} ({' '.join(f'*{e}' for e in ends)})" for name, ends in table.items()]
    return ";;".join([*rows, tr("All files (*)")])


def has_ending(path: Path, endings: tuple[str, ...]) -> bool:
    """Whether a file is called so, in letters of any case."""
    return path.name.lower().endswith(endings)
