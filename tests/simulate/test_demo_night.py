"""The demo night is an ordinary EDF+ with ordinary event files, and what the command makes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sleepscope.constants import REM, SPINDLE
from sleepscope.events import read_events
from sleepscope.recordings.companion_files import companions
from sleepscope.recordings.opening import open_recording
from sleepscope.simulate import NightSettings
from sleepscope.simulate.demo_night import main, write_demo_night

DEMO = Path(__file__).parents[2] / "resources" / "demo"
FILES = ("demo.edf", "demo-expert1.csv", "demo-expert2.csv", "demo-stages.csv")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo night, made anew by its command."""
    folder = tmp_path_factory.mktemp("demo")
    assert main(["--out", str(folder)]) == 0
    return folder


def test_committed_events_and_stages_are_what_the_command_makes(fresh: Path) -> None:
    for name in FILES[1:]:
        assert (DEMO / name).read_bytes() == (fresh / name).read_bytes(), name


def test_committed_samples_are_what_the_command_makes_to_one_step(fresh: Path) -> None:
    committed, made = (open_recording(folder / "demo.edf") for folder in (DEMO, fresh))
    assert committed.channels == made.channels
    for channel in made.channels:
        one, other = (r.read(channel.label, 0, r.duration) for r in (committed, made))
        step = 0.1 if channel.unit == "µV" else 0.01
        assert np.abs(one - other).max() <= 1.001 * step, channel.label
    committed.close()
    made.close()


def test_demo_is_small_and_says_that_it_is_simulated() -> None:
    assert sum((DEMO / name).stat().st_size for name in FILES) <= 8_000_000
    head = (DEMO / "demo.edf").read_bytes()[:256].decode("ascii")
    assert head[8:88].split() == ["X", "X", "X", "X"]
    assert "simulated" in head[88:168]
    assert "EDF+C" in head


def test_demo_opens_with_clock_channels_and_companions() -> None:
    recording = open_recording(DEMO / "demo.edf")
    assert recording.duration == 1800.0
    assert recording.start is not None
    assert recording.start.strftime("%H:%M") == "22:58"
    assert recording.notices == ()
    assert {c.kind for c in recording.channels} == {"EEG", "EOG", "EMG", "ECG", "SPO2"}
    assert [p.name for p in companions(DEMO / "demo.edf")] == list(FILES[1:])
    recording.close()


def test_both_experts_and_the_stages_are_read() -> None:
    for number in (1, 2):
        file = read_events(DEMO / f"demo-expert{number}.csv")
        assert file.notices == ()
        assert [s.scorer for s in file.event_sets] == [f"file:expert{number}"]
        kinds = {e.kind for e in file.event_sets[0].events}
        assert {SPINDLE, REM, "k_complex"} == kinds
    hypnogram = read_events(DEMO / "demo-stages.csv").hypnogram
    assert hypnogram is not None
    assert len(hypnogram.stages) == 60
    assert set(hypnogram.stages) == {"W", "N1", "N2", "N3", "R"}


def test_first_pages_of_n2_have_spindles_at_c3_and_c4() -> None:
    hypnogram = read_events(DEMO / "demo-stages.csv").hypnogram
    assert hypnogram is not None
    start = hypnogram.spans_of({"N2"})[0][0]
    events = read_events(DEMO / "demo-expert1.csv").event_sets[0].events
    early = [e for e in events if e.kind == SPINDLE and start <= e.onset < start + 60]
    assert {e.channel for e in early} == {"C3", "C4"}
    assert len(early) >= 4


def test_same_seed_writes_the_same_files_and_another_seed_others(tmp_path: Path) -> None:
    short = NightSettings(seed=7, minutes=1.0)
    for name, settings in (("a", short), ("b", short), ("c", NightSettings(seed=8, minutes=1.0))):
        write_demo_night(tmp_path / name, settings)
    for name in FILES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    first, other = ((tmp_path / n / "demo.edf").read_bytes() for n in ("a", "c"))
    assert first != other
