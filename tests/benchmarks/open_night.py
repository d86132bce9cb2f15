"""How fast a night opens and pages, and how much memory that takes, beside MNE and pyEDFlib.

Run ``python -m tests.benchmarks.open_night``: a table, then one line of JSON. Each reader is
measured in a process of its own on the same warm files: 8 x 256, 4 x 128, 3 x 32 and 1 x 1 Hz
over 8 h. ``peak_mb`` is the peak of the anonymous memory (RssAnon) during open and 100 pages,
``base_mb`` the same memory after imports. In brackets behind each time stands the load average of
the minute before it, as a busy machine makes every time longer; ``channel_cpu_ms`` and
``open_edfplus_cpu_ms`` are what the processors were busy with, which hardly depends on it.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Protocol

from tests.benchmarks.synthetic_night import LABELS, write_night

KEYS = (
    "open_ms", "open_edfplus_ms", "page_ms", "channel_ms", "peak_mb", "base_mb",
    "open_edfplus_cpu_ms", "channel_cpu_ms", "load",
)  # fmt: skip
LOAD_OF = "load of "
READERS = {"sleepscope": "", "mne": "mne_", "pyedflib": "pyedflib_"}
PAGE_SECONDS = 30.0


def anonymous_mb() -> float:
    """Anonymous memory of this process, MB (10^6 bytes); 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    line = next(x for x in status.read_text().splitlines() if x.startswith("RssAnon"))
    return int(line.split()[1]) * 1024 / 1e6


@contextmanager
def watched_peak(peak: list[float]) -> Iterator[None]:
    """Follow the anonymous memory every millisecond and append its peak."""
    done = threading.Event()
    seen = [anonymous_mb()]

    def watch() -> None:
        while not done.wait(0.001):
            seen.append(anonymous_mb())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        peak.append(max(*seen, anonymous_mb()))


def load() -> float:
    """Load average of the last minute; 0 where the system does not tell."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


def best_ms(work: Callable[[], object], times: int = 7) -> float:
    """Median time of a piece of work after one run to warm up, ms."""
    return _median_ms(work, times, time.perf_counter)


def busy_ms(work: Callable[[], object], times: int = 7) -> float:
    """Median processor time of a piece of work after one run to warm up, all threads, ms."""
    return _median_ms(work, times, time.process_time)


def _median_ms(work: Callable[[], object], times: int, clock: Callable[[], float]) -> float:
    work()
    taken = []
    for _ in range(times):
        begun = clock()
        work()
        taken.append(1e3 * (clock() - begun))
    return median(taken)


class Reader(Protocol):
    """What is measured of each reader."""

    def open(self, path: Path) -> Any:
        """Open a night."""

    def page(self, recording: Any, start: float) -> None:
        """Read 30 s of all channels."""

    def channel(self, recording: Any) -> object:
        """Read all of one channel."""


class SleepScopeReader:
    """The reader of this program."""

    def __init__(self) -> None:
        from sleepscope.recordings import open_recording

        self._open_recording = open_recording

    def open(self, path: Path) -> Any:
        return self._open_recording(path)

    def page(self, recording: Any, start: float) -> None:
        for channel in recording.channels:
            recording.read(channel.label, start, start + PAGE_SECONDS)

    def channel(self, recording: Any) -> object:
        return recording.read(LABELS[0], 0.0, recording.duration)


class MneReader:
    """MNE-Python, lazily."""

    def __init__(self) -> None:
        import mne

        mne.set_log_level("ERROR")
        self._mne = mne

    def open(self, path: Path) -> Any:
        return self._mne.io.read_raw_edf(path, preload=False, verbose="ERROR")

    def page(self, recording: Any, start: float) -> None:
        first = int(start * recording.info["sfreq"])
        recording[:, first : first + int(PAGE_SECONDS * recording.info["sfreq"])]

    def channel(self, recording: Any) -> object:
        return recording[LABELS[0]][0]


class PyedflibReader:
    """pyEDFlib."""

    def __init__(self) -> None:
        pyedflib = importlib.import_module("pyedflib")

        self._pyedflib = pyedflib

    def open(self, path: Path) -> Any:
        return self._pyedflib.EdfReader(str(path))

    def page(self, recording: Any, start: float) -> None:
        for k in range(recording.signals_in_file):
            rate = recording.getSampleFrequency(k)
            recording.readSignal(k, int(start * rate), int(PAGE_SECONDS * rate))

    def channel(self, recording: Any) -> object:
        return recording.readSignal(0)


def measure(reader_name: str, plain: Path, edfplus: Path) -> dict[str, float]:
    """All figures of one reader, in this process."""
    readers: dict[str, type[Reader]] = {
        "sleepscope": SleepScopeReader,
        "mne": MneReader,
        "pyedflib": PyedflibReader,
    }
    reader = readers[reader_name]()
    base = anonymous_mb()
    peak: list[float] = []
    with watched_peak(peak):
        recording = reader.open(plain)
        for k in range(100):
            reader.page(recording, 200.0 + k * PAGE_SECONDS)
    page = iter(range(10_000))
    figures = {"peak_mb": peak[0], "base_mb": base}
    again = plain
    if reader_name == "pyedflib":  # which refuses to open one path twice at a time
        again = plain.with_name("again.edf")
        if not again.exists():
            os.link(plain, again)
    works: dict[str, tuple[Callable[[], object], int]] = {
        "page": (lambda: reader.page(recording, next(page) % 900 * PAGE_SECONDS), 50),
        "channel": (lambda: reader.channel(recording), 7),
        "open": (lambda: reader.open(again).close(), 7),
        "open_edfplus": (lambda: reader.open(edfplus).close(), 7),
    }
    for name, (work, times) in works.items():
        figures[f"{name}_ms"] = best_ms(work, times)
        figures[f"{LOAD_OF}{name}_ms"] = load()
        if f"{name}_cpu_ms" in KEYS:
            figures[f"{name}_cpu_ms"] = busy_ms(work, times)
    recording.close()
    figures["load"] = load()
    return figures


def measured_apart(reader_name: str, plain: Path, edfplus: Path) -> dict[str, float | None]:
    """The figures from a process of its own; None for each where the reader is not installed."""
    if reader_name != "sleepscope" and importlib.util.find_spec(reader_name) is None:
        return dict.fromkeys(KEYS)
    command = [sys.executable, "-m", "tests.benchmarks.open_night", "--reader", reader_name]
    done = subprocess.run(
        [*command, str(plain), str(edfplus)], capture_output=True, text=True, check=True
    )
    figures: dict[str, float | None] = json.loads(done.stdout.splitlines()[-1])
    return figures


def cell(figures: dict[str, float | None], key: str) -> str:
    """A figure for the table, with the load average it was measured at."""
    figure, busy = figures.get(key), figures.get(f"{LOAD_OF}{key}")
    if figure is None:
        return "-"
    return f"{figure:.2f}" + ("" if busy is None else f" ({busy:.1f})")


def main() -> None:
    """Measure all readers, print the table and the line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--reader", choices=tuple(READERS), help=argparse.SUPPRESS)
    parser.add_argument("--hours", type=float, default=8.0, help="length of the night")
    arguments = parser.parse_args()
    if arguments.reader:
        print(json.dumps(measure(arguments.reader, *arguments.files)))
        return
    with tempfile.TemporaryDirectory() as folder:
        plain = write_night(Path(folder) / "night.edf", arguments.hours)
        edfplus = write_night(Path(folder) / "nightplus.edf", arguments.hours, edfplus=True)
        results = {name: measured_apart(name, plain, edfplus) for name in READERS}
    print(f"{'':<20}" + "".join(f"{name:>18}" for name in READERS))
    for key in KEYS:
        print(f"{key:<20}" + "".join(f"{cell(results[name], key):>18}" for name in READERS))
    print(json.dumps({p + key: results[n][key] for n, p in READERS.items() for key in KEYS}))


if __name__ == "__main__":
    main()
