"""Events out."""

from __future__ import annotations

from pathlib import Path

from sleepscope.app.controllers.controller import Controller
from sleepscope.app.dialogs.export_dialog import ExportChoice, ask_export
from sleepscope.app.dialogs.save_dialog import ask_where
from sleepscope.app.language import tr
from sleepscope.app.scorers import title_of, titles
from sleepscope.app.session import folder_of
from sleepscope.errors import ExportError, SleepScopeError
from sleepscope.export import FORMATS, Sidecar, Written, marked_events, models_of_runs


class Exporting(Controller):
    """Writes what was marked."""

    # The format that was chosen last is offered first.
    _format = "csv"

    def ask(self) -> None:
        """Ask what to export and where to."""
        stages = self.session.stages
        chosen = [] if stages.chosen is None else [stages.chosen.scorer]
        named = {scorer: title_of(scorer) for scorer in (*chosen, *stages.all)}
        ask_export(self.window, titles(self.session), self._ask_file, self._format, named)

    def _ask_file(self, choice: ExportChoice) -> None:
        self._format = choice.format
        chosen = FORMATS[choice.format]
        names = f"{chosen.title} (*{chosen.ending})"
        stem = Path(self.session.name).stem
        ask_where(
            self.window,
            tr("Export events"),
            folder_of(self.session) / f"{stem}{chosen.suffix}",
            names,
            lambda path: self.write_or_say(path, choice),
        )

    def write_or_say(self, path: Path, choice: ExportChoice) -> None:
        """Write the export and say what the format cannot hold, or why it cannot be written."""
        try:
            written = self.write(path, choice)
        except SleepScopeError as error:
            self.session.fail(error)
            return
        if "events" in FORMATS[choice.format].says:
            message = tr("{n} events written to {path}", n=written.n_events, path=path)
        else:
            message = tr("{n} epochs written to {path}", n=written.n_epochs, path=path)
        self.session.say(message)
        if written.losses:
            self.session.notice(f"{path.name}: {' '.join(written.losses)}")

    def write(self, path: Path, choice: ExportChoice) -> Written:
        """Write the export and what belongs beside it.

        Returns
        -------
        Written
            How much was written, and what the format could not hold.

        Raises
        ------
        ExportError
            If nothing is open, there are no stages for a format that holds stages alone, or the
            files cannot be written.
        """
        session = self.session
        chosen = FORMATS[choice.format]
        if session.review is None or session.recording is None:
            raise ExportError("No recording is open, so there are 0 events to export.")
        hypnogram = session.hypnogram
        if choice.stages is not None:
            hypnogram = session.stages.all.get(choice.stages, hypnogram)
        if "events" not in chosen.says:
            if hypnogram is None:
                raise ExportError(
                    f"{session.name} has 0 epochs with a sleep stage, so there is nothing to write "
                    f"as {chosen.title}; open a file of stages first."
                )
            sidecar = Sidecar.of(session.recording, (), ())
            return chosen.write(path, (), sidecar, hypnogram)
        scorers = None if choice.scorer is None else (choice.scorer,)
        if scorers is None and session.sitting is not None and session.sitting.is_hiding:
            # What is hidden from a person's eyes does not come to them by a file.
            scorers = tuple(event_set.scorer for event_set in session.event_sets())
        marked = marked_events(session.review, choice.which, scorers=scorers)
        there = {one.scorer for one in marked} | set(scorers or ())
        every = choice.which == "all" and scorers is None
        sets = [s for s in session.event_sets() if every or s.scorer in there]
        sidecar = Sidecar.of(session.recording, sets, models_of_runs(session.runs()))
        return chosen.write(path, marked, sidecar, hypnogram)
