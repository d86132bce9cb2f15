"""Extremes of whole channels are kept beside the review, and only trusted for that recording."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from sleepscope.progress import finish
from sleepscope.recordings.derivation import DerivedRecording
from sleepscope.recordings.opening import open_recording
from sleepscope.review import kept_extremes
from sleepscope.review.kept_extremes import KeptExtremes
from sleepscope.signals.envelope import Pyramid, build_pyramid
from sleepscope.signals.filters import RAW, FilterSettings

EEG = FilterSettings(0.3, 35.0)
WANTED = (("C3", RAW), ("C3", EEG), ("C3-M2", RAW))


def pyramid(n: int = 64_000, seed: int = 0) -> Pyramid:
    samples = np.random.default_rng(seed).standard_normal(n)
    return finish(build_pyramid(lambda first, behind: samples[first:behind], n, 64.0))


BUILT = {one: pyramid(seed=k) for k, one in enumerate(WANTED)}


@pytest.fixture
def recording(tmp_path: Path) -> DerivedRecording:
    path = tmp_path / "night.csv"
    lines = ["C3,M2", *["1,2"] * 64_000]
    path.write_text("\n".join(lines))
    return DerivedRecording(open_recording(path, sfreq=64.0))


@pytest.fixture
def kept(recording: DerivedRecording, tmp_path: Path) -> KeptExtremes:
    return KeptExtremes(recording, tmp_path / "night.sleepscope")


def again(kept: KeptExtremes) -> KeptExtremes:
    return KeptExtremes(kept._recording, kept.path.with_name("night.sleepscope"))


def assert_same(found: Pyramid, wanted: Pyramid) -> None:
    assert (found.sfreq, found.buckets) == (wanted.sfreq, wanted.buckets)
    for one, other in zip((*found.low, *found.high), (*wanted.low, *wanted.high), strict=True):
        np.testing.assert_array_equal(one, other)


def test_what_was_kept_comes_back(kept: KeptExtremes) -> None:
    assert kept.read(WANTED) == {}
    kept.keep({one: BUILT[one] for one in WANTED[:2]})
    kept.keep({WANTED[2]: BUILT[WANTED[2]]})
    found = again(kept).read((*WANTED, ("M2", RAW)))
    assert set(found) == set(WANTED)
    for one in WANTED:
        assert_same(found[one], BUILT[one])


def test_a_changed_recording_is_another_one(kept: KeptExtremes) -> None:
    kept.keep(BUILT)
    path = kept._recording.path
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    assert again(kept).read(WANTED) == {}
    # What was opened before the change is neither told nor kept as if it were the new one.
    assert kept.read(WANTED) == {}
    kept.keep(BUILT)
    assert again(kept).read(WANTED) == {}


def test_another_format_is_ignored(kept: KeptExtremes, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.keep(BUILT)
    monkeypatch.setattr(kept_extremes, "FORMAT", 2)
    assert again(kept).read(WANTED) == {}


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.999])
def test_half_a_file_is_ignored_and_replaced(kept: KeptExtremes, share: float) -> None:
    kept.keep(BUILT)
    whole = kept.path.read_bytes()
    kept.path.write_bytes(whole[: int(share * len(whole))])
    assert again(kept).read(WANTED) == {}
    again(kept).keep(BUILT)
    assert set(again(kept).read(WANTED)) == set(WANTED)


def test_foreign_arrays_are_ignored(kept: KeptExtremes) -> None:
    np.savez(kept.path, head=np.array([{"a": 1}], dtype=object), values0=np.zeros(3))
    assert kept.read(WANTED) == {}
    kept.path.write_bytes(b"not an archive at all")
    assert kept.read(WANTED) == {}
    kept.path.unlink()
    kept.path.mkdir()
    assert kept.read(WANTED) == {}
    kept.keep(BUILT)
    assert [p.name for p in kept.path.parent.iterdir() if "part" in p.name] == []


def test_bytes_that_rotted_are_ignored(kept: KeptExtremes) -> None:
    kept.keep(BUILT)
    raw = bytearray(kept.path.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    kept.path.write_bytes(bytes(raw))
    assert len(kept.read(WANTED)) < len(WANTED)


def test_the_oldest_go_where_there_are_too_many(
    kept: KeptExtremes, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = sum(side.nbytes for side in (*BUILT[WANTED[0]].low, *BUILT[WANTED[0]].high))
    monkeypatch.setattr(kept_extremes, "MOST_BYTES", 2 * one)
    for key in WANTED:
        kept.keep({key: BUILT[key]})
    assert set(kept.read(WANTED)) == set(WANTED[1:])
    assert kept.path.stat().st_size < 2 * one + 4000


def test_no_place_is_no_error(
    kept: KeptExtremes, recording: DerivedRecording, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(np, "savez", full)
        kept.keep(BUILT)
    assert sorted(p.name for p in kept.path.parent.iterdir()) == ["night.csv"]
    nowhere = KeptExtremes(recording, kept.path.parent / "gone" / "night.sleepscope")
    nowhere.keep(BUILT)
    assert nowhere.read(WANTED) == {}
    reader = KeptExtremes(recording, kept.path.parent / "night.sleepscope", is_read_only=True)
    reader.keep(BUILT)
    assert not kept.path.exists()
