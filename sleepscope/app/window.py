"""The window on a screen, from the first paint to the last."""

from __future__ import annotations

import os
import sys

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from sleepscope.app import crash
from sleepscope.app.arguments import Arguments
from sleepscope.app.main_window import MainWindow
from sleepscope.app.session import Session
from sleepscope.app.settings import Settings
from sleepscope.app.startup import (
    REPORT_VARIABLE,
    collect_again,
    give_memory_back,
    seconds_since_process_start,
    trim_heap,
)

# Between two looks for memory to give back. One takes 0.3 to 3 ms, and no page turns slower after;
# in 10 s of busy use 50 MB tear (``tests.benchmarks.random_use``).
TRIM_MS = 3_000
# The frame that the system puts around a window, at the most, pixels.
TITLE_BAR = 40


def make_application() -> QApplication:
    """The one application object."""
    there = QApplication.instance()
    if isinstance(there, QApplication):
        return there
    give_memory_back()
    application = QApplication(sys.argv[:1])
    application.setApplicationName("SleepScope")
    # One style everywhere: native ones ignore parts of a dark palette.
    application.setStyle("fusion")
    trim_regularly(application)
    return application


def trim_regularly(parent: QObject) -> None:
    """Give memory back now and then, as long as ``parent`` lives."""
    trimming = QTimer(parent)
    trimming.timeout.connect(lambda: trim_heap())
    trimming.start(TRIM_MS)


def make_window(arguments: Arguments) -> MainWindow:
    """The window with what the command line says about its looks."""
    settings = Settings()
    if arguments.theme is not None:
        settings.override_theme(arguments.theme)
    window = MainWindow(Session(settings))
    if arguments.size is not None:
        window.resize(*arguments.size)
    return window


def keep_on_screen(window: QWidget, room: QSize) -> None:
    """Let a window that is too large for its screen, title bar included, fill it instead.

    Its status bar would lie below the screen otherwise.
    """
    if window.width() > room.width() or window.height() + TITLE_BAR > room.height():
        window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)


def run(arguments: Arguments) -> int:
    """Show the window until it is closed."""
    application = make_application()
    window = make_window(arguments)
    crash.install(window.report)
    if arguments.size is None:
        keep_on_screen(window, window.screen().availableGeometry().size())
    window.show()
    if os.environ.get(REPORT_VARIABLE):
        _FirstPaint(window)
    # What was asked for follows the first paint, so that the window is there at once.
    QTimer.singleShot(0, window, lambda: begin(window, arguments))
    QTimer.singleShot(0, collect_again)
    status = application.exec()
    crash.uninstall()
    return status


def begin(window: MainWindow, arguments: Arguments) -> None:
    """Open, detect and explain what the command line names."""
    opening = window.controllers.opening
    opening.read_as = arguments.read_as
    if arguments.is_demo:
        if opening.open_demo():
            window.detect(arguments.detect or "spindle")
    elif arguments.recording is not None:
        # Files that are named need not be offered, and wait where the rate is asked for first.
        if not opening.open(arguments.recording, events=arguments.events, sfreq=arguments.rate):
            return
        if arguments.detect is not None:
            window.detect(arguments.detect)
    if arguments.explain:
        window.controllers.detecting.detected.connect(
            lambda scorer: window.controllers.reviewing.select_first_of(scorer)
        )


class _FirstPaint(QObject):
    """Says when the window was first painted, and ends the program."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait for the first paint."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self, self._report)
        return False

    def _report(self) -> None:
        sys.stdout.write(f"window visible after {seconds_since_process_start():.2f} s\n")
        sys.stdout.flush()
        self.parent().close()
