"""A small recording on the disk, event files, and a way to run the command."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import edfio
import numpy as np
import pytest

from sleepscope import cli

Sleepscope = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def data_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test writes into the real data folder of whoever runs it."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))


@pytest.fixture
def sleepscope(capsys: pytest.CaptureFixture[str]) -> Sleepscope:
    """Run a command line; returns the exit status, standard output and standard error."""

    def run(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = cli.main([str(word) for word in words])
        out, err = capsys.readouterr()
        return status, out, err

    return run


@pytest.fixture
def night(tmp_path: Path) -> Path:
    """Two minutes of an EEG and an EMG in an EDF; a spindle at 60 s."""
    rng = np.random.default_rng(0)
    times = np.arange(12_000) / 100.0
    spindle = 60.0 * np.sin(2 * np.pi * 13 * times) * np.exp(-(((times - 60.5) / 0.35) ** 2))
    signals = [
        edfio.EdfSignal(
            rng.normal(0, 10, 12_000) + spindle,
            100,
            label="EEG C3-M2",
            physical_dimension="uV",
            physical_range=(-500, 500),
        ),
        edfio.EdfSignal(
            rng.normal(0, 5, 12_000),
            100,
            label="EMG chin",
            physical_dimension="uV",
            physical_range=(-500, 500),
        ),
    ]
    path = tmp_path / "night.edf"
    start = datetime.datetime(2001, 12, 31, 23, 0, 0)  # noqa: DTZ001  (EDF has no time zone)
    recording = edfio.Recording(startdate=start.date())
    edfio.Edf(signals, recording=recording, starttime=start.time()).write(path)
    return path


@pytest.fixture
def marks(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write a SleepScope CSV from lines of "onset,duration,kind,channel,scorer"."""

    def write(name: str, lines: str) -> Path:
        path = tmp_path / name
        path.write_text("onset,duration,kind,channel,scorer\n" + lines, encoding="utf-8")
        return path

    return write


@pytest.fixture
def stages(tmp_path: Path) -> Path:
    """A hypnogram: one minute awake, one minute N2."""
    path = tmp_path / "stages.csv"
    path.write_text("onset,duration,stage\n0,60,W\n60,60,N2\n", encoding="utf-8")
    return path
