"""SIGKILL in the middle of edits loses none that was acknowledged."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.benchmarks.kill_edits import run


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_every_acknowledged_edit_is_there_after_a_kill(tmp_path: Path) -> None:
    tally = run(5, tmp_path / "review", seed=1)
    assert tally.kills == 5
    assert tally.acknowledged_edits >= 5
    assert tally.lost_edits == 0
    assert tally.damaged_files == 0
