"""Stages of Hume, and MATLAB files that are something else."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from sleepscope.errors import EventFileError
from sleepscope.events import EventFile, read_events
from sleepscope.events.mat_file import read_mat
from tests.events.made_files import mat, mat_header, mat_packed


def read(folder: Path, content: bytes) -> EventFile:
    path = folder / "scores.mat"
    path.write_bytes(content)
    return read_events(path)


@pytest.mark.parametrize("packed", [False, True])
def test_stages_begin_at_the_first_sample_that_was_scored(tmp_path: Path, packed: bool) -> None:
    hypnogram = read(tmp_path, mat(packed=packed)).hypnogram
    assert hypnogram is not None
    assert hypnogram.stages == ("W", "N1", "N2", "N3", "R", "?")
    assert (hypnogram.start, hypnogram.epoch_seconds) == (10.0, 30.0)


def test_files_of_matlab_itself_are_read_as_scipy_reads_them(tmp_path: Path) -> None:
    from scipy.io import savemat

    variables = {
        "mrk": np.array([-1, 0, 5, 2], dtype=np.int16),
        "night": {"name": "Éva", "rates": np.array([[1.5, 2.5], [3.5, 4.5]])},
        "cells": np.array([1, "two"], dtype=object),
        "short": np.uint8(7),
    }
    for packed in (False, True):
        path = tmp_path / f"{packed}.mat"
        savemat(path, variables, do_compression=packed)
        found = read_mat(path.read_bytes(), path.name)
        assert set(found) == {"mrk", "night", "short"}  # a cell array is passed over
        assert list(found["mrk"]) == [-1, 0, 5, 2]
        assert found["night"]["name"] == "Éva"
        assert list(found["night"]["rates"]) == [1.5, 3.5, 2.5, 4.5]  # column by column
        assert list(found["short"]) == [7]
        hypnogram = read_events(path).hypnogram
        assert hypnogram is not None
        assert hypnogram.stages == ("?", "W", "R", "N2")


def test_big_endian_files_are_read(tmp_path: Path) -> None:
    def element(kind: int, data: bytes) -> bytes:
        return struct.pack(">II", kind, len(data)) + data + bytes(-len(data) % 8)

    inside = (
        element(6, struct.pack(">II", 6, 0))
        + element(5, struct.pack(">ii", 2, 1))
        + element(1, b"mrk")
        + element(3, struct.pack(">hh", 2, 5))
    )
    content = mat_header()[:124] + b"\x01\x00MI" + element(14, inside)
    hypnogram = read(tmp_path, content).hypnogram
    assert hypnogram is not None
    assert hypnogram.stages == ("N2", "R")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"MATLAB 7.3 MAT-file".ljust(600), "'-v7'"),
        (mat_header(), "without variables"),
        (mat().replace(b"stages\0", b"others\0"), "stageData"),
        (mat()[:-20], "damaged"),
        (mat_header() + mat_packed(bytes(70 * 2**20)), "64 MB"),
        (mat_header() + struct.pack("<II", 14, 2**32 - 1) + bytes(64), "4294967295 bytes"),
        (mat_header() + struct.pack("<II", 15, 8) + b"unpacked", "cannot be unpacked"),
    ],
)
def test_other_files_of_matlab_are_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(EventFileError, match=sentence):
        read(tmp_path, content)


def test_an_epoch_of_no_length_is_refused(tmp_path: Path) -> None:
    content = mat().replace(struct.pack("<d", 30.0), struct.pack("<d", 0.0))
    with pytest.raises(EventFileError, match="lasts 0 s"):
        read(tmp_path, content)
