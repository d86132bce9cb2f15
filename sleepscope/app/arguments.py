"""The words behind ``main.py`` become one frozen object."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from sleepscope.errors import SettingsError

SMALLEST_WINDOW = (640, 400)
LARGEST_WINDOW = (7680, 4320)


@dataclass(frozen=True, slots=True)
class Arguments:
    """What the person asked for on the command line.

    Attributes
    ----------
    recording : Path or None
        The recording to open; None for the welcome screen.
    is_demo : bool
        Open the made-up night with its two experts and detect spindles.
    events : tuple of Path
        Event files to open with it.
    read_as : str or None
        Format of event files that several formats fit.
    rate : float or None, Hz
        Sampling rate of a recording that does not say it.
    detect : str or None
        "spindle" or "rem".
    explain : bool
        Select and explain an event of the model.
    screenshot : Path or None
        Draw without a screen, write this picture and end.
    theme : str or None
        "light", "dark", "contrast" or "system"; None takes the remembered one.
    size : (width, height) or None
        Of the window, pixels.
    """

    recording: Path | None = None
    is_demo: bool = False
    events: tuple[Path, ...] = ()
    read_as: str | None = None
    rate: float | None = None
    detect: str | None = None
    explain: bool = False
    screenshot: Path | None = None
    theme: str | None = None
    size: tuple[int, int] | None = None


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        raise SettingsError(f"{message[:1].upper()}{message[1:]}; see 'sleepscope --help'.")


def parse(argv: list[str]) -> Arguments:
    """Read the command line.

    Raises
    ------
    SettingsError
        If an argument is unknown or out of its range.
    """
    parser = _Parser(
        prog="sleepscope",
        description="Open the window. Without a RECORDING it shows a welcome screen.",
        epilog="'sleepscope demo' opens a made-up night; on a machine without a screen it writes "
        "a picture, a table of events and a comparison instead.",
    )
    parser.add_argument("recording", nargs="?", metavar="RECORDING", help="a recording, or 'demo'")
    parser.add_argument("--events", nargs="+", default=[], metavar="FILE", help="event files")
    parser.add_argument(
        "--read-as", metavar="FORMAT", help="format of event files that several formats fit"
    )
    parser.add_argument(
        "--rate", type=float, metavar="HZ", help="sampling rate of a recording that does not say it"
    )
    parser.add_argument("--detect", choices=("spindle", "rem"), help="run a detection")
    parser.add_argument("--explain", action="store_true", help="explain an event of the model")
    parser.add_argument(
        "--screenshot", metavar="PICTURE", help="write .png (window), .svg or .pdf (page) and end"
    )
    parser.add_argument("--theme", choices=("light", "dark", "contrast", "system"))
    parser.add_argument("--size", metavar="WIDTHxHEIGHT", help="of the window, e.g. 1600x900")
    found = parser.parse_args(argv)
    is_demo = found.recording == "demo" and not Path("demo").is_file()
    return Arguments(
        recording=Path(found.recording) if found.recording and not is_demo else None,
        is_demo=is_demo,
        events=tuple(Path(name) for name in found.events),
        read_as=found.read_as,
        rate=found.rate,
        detect=found.detect,
        explain=found.explain,
        screenshot=Path(found.screenshot) if found.screenshot else None,
        theme=found.theme,
        size=_size(found.size) if found.size else None,
    )


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise SettingsError(f"The size '{text}' must be WIDTHxHEIGHT, for example 1600x900.")
    size = int(width), int(height)
    low, high = SMALLEST_WINDOW, LARGEST_WINDOW
    if not (low[0] <= size[0] <= high[0] and low[1] <= size[1] <= high[1]):
        raise SettingsError(
            f"The size {text} must lie between {low[0]}x{low[1]} and {high[0]}x{high[1]}."
        )
    return size
