"""The program as it is started: without a screen, with bad words, and how late torch comes."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage

import sleepscope

SOURCE = Path(sleepscope.__file__).parents[1]


def start(folder: Path, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the program in a folder, on a machine without a screen."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    own = {k: v for k, v in os.environ.items() if k not in hidden}
    own |= {"PYTHONPATH": str(SOURCE), "HOME": str(folder), **environ}
    return subprocess.run(
        [sys.executable, "-m", "sleepscope", *words],
        cwd=folder,
        env=own,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_demo_without_a_screen_writes_picture_events_and_comparison(tmp_path: Path) -> None:
    done = start(tmp_path, "demo")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    picture = QImage(str(tmp_path / "sleepscope-demo.png"))
    assert (picture.width(), picture.height()) == (1600, 900)
    with (tmp_path / "sleepscope-demo-events.csv").open(newline="") as file:
        scorers = {row["scorer"].partition(":")[0] for row in csv.DictReader(file)}
    assert scorers == {"file", "model"}
    assert (tmp_path / "sleepscope-demo-events.json").exists()
    for word in ("expert1", "expert2", "F1", "IoU of at least 0.2", "sleepscope-demo.png"):
        assert word in done.stdout


def test_screenshot_of_a_recording_leaves_nothing_beside_it(night: Path, tmp_path: Path) -> None:
    before = set(night.parent.iterdir())
    events = night.with_name("demo-expert1.csv")
    done = start(
        tmp_path, str(night), "--events", str(events), "--screenshot", "page.png",
        "--theme", "dark", "--size", "1000x600",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    picture = QImage(str(tmp_path / "page.png"))
    assert (picture.width(), picture.height()) == (1000, 600)
    assert set(night.parent.iterdir()) == before


@pytest.mark.parametrize(
    "words",
    [
        ("missing.edf", "--screenshot", "page.png"),
        ("page.html", "--screenshot", "page.png"),
        ("--screenshot", "page.jpg"),
        ("--size", "huge"),
        ("missing.edf",),
        (),
        ("--detect", "spindle", "--screenshot", "page.png"),
    ],
)
def test_bad_input_is_one_sentence_and_status_two(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "page.html").write_text("<html></html>")
    done = start(tmp_path, *words)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("sleepscope: ")
    assert not (tmp_path / "page.png").exists()


def test_window_is_visible_before_anything_slow_is_imported(tmp_path: Path) -> None:
    program = (
        "import gc, sys, os\n"
        "os.environ['QT_QPA_PLATFORM'] = 'offscreen'\n"
        "os.environ['SLEEPSCOPE_STARTUP_REPORT'] = '1'\n"
        "from sleepscope.__main__ import main\n"
        "status = main([])\n"
        "slow = 'torch scipy mne sklearn imblearn matplotlib pywt pandas captum'.split()\n"
        "slow = [name for name in slow if name in sys.modules]\n"
        "print('slow:', slow)\n"
        "print('collects:', gc.isenabled(), gc.get_freeze_count() > 10_000)\n"
        "names = list(sys.modules)\n"
        "after = names[names.index('PySide6'):]\n"
        "late = [n for n in after if n.startswith('sleepscope.') and '.app' not in n]\n"
        "print('after Qt:', len(late), 'numpy' in after, late)\n"
        "sys.exit(status)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(SOURCE), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "window visible after" in done.stdout
    assert "slow: []" in done.stdout
    assert "collects: True True" in done.stdout
    # What follows Qt is read twice: `startup.read_core` names what the window needs.
    n_late, numpy_is_late = re.findall(r"after Qt: (\d+) (\w+)", done.stdout)[0]
    assert int(n_late) < 30, done.stdout
    assert numpy_is_late == "False"


def test_bare_machine_gets_a_sentence_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from sleepscope.app import main, startup

    monkeypatch.setattr(startup, "missing_libraries", lambda **_: ("libEGL.so.1",))
    assert main(["night.edf"]) == 2
    told = capsys.readouterr().err
    assert len(told.splitlines()) == 1
    assert "libegl1" in told


def test_screenshot_of_a_recording_without_a_rate_takes_it_from_the_command_line(
    tmp_path: Path,
) -> None:
    np.save(tmp_path / "x.npy", np.random.default_rng(0).normal(0, 20, (1, 12_000)))
    words = ("x.npy", "--screenshot", "page.png")
    refused = start(tmp_path, *words)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "does not say its sampling rate" in refused.stderr
    done = start(tmp_path, *words, "--rate", "200")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "page.png").exists()
