"""How long a page takes from a key press to the picture, with filters on and thousands of events.

Run ``python -m tests.benchmarks.page_turn [--data DIR]``: a table, then one line of JSON. 16
channels at 256 Hz over 8 h in the real main window, 1600 x 900, 30-s pages, display filters on;
Qt's offscreen screen unless ``QT_QPA_PLATFORM`` says another. A turn is a press of the right arrow
key (``in_order``: the window may have read ahead) or a click into the hypnogram (``jump``), from
the event until the traces are painted, headline and hypnogram with them; 100 ms lie between two.
``page_ms`` is both together, ``page_with_events_ms`` the same with three scorers of 10,000 events
together, ``page_unfiltered_ms`` without filters. ``first_page_ms`` is opening the file until its
first page is painted, ``night_repaint_ms`` a gain key while the whole night is on the screen,
``night_drag_ms`` a step of the mouse that drags a page of 2 h. ``real_page_ms`` is a real
recording of 300 Hz (``mednick_example1.edf`` of the data folder, repeated to 8 h).
``..._cpu_ms`` is what the processors were busy with: unlike the times it hardly depends on what
else the machine does, of which ``load`` is the average at the end. ``peak_mb`` is the peak of the
anonymous memory (RssAnon) in a last round through the night, ``base_mb`` the same after imports.
``start_s`` is the start of ``python -m sleepscope`` up to the first paint of its window, the files
compiled and read before; ``start_cpu_s`` what the processors did for it up to its end.
``peer_...`` are mne-qt-browser's figures on the same file, its extra ``bench`` installed; ``None``
without it.

What else was tried, 30-s page of 16 channels x 256 Hz, key to painted, on one machine: curves of
pyqtgraph with its peak downsampling 41 ms; one polyline a channel of all samples 23 ms; lines of
the minimum and maximum of each pixel column with a 1-px cosmetic pen 10-15 ms, which is what the
window does. For 8 h: automatic downsampling of the samples 244 ms, a pyramid of extremes below 40.
3,000 LinearRegionItems 589 ms, one batched item a lane with bisection 12 ms.

What the start costs, processor time, least of eight alternating runs: 1.03 s with Qt imported
first; 0.75 s with numpy and the core imported before Qt (which reads the source of every module
that follows it), Python's collector at rest until the window stands, and colours set before there
are widgets to colour.

For Xvfb: a screen of its own of 1680 x 1000 with a window manager, as shortcuts need the focus, and
``QT_QPA_PLATFORM=xcb DISPLAY=:99``. With ten turns on a machine with 12 programs waiting for two
cores (times on the clock mean nothing there), processors: page 15.4 ms, with 10,000 events
14.1 ms, night repainted 11.3 ms, 2 h dragged 13.1 ms.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import numpy as np

from sleepscope.app.startup import REPORT_VARIABLE
from tests.benchmarks.open_night import anonymous_mb, load, watched_peak
from tests.benchmarks.page_reader import PAGE, Reader, Times
from tests.benchmarks.synthetic_night import LABELS, PAGE_RATES, write_night
from tests.conftest import real_data_folder

N_EVENTS, N_SCORERS = 10_000, 3
DRAGGED_SECONDS = 7200.0
PEER_KEYS = ("page_ms_median", "page_ms_p95", "first_page_ms", "peak_mb")


def write_events(folder: Path, duration: float) -> list[Path]:
    """Three scorers on two channels, 10,000 events together, as BIDS tables."""
    rng = np.random.default_rng(0)
    paths = []
    for number in range(N_SCORERS):
        onsets = np.sort(rng.uniform(0, duration - 2, N_EVENTS // N_SCORERS))
        rows = [
            f"{onset:.3f}\t{rng.uniform(0.5, 2):.3f}\tspindle\t{LABELS[k % 2]}"
            for k, onset in enumerate(onsets)
        ]
        path = folder / f"scorer{number + 1}_events.tsv"
        path.write_text("\n".join(["onset\tduration\ttrial_type\tchannel", *rows]) + "\n")
        paths.append(path)
    return paths


def repeat_recording(source: Path, path: Path, hours: float) -> Path:
    """A plain EDF whose data records are repeated until it is so long."""
    content = source.read_bytes()
    header = int(content[184:192])
    n_records, seconds = int(content[236:244]), float(content[244:252])
    times = round(hours * 3600 / (n_records * seconds))
    with path.open("wb") as file:
        file.write(content[:236] + f"{n_records * times:<8d}".encode() + content[244:header])
        for _ in range(times):
            file.write(content[header:])
    return path


def start_seconds(folder: Path, times: int = 5) -> tuple[float, float]:
    """Median time from the start of the process to the first paint of the window, s; processors'.

    Warm: the files were read and compiled by a start before, whatever the environment says of
    compiled files.
    """
    surroundings = {
        **os.environ, REPORT_VARIABLE: "1", "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
    }  # fmt: skip
    surroundings.pop("PYTHONDONTWRITEBYTECODE", None)
    taken, busy = [], []
    for _ in range(times + 1):
        before = os.times()
        done = subprocess.run(
            [sys.executable, "-m", "sleepscope"],
            env=surroundings,
            capture_output=True,
            text=True,
            check=True,
        )
        after = os.times()
        taken.append(float(re.findall(r"visible after ([0-9.]+) s", done.stdout)[0]))
        busy.append(
            after.children_user + after.children_system
            - before.children_user - before.children_system
        )  # fmt: skip
    return median(taken[1:]), median(busy[1:])


def peer_figures(night: Path, n_turns: int, *options: str) -> dict[str, float | None]:
    """What mne-qt-browser takes for the same file, in a process of its own."""
    if importlib.util.find_spec("mne_qt_browser") is None:
        return {f"peer_{key}": None for key in PEER_KEYS}
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.peer_browser", str(night),
         "--turns", str(n_turns), *options],
        capture_output=True,
        text=True,
        check=True,
    )  # fmt: skip
    figures: dict[str, float | None] = json.loads(done.stdout.splitlines()[-1])
    return figures


def open_shown(reader: Reader, night: Path) -> Times:
    """Open a recording and show every channel of it."""
    session, times = reader.window.session, Times()

    def open_night() -> None:
        assert reader.window.controllers.opening.open(night)
        session.show_channels(tuple(c.label for c in session.recording.channels))

    reader.timed(open_night, times)
    assert session.page.length == PAGE
    return times


def turns(reader: Reader, n_turns: int) -> tuple[Times, Times]:
    """Pages in order and pages anywhere."""
    duration = reader.window.session.recording.duration
    starts = np.random.default_rng(1).permutation(int(duration // PAGE)) * PAGE
    return reader.turn(n_turns), reader.jump(starts[:n_turns])


def measure(folder: Path, hours: float, n_turns: int, data: Path | None) -> dict[str, float | None]:
    """All figures, in this process but for the peer's."""
    from PySide6.QtCore import QSettings

    night = write_night(folder / "night.edf", hours, PAGE_RATES)
    elsewhere = folder / "events"
    elsewhere.mkdir()
    events = write_events(elsewhere, 3600 * hours)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    reader = Reader()
    base = anonymous_mb()
    first = open_shown(reader, night)
    walked, jumped = turns(reader, n_turns)
    filters = reader.window.actions_by_id["filters"]
    filters.trigger()
    plain = sum(turns(reader, n_turns // 2), Times())
    filters.trigger()
    repainted, dragged = reader.repaint_night(), reader.drag_window(DRAGGED_SECONDS)
    assert reader.window.controllers.opening.open_events(events)
    reader.settle(1000)
    crowded = sum(turns(reader, n_turns), Times())
    peak: list[float] = []
    with watched_peak(peak):
        reader.turn(n_turns)
        reader.repaint_night()
    real: dict[str, float | None] = {}
    recording = None if data is None else data / "recordings" / "mednick_example1.edf"
    if recording is not None and recording.is_file():
        repeated = repeat_recording(recording, folder / "real.edf", hours)
        real = {"real_first_page_ms": open_shown(reader, repeated).wall[0]}
        real |= sum(turns(reader, n_turns // 2), Times()).figures("real_page")
        real |= {f"real_{k}": v for k, v in peer_figures(repeated, n_turns // 2).items()}
    reader.window.close()
    start_s, start_cpu_s = start_seconds(folder)
    return {
        "start_s": start_s,
        "start_cpu_s": start_cpu_s,
        "first_page_ms": first.wall[0],
        "first_page_cpu_ms": first.cpu[0],
        **(walked + jumped).figures("page"),
        **walked.figures("page_in_order"),
        **jumped.figures("page_jump"),
        **plain.figures("page_unfiltered"),
        **crowded.figures("page_with_events"),
        **repainted.figures("night_repaint"),
        **dragged.figures("night_drag"),
        "peak_mb": peak[0],
        "base_mb": base,
        **peer_figures(night, n_turns),
        **{f"raw_{k}": v for k, v in peer_figures(night, n_turns // 2, "--raw").items()},
        **real,
        "load": load(),
    }


def main() -> None:
    """Measure, print the table and the line of JSON."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=8.0, help="length of the night")
    parser.add_argument("--turns", type=int, default=100, help="pages in order, and as many jumps")
    parser.add_argument("--data", type=Path, default=real_data_folder())
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        # Nothing of the person's own is read or written.
        for name in ("DATA", "STATE", "CONFIG", "CACHE"):
            os.environ[f"XDG_{name}_HOME"] = folder
        figures = measure(Path(folder), arguments.hours, arguments.turns, arguments.data)
    for key, value in figures.items():
        print(f"{key:<34}" + (f"{value:10.2f}" if value is not None else "         -"))
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
