"""The window. Nothing here imports Qt before it is known that Qt can start."""

from __future__ import annotations

import os
import sys


def main(argv: list[str] | None = None) -> int:
    """Open the window, or draw without a screen; the exit status.

    0: all is well; 2: bad input, said in one sentence on the standard error stream.
    """
    from sleepscope.app import startup
    from sleepscope.app.arguments import parse
    from sleepscope.errors import SleepScopeError

    try:
        arguments = parse(sys.argv[1:] if argv is None else argv)
    except SleepScopeError as error:
        return _refuse(str(error))
    screen = startup.has_screen()
    was_chosen = bool(os.environ.get("QT_QPA_PLATFORM"))
    trouble = startup.prepare(force_offscreen=arguments.screenshot is not None)
    if trouble is not None:
        return _refuse(trouble)
    wants_report = bool(os.environ.get(startup.REPORT_VARIABLE))
    if arguments.screenshot is not None or (arguments.is_demo and not screen and not wants_report):
        from sleepscope.app import offscreen

        try:
            return offscreen.run(arguments)
        except SleepScopeError as error:
            return _refuse(str(error))
    if not (screen or was_chosen or wants_report):
        return _refuse(
            "There is no screen here; add --screenshot PICTURE.png to draw the window into a file, "
            "or run 'sleepscope demo'."
        )
    startup.read_core()
    from sleepscope.app import window

    return window.run(arguments)


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"sleepscope: {sentence}\n")
    return 2
