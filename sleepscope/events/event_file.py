"""What a file of events or stages holds, and how its bytes become text and numbers."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from sleepscope.errors import EventFileError
from sleepscope.events.event import Status
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram

# A night of dense marks is under 2 MB of text; beyond this a file is something else.
_MOST_BYTES = 32 * 1024 * 1024
# A night of slow waves on twenty channels has half of that.
_MOST_LINES = 200_000
HEAD_BYTES = 4096
# Epochs shorter or longer than any that people score are damage, s.
_EPOCH_RANGE = (0.1, 600.0)
# A recorder writes "stopped" a moment after its last sample, and an event may be running then, s.
_LAST_EPOCH = 30.0
# Up to this share of late events the file is of this recording, whatever happened at its end.
_FEW_LATE = 0.02


def _no_statuses() -> Mapping[str, Status]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class EventFile:
    """The contents of one file.

    Attributes
    ----------
    path : Path
        The file.
    format : str
        What it was read as, in words ("DREAMS marks").
    event_sets : tuple of EventSet
        One per scorer in the file.
    hypnogram : Hypnogram or None
        The stages in the file.
    notices : tuple of str
        What was mended or looked odd, one sentence each, for the person.
    statuses : mapping of event id to Status
        Decisions written in the file; empty for formats that hold none.
    """

    path: Path
    format: str
    event_sets: tuple[EventSet, ...] = ()
    hypnogram: Hypnogram | None = None
    notices: tuple[str, ...] = ()
    statuses: Mapping[str, Status] = field(default_factory=_no_statuses)


@dataclass(frozen=True, slots=True)
class Source:
    """A file about to be read, and what is known of the recording it belongs to.

    Attributes
    ----------
    path : Path
        The file.
    head : bytes
        Its first 4096 bytes.
    recording_duration : float or None, s
    recording_start : datetime.datetime or None
        Clock time of the recording's first sample, for formats with clock times.
    own_kinds : mapping of str to str
        The person's own kinds of events, by the keys of their labels in files.
    is_inside : bool
        Whether it came with the recording, so that it cannot be another's.
    """

    path: Path
    head: bytes
    recording_duration: float | None = None
    recording_start: datetime.datetime | None = None
    own_kinds: Mapping[str, str] = field(default_factory=dict)
    is_inside: bool = False

    @property
    def name(self) -> str:
        """File name, for sentences."""
        return self.path.name

    @property
    def scorer(self) -> str:
        """ "file:NAME", the scorer where the file names none."""
        return f"file:{self.path.stem}"

    def raw(self) -> bytes:
        """Return the whole file.

        Raises
        ------
        EventFileError
            If the file is too large for a file of events, or cannot be read.
        """
        try:
            size = self.path.stat().st_size
            if size > _MOST_BYTES:
                raise EventFileError(
                    f"{self.name} has {size / 2**20:.0f} MB; a file of events or stages has at "
                    f"most {_MOST_BYTES // 2**20} MB."
                )
            return self.path.read_bytes()
        except OSError as error:
            raise EventFileError(f"{self.name} cannot be read: {error.strerror}.") from error

    def text(self) -> tuple[str, tuple[str, ...]]:
        """Return the whole file as text, line ends untouched, and notices.

        Raises
        ------
        EventFileError
            If the file is too large for a file of events, or cannot be read.
        """
        text, notices = decode(self.raw(), self.name)
        lines = max(text.count("\n"), text.count("\r"))
        if lines > _MOST_LINES:
            raise EventFileError(
                f"{self.name} has {lines} lines; a file of events or stages has at most "
                f"{_MOST_LINES}."
            )
        return text, notices


def decode(raw: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """Decode UTF-8, UTF-16 with its mark, else Latin-1 with a notice."""
    try:
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            return raw.decode("utf-16"), ()
        return raw.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        return raw.decode("latin-1"), (
            f"{name} is not UTF-8 text; it was read as Latin-1, so look at its accented letters.",
        )


def head_text(head: bytes) -> str | None:
    """The beginning of a text file, or None where the bytes are no text."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) // 2 * 2].decode("utf-16", errors="replace")
    if b"\x00" in head:
        return None
    return head.decode("utf-8-sig", errors="replace")


def first_line(head: bytes) -> str:
    """First line of a text file that is not blank, without its end; "" where there is no text."""
    text = head_text(head) or ""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def seconds(cell: str, what: str, source: Source, line: int) -> float:
    """Read a finite number of seconds.

    Raises
    ------
    EventFileError
        If the cell is no number, or NaN or infinite; names the file, the line and the cell.
    """
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    # Beyond 31 years a number of seconds is a date or damage, and floats lose the milliseconds.
    if not math.isfinite(value) or abs(value) > 1e9:
        raise EventFileError(
            f"Line {line} of {source.name} has the {what} '{cell.strip()[:40]}'; it must be a "
            "number of seconds."
        )
    return value


def check_epoch(epoch: float, source: Source) -> None:
    """Raise EventFileError if the length of an epoch, s, is none that people score."""
    if not _EPOCH_RANGE[0] <= epoch <= _EPOCH_RANGE[1]:
        raise EventFileError(
            f"{source.name} says that an epoch lasts {epoch:g} s; it must be {_EPOCH_RANGE[0]:g} "
            f"to {_EPOCH_RANGE[1]:g} s."
        )


def in_order(onset: float, duration: float, source: Source, line: int) -> tuple[float, float, str]:
    """Turn an event that was marked from its end to its start; returns a notice, "" if none.

    A negative duration says that the stop lies before the start. The two are exchanged, so that
    the event covers the same stretch.
    """
    if duration >= 0:
        return onset, duration, ""
    return (
        onset + duration,
        -duration,
        f"Line {line} of {source.name} has the negative duration {duration:g} s; the event was "
        f"read as {onset + duration:.3f} to {onset:.3f} s.",
    )


def outside_notices(
    event_sets: tuple[EventSet, ...],
    hypnogram: Hypnogram | None,
    source: Source,
) -> tuple[str, ...]:
    """Say how many events and whether stages lie outside the recording."""
    duration = source.recording_duration
    events = [event for events in event_sets for event in events.events]
    notices = []
    # An epoch that the end of the recording cuts short is as it should be.
    if (
        duration is not None
        and hypnogram is not None
        and hypnogram.stop >= duration + hypnogram.epoch_seconds
    ):
        notices.append(
            f"The stages in {source.name} reach to {hypnogram.stop:g} s, beyond the end of the "
            f"recording ({duration:g} s): is this file for another recording?"
        )
    early = sum(event.onset < -1e-6 for event in events)
    if early:
        notices.append(
            f"{early} of {len(events)} events in {source.name} begin before the recording: is this "
            "file for another recording?"
        )
    if duration is None:
        return tuple(notices)
    late = sum(event.stop > duration + 1e-3 for event in events)
    which = f"{late} of {len(events)} events in {source.name}"
    where = f"beyond the end of the recording ({duration:g} s)"
    if late and source.is_inside:
        notices.append(f"{which} {'lies' if late == 1 else 'lie'} {where}; kept as written.")
        return tuple(notices)
    far = any(event.stop > duration + _LAST_EPOCH for event in events)
    if late and all(event.onset >= duration for event in events) and (late > 1 or far):
        which = f"All {late} events" if late > 1 else "The only event"
        notices.append(
            f"{which} in {source.name} {'lie' if late > 1 else 'lies'} {where}: this file is very "
            "likely for another recording."
        )
    elif late > max(1, _FEW_LATE * len(events)):
        notices.append(f"{which} lie {where}: is this file for another recording?")
    elif late and far:
        notices.append(f"{which} {'lies' if late == 1 else 'lie'} {where}; kept as written.")
    return tuple(notices)
