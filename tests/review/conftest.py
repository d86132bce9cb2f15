"""A recording's identity and an open review of it, in a folder of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sleepscope.recordings.identity import RecordingIdentity
from sleepscope.review import ReviewFile

AB = "human:AB"


@pytest.fixture(autouse=True)
def data_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test writes into the real data folder of whoever runs it."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))


@pytest.fixture
def identity() -> RecordingIdentity:
    """Of an hour's recording."""
    return RecordingIdentity(1000, None, 3600.0, "f" * 64)


@pytest.fixture
def night(tmp_path: Path) -> Path:
    """Path of the recording; the review does not read it."""
    return tmp_path / "night.edf"


@pytest.fixture
def review(night: Path, identity: RecordingIdentity) -> Iterator[ReviewFile]:
    """An open, empty review of AB."""
    with ReviewFile.open(night, identity, person=AB) as opened:
        yield opened
