"""The what-if brush: strokes on copies of channels, and what a model says of the event then."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from sleepscope.app.controllers.controller import Controller
from sleepscope.app.controllers.detecting import with_network_library
from sleepscope.app.controllers.explaining import ASKED_OF, Explaining
from sleepscope.app.jobs import Job
from sleepscope.app.language import later, tr
from sleepscope.app.session import Session
from sleepscope.app.views.page_signals import PageKey, PageSignal, read_page_signals
from sleepscope.errors import SleepScopeError
from sleepscope.events.event import Event
from sleepscope.explain.explain import explained_span
from sleepscope.explain.explanation import Explanation
from sleepscope.explain.painted_recording import PaintedRecording
from sleepscope.explain.smallest_edit import SmallestEdit, find_smallest_edit
from sleepscope.explain.stroke import LONGEST_SECONDS, Stroke
from sleepscope.explain.what_if import Answer, EventQuestion
from sleepscope.networks.model_card import ModelCard
from sleepscope.progress import Progress, Steps
from sleepscope.signals.filters import RAW

TOPIC: Final = "what if"
NOTHING: Final = later("Select an event to ask its model about it; Ctrl+D detects some.")
QUESTION_TOPIC: Final = "what if question"
SEARCH_TOPIC: Final = "smallest edit"
# Longest page whose painted traces are drawn, s; on longer ones a stroke could not be seen.
LONGEST_PAGE: Final = 300.0


@dataclass(frozen=True, slots=True)
class _Painted:
    """What one job brings back: the page's painted traces, and what the model says."""

    strokes: tuple[Stroke, ...]
    signals: Mapping[str, PageSignal] = field(repr=False)
    answer: Answer | None


class WhatIf(Controller):
    """Asks a model about the selected event while strokes change; touches nothing else.

    Attributes
    ----------
    is_on : bool
        Whether a drag over a trace paints.
    tool : Stroke
        Kind and values of the next stroke; its channel and times mean nothing.
    strokes : tuple of Stroke
        On rows of the page, in the order they were painted.
    live : Stroke or None
        The one under the pointer.
    question : EventQuestion or None
        The selected event, read and prepared.
    answer : Answer or None
        What the model says under the strokes.
    signals : mapping of row to PageSignal
        The page's traces under the strokes.
    smallest : SmallestEdit or None
    sentence : str
        Why nothing can be asked.
    """

    changed = Signal()
    panel_requested = Signal()

    def __init__(self, session: Session, window: QWidget, explaining: Explaining) -> None:
        super().__init__(session, window)
        self._explaining = explaining
        self.is_on = False
        self.tool = Stroke("", 0.0, 1.0)
        self._put_away()
        session.selection_changed.connect(self._follow)
        session.events_changed.connect(lambda _change: self._follow_edit())
        session.recording_changed.connect(self.leave)
        session.page_changed.connect(self._repaint)
        session.view_changed.connect(self._repaint)

    def _put_away(self) -> None:
        self.strokes: tuple[Stroke, ...] = ()
        self.live: Stroke | None = None
        self.signals: Mapping[str, PageSignal] = {}
        self.sentence = ""
        self._painted: PaintedRecording | None = None
        self._job: Job | None = None
        self._waits = False
        self._forget_event()

    def _forget_event(self) -> None:
        self._asked: Event | None = None
        self.question: EventQuestion | None = None
        self.answer: Answer | None = None
        self.smallest: SmallestEdit | None = None
        self.is_searching = False

    # --- the brush ---------------------------------------------------------------------------

    def set_on(self, on: bool) -> None:
        """Let a drag paint, or mark events again; leaving takes all strokes away."""
        if on == self.is_on:
            return
        if not on:
            self.leave()
            return
        if self.session.why_models_wait:
            self.session.say(self.session.why_models_wait)
            self.changed.emit()  # the action is not checked
            return
        self.is_on = True
        self.panel_requested.emit()
        self.session.say(tr("What-if brush: drag over a trace to paint. Esc leaves."))
        self._follow()

    def leave(self) -> None:
        """Put the brush and all strokes away."""
        for topic in (TOPIC, QUESTION_TOPIC, SEARCH_TOPIC):
            self.session.jobs.cancel_topic(topic)
        if self.is_on or self.strokes:
            self.is_on = False
            self._put_away()
            self.changed.emit()

    def set_tool(self, **values: Any) -> None:
        """Choose kind, baseline, frequency or shift of the next stroke."""
        try:
            self.tool = replace(self.tool, **values)
        except SleepScopeError as error:
            self.session.say(str(error))
        self.changed.emit()

    def brush(self, channel: str, start: float, stop: float) -> None:
        """Lay the stroke under the pointer on ``[start, stop)`` of a row."""
        stop = min(stop, start + LONGEST_SECONDS)
        if self.is_on and stop > start:  # a key may put the brush away in the middle of a drag
            self.live = replace(self.tool, channel=channel, start=start, stop=stop)
            self._ask()

    def lift(self) -> None:
        """Keep the stroke under the pointer."""
        if self.live is not None:
            self.strokes, self.live = (*self.strokes, self.live), None
            self._ask()

    def drop(self) -> None:
        """Let go of the stroke under the pointer without keeping it."""
        if self.live is not None:
            self.live = None
            self._ask()

    def paint(self, channel: str, start: float, stop: float) -> None:
        """Lay and keep a stroke."""
        self.brush(channel, start, stop)
        self.lift()

    def paint_selected(self) -> None:
        """Paint over the selected event, on the row of its channel."""
        event = self.session.selected
        if event is None:
            return
        self.set_on(True)
        if not self.is_on:
            return
        channel = event.channel
        if channel is None and self.question is not None:
            channel = self.question.channels[0]
        row = None if channel is None else self.session.row_of(channel) or channel
        recording = self.session.recording
        if row is not None and recording is not None:
            self.paint(row, *explained_span(event, recording.duration))

    def paint_smallest(self) -> None:
        """Put the found edit in place of all strokes."""
        found = None if self.smallest is None else self.smallest.stroke
        if found is not None:
            row = self.session.row_of(found.channel) or found.channel
            self.strokes = (replace(found, channel=row),)
            self._ask()

    def undo_stroke(self) -> None:
        """Take the last stroke back."""
        if self.strokes:
            self.strokes = self.strokes[:-1]
            self._ask()

    def reset(self) -> None:
        """Take all strokes away."""
        if self.strokes:
            self.strokes = ()
            self._ask()

    # --- asking ------------------------------------------------------------------------------

    @property
    def shown_strokes(self) -> tuple[Stroke, ...]:
        """All strokes, the one under the pointer last."""
        return self.strokes if self.live is None else (*self.strokes, self.live)

    @property
    def explanation(self) -> Explanation | None:
        """Heat and probability under the strokes, of the event that is selected now."""
        answer, question = self.answer, self.question
        if not self.is_on or answer is None or question is None or not self.shown_strokes:
            return None
        return answer.explanation if question.event_id == self.session.selection else None

    def unread(self) -> tuple[str, ...]:
        """Rows with strokes that the model does not read."""
        if self.question is None:
            return ()
        read = {self.session.row_of(c) or c for c in self.question.channels}
        rows = dict.fromkeys(stroke.channel for stroke in self.shown_strokes)
        return tuple(row for row in rows if row not in read)

    def _follow(self) -> None:
        """Prepare for the selected event."""
        if not self.is_on:
            return
        for topic in (QUESTION_TOPIC, SEARCH_TOPIC):
            self.session.jobs.cancel_topic(topic)
        self._forget_event()
        self.sentence = tr(NOTHING)
        event, recording = self.session.selected, self.session.recording
        if event is None or recording is None:
            self._ask()
            return
        self._asked = event
        try:
            card, channels = self._explaining.model_for(event)
        except SleepScopeError as error:
            self.sentence = str(error)
            self._ask()
            return
        self.sentence = tr("Asking {model} …", model=card.name)
        start, stop = explained_span(event, recording.duration)
        limit = self._limit(event, card)
        steps = with_network_library(
            lambda: EventQuestion.of(
                recording, card, channels, start, stop, limit=limit, event_id=event.id
            )
        )
        job = self.session.jobs.start(tr("What if"), QUESTION_TOPIC, steps, urgent=True)
        job.succeeded.connect(self._take)
        job.failed.connect(self._say)
        self.changed.emit()

    def _follow_edit(self) -> None:
        if self.session.why_models_wait:
            self.leave()
            return
        event, asked = self.session.selected, self._asked
        if not self.is_on or event is None or asked is None:
            return
        if any(getattr(event, name) != getattr(asked, name) for name in ASKED_OF):
            self._follow()

    def _limit(self, event: Event, card: ModelCard) -> float | None:
        """The threshold that the model ran with here; None where it did not run."""
        runs = [run for run in self.session.runs() if run.sha256 == card.sha256]
        own = [run for run in runs if event.channel in run.channels] or runs
        return own[-1].threshold if own else None

    def _take(self, question: EventQuestion) -> None:
        if question.event_id == self.session.selection:
            self.question, self.sentence = question, ""
            self._ask()

    def _repaint(self) -> None:
        if self.is_on and self.shown_strokes:
            self._ask()

    def _ask(self) -> None:
        """Draw and ask anew; while an answer is on its way, only the last wish is kept."""
        recording = self.session.recording
        if recording is None:
            return
        if not self.shown_strokes:
            self.session.jobs.cancel_topic(TOPIC)
            self.signals, self.answer, self._painted, self._waits = {}, None, None, False
            self.changed.emit()
            return
        if self._job is not None and not self._job.is_over:
            self._waits = True
            self.changed.emit()
            return
        strokes = self.shown_strokes
        known = self._painted or PaintedRecording(recording)
        self._painted = painted = known.with_strokes(self._on_channels(strokes))
        page, filters = self.session.page, self.session.filters()
        rows = [] if page.length > LONGEST_PAGE else dict.fromkeys(s.channel for s in strokes)
        keys = [(row, page.start, page.length, filters.get(row, RAW)) for row in rows]
        steps = _work(painted, strokes, keys, self.question)
        self._job = job = self.session.jobs.start(tr("What if"), TOPIC, steps, urgent=True)
        job.succeeded.connect(lambda found, question=self.question: self._show(found, question))
        job.failed.connect(self._say)
        job.ended.connect(self._go_on)
        self.changed.emit()

    def _on_channels(self, strokes: tuple[Stroke, ...]) -> tuple[Stroke, ...]:
        """Strokes on rows, and on the channels that the model reads where a row shows these."""
        read = () if self.question is None else self.question.channels
        made: list[Stroke] = []
        for stroke in strokes:
            behind = [c for c in read if self.session.row_of(c) == stroke.channel]
            labels = dict.fromkeys((stroke.channel, *behind))
            made += [replace(stroke, channel=label) for label in labels]
        return tuple(made)

    def _show(self, found: _Painted, question: EventQuestion | None) -> None:
        if not self.is_on or not self.shown_strokes:
            return
        self.signals = found.signals
        if question is self.question:
            self.answer = found.answer
        self.changed.emit()

    def _go_on(self) -> None:
        waits, self._waits = self._waits, False
        if self.is_on and waits:
            self._ask()

    def _say(self, error: BaseException) -> None:
        if not isinstance(error, SleepScopeError):
            self.session.fail(error)
            return
        if self.question is None:
            self.sentence = str(error)
        else:
            # A stroke that finds no baseline: it goes, the others stay.
            self.session.say(str(error))
            self.live, self.strokes = None, self.strokes[:-1] if self.live is None else self.strokes
            self._waits = True
        self.changed.emit()

    # --- the smallest edit -------------------------------------------------------------------

    def search(self) -> None:
        """Look for the smallest edit that flips the decision; asked again, stop looking."""
        if self.is_searching:
            self.session.jobs.cancel_topic(SEARCH_TOPIC)
            return
        if not self.is_on:
            self.set_on(True)
        if not self.is_on:
            return
        question = self.question
        if question is None:
            self.session.say(self.sentence or tr(NOTHING))
            return
        self.smallest, self.is_searching = None, True
        title = tr("Smallest edit")
        steps = find_smallest_edit(question, self.tool)
        job = self.session.jobs.start(title, SEARCH_TOPIC, steps)
        job.succeeded.connect(lambda found: self._keep(found, question))
        job.failed.connect(self.session.fail)
        job.ended.connect(self._end_search)
        self.changed.emit()

    def _keep(self, found: SmallestEdit, question: EventQuestion) -> None:
        if question is self.question:
            self.smallest = found

    def _end_search(self) -> None:
        self.is_searching = False
        self.changed.emit()


def _work(
    painted: PaintedRecording,
    strokes: tuple[Stroke, ...],
    keys: list[PageKey],
    question: EventQuestion | None,
) -> Steps[_Painted]:
    """Paint the page's traces and ask the model."""
    yield Progress(0.0, 2.0, tr("What if"))
    painted.work_out()
    signals = read_page_signals(painted, keys)
    yield Progress(1.0, 2.0, tr("What if"))
    answer = None if question is None else question.ask_painted(painted)
    if answer is not None and not math.isfinite(answer.level):
        answer = None
    shown = {key[0]: signal for key, signal in signals.items() if not signal.trouble}
    return _Painted(strokes, shown, answer)
