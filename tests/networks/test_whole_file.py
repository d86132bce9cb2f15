"""A file that cannot be written leaves the old one, and nothing beside it."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from sleepscope.networks.whole_file import write_all


def test_the_new_file_takes_the_place_of_the_old_one(tmp_path):
    path = tmp_path / "weights.bin"
    write_all(path, b"old")
    write_all(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_on_a_full_disk_the_old_file_stays_and_no_half_of_the_new_one(tmp_path, monkeypatch):
    path = tmp_path / "weights.bin"
    write_all(path, b"old")
    write = Path.write_bytes

    def half(rough, content):
        write(rough, content[:1])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(OSError, match="No space"):
        write_all(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
