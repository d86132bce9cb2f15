"""Ten states of the real window, reached by mouse and keys, as pictures to be looked at.

Run ``python -m tests.benchmarks.screens --out FOLDER [--scale 2] [--hours 8]``: a window of
1600 x 900 (times ``--scale``) on Qt's offscreen screen, or on the X server with
``QT_QPA_PLATFORM=xcb``, goes through the states of :data:`STATES` on the demo night, made as long
as a real one, and writes ``FOLDER/NAME.png`` (``NAME@2x.png``) of each.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.long_night import EXPERTS, write_long_night

STATES = (
    "page", "dark", "contrast", "night", "scorers", "events", "ruler", "montage", "staging",
    "table",
)  # fmt: skip
SIZE = (1600, 900)
# An epoch of N2 with events of both experts, s.
PAGE_AT = 30.0 * 62
PATIENCE_S = 300.0


class Photographer:
    """A person who brings the window into a state and takes its picture.

    Parameters
    ----------
    window : MainWindow
        With the long demo night in it.
    folder : Path
        For the pictures.
    suffix : str
        Of their names, for the scale.
    """

    def __init__(self, window: Any, folder: Path, suffix: str = "") -> None:
        self.window, self.session = window, window.session
        self.canvas = window.traces.canvas
        self.folder, self.suffix = folder, suffix

    def take(self, name: str) -> Path:
        """Bring the window into a state, and picture the window with what lies on it."""
        self.rest()
        getattr(self, name)()
        self.rest()
        path = self.folder / f"{name}{self.suffix}.png"
        self._picture().save(str(path))
        return path

    def rest(self) -> None:
        """Wait until everything that was begun is done and painted."""
        from PySide6.QtTest import QTest

        from sleepscope.app.controllers.explaining_night import TOPIC

        QTest.qWait(300)
        began = time.monotonic()
        # Explaining every event of a night takes as long as it takes, and nothing waits for it.
        while any(job.topic != TOPIC for job in self.session.jobs.jobs):
            if time.monotonic() - began > PATIENCE_S:
                break
            QTest.qWait(50)
        QTest.qWait(200)

    def _picture(self) -> Any:
        """The window, and on it the dialog that is in front: offscreen there is no one screen."""
        from PySide6.QtGui import QPainter
        from PySide6.QtWidgets import QDialog

        picture = self.window.grab()
        for dialog in self.window.findChildren(QDialog):
            if dialog.isVisible():
                place = self.window.rect().center() - dialog.rect().center()
                with QPainter(picture) as painter:
                    painter.drawPixmap(place, dialog.grab())
                    painter.drawRect(dialog.rect().translated(place).adjusted(-1, -1, 0, 0))
        return picture

    # --- acts --------------------------------------------------------------------------------

    def press(self, key: str, modifiers: str = "") -> None:
        """Press a key on the traces: ``press("T", "Control")``."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        held = Qt.KeyboardModifier.NoModifier
        for name in modifiers.split():
            held |= getattr(Qt.KeyboardModifier, f"{name}Modifier")
        QTest.keyClick(self.canvas, getattr(Qt.Key, f"Key_{key}"), held)

    def jump(self, time_s: float) -> None:
        """Click into the hypnogram."""
        from PySide6.QtCore import QPoint, Qt
        from PySide6.QtTest import QTest

        strip = self.window.hypnogram
        place = QPoint(round(strip.x(time_s)), strip.height() // 2)
        QTest.mouseClick(strip, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    def drag(self, label: str, start: float, stop: float) -> None:
        """Drag over a trace, from one share of the page's width to another."""
        from PySide6.QtCore import QPoint, Qt
        from PySide6.QtTest import QTest

        geometry = self.canvas.layers.geometry
        y = round(geometry.row(label).trace.middle)
        places = [
            QPoint(round(geometry.left + share * (geometry.right - geometry.left)), y)
            for share in (start, (start + stop) / 2, stop)
        ]
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QTest.mousePress(self.canvas, left, none, places[0])
        for place in places[1:]:
            QTest.mouseMove(self.canvas, place)
        QTest.mouseRelease(self.canvas, left, none, places[-1])

    def choose_length(self, length: float) -> None:
        """Choose a length in the box of the toolbar."""
        box = self.window.length_box
        box.setCurrentIndex(box.findData(length))
        box.activated.emit(box.currentIndex())

    def front(self, dock: str) -> None:
        """Bring a dock in front."""
        self.window.raise_dock(dock)
        self.canvas.setFocus()

    # --- states ------------------------------------------------------------------------------

    def page(self) -> None:
        """A page of 30 s with the montage that fits."""
        self.jump(PAGE_AT + 1)

    def dark(self) -> None:
        """The same in dark colours."""
        self.press("T", "Control")

    def contrast(self) -> None:
        """The same in high contrast, and light again afterwards."""
        self.press("T", "Control")

    def night(self) -> None:
        """The whole night on one page."""
        while self.session.settings.theme != "light":
            self.press("T", "Control")
        self.choose_length(self.window.length_box.itemData(self.window.length_box.count() - 1))

    def scorers(self) -> None:
        """Two experts and a network on a page, its event selected and compared."""
        self.choose_length(30.0)
        self.window.detect("spindle")
        self.rest()
        self.jump(PAGE_AT + 1)
        self.press("N")
        self.press("N")

    def events(self) -> None:
        """Ten thousand events of three scorers, over half an hour."""
        self.choose_length(1800.0)

    def ruler(self) -> None:
        """A wave under the ruler."""
        self.choose_length(10.0)
        self.jump(PAGE_AT + 1)
        self.press("Escape")
        self.press("M")
        self.drag(self.session.channels[0], 0.3, 0.45)

    def montage(self) -> None:
        """The editor of channels and montages."""
        self.press("Escape")
        self.choose_length(30.0)
        self.jump(PAGE_AT + 1)
        self.press("L", "Control")

    def staging(self) -> None:
        """A person's stages beside those of the file, where some differ."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QDialog

        for dialog in self.window.findChildren(QDialog):
            if dialog.isVisible():
                QTest.keyClick(dialog, Qt.Key.Key_Escape)
        self.rest()
        # What a window manager does when a dialog closes; offscreen there is none.
        self.window.activateWindow()
        self.canvas.setFocus()
        self.rest()
        for number in range(14):
            self.press(("2", "2", "3", "2", "1")[number % 5], "Keypad")

    def table(self) -> None:
        """The table of events, filtered by words typed into its box."""
        from PySide6.QtTest import QTest

        self.front("events")
        box = self.window.table.filter_box
        box.setFocus()
        QTest.keyClicks(box, "spin C3 stage:n2")


def take_all(folder: Path, night: Path, suffix: str = "") -> list[Path]:
    """Open the night in a window and picture every state; the pictures."""
    from sleepscope.app.arguments import Arguments
    from sleepscope.app.window import make_application, make_window

    make_application()
    window = make_window(Arguments(size=SIZE))
    window.session.settings.initials = "AB"
    window.session.settings.theme = "light"
    window.show()
    opening = window.controllers.opening
    assert opening.open(night)
    window.notices.clear()
    names = (*EXPERTS, "stages")
    assert opening.open_events([night.parent / f"night-{name}.csv" for name in names])
    window.activateWindow()
    photographer = Photographer(window, folder, suffix)
    pictures = [photographer.take(name) for name in STATES]
    window.close()
    return pictures


def main() -> None:
    """Take the pictures and name them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the pictures")
    parser.add_argument("--scale", type=float, default=1.0, help="pixels in a logical pixel")
    parser.add_argument("--hours", type=float, default=8.0, help="length of the night")
    arguments = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = f"{arguments.scale:g}"
    arguments.out.mkdir(parents=True, exist_ok=True)
    suffix = "" if arguments.scale == 1 else f"@{arguments.scale:g}x"
    with tempfile.TemporaryDirectory() as folder:
        # Nothing of the person's own is read or written.
        for name in ("DATA", "STATE", "CONFIG", "CACHE"):
            os.environ[f"XDG_{name}_HOME"] = folder
        night = write_long_night(Path(folder), arguments.hours)
        for path in take_all(arguments.out, night, suffix):
            print(path)


if __name__ == "__main__":
    main()
