"""What every test shares: no screen, and the real recordings where there are any."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def real_data_folder() -> Path | None:
    """The folder of real recordings, or None where this machine has none."""
    named = os.environ.get("SLEEPSCOPE_DATA")
    folder = Path(named) if named else Path(__file__).parents[2] / "shared" / "data"
    return folder if folder.is_dir() else None


@pytest.fixture(autouse=True)
def own_config(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of settings that is not the person's: no test depends on what is in that."""
    folder = tmp_path_factory.mktemp("config")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    return folder


@pytest.fixture
def real_data() -> Path:
    """The folder of real recordings; the test is skipped, and says so, without one."""
    folder = real_data_folder()
    if folder is None:
        pytest.skip("no real data")
    return folder
