"""Bringing in what another copy of the review holds."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from sleepscope.app.commands import Merge
from sleepscope.app.controllers.controller import Controller
from sleepscope.app.dialogs.merge_dialog import MergeDialog
from sleepscope.app.language import tr
from sleepscope.app.scorers import title_of
from sleepscope.app.session import folder_of
from sleepscope.errors import ReviewError, SleepScopeError
from sleepscope.review.merge_plan import Choice, MergePlan
from sleepscope.review.merge_planning import plan_merge
from sleepscope.review.review_file import ReviewFile


class Merging(Controller):
    """File > Merge: choose a file, decide what both changed, take it in as one step."""

    def ask(self) -> None:
        """Ask for the other review file."""
        names = tr("Reviews (*.sleepscope *.sleepscope.bak);;All files (*)")
        folder = str(folder_of(self.session))
        dialog = QFileDialog(self.window, tr("Merge another review"), folder, names)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.offer(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def offer(self, path: Path) -> MergeDialog | None:
        """Show what a merge with this file comes to, and ask about conflicts."""
        try:
            plan = self._plan(path)
        except SleepScopeError as error:
            self.session.fail(error)
            return None
        if plan.is_empty:
            self.session.say(tr("{name} holds nothing that is not here already.", name=path.name))
            return None
        notes = "\n".join(plan.notes[:12])
        words = tr("From {name}, which stays as it is:", name=path.name)
        dialog = MergeDialog(
            self.window,
            f"{words}\n{notes}" if notes else words,
            plan.conflicts,
            title_of,
            lambda choices: self._merge(plan, choices, path.name),
        )
        dialog.open()
        return dialog

    def _plan(self, path: Path) -> MergePlan:
        review, sitting = self.session.review, self.session.sitting
        if review is None:
            raise ReviewError("No recording is open, so there is nothing to merge into.")
        if review.read_only:
            raise ReviewError(f"{review.path.name} is open read-only; nothing can be merged in.")
        if sitting is not None and sitting.is_hiding:
            raise ReviewError(
                "A merge shows events that are hidden from you now; end the blind scoring or the "
                "audit first."
            )
        if path.resolve() == review.path.resolve():
            raise ReviewError(f"{path.name} is the review that is open; choose another copy.")
        with ReviewFile.open_file(path) as other:
            return plan_merge(review.side(), other.side())

    def _merge(self, plan: MergePlan, choices: dict[int, Choice], name: str) -> None:
        # Raised here, the dialog shows it and stays.
        self.session.do(Merge(plan, choices, name))
        self.session.say(tr("{name} is merged; undo takes it back.", name=name))
