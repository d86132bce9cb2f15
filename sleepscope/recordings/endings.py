"""What recordings are called, by format: the table behind file dialogs and the sorting of files.

Formats are told by what files hold; only those that MNE reads go by their names.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from sleepscope.recordings.mne_formats import MNE_ENDINGS

EDF_ENDINGS: Final = (".edf", ".bdf", ".rec")
ARRAY_ENDINGS: Final = (".npy", ".npz")
TEXT_ENDINGS: Final = (".txt", ".csv", ".tsv")

# Endings by what the format is called.
RECORDING_ENDINGS: Final = MappingProxyType(
    {
        "EDF, BDF": EDF_ENDINGS,
        **MNE_ENDINGS,
        "NumPy": ARRAY_ENDINGS,
        "CSV, DREAMS": TEXT_ENDINGS,
    }
)
