"""A format of exported files: what it can say, where it is written, what is lost on the way."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from sleepscope.errors import ExportError
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.export.atomic_write import write_whole
from sleepscope.export.losses import Aspect, losses
from sleepscope.export.marked_event import MarkedEvent
from sleepscope.export.sidecar import FORMAT, Sidecar
from sleepscope.recordings.neutral_name import neutral_scorers

# An export must never take the place of a recording or a review.
_NEVER_WRITTEN: Final = (".edf", ".bdf", ".rec", ".sleepscope", ".json")
_MOST_JSON_BYTES: Final = 8_000_000
_HEAD_BYTES: Final = 4096

# Whose facts a JSON beside an export holds: a CSV's at its top, a BIDS table's under one key, so
# that the columns can stand beside it.
Beside = Literal["", "csv", "bids"]


@dataclass(frozen=True, slots=True)
class Rendered:
    """Files as they are to be written.

    Attributes
    ----------
    files : mapping of Path to bytes
        In the order in which they are put in their places.
    losses : tuple of str
        What the format could not hold of the texts, one sentence each.
    """

    files: Mapping[Path, bytes]
    losses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """What an export wrote.

    Attributes
    ----------
    paths : tuple of Path
        The file that was asked for, then the one beside it.
    n_events, n_epochs : int
        How many are in the file.
    losses : tuple of str
        What the format cannot say and was there to be said, one sentence each, for the person.
    """

    paths: tuple[Path, ...]
    n_events: int
    n_epochs: int
    losses: tuple[str, ...]


Render = Callable[[Path, tuple[MarkedEvent, ...], Sidecar, Hypnogram | None], Rendered]


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """One format.

    Attributes
    ----------
    name : str
        As on the command line.
    title : str
        As a person calls it ("NSRR XML"), for menus and sentences.
    suffix : str
        What is put behind the recording's name to suggest a file name ("-events.csv").
    says : frozenset of Aspect
        What it can say.
    render : Render
        From events, sidecar and stages to bytes.
    mark : bytes
        Bytes among the first 4096 by which an earlier export is known; a file without them is not
        written over. Empty: any file of that name may be.
    beside : {"", "csv", "bids"}
        Which kind of NAME.json is written beside it, if one is.
    """

    name: str
    title: str
    suffix: str
    says: frozenset[Aspect]
    render: Render
    mark: bytes = b""
    beside: Beside = ""

    @property
    def ending(self) -> str:
        """What a file's name ends in (".csv")."""
        return f".{self.suffix.rpartition('.')[2]}"

    def write(
        self,
        path: Path,
        marked: Iterable[MarkedEvent],
        sidecar: Sidecar,
        hypnogram: Hypnogram | None = None,
    ) -> Written:
        """Write a file, whole or not at all.

        Parameters
        ----------
        path : Path
            Its name must end in ``ending``; a CSV's may end in anything of its own.
        marked : iterable of MarkedEvent
            In the order of the file, where it keeps one.
        sidecar : Sidecar
            Name, length and start of the recording; models and scored spans where the format
            holds them.
        hypnogram : Hypnogram or None
            Written with the events where the format holds stages.

        Returns
        -------
        Written
            Says what was lost.

        Raises
        ------
        ExportError
            If the file cannot be written or is something else's; nothing is changed then.
        """
        self.check(path)
        events, sidecar, hypnogram = _for_others(tuple(marked), sidecar, hypnogram)
        rendered = self.render(path, events, sidecar, hypnogram)
        write_whole(rendered.files)
        return Written(
            tuple(sorted(rendered.files, key=lambda file: file != path)),
            len(events) if "events" in self.says else 0,
            len(hypnogram.stages) if hypnogram is not None and "stages" in self.says else 0,
            (*losses(self.title, self.says, events, sidecar, hypnogram), *rendered.losses),
        )

    def check(self, path: Path) -> None:
        """Refuse a name under which this is not written; for asking before the work begins.

        Raises
        ------
        ExportError
            If the name belongs to a recording, a review, a folder or another program's file, or
            its folder is missing.
        """
        self._check_name(path)
        if path.is_dir():
            raise ExportError(
                f"{path.name} is a folder; choose a file name that ends in {self.ending}."
            )
        if not path.absolute().parent.is_dir():
            raise ExportError(
                f"There is no folder {path.parent} for {path.name}; make it, or choose another one."
            )
        if path.exists() and self.mark not in _head(path):
            raise ExportError(
                f"{path.name} is there already and is no {self.title} file written by SleepScope; "
                "choose another name, so that nothing is lost."
            )
        if self.beside:
            self._check_beside(path.with_suffix(".json"))

    def _check_name(self, path: Path) -> None:
        ending = path.suffix.lower()
        if self.ending == ".csv" and ending not in _NEVER_WRITTEN:
            return
        if ending == self.ending:
            return
        if ending in _NEVER_WRITTEN:
            raise ExportError(
                f"Events are not written to {path.name}, because '{path.suffix}' is for other "
                f"files; choose a name that ends in {self.ending}."
            )
        raise ExportError(
            f"{self.title} is not written to {path.name}; choose a name that ends in {self.ending}."
        )

    def _check_beside(self, path: Path) -> None:
        """Refuse to write over a JSON file that is none of ours (that of a BIDS table, say)."""
        if not path.exists():
            return
        try:
            if path.stat().st_size > _MOST_JSON_BYTES:
                raise ValueError("it is too large")
            content = json.loads(path.read_text(encoding="utf-8"))
            facts = content["SleepScope"] if self.beside == "bids" else content
            ours = facts["format"] == FORMAT
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            ours = False
        if not ours:
            raise ExportError(
                f"{path.name} is there already and was not written by SleepScope beside a "
                f"{self.title} file; choose another name for the {self.ending[1:].upper()}, so "
                "that its facts do not take that file's place."
            )


def _for_others(
    marked: tuple[MarkedEvent, ...], sidecar: Sidecar, hypnogram: Hypnogram | None
) -> tuple[tuple[MarkedEvent, ...], Sidecar, Hypnogram | None]:
    """The same without the name of the recording's file in the names of scorers."""
    if not sidecar.file_stems:
        return marked, sidecar, hypnogram
    scorers = [*sidecar.scored_spans, *(one.scorer for one in marked)]
    if hypnogram is not None:
        scorers.append(hypnogram.scorer)
    names = neutral_scorers(scorers, sidecar.file_stems)
    spans = {names[scorer]: where for scorer, where in sidecar.scored_spans.items()}
    return (
        tuple(replace(one, scorer=names[one.scorer]) for one in marked),
        replace(sidecar, scored_spans=spans),
        None if hypnogram is None else replace(hypnogram, scorer=names[hypnogram.scorer]),
    )


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES)
    except OSError as error:
        raise ExportError(
            f"{path.name} is there already and cannot be read ({error.strerror or error}); choose "
            "another name."
        ) from error
