"""The window without a screen: it opens, detects, explains, draws itself into a file and ends."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEventLoop, QMessageLogContext, QtMsgType, qInstallMessageHandler

from sleepscope.app.arguments import Arguments
from sleepscope.app.comparison import Comparison
from sleepscope.app.dialogs.export_dialog import ExportChoice
from sleepscope.app.jobs import Job
from sleepscope.app.main_window import MainWindow
from sleepscope.app.scorers import title_of
from sleepscope.app.session import Session
from sleepscope.app.settings import Settings
from sleepscope.app.window import make_application
from sleepscope.errors import SettingsError
from sleepscope.events.event import Event
from sleepscope.review.place import SUFFIX

DEMO_PICTURE: Final = "sleepscope-demo.png"
DEMO_EVENTS: Final = "sleepscope-demo-events.csv"
PICTURE_SIZE: Final = (1600, 900)


def run(arguments: Arguments) -> int:
    """Do what the command line says and write the picture; the exit status.

    Raises
    ------
    SleepScopeError
        If the recording, an event file or the model cannot be used, or a file not be written.
    """
    qInstallMessageHandler(_print_what_matters)
    application = make_application()
    with tempfile.TemporaryDirectory(prefix="sleepscope-", ignore_cleanup_errors=True) as folder:
        # The person's own settings stay as they are, but for who they are.
        settings = Settings(Path(folder) / "settings.ini")
        settings.theme = arguments.theme or "light"
        window = MainWindow(Session(settings))
        window.resize(*(arguments.size or PICTURE_SIZE))
        window.show()
        scene = _Scene(window, Path(folder))
        try:
            if arguments.is_demo:
                scene.play_demo(arguments)
            else:
                scene.play_recording(arguments)
        finally:
            window.close()
            application.processEvents()
    return 0


class _Scene:
    """Drives the window as a person would, and raises what a person would be told."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self.window = window
        self.session = window.session
        self.folder = folder
        self._failures: list[BaseException] = []
        self.session.failed.disconnect(window.report)
        self.session.failed.connect(self._failures.append)

    def _raise(self) -> None:
        if self._failures:
            raise self._failures[0]

    def play_demo(self, arguments: Arguments) -> None:
        """The demo night: detect, compare with each expert, explain, picture, table of events."""
        window = self.window
        window.controllers.opening.open_demo(review_folder=self.folder)
        self._raise()
        model = self._detect(arguments.detect or "spindle")
        comparisons = self._compare_with_experts(model)
        self._explain_one(model)
        picture = arguments.screenshot or Path(DEMO_PICTURE)
        self._draw(picture)
        events = Path(DEMO_EVENTS)
        window.controllers.exporting.write(events, ExportChoice("all", None))
        sys.stdout.write(report(comparisons))
        for path in (picture, events, events.with_suffix(".json")):
            sys.stdout.write(f"written: {path.absolute()}\n")

    def play_recording(self, arguments: Arguments) -> None:
        """Any recording, as the command line says; without one, the welcome screen."""
        assert arguments.screenshot is not None
        opening = self.window.controllers.opening
        path = arguments.recording
        if path is not None:
            # An open review is the person's; without one the picture leaves none behind.
            has_review = path.with_suffix(SUFFIX).exists()
            opening.may_ask = False
            opening.read_as = arguments.read_as
            opening.open(
                path,
                review_of=None if has_review else self.folder / path.name,
                sfreq=arguments.rate,
            )
            self._raise()
            opening.open_events(arguments.events)
            self._raise()
            if arguments.detect is not None:
                model = self._detect(arguments.detect)
                if arguments.explain:
                    self._explain_one(model)
            elif arguments.explain:
                raise SettingsError("--explain needs --detect spindle or --detect rem.")
        elif arguments.detect or arguments.events:
            raise SettingsError("Name a recording before --detect or --events.")
        self._draw(arguments.screenshot)
        sys.stdout.write(f"written: {arguments.screenshot.absolute()}\n")

    def _detect(self, task: str) -> str:
        """Run a detection to its end; returns the scorer."""
        detecting = self.window.controllers.detecting
        scorers: list[str] = []
        detecting.detected.connect(scorers.append)
        _wait_for(detecting.run(detecting.default_settings(task)))
        self._raise()
        self.window.controllers.comparing.compare_now()
        return scorers[0]

    def _compare_with_experts(self, model: str) -> list[Comparison]:
        """Compare the model with each other scorer; the first one stays on the screen."""
        others = [s.scorer for s in self.session.event_sets() if s.scorer != model]
        found: list[Comparison] = []
        for expert in reversed(others):
            settings = self.session.compare_settings
            assert settings is not None
            self.session.set_compare_settings(replace(settings, a=model, b=expert))
            self.window.controllers.comparing.compare_now()
            if self.session.comparison is not None:
                found.insert(0, self.session.comparison)
        return found

    def _explain_one(self, model: str) -> None:
        event = self._telling_event(model)
        if event is None:
            return
        self.session.select(event.id)
        _wait_for(self.window.controllers.explaining.explain_selection())
        self._raise()

    def _telling_event(self, model: str) -> Event | None:
        """A matched event in the middle of the page that shows most agreement and disagreement."""
        events = next(s.events for s in self.session.event_sets() if s.scorer == model)
        comparison = self.session.comparison
        looks = {} if comparison is None else comparison.looks
        pages: dict[int, list[Event]] = {}
        for event in events:
            pages.setdefault(int(event.onset // self.session.page.length), []).append(event)

        def worth(page: list[Event]) -> tuple[int, int]:
            return len({looks.get(event.id) for event in page}), len(page)

        def telling(event: Event) -> tuple[bool, float]:
            length = self.session.page.length
            from_middle = abs(event.midpoint % length - length / 2)
            return looks.get(event.id) == "matched", -from_middle

        return max(max(pages.values(), key=worth), key=telling) if pages else None

    def _draw(self, path: Path) -> None:
        _settle()
        self.window.controllers.picturing.write_window(path)


def _wait_for(job: Job | None) -> None:
    """Let the window live until a job ended."""
    if job is None or job.is_over:
        return
    loop = QEventLoop()
    job.ended.connect(loop.quit)
    loop.exec()


def _settle() -> None:
    """Let everything that is due be laid out and painted."""
    for _ in range(5):
        make_application().processEvents()


def report(comparisons: list[Comparison]) -> str:
    """The comparisons as a table for a terminal, the rule below it."""
    head = ("truth", "n", "matched", "missed", "extra", "precision", "recall", "F1")
    rows = [head]
    for one in comparisons:
        scores = one.scores
        counts = (scores.n_b, scores.tp, scores.fn, scores.fp)
        shares = (scores.precision, scores.recall, scores.f1)
        rows.append(
            (
                title_of(one.settings.b),
                *map(str, counts),
                *("-" if share is None else f"{share:.3f}" for share in shares),
            )
        )
    widths = [max(len(row[k]) for row in rows) for k in range(len(head))]
    lines = [
        "  ".join(
            cell.ljust(width) if k == 0 else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    rules = dict.fromkeys(one.rule for one in comparisons)
    models = dict.fromkeys(title_of(one.settings.a) for one in comparisons)
    title = f"{', '.join(models)} against each expert, simulated recording:"
    return "\n".join([title, *lines, *rules]) + "\n"


def _print_what_matters(_kind: QtMsgType, _where: QMessageLogContext, message: str) -> None:
    # The offscreen platform says this of every window; nobody can do anything about it.
    if "propagateSizeHints" not in message:
        sys.stderr.write(f"{message}\n")
