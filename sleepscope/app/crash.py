"""Errors of the program itself: told to the person, noted in a log without patient data."""

from __future__ import annotations

import datetime
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from sleepscope import __version__

MOST_LOG_BYTES = 1_000_000


def log_path() -> Path:
    """Where errors are noted."""
    import platformdirs

    return platformdirs.user_log_path("SleepScope", appauthor=False) / "errors.log"


def note(error: BaseException, path: Path | None = None) -> Path | None:
    """Write kind and place of an error to the log; returns the log, None where none can be kept.

    The words of the error and the values of variables are left out: they may name a patient's
    file.
    """
    path = path or log_path()
    frames = traceback.extract_tb(error.__traceback__)
    places = "".join(f"  {Path(f.filename).name}:{f.lineno} {f.name}\n" for f in frames)
    when = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    entry = f"{when} SleepScope {__version__} {type(error).__name__}\n{places}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        full = path.exists() and path.stat().st_size > MOST_LOG_BYTES
        with path.open("w" if full else "a", encoding="utf-8") as file:
            file.write(entry)
    except OSError:
        return None
    return path


def install(tell: Callable[[BaseException], None]) -> None:
    """From now on unexpected exceptions are told, and the program goes on.

    A fault of painting comes again with every frame: it is told once for its place.
    """
    told: set[tuple[str, str, int]] = set()

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        frames = traceback.extract_tb(trace)
        if any(frame.name == "paintEvent" for frame in frames):
            place = (kind.__name__, frames[-1].filename, frames[-1].lineno or 0)
            if place in told:
                return
            told.add(place)
        tell(error)

    sys.excepthook = hook


def uninstall() -> None:
    """Python's own way again."""
    sys.excepthook = sys.__excepthook__
