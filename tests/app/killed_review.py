"""The first half of a review by keys, in a process of its own that waits to be killed."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtTest import QTest

from sleepscope.app.main_window import MainWindow
from sleepscope.app.session import Session
from sleepscope.app.settings import Settings
from sleepscope.app.window import make_application


def main(night: Path) -> None:
    """Say each exported row that was decided ("row", scorer, kind, onset), then "half"."""
    from tests.app.test_queue import KEY, press, work_through

    application = make_application()
    window = MainWindow(Session(Settings(night.parent / "settings.ini")))
    window.resize(1600, 900)
    window.show()
    window.session.settings.initials = "AB"
    window.controllers.opening.open(night)
    files = [night.parent / f"demo-{name}.csv" for name in ("expert1", "expert2", "stages")]
    window.controllers.opening.open_events(files)
    while window.session.comparison is None:
        application.processEvents()
    keys = SimpleNamespace(keyClick=QTest.keyClick)
    press(window, keys, KEY.Key_D)
    half = len(window.controllers.queue.items) // 2
    planned = []
    for number in range(half):
        planned += work_through(window, keys, number, number + 1)
    for row in planned:
        sys.stdout.write("\t".join(("row", *map(str, row))) + "\n")
    sys.stdout.write(f"half\t{half}\n")
    sys.stdout.flush()
    # An hour, so that nothing is closed in order.
    QTimer.singleShot(3_600_000, application.quit)
    QEventLoop().exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
