"""Teaching a model on scored nights in the background, and installing it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from sleepscope.app.controllers.controller import Controller
from sleepscope.app.controllers.detecting import with_network_library
from sleepscope.app.dialogs.train_dialog import NightRow, TrainChoice, TrainDialog
from sleepscope.app.language import tr
from sleepscope.app.session import Session
from sleepscope.errors import SleepScopeError
from sleepscope.networks.model_folder import install_model
from sleepscope.progress import LossPoint, Progress, Steps

if TYPE_CHECKING:
    from sleepscope.training.model_comparison import ModelComparison
    from sleepscope.training.teaching import Taught
    from sleepscope.training.teaching_plan import TeachingPlan

TOPIC, NIGHTS = "train", "nights"
# Nights whose figures stand in the panel.
MOST_NIGHTS = 8


class Training(Controller):
    """Asks for nights, trains, compares, installs.

    Training has a worker of its own, so that detection and explanations need not wait for it.

    Attributes
    ----------
    state : str
        "none", "running", "stopped", "done" or "installed".
    words, verdict : str
        For the panel.
    """

    changed = Signal()  # state, words or verdict
    begun = Signal()
    renewed = Signal()  # it is another training than before
    advanced = Signal(float, str, object)  # fraction, words, (network, batch, loss) or None

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(session, window)
        self.jobs = session.training_jobs
        self.state, self.words, self.verdict = "none", "", ""
        self._plan: TeachingPlan | None = None
        self._taught: Taught | None = None

    def ask(self) -> None:
        """Ask what to learn from."""
        if self.state == "running":
            self.session.say(tr("A training runs already; stop it first, or wait."))
            self.begun.emit()
            return
        recording = self.session.recording
        files = [recording.path] if recording is not None and recording.path.is_file() else []
        dialog = TrainDialog(self.window, (), self._take)
        dialog.nights_wanted.connect(
            lambda source, task, paths: self._read(dialog, source, task, paths)
        )
        dialog.add_files(files)
        plan = self._unfinished()
        if plan is not None:
            dialog.offer_to_go_on(plan.name, lambda: self._go_on_with(plan))
        dialog.open()

    def _unfinished(self) -> TeachingPlan | None:
        """What was stopped here, or before the program was closed."""
        from sleepscope.training.teaching_plan import stopped_plan

        return self._plan if self.state == "stopped" else stopped_plan(_runs())

    def _go_on_with(self, plan: TeachingPlan) -> None:
        if plan is not self._plan:
            self._plan, self._taught = plan, None
            self.renewed.emit()
        self.go_on()

    def _read(self, dialog: TrainDialog, source: str, task: str, files: tuple[Path, ...]) -> None:
        """Read in the background what is scored in some nights."""
        self.jobs.cancel_topic(NIGHTS)
        if not files:
            dialog.set_nights((), ())
            return
        steps = with_network_library(lambda: _scored_nights(source, task, files))
        job = self.jobs.start(tr("Reading the nights"), NIGHTS, steps)
        # The dialog may be gone by then, and takes its connections with it.
        job.succeeded.connect(dialog.take_nights)
        job.failed.connect(self.session.fail)

    def _take(self, choice: TrainChoice) -> None:
        from sleepscope.training.teaching_plan import TeachingPlan

        stamp = time.strftime("%Y%m%d-%H%M%S")
        self._plan = TeachingPlan(
            choice.source, choice.task, choice.files, choice.people, choice.name,
            _runs() / f"{choice.name}-{stamp}", choice.folds, choice.steps,
        )  # fmt: skip
        self._taught = None
        self.renewed.emit()
        self.go_on()

    def go_on(self) -> None:
        """Start the training, or go on with one that was stopped."""
        if self._plan is None or self.state == "running":
            return
        plan = self._plan
        title = tr("Training {name}", name=plan.name)
        job = self.jobs.start(title, TOPIC, with_network_library(lambda: _teach(plan)))
        job.progressed.connect(self._advance)
        job.succeeded.connect(self._keep)
        job.failed.connect(self._fail)
        job.cancelled.connect(self._stopped)
        self._say("running", title)
        self.begun.emit()

    def cancel(self) -> None:
        """Stop after the batch; what is done is kept in the folder of the run."""
        self.jobs.cancel_topic(TOPIC)

    def install(self) -> None:
        """Offer the new model in Detect."""
        if self._taught is None:
            return
        try:
            card = install_model(self._taught.report.card)
        except SleepScopeError as error:
            self.session.fail(error)
            return
        words = tr("{name} is installed; Detect (Ctrl+D) offers it.", name=card.name)
        self._say("installed", words, self.verdict)

    def _advance(self, progress: Progress, left: float | None) -> None:
        words = progress.message
        if left is not None:
            words += " · " + tr("{n} min left", n=max(1, round(left / 60)))
        found = progress.partial
        is_point = isinstance(found, LossPoint)
        point = (progress.message, found.batch, found.loss) if is_point else None
        self.advanced.emit(progress.fraction, words, point)

    def _keep(self, taught: Taught) -> None:
        self._taught = taught
        compared = taught.comparison
        verdict = "\n".join(
            part
            for part in (
                compared.verdict.replace("-0.", "\N{MINUS SIGN}0."),
                compared.doubt,
                _by_night(compared),
                tr("Judged on {n} nights with {events} events, each by a network that never saw "
                   "its person.", n=len(compared.nights), events=compared.n_events),
                compared.rule,
                compared.method,
            )
            if part
        )  # fmt: skip
        folder = taught.report.card.path
        where = "" if folder is None else str(folder.parent)
        self._say("done", tr("Done; everything about the run is in {folder}.", folder=where),
                  verdict)  # fmt: skip

    def _fail(self, error: Exception) -> None:
        self._say("stopped", tr("The training did not end well."))
        self.session.fail(error)

    def _stopped(self) -> None:
        self._say("stopped", tr("Stopped; what was learned is kept, and Go on goes on from there."))

    def _say(self, state: str, words: str, verdict: str = "") -> None:
        self.state, self.words, self.verdict = state, words, verdict
        self.changed.emit()


def _runs() -> Path:
    """Where runs are kept."""
    import platformdirs

    return Path(platformdirs.user_data_dir("sleepscope", appauthor=False)) / "training"


def _by_night(compared: ModelComparison) -> str:
    """Both F1 of each night, the first ones of many."""
    pairs = ", ".join(
        f"{name} {new:.2f} / {old:.2f}" for name, new, old in compared.nights[:MOST_NIGHTS]
    )
    left = len(compared.nights) - MOST_NIGHTS
    more = tr(" and {n} more in comparison.json", n=left) if left > 0 else ""
    return tr("By night, {new} / {old}: {pairs}{more}.", new=compared.new, old=compared.old,
              pairs=pairs, more=more)  # fmt: skip


def _teach(plan: TeachingPlan) -> Steps[Taught]:
    from sleepscope.training.teaching import teach

    return teach(plan)


def _scored_nights(
    source: str, task: str, files: tuple[Path, ...]
) -> Steps[tuple[list[NightRow], list[str]]]:
    """What is scored in recordings, and why some are left out."""
    from sleepscope.training.teaching import planned_dataset
    from sleepscope.training.teaching_plan import TeachingPlan

    rows: list[NightRow] = []
    left_out: list[str] = []
    for done, path in enumerate(files):
        yield Progress(done, len(files), path.name)
        try:
            dataset = planned_dataset(TeachingPlan(source, task, (path,)))
        except SleepScopeError as error:
            left_out.append(str(error))
            continue
        for night in dataset.nights:
            rows.append(
                NightRow(
                    path, night.subject, ", ".join(night.labels), night.n_events,
                    night.scored_seconds / 60,
                )
            )  # fmt: skip
            night.recording.close()
    return rows, left_out
