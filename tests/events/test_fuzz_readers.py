"""A short run of the fuzzing benchmark."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.benchmarks.fuzz_readers import HANG_SECONDS, MOST_MB, Reader, run
from tests.events.made_files import seeds


@pytest.mark.skipif(sys.platform != "linux", reason="the child is watched through /proc")
def test_no_broken_or_hostile_file_brings_a_reader_down(tmp_path: Path) -> None:
    tally = run(10, tmp_path / "kept", short=True)
    # How long each took is the benchmark's to say: it depends on what else the machine does.
    assert not [found for found in tally.findings if " s for " not in found]
    assert tally.inputs > len(seeds())
    assert tally.peak_mb < MOST_MB


@pytest.mark.skipif(sys.platform != "linux", reason="the child is watched through /proc")
def test_death_of_the_child_is_a_crash_and_the_next_input_is_read(tmp_path: Path) -> None:
    path = tmp_path / "stages.txt"
    path.write_text("W\nN2\n", encoding="ascii")
    reader = Reader()
    try:
        first = reader.read(path)
        assert first["outcomes"] == ["recording: refused", "events: stages as text"]
        assert float(str(first["seconds"])) < HANG_SECONDS
        child = reader._child
        assert child is not None
        child.kill()
        child.wait()
        assert "died" in str(reader.read(path)["crash"])
        assert reader.read(path)["outcomes"] == first["outcomes"]
    finally:
        reader.end()
