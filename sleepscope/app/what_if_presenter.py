"""Shows the what-if brush on the page and in its panel."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from sleepscope.app.clock import clock_text, elapsed_text
from sleepscope.app.controllers.group import Controllers
from sleepscope.app.frame import Frame
from sleepscope.app.language import tr
from sleepscope.app.session import Session
from sleepscope.app.views.brush import Brush
from sleepscope.app.views.what_if_plot import Tracks
from sleepscope.explain.explanation import Explanation


class WhatIfPresenter(QObject):
    """Keeps page and panel in step with the brush.

    Parameters
    ----------
    session, frame, controllers
    show_explanation : callable
        Shows the heat that counts now.
    """

    def __init__(
        self,
        session: Session,
        frame: Frame,
        controllers: Controllers,
        show_explanation: Callable[[], None],
    ) -> None:
        super().__init__(frame)
        self.session, self.frame = session, frame
        self.what_if = controllers.what_if
        self._show_explanation = show_explanation
        self._heat: Explanation | None = None
        self._about: str | None = None
        panel, traces, do = frame.what_if_panel, frame.traces, controllers.what_if
        do.changed.connect(self._show)
        do.panel_requested.connect(self._raise)
        traces.brushed.connect(do.brush)
        traces.brush_lifted.connect(do.lift)
        traces.brush_dropped.connect(do.drop)
        traces.brush_left.connect(do.leave)
        panel.tool_changed.connect(lambda values: do.set_tool(**values))
        panel.paint_requested.connect(self._paint)
        panel.undo_requested.connect(do.undo_stroke)
        panel.reset_requested.connect(do.reset)
        panel.search_requested.connect(do.search)
        panel.smallest_requested.connect(do.paint_smallest)
        session.view_changed.connect(self._show_rows)
        session.recording_changed.connect(self._show_rows)
        self._show()

    def _raise(self) -> None:
        dock = self.frame.dock("what_if")
        dock.show()
        dock.raise_()

    def _paint(self, row: str, start: float, stop: float) -> None:
        self.what_if.set_on(True)
        if not self.what_if.is_on:
            return
        if stop > start:
            self.what_if.paint(row, start, stop)
        else:
            self.session.say(tr("A stroke must end after it begins."))

    def _show_rows(self) -> None:
        self.frame.what_if_panel.set_rows(self.session.channels, None)

    def _show(self) -> None:
        do = self.what_if
        self.frame.actions_by_id["what_if"].setChecked(do.is_on)
        self._show_page()
        self._show_panel()
        if do.explanation is not self._heat:
            self._heat = do.explanation
            self._show_explanation()

    def _show_page(self) -> None:
        do, heat = self.what_if, self.what_if.explanation
        tracks = {}
        if heat is not None and heat.channels:
            row = self.session.row_of(heat.channels[0]) or heat.channels[0]
            tracks = {row: (heat.probability_times, heat.probability)}
        words = do.tool.words
        if do.question is not None and do.explanation is not None and do.answer is not None:
            words += f" · p {do.question.before.level:.2f} → {do.answer.level:.2f}"
        self.frame.traces.set_brush(
            Brush(do.is_on, do.shown_strokes, do.signals, tracks, words if do.is_on else "")
        )

    def _place(self, moment: float, decimals: int = 1) -> str:
        recording = self.session.recording
        start = None if recording is None else recording.start
        return clock_text(start, moment, decimals) or elapsed_text(moment, decimals)

    def _show_panel(self) -> None:
        do, panel = self.what_if, self.frame.what_if_panel
        panel.set_tool(do.tool)
        question, heat = do.question, do.explanation
        if question is None:
            head = do.sentence or tr("The brush paints on copies: nothing that was recorded or "
                                     "marked changes. I takes it up.")  # fmt: skip
            panel.set_answer(head, "", None)
        else:
            if self._about != question.event_id:
                self._about = question.event_id
                row = self.session.row_of(question.channels[0])
                panel.set_rows(self.session.channels, row)
                panel.set_span(question.start, question.stop)
            before = question.before.explanation
            assert before is not None
            after = None if heat is None else (heat.probability_times, heat.probability)
            tracks = Tracks(
                (before.probability_times, before.probability), after,
                (question.start, question.stop), question.limit,
            )  # fmt: skip
            panel.set_answer(self._head(), self._answer(), tracks)
        panel.set_strokes(do.strokes, [self._place(stroke.start, 2) for stroke in do.strokes])
        found = do.smallest
        words = tr("Searching …") if do.is_searching else ""
        if found is not None:
            words = found.words(self._place)
        panel.set_search(
            words, can=question is not None, runs=do.is_searching,
            found=found is not None and found.stroke is not None,
        )  # fmt: skip

    def _head(self) -> str:
        question = self.what_if.question
        assert question is not None
        read = ", ".join(question.channels)
        head = tr("{model} reads {channels}; event at {time}.", model=question.card.name,
                  channels=read, time=self._place(question.start))  # fmt: skip
        unread = self.what_if.unread()
        if unread:
            head += " " + tr("Strokes on {rows} change nothing for it.", rows=", ".join(unread))
        return head

    def _answer(self) -> str:
        question, answer = self.what_if.question, self.what_if.answer
        assert question is not None
        found = {True: tr("found"), False: tr("not found")}
        before = question.before
        was = found[before.level >= question.limit]
        if answer is None or self.what_if.explanation is None:
            text = tr("p {p} (limit {limit}): {found} · logit {logit}", p=f"{before.level:.2f}",
                      limit=f"{question.limit:.2f}", found=was,
                      logit=f"{before.logit:+.2f}")  # fmt: skip
        else:
            text = tr("p {p} → {q} (limit {limit}): {was} → {found} · logit {logit} → {then}",
                      p=f"{before.level:.2f}", q=f"{answer.level:.2f}",
                      limit=f"{question.limit:.2f}", was=was,
                      found=found[answer.level >= question.limit],
                      logit=f"{before.logit:+.2f}", then=f"{answer.logit:+.2f}")  # fmt: skip
        return text.replace("-", "\N{MINUS SIGN}")
