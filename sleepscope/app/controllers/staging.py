"""Staging the night by keys, epoch by epoch, and going to where stages are missing or differ."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from sleepscope.app.clock import elapsed_text
from sleepscope.app.commands import Command, StageEpochs, StartStagesFrom
from sleepscope.app.controllers.controller import Controller
from sleepscope.app.controllers.reviewing import Reviewing
from sleepscope.app.dialogs.stages_dialog import ask_stages
from sleepscope.app.language import tr
from sleepscope.app.night_stages import NIGHT_STAGES, Epochs
from sleepscope.app.scorers import title_of
from sleepscope.app.session import Session
from sleepscope.constants import UNSCORED
from sleepscope.errors import SleepScopeError
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.review.step import Change


class Staging(Controller):
    """The person's own hypnogram.

    Signals
    -------
    copy_offered(scorers)
        The person's own stages have just begun, and there are others to begin with.
    """

    copy_offered = Signal(object)

    def __init__(self, session: Session, window: QWidget, reviewing: Reviewing) -> None:
        super().__init__(session, window)
        self._reviewing = reviewing
        self._anchor: int | None = None
        self._known: Hypnogram | None = None
        self._writing = False
        session.page_changed.connect(self._drop_what_is_off_the_page)
        session.stages.changed.connect(self._follow)
        session.stages.chosen_changed.connect(self._remember)

    # --- keys --------------------------------------------------------------------------------

    def stage(self, stage: str) -> None:
        """Give the current epochs a stage and stay."""
        self._write(stage, goes_on=False)

    def stage_on(self, stage: str) -> None:
        """Give the current epochs a stage and go on to the next one."""
        self._write(stage, goes_on=True)

    def unscore(self) -> None:
        """Take the stage of the current epochs away."""
        if self.session.person in self.session.stages.all:
            self._write(UNSCORED, goes_on=False)

    def _write(self, stage: str, *, goes_on: bool) -> None:
        if self.session.recording is None:
            return
        first, behind = self.session.current_epochs()
        begins = self.session.person not in self.session.stages.all
        others = tuple(self.session.stages.all)

        def then(_change: Change) -> None:
            if begins and others:
                self.copy_offered.emit(others)
            if goes_on:
                self._go_on(behind)

        self._edit(StageEpochs(first, behind, stage), then)

    def _edit(self, command: Command, then: Callable[[Change], None] | None = None) -> None:
        """Write stages of one's own; the page stays."""
        self._writing = True
        try:
            self._reviewing.edit(command, then)
        finally:
            self._writing = False

    def _follow(self) -> None:
        """Turn to where undo or redo changed one's own stages."""
        before, now = self._known, self.session.stages.all.get(self.session.person)
        self._known = now
        if self._writing or before is None or now is None or before.start != now.start:
            return
        pairs = enumerate(zip(before.stages, now.stages, strict=False))
        places = [k for k, (old, new) in pairs if old != new]
        if not places:
            return
        page = self.session.page
        first, behind = places[0], places[-1] + 1
        start, stop = now.span_of(first, behind)
        if stop <= page.start or start >= page.stop:
            self.show((first, first + 1))

    def _go_on(self, epoch: int) -> None:
        grid = self.session.epoch_grid()
        if epoch < len(grid.stages):
            self.show((epoch, epoch + 1))
            return
        left = len(grid.stages) - grid.n_scored
        if left:
            words = tr("That was the last epoch; {n} are unscored (Shift+U goes to the next).",
                       n=left)  # fmt: skip
        else:
            words = tr("That was the last epoch: all {n} are staged.", n=len(grid.stages))
        self.session.say(words)

    # --- moving ------------------------------------------------------------------------------

    def show(self, epochs: Epochs) -> None:
        """Turn to epochs and let the next key stage them."""
        start, stop = self.session.epoch_grid().span_of(*epochs)
        page = self.session.page.showing(start, min(stop, self.session.page.duration))
        self.session.stages.pick(epochs)
        self.session.set_page(page.start, page.length)

    def step(self, direction: int) -> None:
        """An epoch on (or back), whatever the length of the page."""
        first, behind = self.session.current_epochs()
        there = behind if direction > 0 else first - 1
        if 0 <= there < len(self.session.epoch_grid().stages):
            self.show((there, there + 1))

    def extend(self, direction: int) -> None:
        """Select an epoch more at the end, or one less."""
        first, behind = self.session.current_epochs()
        behind = min(max(behind + direction, first + 1), len(self.session.epoch_grid().stages))
        self._select(first, behind, behind - 1)

    def next_unscored(self) -> None:
        """To the next epoch without a stage of one's own."""
        grid = self.session.epoch_grid()
        found = grid.next_unscored(self.session.current_epochs()[1] - 1)
        if found is None:
            self.session.say(tr("All {n} epochs are staged.", n=len(grid.stages)))
            return
        self.show((found, found + 1))

    def pick_at(self, time: float) -> None:
        """Go to a moment; its epoch is the one that keys stage."""
        page = self.session.page.at(time)
        epoch = self.session.epoch_grid().epoch_at(time)
        self.session.stages.pick((epoch, epoch + 1))
        self.session.set_page(page.start, page.length)

    def pick_epoch(self, time: float) -> None:
        """Let the next key stage the epoch of a moment, the page staying."""
        epoch = self.session.epoch_grid().epoch_at(time)
        self.session.stages.pick((epoch, epoch + 1))

    def select_to(self, time: float) -> None:
        """Select the epochs from the current one to that of a moment."""
        grid = self.session.epoch_grid()
        first, behind = self.session.current_epochs()
        anchor = self._anchor
        if anchor is None or not first <= anchor < behind:
            anchor = first
        self._select_from(anchor, grid.epoch_at(time))

    def select_between(self, start: float, stop: float) -> None:
        """Select the epochs between two moments."""
        grid = self.session.epoch_grid()
        self._select_from(grid.epoch_at(start), grid.epoch_at(stop))

    def _select_from(self, anchor: int, end: int) -> None:
        self._anchor = anchor
        self._select(min(anchor, end), max(anchor, end) + 1, end)

    def _select(self, first: int, behind: int, shown: int) -> None:
        """Select epochs; one of them, where the selection ends, is brought onto the page."""
        start, stop = self.session.epoch_grid().span_of(shown, shown + 1)
        page = self.session.page.showing(start, min(stop, self.session.page.duration))
        self.session.stages.pick((first, behind))
        self.session.set_page(page.start, page.length)

    def clear_selection(self) -> None:
        """Of several selected epochs only the first stays the current one."""
        picked = self.session.stages.picked
        if picked is not None:
            self.session.stages.pick((picked[0], picked[0] + 1))

    def _drop_what_is_off_the_page(self) -> None:
        session = self.session
        if session.recording is None or session.stages.picked is None:
            return
        if session.current_epochs() != session.stages.picked:
            session.stages.pick(None)

    # --- whose stages ------------------------------------------------------------------------

    def ask_copy(self) -> None:
        """Ask whose stages the person's own begin with."""
        others = {s: title_of(s) for s in self.session.stages.all if s != self.session.person}
        if not others:
            self.session.say(tr("Nobody else has stages of this night; open a file of stages."))
            return
        ask_stages(self.window, others, self.start_from)

    def start_from(self, scorer: str) -> None:
        """Fill the person's unscored epochs with another scorer's stages."""
        self._edit(StartStagesFrom(scorer))

    def choose(self, scorer: str) -> None:
        """Let a scorer's stages be the night's."""
        self.session.stages.choose(scorer)

    def _remember(self) -> None:
        """Let the next opening begin with the stages that count now."""
        review, chosen = self.session.review, self.session.stages.chosen
        if review is None or review.read_only or chosen is None:
            return
        try:
            review.remember(NIGHT_STAGES, chosen.scorer)
        except SleepScopeError as error:
            # The choice works; it is only not there the next time.
            self.session.say(str(error))

    def compare_with(self, scorer: str) -> None:
        """Mark where these stages differ from the night's."""
        self.session.stages.compare_with(scorer)

    def next_difference(self, direction: int) -> None:
        """To the next epoch (or the one before) that the two compared scorers stage differently."""
        comparison = self.session.stages.comparison
        if comparison is None:
            self.session.say(tr("Stages of two scorers are needed to tell where they differ."))
            return
        grid = self.session.epoch_grid()
        start, stop = grid.span_of(*self.session.current_epochs())
        numbered = list(enumerate(comparison.differences, start=1))
        if direction > 0:
            found = next((x for x in numbered if x[1].start >= stop - 1e-6), None)
        else:
            found = next((x for x in reversed(numbered) if x[1].stop <= start + 1e-6), None)
        if found is None:
            self.session.say(tr("There is no difference of stages further on."))
            return
        number, one = found
        epoch = grid.epoch_at((one.start + one.stop) / 2)
        self.show((epoch, epoch + 1))
        self.session.say(
            tr("{time}: {a} {stage_a}, {b} {stage_b} (difference {k} of {n})",
               time=elapsed_text(one.start), a=title_of(comparison.first), stage_a=one.first,
               b=title_of(comparison.second), stage_b=one.second, k=number, n=len(numbered))
        )  # fmt: skip
