"""Files of events and stages that lie beside a recording and belong to it by name."""

from __future__ import annotations

import re
from pathlib import Path

_ENDINGS = (".csv", ".tsv", ".xml", ".annot", ".txt", ".edf", ".bdf", ".fif")
_RECORDING = re.compile(
    r"\.(edf|bdf|txt|rec|vhdr|ahdr|eeg|set|fif|fif\.gz|gdf|lay|npy|npz|csv|tsv)$", re.IGNORECASE
)


def companions(path: Path | str) -> tuple[Path, ...]:
    """Event and hypnogram files that belong to a recording by their names, in the same folder.

    Parameters
    ----------
    path : Path or str
        A recording.

    Returns
    -------
    tuple of Path
        In order of their names; the recording itself is not among them.
    """
    path = Path(path)
    try:
        names = [f for f in path.parent.iterdir() if f.suffix.lower() in _ENDINGS and f.is_file()]
    except OSError:
        return ()
    patterns = _patterns(path.name)
    found = [f for f in names if f.name != path.name and any(p.fullmatch(f.name) for p in patterns)]
    return tuple(sorted(found, key=lambda f: f.name))


def _patterns(name: str) -> list[re.Pattern[str]]:
    """What companions of a recording called ``name`` may be called."""
    stem = _RECORDING.sub("", name)
    quoted = re.escape(stem)
    patterns = [
        rf"{quoted}[-._].*\.csv",
        rf"{quoted}\.csv",
        rf"{quoted}.*Hypnogram.*\.(edf|bdf)",
        rf"{quoted}[-._](annot(ation)?s?|events?|marks?|scoring)\.(edf|bdf)",
        # learn-nsrr01-nsrr.xml, 20017.edf.XML, but not night10 for night1
        rf"{quoted}([-._].*)?\.(xml|annot|tsv)",
        rf"{quoted}_(stages|hypnogram)\.txt",
        # MNE: night_raw.fif <-> night-annot.fif, night_raw-eve.fif
        rf"({quoted}|{re.escape(re.sub('[-_]raw$', '', stem))})[-_](annot|eve)\.fif",
    ]
    # DREAMS: excerpt3.txt <-> Visual_scoring1_excerpt3.txt
    if re.fullmatch(r"excerpt\d+", stem, flags=re.IGNORECASE):
        patterns.append(rf"(Visual_scoring\d*|Automatic_detection|Hypnogram)_{quoted}\.txt")
    # Sleep-EDF: SC4001E0-PSG.edf <-> SC4001EC-Hypnogram.edf; the eighth letter names the scorer.
    night = re.fullmatch(r"((?:SC|ST)\d{4}\w)\w-PSG", stem, flags=re.IGNORECASE)
    if night:
        patterns.append(rf"{re.escape(night[1])}\w-Hypnogram\.(edf|bdf)")
    # BIDS: sub-01_task-sleep_eeg.edf <-> sub-01_task-sleep_events.tsv
    suffix = re.fullmatch(r"(.+)_(eeg|psg|ieeg)", stem, flags=re.IGNORECASE)
    if suffix:
        patterns.append(rf"{re.escape(suffix[1])}(_desc-\w+)?_events\.tsv")
    return [re.compile(pattern, flags=re.IGNORECASE) for pattern in patterns]
