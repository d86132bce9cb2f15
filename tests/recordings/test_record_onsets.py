"""Onsets of records, read all at once, are those that ``float`` reads one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sleepscope.recordings.record_onsets import parse_onsets

WIDTH = 32


def parsed(heads: list[bytes]) -> list[float]:
    """Onsets of records that begin with ``heads``."""
    padded = b"".join(head[:WIDTH].ljust(WIDTH, b"\0") for head in heads)
    return parse_onsets(np.frombuffer(padded, np.uint8).reshape(-1, WIDTH)).tolist()


@given(st.lists(st.floats(-1e7, 1e7, allow_nan=False), min_size=1, max_size=20))
def test_numbers_are_those_written(onsets: list[float]) -> None:
    written = [f"{onset:+.4f}" for onset in onsets]
    assert parsed([w.encode() + b"\x14\x14\0" for w in written]) == [float(w) for w in written]


@given(st.lists(st.binary(max_size=WIDTH), min_size=1, max_size=8))
def test_whatever_the_bytes_the_answer_is_that_of_float(heads: list[bytes]) -> None:
    for head, onset in zip(heads, parsed(heads), strict=True):
        try:
            expected = float(head.ljust(WIDTH, b"\0").partition(b"\x14")[0])
        except ValueError:
            expected = float("nan")
        np.testing.assert_equal(onset, expected)


@pytest.mark.parametrize(
    ("head", "onset"),
    [
        (b"+0\x14\x14", 0.0),
        (b"+28799\x14\x14", 28799.0),
        (b"+0.1\x14\x14", 0.1),
        (b"+5.\x14\x14", 5.0),
        (b"+.5\x14\x14", 0.5),
        (b"-3\x14\x14", -3.0),
        (b"+1e3\x14\x14", 1000.0),
        (b"+12345678901234567.25\x14\x14", 12345678901234567.25),
        (b"+0.123456789012345678\x14\x14", 0.123456789012345678),
    ],
)
def test_unusual_ways_of_writing_are_read(head: bytes, onset: float) -> None:
    assert parsed([b"+1\x14", head]) == [1.0, onset]


@pytest.mark.parametrize(
    "head", [b"", b"\x14", b"+\x14", b"+.\x14", b"+1.2.3\x14", b"+a\x14", b"+1 2\x14"]
)
def test_what_is_no_number_says_nothing(head: bytes) -> None:
    assert np.isnan(parsed([head])[0])
