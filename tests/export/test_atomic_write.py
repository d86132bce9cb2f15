"""A failing disk leaves the old files whole and nothing beside them."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from sleepscope.errors import ExportError
from sleepscope.export import atomic_write
from sleepscope.export.atomic_write import write_whole


@pytest.fixture
def targets(tmp_path: Path) -> dict[Path, bytes]:
    """Two files that hold something already."""
    for name in ("a.csv", "a.json"):
        (tmp_path / name).write_bytes(b"old")
    return {tmp_path / "a.csv": b"new" * 1000, tmp_path / "a.json": b"new"}


def refuse(code: int, at: int) -> Callable[..., None]:
    """A function that fails at its ``at``-th call."""
    calls = 0

    def fail(*_: object) -> None:
        nonlocal calls
        calls += 1
        if calls == at:
            raise OSError(code, os.strerror(code))

    return fail


@pytest.mark.parametrize("at", [1, 2])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EIO])
def test_a_write_that_fails_changes_nothing(
    targets: dict[Path, bytes], monkeypatch: pytest.MonkeyPatch, code: int, at: int
) -> None:
    monkeypatch.setattr(atomic_write.os, "fsync", refuse(code, at))
    with pytest.raises(ExportError, match=os.strerror(code)) as caught:
        write_whole(targets)
    assert "what was there before is untouched" in str(caught.value)
    folder = next(iter(targets)).parent
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == {"a.csv": b"old", "a.json": b"old"}


def test_both_files_are_written_with_the_old_ones_mode(targets: dict[Path, bytes]) -> None:
    first = next(iter(targets))
    first.chmod(0o640)
    write_whole(targets)
    assert {path: path.read_bytes() for path in first.parent.iterdir()} == targets
    assert stat.S_IMODE(first.stat().st_mode) == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "real.csv"
    real.write_bytes(b"old")
    link = tmp_path / "link.csv"
    link.symlink_to(real)
    write_whole({link: b"new"})
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"a\.csv could not be written to .*missing: No such"):
        write_whole({tmp_path / "missing" / "a.csv": b"x"})
