"""Events and epochs as formats of other programs hold them: milliseconds and one line of text."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sleepscope.constants import REM
from sleepscope.events.channels import channel_or_none
from sleepscope.events.csv_text import join_note
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.events.kinds import kind_of
from sleepscope.events.stages import is_named_stage
from sleepscope.export.marked_event import MarkedEvent

# "REM" is a stage to most programs, this is an eye movement to all of them.
_EYE_MOVEMENT = "rapid_eye_movement"
# Letters that readers take for a stage where they last as long as one.
_STAGE_LETTERS = {"r", "rem", "?"}
# Control characters, line and paragraph separators, halves of characters; two that XML forbids.
_NOT_IN_A_LINE = {"Cc", "Zl", "Zp", "Cs"}
_NO_CHARACTERS = "\ufffe\uffff"


@dataclass(frozen=True, slots=True)
class PlainRow:
    """An event in words.

    Attributes
    ----------
    marked : MarkedEvent
        Where it comes from.
    onset_ms, duration_ms : int, ms
    label : str
        The kind in one line that no reader takes for a stage.
    channel : str or None
    note : str
        With ``[unsure]`` in front where the scorer was in doubt.
    """

    marked: MarkedEvent
    onset_ms: int
    duration_ms: int
    label: str
    channel: str | None
    note: str


def plain_rows(
    marked: Iterable[MarkedEvent],
    title: str,
    *,
    forbidden: Mapping[str, str] | None = None,
    reserved: Callable[[str], bool] = lambda _label: False,
) -> tuple[tuple[PlainRow, ...], tuple[str, ...]]:
    """Bring events into a form that a format can hold.

    Parameters
    ----------
    marked : iterable of MarkedEvent
    title : str
        What the format is called.
    forbidden : mapping of str to str
        What has a meaning of its own inside a label there, and what is written in its place.
    reserved : callable
        Whether a whole label means something else there; "event " is put in front then.

    Returns
    -------
    rows, losses
        In the same order; sentences on what had to be written otherwise.
    """
    rows = []
    renamed: dict[str, str] = {}
    broken = 0
    unheard: dict[str, None] = {}
    for one in marked:
        event = one.event
        kind, channel = one_line(event.kind), one_line(event.channel or "")
        note = join_note(event.note, event.unsure)
        broken += any(
            one_line(text) != text.strip() for text in (event.kind, event.channel or "", note)
        )
        label = _label(kind, forbidden or {}, reserved)
        if label != kind and label != _EYE_MOVEMENT:
            renamed[kind] = label
        if channel and channel_or_none(channel) is None:
            unheard[channel] = None
        rows.append(
            PlainRow(
                one,
                round(event.onset * 1000),
                max(0, round(event.duration * 1000)),
                label,
                channel or None,
                one_line(note),
            )
        )
    return tuple(rows), _sentences(title, renamed, broken, list(unheard))


def _label(kind: str, forbidden: Mapping[str, str], reserved: Callable[[str], bool]) -> str:
    if kind_of(kind) == REM:
        return _EYE_MOVEMENT
    label = kind or "other"
    for text, instead in forbidden.items():
        while text in label:
            label = label.replace(text, instead)
    stage = is_named_stage(label) or label.casefold() in _STAGE_LETTERS
    return f"event {label}" if stage or reserved(label) else label


def _sentences(
    title: str, renamed: Mapping[str, str], broken: int, unheard: list[str]
) -> tuple[str, ...]:
    sentences = []
    if renamed:
        shown = ", ".join(f"'{old}' as '{new}'" for old, new in list(renamed.items())[:3])
        more = f" and {len(renamed) - 3} more" if len(renamed) > 3 else ""
        sentences.append(
            f"Some kinds of events mean something else in {title}, so they are written "
            f"otherwise: {shown}{more}."
        )
    if broken:
        sentences.append(
            f"{title} holds texts of one line: line breaks and control characters in the texts "
            f"of {broken} {'event' if broken == 1 else 'events'} became blanks."
        )
    if unheard:
        sentences.append(
            f"A channel called '{unheard[0]}' means every channel in {title}; its events are "
            "read back as events of all channels."
        )
    return tuple(sentences)


def one_line(text: str) -> str:
    """A text without what ends lines or cannot be written, and without blanks around it."""
    return "".join(
        " "
        if unicodedata.category(letter) in _NOT_IN_A_LINE or letter in _NO_CHARACTERS
        else letter
        for letter in text
    ).strip()


def epochs_ms(hypnogram: Hypnogram | None) -> list[tuple[int, int, str]]:
    """Onset, duration (ms) and stage of every epoch, without a gap between; [] for None."""
    if hypnogram is None:
        return []
    edges = [
        round((hypnogram.start + index * hypnogram.epoch_seconds) * 1000)
        for index in range(len(hypnogram.stages) + 1)
    ]
    return [
        (start, stop - start, stage)
        for start, stop, stage in zip(edges, edges[1:], hypnogram.stages, strict=False)
    ]


def seconds_text(milliseconds: int) -> str:
    """Milliseconds as seconds with three decimals: "61.250"."""
    sign = "-" if milliseconds < 0 else ""
    return f"{sign}{abs(milliseconds) // 1000}.{abs(milliseconds) % 1000:03}"
