"""The first half of a review by keys, in a process of its own that waits to be killed."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer

from sleepscope.app.main_window import MainWindow
from sleepscope.app.session import Session
from sleepscope.app.settings import Settings
from sleepscope.app.window import make_application
from tests.app.by_keys import KEY, back_to, import_night


def main(night: Path) -> None:
    """Say each exported row that was decided ("row", scorer, kind, onset), then "half"."""
    from tests.app.test_queue import press, work_through

    application = make_application()
    window = MainWindow(Session(Settings(night.parent / "settings.ini")))
    window.resize(1600, 900)
    window.show()
    back_to(window)
    window.session.settings.initials = "AB"
    import_night(window, night)
    while window.session.comparison is None:
        application.processEvents()
    press(window, KEY.Key_D)
    half = len(window.controllers.queue.items) // 2
    planned = []
    for number in range(half):
        planned += work_through(window, number, number + 1)
    for row in planned:
        sys.stdout.write("\t".join(("row", *map(str, row))) + "\n")
    sys.stdout.write(f"half\t{half}\n")
    sys.stdout.flush()
    # An hour, so that nothing is closed in order.
    QTimer.singleShot(3_600_000, application.quit)
    QEventLoop().exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
