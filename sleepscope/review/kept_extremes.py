"""Extremes of whole channels kept beside the review, so that a night is read for them once.

They follow from the recording alone and may be deleted at any time: what cannot be read, written
or trusted is left out without a word, and built again.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.recordings.derivation import DerivedRecording
from sleepscope.recordings.recording import Recording
from sleepscope.recordings.source_files import Stamp, stamp_of
from sleepscope.signals.envelope import FACTOR, FINEST, Pyramid
from sleepscope.signals.filters import FilterSettings

# Grows whenever filters, buckets or this layout change.
FORMAT: Final = 1
# Bytes; what was wanted last stays.
MOST_BYTES: Final = 200_000_000
ENDING: Final = "-overview.npz"

Built = Mapping[tuple[str, FilterSettings], Pyramid]
# What a file that is no such file, or only half of one, makes numpy, zipfile and json say.
_DAMAGE: Final = (
    OSError, ValueError, KeyError, TypeError, IndexError, EOFError, zipfile.BadZipFile,
    NotImplementedError, RuntimeError, MemoryError,
)  # fmt: skip


class KeptExtremes:
    """The file beside a review that keeps the extremes of its recording.

    Parameters
    ----------
    recording : Recording
    review_path : Path
        "NIGHT.sleepscope"; the extremes go to "NIGHT.sleepscope-overview.npz".
    is_read_only : bool
        Nothing is written.
    """

    def __init__(
        self, recording: Recording, review_path: Path, *, is_read_only: bool = False
    ) -> None:
        self.path = review_path.with_name(review_path.name + ENDING)
        self._recording = recording
        self._read_only = is_read_only
        # Taken before anything is built: a file that changes meanwhile must not pass for this one.
        self._stamp = stamp_of(recording)

    def read(self, wanted: tuple[tuple[str, FilterSettings], ...]) -> Built:
        """Those of the wanted channels and filters that were kept of this very recording."""
        if self._stamp is None or stamp_of(self._recording) != self._stamp:
            return {}
        keys = {self._key(*one): one for one in wanted}
        return {keys[key]: one for key, one in self._load(keys.keys()).items()}

    def keep(self, built: Built) -> None:
        """Write extremes beside those that were kept; the oldest go where there are too many."""
        if self._read_only or not built or self._stamp is None:
            return
        if stamp_of(self._recording) != self._stamp:
            return
        fresh = {self._key(*one): pyramid for one, pyramid in built.items()}
        every = fresh | {k: v for k, v in self._load(None).items() if k not in fresh}
        kept: dict[str, Pyramid] = {}
        n_bytes = 0
        for key, pyramid in every.items():
            n_bytes += sum(side.nbytes for side in (*pyramid.low, *pyramid.high))
            if n_bytes > MOST_BYTES:
                break
            kept[key] = pyramid
        # A full disk or a folder that cannot be written costs time the next time, and no more.
        with contextlib.suppress(OSError):
            self._write(kept)

    def _key(self, label: str, settings: FilterSettings) -> str:
        channel = self._recording.channel(label)
        made_of = None
        if isinstance(self._recording, DerivedRecording):
            derivation = self._recording.derivation(label)
            made_of = None if derivation is None else [derivation.plus, *derivation.minus]
        facts = [label, made_of, settings.corners, channel.sfreq, channel.n_samples]
        return json.dumps(facts, ensure_ascii=False)

    def _load(self, wanted: Any) -> dict[str, Pyramid]:
        """Pyramids by key, all of them for None."""
        try:
            # Opened here, because numpy leaves a file that is no archive open.
            with self.path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
                head = json.loads(file["head"].tobytes())
                if head["format"] != FORMAT or _as_stamp(head["files"]) != self._stamp:
                    return {}
                return {
                    key: _unpacked(key, file[f"values{number}"])
                    for number, key in enumerate(head["keys"])
                    if wanted is None or key in wanted
                }
        except _DAMAGE:
            return {}

    def _write(self, kept: Mapping[str, Pyramid]) -> None:
        head = {"format": FORMAT, "files": self._stamp, "keys": list(kept)}
        text = np.frombuffer(json.dumps(head, ensure_ascii=False).encode(), dtype=np.uint8)
        values = {f"values{k}": _packed(pyramid) for k, pyramid in enumerate(kept.values())}
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=self.path.name, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(file, head=text, **values)  # type: ignore[arg-type]
            Path(name).replace(self.path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise


def _as_stamp(files: list[list[Any]]) -> Stamp:
    return tuple((str(name), int(size), int(time)) for name, size, time in files)


def _packed(pyramid: Pyramid) -> NDArray[np.float32]:
    """All levels in a row, (2, n_buckets): lows and highs."""
    return np.stack([np.concatenate(pyramid.low), np.concatenate(pyramid.high)])


def _unpacked(key: str, values: NDArray[Any]) -> Pyramid:
    """The levels of a pyramid; ValueError where they are not those of this channel."""
    _label, _made_of, _corners, sfreq, n_samples = json.loads(key)
    lengths, buckets = [math.ceil(n_samples / FINEST)], [FINEST]
    while lengths[-1] > FACTOR * 256:
        lengths.append(math.ceil(lengths[-1] / FACTOR))
        buckets.append(buckets[-1] * FACTOR)
    if values.dtype != np.float32 or values.shape != (2, sum(lengths)):
        raise ValueError(f"{values.dtype} {values.shape} are not the extremes of {n_samples}")
    cuts = np.cumsum(lengths)[:-1]
    low, high = (tuple(np.split(side, cuts)) for side in values)
    return Pyramid(float(sfreq), tuple(buckets), low, high)
