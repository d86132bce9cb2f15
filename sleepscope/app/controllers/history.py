"""Going to another place in the history of the review."""

from __future__ import annotations

import time
from collections import Counter
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QProgressDialog, QWidget

from sleepscope.app.controllers.controller import Controller
from sleepscope.app.dialogs.asking import Question
from sleepscope.app.language import tr
from sleepscope.app.session import Session
from sleepscope.errors import ReviewError, SleepScopeError
from sleepscope.progress import Steps
from sleepscope.review.step import Change, Step, joined
from sleepscope.review.travel import travel

# The review lives in the main thread: between two slices of this length the window answers.
SLICE_SECONDS: Final = 0.03
PATIENCE_MS: Final = 400


class History(Controller):
    """Jumps: many steps of undo or redo at once."""

    jumped = Signal(object)  # Step or None
    wanted = Signal()

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(session, window)
        self._going: Steps[Change] | None = None
        self._slices = QTimer(self)
        self._slices.setInterval(0)
        self._slices.timeout.connect(self._go_on)
        self._box: QProgressDialog | None = None

    def show(self) -> None:
        """Show the history and go into it."""
        self.wanted.emit()

    def jump(self, step_id: int) -> None:
        """Go to the state right after a step, 0 for the beginning; ask before others' steps go."""
        review = self.session.review
        if review is None or self._going is not None:
            return
        number = review.n_steps_to(step_id)
        if not number:
            self.session.say(tr("The review is there already."))
            return
        between = steps_between(review.history(), step_id, number)
        if any(map(self.session.is_hidden, between)):
            self.session.fail(
                ReviewError(
                    f"Among the {len(between)} steps between here and there are some on events "
                    "that are hidden; show all events, or end the blind scoring or audit, first."
                )
            )
            return
        others = Counter(step.who for step in between if step.who not in ("", self.session.person))
        if others:
            self._ask(step_id, others, is_back=number < 0)
        else:
            self._go(step_id)

    def _ask(self, step_id: int, others: Counter[str], *, is_back: bool) -> None:
        names = ", ".join(f"{n} of {who.removeprefix('human:')}" for who, n in others.items())
        if is_back:
            words = tr("This takes back steps of others: {names}.", names=names)
        else:
            words = tr("This does steps of others again: {names}.", names=names)
        dialog = Question(tr("Steps of others"), words, self.window)
        dialog.finish(lambda: self._go(step_id))
        dialog.open()

    def _go(self, step_id: int) -> None:
        review = self.session.review
        if review is None:
            return
        self._going = travel(review, step_id, self.session.person)
        self._box = QProgressDialog(tr("Going there…"), tr("Stop here"), 0, 1000, self.window)
        self._box.setWindowTitle(tr("History"))
        # Nobody edits on the way.
        self._box.setWindowModality(Qt.WindowModality.WindowModal)
        self._box.setMinimumDuration(PATIENCE_MS)
        self._box.setAutoClose(False)
        self._slices.start()

    def _go_on(self) -> None:
        """Work for a slice of time, then let the window answer."""
        going, box = self._going, self._box
        if going is None or box is None:
            self._slices.stop()
            return
        until = time.perf_counter() + SLICE_SECONDS
        try:
            progress = next(going)
            while time.perf_counter() < until:
                progress = next(going)
            if box.wasCanceled():
                going.close()
                self._end(None)
            else:
                # May let other events in while it paints itself.
                box.setValue(round(999 * progress.fraction))
        except StopIteration as stop:
            self._end(stop.value)
        except SleepScopeError as error:
            self._end(None)
            self.session.fail(error)

    def _end(self, change: Change | None) -> None:
        self._slices.stop()
        self._going = None
        if self._box is not None:
            self._box.close()
            self._box.deleteLater()
            self._box = None
        review = self.session.review
        if review is None:
            return
        if change is None:
            # Stopped on the way: whatever it touched, every view reads anew.
            names = frozenset(event_set.scorer for event_set in review.event_sets())
            here = review.next_undo or review.next_redo
            change = joined((Change(here, frozenset(), names, frozenset(review.hypnograms())),))
        self.session.follow(change)
        self.jumped.emit(change.step)
        here = review.next_undo
        self.session.say(
            tr("The review is as it was after: {name}", name=here.name)
            if here
            else tr("The review is as it was in the beginning.")
        )


def steps_between(history: list[Step], step_id: int, number: int) -> list[Step]:
    """The steps that a jump takes back (``number`` below 0) or does again."""
    if number < 0:
        return [step for step in history if step.state == "done" and step.id > step_id]
    return [step for step in history if step.state == "undone" and step.id <= step_id]
