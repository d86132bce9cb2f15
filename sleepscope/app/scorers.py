"""Scorers as people read them: titles, colours, lanes, table rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from sleepscope.agreement.consensus import PREFIX, Consensus
from sleepscope.app.action_tables.event_actions import KIND_NAMES
from sleepscope.app.language import tr
from sleepscope.app.session import Session
from sleepscope.app.theme import Theme, scorer_colour
from sleepscope.app.views.epoch_ribbon import EpochMarks
from sleepscope.app.views.event_lanes import LaneEvents
from sleepscope.app.views.event_rows import EventRow, TableContext
from sleepscope.app.views.shown_events import Choice, ShownChoices
from sleepscope.app.views.stage_rows import StageRow
from sleepscope.constants import STAGES, UNSCORED
from sleepscope.errors import SettingsError
from sleepscope.events.event_set import EventSet, Span, in_spans, joined_spans
from sleepscope.events.hypnogram import Hypnogram, filled_from


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


def colour_of(session: Session, scorer: str, theme: Theme) -> str:
    """A scorer's colour, "#RRGGBB": the person's choice, else by the order scorers came in."""
    chosen = session.settings.scorer_colours.get(scorer)
    if chosen is None:
        names = [event_set.scorer for event_set in session.event_sets()]
        chosen = names.index(scorer) if scorer in names else len(names)
    return scorer_colour(theme, chosen)


def compared_titles(session: Session) -> Mapping[str, str]:
    """Scorers that can be compared: also people who so far only judged the events of others."""
    found = dict(titles(session))
    if session.review is not None:
        for person in sorted({v.scorer for v in session.review.verdicts().values()}):
            if not session.hides(person):
                found.setdefault(person, title_of(person))
    for scorer in found:
        if scorer.startswith("human:"):
            found[scorer] = tr("reviewed by {person}", person=title_of(scorer))
    return found


def compared_set(session: Session, scorer: str) -> EventSet:
    """A scorer's events; a person also stands for what they accepted of others."""
    review = session.review
    assert review is not None
    if scorer.startswith("human:"):
        stood = _where_judged(session, review.accepted_set(scorer))
        if session.sitting is None or not session.sitting.is_hiding:
            return stood
        # What was accepted of a model before is hidden with it.
        return stood.with_events(e for e in stood.events if not session.hides_event(e.id))
    # A scorer whom an undo has taken away is asked for once more before the choice follows.
    return next((s for s in review.event_sets() if s.scorer == scorer), EventSet(scorer, ()))


def _where_judged(session: Session, stood: EventSet) -> EventSet:
    """Who judged the events of others looked where those did, not at the whole night."""
    review = session.review
    assert review is not None
    others = [one for one in review.event_sets() if one.scorer != stood.scorer]
    if stood.scored_spans is not None or all(one.scored_spans is None for one in others):
        return stood
    judged = {v.event_id for v in review.verdicts().values() if v.scorer == stood.scorer}
    spans: list[Span] = []
    for one in others:
        if any(event.id in judged for event in one.events):
            if one.scored_spans is None:
                return stood
            spans.extend(one.scored_spans)
    where = joined_spans(spans)
    # What they marked elsewhere says that they looked elsewhere, too, and nobody knows where.
    is_all_there = all(in_spans(event, where) for event in stood.events)
    return replace(stood, scored_spans=where) if where and is_all_there else stood


def trained_scorers(session: Session, scorers: Iterable[str]) -> tuple[str, ...]:
    """Models among them that learned from this very recording, and consensus sets with one."""
    known = tuple(titles(session))

    def has_learned(scorer: str) -> bool:
        if not scorer.startswith(PREFIX):
            return session.trained_on_this(scorer)
        try:
            return any(map(has_learned, Consensus.parse(scorer, known).members))
        except SettingsError:
            return False

    return tuple(dict.fromkeys(filter(has_learned, scorers)))


def training_warning(session: Session, scorers: Iterable[str]) -> str:
    """A sentence where figures of these scorers prove nothing, "" where they may."""
    names = ", ".join(map(title_of, trained_scorers(session, scorers)))
    if not names:
        return ""
    return tr("{model} was trained on this recording: these figures prove nothing.", model=names)


def lane_note(session: Session, scorer: str) -> str:
    """What a reader must know of a scorer's lane."""
    if session.trained_on_this(scorer):
        return tr("trained on this recording")
    if scorer.startswith(PREFIX):
        return tr("as its members were when it was made")
    return ""


def lanes(session: Session, theme: Theme) -> tuple[LaneEvents, ...]:
    """A lane for every shown scorer, in the order they came, and one for a running model."""
    looks = session.comparison.looks if session.comparison is not None else {}
    compared = session.compare_settings
    sides = set() if compared is None else {compared.a, compared.b}
    statuses = session.statuses
    editable = session.review is not None and not session.review.read_only
    made = [
        LaneEvents(
            scorer=event_set.scorer,
            title=title_of(event_set.scorer),
            colour=colour_of(session, event_set.scorer, theme),
            events=event_set.events,
            looks=looks if event_set.scorer in sides else {},
            statuses=statuses,
            note=lane_note(session, event_set.scorer),
            editable=editable,
        )
        for event_set in session.shown_event_sets()
    ]
    if session.provisional is not None:
        made.append(_provisional_lane(session, session.provisional, theme))
    return tuple(made)


def _provisional_lane(session: Session, found: EventSet, theme: Theme) -> LaneEvents:
    return LaneEvents(
        scorer=found.scorer,
        title=title_of(found.scorer),
        colour=colour_of(session, found.scorer, theme),
        events=found.events,
        note=session.provisional_note or tr("still running"),
        editable=False,
    )


def epoch_marks(session: Session) -> EpochMarks | None:
    """The epochs that keys stage, with one's own stages, or the night's while there are none."""
    if session.recording is None:
        return None
    grid, current = session.epoch_grid(), session.current_epochs()
    own, chosen = session.stages.all.get(session.person), session.hypnogram
    if own is not None:
        return EpochMarks(own, tr("epochs · {name}", name=title_of(own.scorer)), current)
    if chosen is None:
        return EpochMarks(grid, tr("epochs"), current)
    return EpochMarks(
        _on_grid(grid, chosen), tr("epochs · {name}", name=title_of(chosen.scorer)), current
    )


def stage_rows(session: Session) -> tuple[StageRow, ...]:
    """Everybody's stages but the night's."""
    chosen, stages = session.hypnogram, session.stages
    return tuple(
        StageRow(scorer, title_of(scorer), hypnogram, scorer == stages.compared)
        for scorer, hypnogram in stages.all.items()
        if chosen is None or scorer != chosen.scorer
    )


@lru_cache(maxsize=2)
def _on_grid(grid: Hypnogram, source: Hypnogram) -> Hypnogram:
    """Stages of any epochs on those that keys stage; asked for with every page."""
    return filled_from(grid, source)


def rows(event_sets: Sequence[EventSet]) -> list[EventRow]:
    """A row of the table for every event."""
    return [
        EventRow(event, title)
        for event_set in event_sets
        for title in (title_of(event_set.scorer),)
        for event in event_set.events
    ]


def shown_choices(session: Session, theme: Theme) -> ShownChoices:
    """What there is to hide and to show, with the number of its events."""
    counts: dict[str, Counter[str]] = {
        "scorers": Counter(),
        "kinds": Counter(),
        "stages": Counter(),
    }
    hypnogram = session.hypnogram
    for event_set in session.event_sets():
        counts["scorers"][event_set.scorer] = len(event_set.events)
        counts["kinds"].update(session.counts.of(event_set).kinds)
        if hypnogram is not None:
            counts["stages"].update(session.counts.stages(event_set, hypnogram))
    event_filter = session.event_filter
    # What is hidden can be shown again, also where no event of it is there now.
    for kind in sorted(event_filter.kinds):
        counts["kinds"][kind] += 0
    stages = (*STAGES, UNSCORED) if hypnogram is not None else ()
    return ShownChoices(
        event_filter,
        tuple(
            Choice(scorer, title_of(scorer), n, colour_of(session, scorer, theme))
            for scorer, n in counts["scorers"].items()
        ),
        tuple(Choice(kind, tr(KIND_NAMES.get(kind, kind)), n)
              for kind, n in counts["kinds"].most_common()),
        tuple(Choice(s, tr("not scored") if s == UNSCORED else s, counts["stages"][s])
              for s in stages),
        has_confidence=any(session.counts.of(s).has_confidence for s in session.event_sets()),
    )  # fmt: skip


def table_context(session: Session) -> TableContext:
    """What the table shows beside the events themselves."""
    start = None if session.recording is None else session.recording.start
    return TableContext(start, session.hypnogram, session.statuses)
