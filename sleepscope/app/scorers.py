"""Scorers as people read them: titles, colours, lanes, table rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sleepscope.app.language import tr
from sleepscope.app.session import Session
from sleepscope.app.theme import Theme, scorer_colour
from sleepscope.app.views.event_lanes import LaneEvents
from sleepscope.app.views.event_rows import EventRow, TableContext
from sleepscope.events.event_set import EventSet


def title_of(scorer: str) -> str:
    """ "human:AB" -> "AB", "model:spindle-1d@1a2b3c4d" -> "spindle-1d", "file:x" -> "x"."""
    nature, colon, rest = scorer.partition(":")
    if not colon:
        return scorer
    if nature == "model":
        name, _, version = rest.partition("@")
        number = version.partition(" ")[2]
        return f"{name} {number}".strip()
    return rest


def titles(session: Session) -> Mapping[str, str]:
    """Title of every scorer in the review."""
    return {event_set.scorer: title_of(event_set.scorer) for event_set in session.event_sets()}


def lane_note(session: Session, scorer: str) -> str:
    """What a reader must know of a scorer's lane."""
    if session.trained_on_this(scorer):
        return tr("trained on this recording")
    return ""


def lanes(session: Session, theme: Theme) -> tuple[LaneEvents, ...]:
    """A lane for every scorer, in the order they came, and one for what a running model found."""
    looks = session.comparison.looks if session.comparison is not None else {}
    compared = session.compare_settings
    sides = set() if compared is None else {compared.a, compared.b}
    statuses = session.statuses
    editable = session.review is not None and not session.review.read_only
    made = [
        LaneEvents(
            scorer=event_set.scorer,
            title=title_of(event_set.scorer),
            colour=scorer_colour(theme, index),
            events=event_set.events,
            looks=looks if event_set.scorer in sides else {},
            statuses=statuses,
            note=lane_note(session, event_set.scorer),
            editable=editable,
        )
        for index, event_set in enumerate(session.event_sets())
    ]
    if session.provisional is not None:
        made.append(_provisional_lane(session.provisional, theme, len(made)))
    return tuple(made)


def _provisional_lane(found: EventSet, theme: Theme, index: int) -> LaneEvents:
    return LaneEvents(
        scorer=found.scorer,
        title=title_of(found.scorer),
        colour=scorer_colour(theme, index),
        events=found.events,
        note=tr("still running"),
        editable=False,
    )


def rows(event_sets: Sequence[EventSet]) -> list[EventRow]:
    """A row of the table for every event."""
    return [
        EventRow(event, title)
        for event_set in event_sets
        for title in (title_of(event_set.scorer),)
        for event in event_set.events
    ]


def table_context(session: Session) -> TableContext:
    """What the table shows beside the events themselves."""
    start = None if session.recording is None else session.recording.start
    return TableContext(start, session.hypnogram, session.statuses)
