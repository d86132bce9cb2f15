"""Where montages come from: those of the program, the person's own, and what was shown last."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from sleepscope.app.default_channels import default_channels
from sleepscope.app.language import tr
from sleepscope.app.resources import resource_folder
from sleepscope.errors import MontageError
from sleepscope.recordings.montage import Montage, MontageRow
from sleepscope.recordings.montage_file import SUFFIX, read_montage, write_montage
from sleepscope.recordings.montage_fit import choose_montage, fit_montage, recording_kind
from sleepscope.recordings.recording import Recording

# As many as there are keys, Ctrl+1 to Ctrl+9.
MOST_MONTAGES: Final = 9


def own_folder() -> Path:
    """The person's own montages: JSON files that may be copied to other machines."""
    import platformdirs

    return platformdirs.user_data_path("sleepscope", appauthor=False) / "montages"


def known_montages(trouble: list[str] | None = None) -> tuple[Montage, ...]:
    """Montages of the program, then the person's own by name; sentences on damaged ones."""
    found: dict[str, Montage] = {}
    for folder in (resource_folder() / "montages", own_folder()):
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            try:
                montage = read_montage(path)
            except MontageError as error:
                if trouble is not None:
                    trouble.append(str(error))
                continue
            found[montage.name] = montage
    return tuple(found.values())


def keep_own(montage: Montage) -> Path:
    """Write one of the person's own montages; one of the same name is replaced.

    Raises
    ------
    MontageError
        If it cannot be written.
    """
    path = own_folder() / f"{file_stem(montage.name)}{SUFFIX}"
    write_montage(montage, path)
    return path


def file_stem(name: str) -> str:
    """A name as a file can have it."""
    return re.sub(r"[^\w.-]+", "-", name.strip()).strip(".-")[:80].lower() or "montage"


def remember(kind: str, montage: Montage) -> None:
    """Keep what recordings of a kind are shown with.

    Raises
    ------
    MontageError
        If it cannot be written.
    """
    write_montage(montage, _last_path(kind))


def _last_path(kind: str) -> Path:
    return own_folder() / "last" / f"{kind}{SUFFIX}"


def first_montage(recording: Recording) -> Montage:
    """What a recording opens with: as the last one of its kind, else what fits its channels."""
    path = _last_path(recording_kind(recording))
    if path.is_file():
        try:
            last = usable(read_montage(path), recording)
        except MontageError:
            last = None
        if last is not None:
            return last
    return automatic_montage(recording)


def automatic_montage(recording: Recording) -> Montage:
    """The first montage that a recording has the channels of, else its usual channels."""
    chosen = choose_montage(known_montages(), recording)
    return chosen or usual_channels(recording)


def usual_channels(recording: Recording) -> Montage:
    """A page of the usual kinds, as recorded."""
    rows = tuple(MontageRow(label) for label in default_channels(recording))
    return Montage(tr("Usual channels"), rows)


def usable(montage: Montage, recording: Recording) -> Montage | None:
    """The montage with the labels of a recording; None where it has none of its rows."""
    fitted = fit_montage(montage, recording)
    return fitted if fitted.shown else None
