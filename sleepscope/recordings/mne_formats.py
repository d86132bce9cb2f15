"""Which files are read through MNE-Python, what those formats are called, which file stands for
a recording of several.

EDF and BDF are never among them: MNE resamples channels of different rates while reading, and
reads over gaps.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sleepscope.errors import RecordingError

# Endings as MNE knows them; those that files of stages and events share (.txt, .mat, .asc) are
# left out.
_FORMATS = {
    ".vhdr": "BrainVision",
    ".ahdr": "BrainVision",
    ".set": "EEGLAB",
    ".fif": "FIF",
    ".fif.gz": "FIF",
    ".gdf": "GDF",
    ".eeg": "Nihon Kohden",
    ".lay": "Persyst",
    ".cnt": "Neuroscan or ANT CNT",
    ".mff": "EGI MFF",
    ".mefd": "MEF3",
    ".nxe": "Nexstim",
    ".nedf": "Neuroelectrics",
    ".data": "Nicolet",
    ".ns3": "Blackrock",
    ".cdt": "Curry",
    ".cdt.dpa": "Curry",
    ".cdt.cef": "Curry",
    ".dap": "Curry",
    ".rs3": "Curry",
    ".cef": "Curry",
    ".dat": "Curry or BCI2000",
    ".sqd": "KIT",
    ".con": "KIT",
    ".ds": "CTF",
    ".bin": "ARTEMIS",
    ".hdr": "NIRx",
    ".snirf": "SNIRF",
}
# Those that lie beside the file by which a recording is opened, and open it too.
_PARTS = {"BrainVision": (".eeg", ".vmrk", ".dat"), "Persyst": (".dat",), "EEGLAB": (".fdt",)}
MNE_ENDINGS: Final[dict[str, tuple[str, ...]]] = {
    title: (*(e for e, named in _FORMATS.items() if named == title), *_PARTS.get(title, ()))
    for title in dict.fromkeys(_FORMATS.values())
}
_FOLDERS = (".mff", ".mefd", ".ds")
# Data that lie beside the file by which they are opened, of the same name.
_OPENED_BY = {".fdt": ".set", ".dat": ".lay"}
_NIHON_KOHDEN = (b"EEG-1100", b"EEG-1200", b"EEG-2100", b"QI-403A", b"DAE-2100D")
_BRAINVISION_PARTS = (".eeg", ".vmrk", ".dat", ".seg", ".avg")
_PART_NAMED = re.compile(rb"^\s*(?:DataFile|MarkerFile)\s*=\s*(.+?)\s*$", re.MULTILINE)
_HEADER_BYTES = 4096
_MOST_HEADERS = 500


@dataclass(frozen=True, slots=True)
class MneSource:
    """The file by which MNE opens a recording.

    Attributes
    ----------
    path : Path
        A header where the recording has several files.
    format : str
        What it is, in words.
    """

    path: Path
    format: str


def mne_source(path: Path, head: bytes = b"") -> MneSource | None:
    """Find how a file is opened through MNE; None where it is none of its formats.

    Parameters
    ----------
    path : Path
        Any file of the recording: of BrainVision the header, the data or the marks.
    head : bytes
        Its beginning; empty for a folder.

    Raises
    ------
    RecordingError
        If it belongs to a recording whose header is not there.
    """
    name = path.name.lower()
    suffix = path.suffix.lower()
    if suffix in _BRAINVISION_PARTS:
        header = _brainvision_header(path)
        if header is not None:
            return MneSource(header, _FORMATS[".vhdr"])
        if suffix == ".vmrk":
            raise RecordingError(
                f"{path.name} holds the marks of a BrainVision recording, whose header (.vhdr) "
                "does not lie beside it."
            )
        if suffix == ".eeg" and not head.startswith(_NIHON_KOHDEN):
            raise RecordingError(
                f"{path.name} holds no header of Nihon Kohden, and no header of BrainVision "
                "(.vhdr) that names it lies beside it."
            )
    if suffix in _OPENED_BY:
        by = _sibling(path, _OPENED_BY[suffix])
        if by is not None:
            return MneSource(by, _FORMATS[_OPENED_BY[suffix]])
    ending = next((e for e in sorted(_FORMATS, key=len, reverse=True) if name.endswith(e)), None)
    return None if ending is None else MneSource(path, _FORMATS[ending])


def is_mne_folder(path: Path) -> bool:
    """Whether a folder is a recording of one of MNE's formats."""
    return path.suffix.lower() in _FOLDERS


def _sibling(path: Path, suffix: str) -> Path | None:
    for candidate in (path.with_suffix(suffix), path.with_suffix(suffix.upper())):
        if candidate.is_file():
            return candidate
    return None


def _brainvision_header(path: Path) -> Path | None:
    """The header that belongs to data or marks: of the same name, else one that names them."""
    sibling = _sibling(path, ".vhdr") or _sibling(path, ".ahdr")
    if sibling is not None:
        return sibling
    try:
        headers = sorted(f for f in path.parent.iterdir() if f.suffix.lower() in (".vhdr", ".ahdr"))
        for header in headers[:_MOST_HEADERS]:
            with header.open("rb") as file:
                named = _PART_NAMED.findall(file.read(_HEADER_BYTES))
            if path.name.encode() in named:
                return header
    except OSError:
        return None
    return None
