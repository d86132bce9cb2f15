"""What a format cannot say of an export, told to the person in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Literal

from sleepscope.events.hypnogram import Hypnogram
from sleepscope.export.marked_event import MarkedEvent
from sleepscope.export.sidecar import Sidecar

Aspect = Literal[
    "events",
    "stages",
    "channel",
    "confidence",
    "scorer",
    "status",
    "note",
    "spans",
    "models",
    "stage of each event",
]


def losses(
    title: str,
    says: Collection[Aspect],
    marked: Sequence[MarkedEvent],
    sidecar: Sidecar,
    hypnogram: Hypnogram | None,
) -> tuple[str, ...]:
    """Say what is there and does not get into a file.

    Parameters
    ----------
    title : str
        What the format is called.
    says : collection of Aspect
        What it can say.
    marked, sidecar, hypnogram
        What was to be written.

    Returns
    -------
    tuple of str
        One sentence for each aspect that is lost; empty if nothing is.
    """
    found: dict[Aspect, str] = {}
    if marked:
        found["events"] = (
            f"{title} holds stages alone, without the {counted(len(marked), 'event')}."
        )
    # Who writes a table of events with their stages does not miss the epochs in between.
    wants_epochs = not ("stage of each event" in says and marked)
    if hypnogram is not None and hypnogram.stages and wants_epochs:
        n_epochs = counted(len(hypnogram.stages), "epoch")
        found["stages"] = f"{title} holds no epochs: the stages of {n_epochs} are left out."
    if "events" in says:
        found |= _of_events(title, marked, sidecar)
    return tuple(sentence for aspect, sentence in found.items() if aspect not in says)


def _of_events(title: str, marked: Sequence[MarkedEvent], sidecar: Sidecar) -> dict[Aspect, str]:
    found: dict[Aspect, str] = {}
    bound = sum(one.event.channel is not None for one in marked)
    if bound:
        found["channel"] = (
            f"{title} cannot say a channel: it is lost for {counted(bound, 'event')}."
        )
    sure = sum(one.event.confidence is not None for one in marked)
    if sure:
        found["confidence"] = (
            f"{title} cannot say a confidence: it is lost for {counted(sure, 'event')}."
        )
    scorers = list(dict.fromkeys(one.scorer for one in marked))
    if scorers:
        found["scorer"] = (
            f"{title} cannot say who marked an event: those of {_listed(scorers)} "
            f"{'stand together' if len(scorers) > 1 else 'stand there without that name'}."
        )
    decided = Counter(one.status for one in marked if one.status != "unreviewed")
    if decided:
        numbers = ", ".join(f"{n} {status}" for status, n in decided.items())
        found["status"] = (
            f"{title} cannot say what was decided on an event: {numbers} stand there like any "
            "other; write the accepted alone to leave out the rest."
        )
    noted = sum(bool(one.event.note or one.event.unsure) for one in marked)
    if noted:
        found["note"] = f"{title} cannot hold notes: they are lost for {counted(noted, 'event')}."
    spans = [scorer for scorer, where in sidecar.scored_spans.items() if where is not None]
    if spans:
        found["spans"] = (
            f"{title} cannot say where a scorer looked: {_listed(spans)} did not look at the whole "
            "recording."
        )
    if sidecar.models:
        found["models"] = (
            f"{title} cannot say how a model was set: write a CSV too to keep that of "
            f"{_listed([model.name for model in sidecar.models])}."
        )
    return found


def counted(number: int, noun: str) -> str:
    """ "1 event", "3 events"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"
