"""Sets that come in whole: imported files and what models found."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Literal

from sleepscope.detection.detection import Detection
from sleepscope.events.event import Event, Status, new_event_id
from sleepscope.events.event_set import EventSet
from sleepscope.review.content import ReviewContent
from sleepscope.review.rows import RowChange, event_row, spans_text
from sleepscope.review.run import DetectionRun, run_facts, track_bytes

# What of a run is in the review before it is stored.
Taken = Literal["nothing", "whole", "other channels"]

INSERT_EVENT = (
    "INSERT INTO events (id, scorer, onset, duration, kind, channel, confidence, note, unsure, "
    "status, origin) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def same_events(first: Iterable[Event], second: Iterable[Event]) -> bool:
    """Whether two sets of events say the same; ids are made anew by each reading of a file."""
    return sorted(map(_said, first)) == sorted(map(_said, second))


def _said(event: Event) -> tuple[object, ...]:
    confidence = -1.0 if event.confidence is None else event.confidence
    place = (event.onset, event.duration, event.kind, event.channel or "", confidence)
    return (*place, event.note, event.unsure)


def stored_name(content: ReviewContent, event_set: EventSet) -> tuple[str, bool]:
    """Name under which a set is to be stored, and whether it is there already.

    The same scorer with the same events is the same set; with others it is a second one, because
    what a file or a model said once is never changed.
    """
    name, number = event_set.scorer, 1
    while (found := content.event_set(name)) is not None:
        if same_events(found.events, event_set.events):
            return name, True
        number += 1
        name = f"{event_set.scorer} ({number})"
    return name, False


def detection_name(
    content: ReviewContent,
    runs: Iterable[DetectionRun],
    detections: Sequence[Detection],
    event_set: EventSet,
) -> tuple[str, Taken]:
    """Name under which a run of a model is to be stored, and what is there already.

    A run on other channels at the same threshold belongs to the same set; a run with another
    threshold, or in other stages, is a second one.
    """
    wanted = {(d.channels, d.threshold) for d in detections}
    by_scorer: dict[str, set[tuple[tuple[str, ...], float]]] = {}
    for run in runs:
        by_scorer.setdefault(run.scorer, set()).add((run.channels, run.threshold))
    name, number = event_set.scorer, 1
    while (found := content.event_set(name)) is not None:
        there = by_scorer.get(name, set())
        same_spans = found.scored_spans == event_set.scored_spans
        if wanted == there and same_spans and same_events(found.events, event_set.events):
            return name, "whole"
        channels = {channel for group, _ in there for channel in group}
        new = {channel for group, _ in wanted for channel in group}
        same_threshold = {t for _, t in there} == {t for _, t in wanted}
        if there and same_spans and same_threshold and not channels & new:
            return name, "other channels"
        number += 1
        name = f"{event_set.scorer} ({number})"
    return name, "nothing"


def insert_set(
    connection: Any,
    content: ReviewContent,
    scorer_id: int,
    event_set: EventSet,
    statuses: Mapping[str, Status],
) -> RowChange:
    """Write a new set; the returned change brings it to life (and undone, hides it whole)."""
    row = {
        "id": scorer_id,
        "name": event_set.scorer,
        "spans": spans_text(event_set.scored_spans),
        "live": 0,
    }
    # Before the set is there itself, not yet alive: each id would be looked for among removed ones.
    events = with_fresh_ids(connection, content, event_set.events)
    connection.execute("INSERT INTO scorers VALUES (:id, :name, :spans, :live)", row)
    default: Status = "added" if event_set.scorer.startswith("human:") else "unreviewed"
    connection.executemany(
        INSERT_EVENT,
        (
            tuple(event_row(event, scorer_id, statuses.get(old.id, default)).values())
            for old, event in zip(event_set.events, events, strict=True)
        ),
    )
    return RowChange("scorer", row, {**row, "live": 1})


def extend_set(
    connection: Any, content: ReviewContent, scorer_id: int, events: Collection[Event]
) -> list[RowChange]:
    """The changes that add what a model found on further channels to its set."""
    return [
        RowChange("event", None, event_row(event, scorer_id, "unreviewed"))
        for event in with_fresh_ids(connection, content, events)
    ]


def insert_run(
    connection: Any, scorer_id: int, detection: Detection, when: datetime.datetime, seconds: float
) -> RowChange:
    """Write a run with its track; the returned change brings it to life (and undone, hides it)."""
    cursor = connection.execute(
        "INSERT INTO runs (scorer, live, facts, probability) VALUES (?, 0, ?, ?)",
        (scorer_id, run_facts(detection, when, seconds), track_bytes(detection)),
    )
    row = {"id": cursor.lastrowid, "live": 0}
    return RowChange("run", row, {**row, "live": 1})


def with_fresh_ids(
    connection: Any, content: ReviewContent, events: Collection[Event]
) -> list[Event]:
    """The events, with new ids where an id is taken (also by a removed set)."""
    (dead,) = connection.execute("SELECT exists(SELECT 1 FROM scorers WHERE NOT live)").fetchone()
    seen: set[str] = set()
    fresh: list[Event] = []
    for event in events:
        taken = event.id in seen or content.has_event(event.id)
        if not taken and dead:
            found = connection.execute("SELECT 1 FROM events WHERE id = ?", (event.id,)).fetchone()
            taken = found is not None
        fresh.append(dataclasses.replace(event, id=new_event_id()) if taken else event)
        seen.add(event.id)
    return fresh
