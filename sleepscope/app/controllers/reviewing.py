"""Going through events and deciding on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from PySide6.QtWidgets import QWidget

from sleepscope.app.clock import elapsed_text
from sleepscope.app.commands import (
    AddEvent,
    ChangeEvent,
    ChangeEvents,
    Command,
    DeleteEvents,
    Redo,
    SetScoredSpans,
    SetVerdict,
    Undo,
)
from sleepscope.app.controllers.controller import Controller
from sleepscope.app.dialogs.asking import ask_initials, ask_note
from sleepscope.app.dialogs.spans_dialog import ask_spans
from sleepscope.app.language import tr
from sleepscope.app.scorers import title_of
from sleepscope.app.session import Session
from sleepscope.constants import REM, SPINDLE
from sleepscope.errors import ReviewError, SleepScopeError
from sleepscope.events.event import Event, Status
from sleepscope.events.event_set import Span
from sleepscope.recordings.sample_grid import cut_to_samples, event_rate
from sleepscope.review.step import Change

# A nudge moves an edge by this much; half a cycle of a spindle is about as long.
NUDGE_SECONDS: Final = 0.05


class Reviewing(Controller):
    """Edits of the selected events, and the way to the next one; none touches a hidden event.

    Attributes
    ----------
    go_on : callable
        What follows a verdict: the next event, or the next disagreement while stepping by those.
    beside : callable
        From an event to the other one of its disagreement; () where it stands alone.
    """

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(session, window)
        self.go_on: Callable[[], None] = self.next_event
        self.beside: Callable[[str], tuple[str, ...]] = lambda _event_id: ()

    # --- moving ------------------------------------------------------------------------------

    def next_event(self) -> None:
        """Select the next event of the same scorer."""
        self.go_on = self.next_event
        self._step(1)

    def previous_event(self) -> None:
        """Select the event of the same scorer before."""
        self.go_on = self.next_event
        self._step(-1)

    def select_first_of(self, scorer: str) -> None:
        """Select the first event of a scorer."""
        sets = self.session.shown_event_sets()
        found = next((s for s in sets if s.scorer == scorer), None)
        if found is not None and found.events:
            self.session.select(found.events[0].id)

    def go_to_selected(self) -> None:
        """Put the selected event in the middle of the page."""
        event, page = self.session.selected, self.session.page
        if event is not None:
            self.session.set_page(event.midpoint - page.length / 2)

    def _step(self, direction: int) -> None:
        events = self._walk()
        place = self._place(events, direction)
        if place is None:
            edge = tr("the last") if direction > 0 else tr("the first")
            self.session.say(tr("There is no event beyond {edge} one.", edge=edge))
            return
        self.session.select(events[place].id)

    def _walk(self) -> list[Event]:
        selected = self.session.selection
        scorer = None if selected is None else self.session.scorer_of(selected)
        every = self.session.shown_event_sets()
        sets = [s for s in every if scorer is None or s.scorer == scorer]
        events = [event for event_set in sets for event in event_set.events]
        return sorted(events, key=lambda e: (e.onset, e.duration, e.id))

    def _place(self, events: list[Event], direction: int) -> int | None:
        selected = self.session.selection
        if selected is not None:
            here = next(k for k, event in enumerate(events) if event.id == selected)
            there = here + direction
            return there if 0 <= there < len(events) else None
        page = self.session.page
        if direction > 0:
            return next((k for k, e in enumerate(events) if e.onset >= page.start), None)
        before = [k for k, event in enumerate(events) if event.onset < page.stop]
        return before[-1] if before else None

    # --- verdicts ----------------------------------------------------------------------------

    def accept(self) -> None:
        """Accept the selected event and go on; several are accepted in one step and stay."""
        self._decide("accepted")

    def reject(self) -> None:
        """Reject the selected event and go on; several are rejected in one step and stay."""
        self._decide("rejected")

    def reset(self) -> None:
        """Set the selected events back to unreviewed."""
        if self._chosen:
            self.edit(SetVerdict(self._chosen, "unreviewed"))

    @property
    def _chosen(self) -> tuple[str, ...]:
        """The selected events, in an order that is always the same."""
        return tuple(sorted(self.session.chosen))

    def _decide(self, status: Status) -> None:
        chosen = self._chosen
        if not chosen:
            return

        def then(_change: Change) -> None:
            if len(chosen) > 1:
                return
            # An own event that is rejected is gone: the walk goes on from where it was.
            if self.session.selection is None:
                self.session.set_page(self.session.page.start)
            self.go_on()

        # Of a pair one is taken; what is rejected is that anything is there at all.
        others = self.beside(chosen[0]) if status == "rejected" and len(chosen) == 1 else ()
        self.edit(SetVerdict((*chosen, *others), status), then)

    def delete(self) -> None:
        """Delete the selected events that are the person's own, and reject the others."""
        if self._chosen:
            self.edit(DeleteEvents(self._chosen))

    # --- changes -----------------------------------------------------------------------------

    def set_kind(self, kind: str) -> None:
        """Change the class of the selected events."""
        self._change(kind=kind)

    def nudge_onset(self, direction: int) -> None:
        """Move the start of the selected event by a step, to a sample of its channel."""
        event = self.session.selected
        if event is not None:
            onset = self._nudged(event, event.onset, direction)
            self.resize(event.id, max(0.0, min(onset, event.stop)), event.stop)

    def nudge_stop(self, direction: int) -> None:
        """Move the end of the selected event by a step, to a sample of its channel."""
        event = self.session.selected
        recording = self.session.recording
        if event is not None and recording is not None:
            stop = min(recording.duration, self._nudged(event, event.stop, direction))
            self.resize(event.id, event.onset, max(stop, event.onset))

    def _nudged(self, event: Event, time: float, direction: int) -> float:
        assert self.session.recording is not None
        sfreq = event_rate(self.session.recording, event.channel)
        return cut_to_samples(time + direction * max(NUDGE_SECONDS, 1 / sfreq), sfreq)

    def resize(self, event_id: str, onset: float, stop: float) -> None:
        """Give an event other edges (s)."""
        self.edit(ChangeEvent(event_id, {"onset": onset, "duration": stop - onset}))

    def toggle_unsure(self) -> None:
        """Mark the selected events as doubtful, or take the mark away where all have it."""
        events = [event for event in map(self.session.find_event, self._chosen) if event]
        if events:
            self._change(unsure=not all(event.unsure for event in events))

    def ask_note(self) -> None:
        """Ask for a note on the selected event."""
        event = self.session.selected
        if event is None:
            return
        title = tr("{kind} at {time}", kind=event.kind, time=elapsed_text(event.onset, 1))

        def take(note: str, unsure: bool) -> None:
            if (note, unsure) != (event.note, event.unsure):
                self.edit(ChangeEvent(event.id, {"note": note, "unsure": unsure}))

        ask_note(self.window, title, event.note, event.unsure, take)

    def _change(self, **changes: object) -> None:
        chosen, current = self._chosen, self.session.selection
        if current is not None and len(chosen) == 1:
            self.edit(ChangeEvent(current, changes))
        elif chosen:
            self.edit(ChangeEvents(chosen, changes), lambda _change: self._follow_copies(chosen))

    def _follow_copies(self, event_ids: Iterable[str]) -> None:
        """Changed events of others are copies now: those are selected in their place."""
        review, person = self.session.review, self.session.person
        assert review is not None
        self.session.choose(
            (review.has_event(one) and review.copy_of(one, person)) or one for one in event_ids
        )

    def draw(self, channel: str | None, onset: float, stop: float) -> None:
        """Make an event on a channel (None: on all)."""
        self.edit(AddEvent(Event(onset, stop - onset, self._kind_for(channel), channel)))

    def _kind_for(self, channel: str | None) -> str:
        """What a person most likely draws here."""
        recording = self.session.recording
        known = channel is not None and recording is not None
        if known and recording.channel(channel).kind == "EOG":
            return REM
        settings = self.session.compare_settings
        return SPINDLE if settings is None else settings.kind

    # --- undo --------------------------------------------------------------------------------

    def undo(self) -> None:
        """Take back the last edit."""
        self._travel(Undo(), tr("Taken back: {name}"))

    def redo(self) -> None:
        """Do the last undone edit again."""
        self._travel(Redo(), tr("Done again: {name}"))

    def _travel(self, command: Command, words: str) -> None:
        review = self.session.review
        if review is None:
            return
        step = review.next_undo if isinstance(command, Undo) else review.next_redo
        if step is not None and self.session.is_out_of_sight(step):
            self.session.fail(
                ReviewError(
                    f"The next step, '{step.name}', is about events that are hidden; end "
                    "the blind scoring or audit first."
                )
            )
            return

        def then(change: Change) -> None:
            if change.step is None:
                return
            found = [i for i in sorted(change.event_ids) if self.session.find_event(i) is not None]
            there = [event_id for event_id in found if self.session.is_shown(event_id)]
            said = words.format(name=change.step.name)
            n_hidden = len(found) - len(there)
            if n_hidden:
                said += tr(" ({n} of its {all} events hidden)", n=n_hidden, all=len(found))
            self.session.say(said)
            if len(change.event_ids) <= 2 and there and self.session.selection not in there:
                self.session.select(there[0])

        self.edit(command, then)

    # --- person ------------------------------------------------------------------------------

    def ask_initials(self, then: Callable[[], None] | None = None) -> None:
        """Ask who edits, and remember it."""

        def take(initials: str) -> None:
            self.session.settings.initials = initials
            if then is not None:
                then()

        ask_initials(self.window, self.session.settings.initials, take)

    def ask_spans(self) -> None:
        """Ask where a scorer looked."""
        sets = self.session.event_sets()

        def take(scorer: str, spans: tuple[Span, ...] | None) -> None:
            # Raised here, the dialog shows it and stays.
            self.session.do(SetScoredSpans(scorer, spans))

        ask_spans(
            self.window,
            {event_set.scorer: title_of(event_set.scorer) for event_set in sets},
            {event_set.scorer: event_set.scored_spans for event_set in sets},
            take,
        )

    # --- writing -----------------------------------------------------------------------------

    def edit(self, command: Command, then: Callable[[Change], None] | None = None) -> None:
        """Write an edit, after asking for initials where nobody gave theirs yet."""
        if command.needs_person and not self.session.person:
            self.ask_initials(lambda: self.edit(command, then))
            return
        try:
            change = self.session.do(command)
        except SleepScopeError as error:
            self.session.fail(error)
            return
        if self.session.is_shown(change.event_id):
            self.session.select(change.event_id)
        elif change.event_id is not None:
            self.session.say(tr("{name}: done, but hidden by what you chose to show.",
                                name=change.step.name if change.step else ""))  # fmt: skip
        if then is not None:
            then(change)
