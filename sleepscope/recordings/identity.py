"""Recognise a recording, or one channel of it, by its contents."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import RecordingError
from sleepscope.recordings.combined_recording import CombinedRecording
from sleepscope.recordings.edf_recording import EdfRecording
from sleepscope.recordings.mne_recording import MneRecording
from sleepscope.recordings.recording import Recording

# Data records, or pieces of a file, hashed for the identity: evenly spread, both ends included.
_HASHED_RECORDS = 16
# Bytes of each: some files hold the whole night in one record.
_HASHED_BYTES = 1 << 16
_CHUNK_SAMPLES = 1 << 18


@dataclass(frozen=True, slots=True)
class RecordingIdentity:
    """What stays the same when a recording is moved or renamed.

    Attributes
    ----------
    size : int, bytes
        Length of the file; of the samples as float32 for a recording in memory.
    start : datetime.datetime or None
        Clock time of the first sample.
    duration : float, s
        Length on the time line.
    content_hash : str
        SHA-256 over the header and data records at fixed places, or over the signals.
    """

    size: int
    start: datetime.datetime | None
    duration: float
    content_hash: str


def recording_identity(recording: Recording) -> RecordingIdentity:
    """Identity of a recording, in a few milliseconds for a file of any length.

    Raises
    ------
    RecordingError
        If the file cannot be read any more.
    """
    digest = hashlib.sha256()
    if isinstance(recording, EdfRecording):
        header = recording.header
        size = recording.size
        digest.update(recording.head())
        places = np.linspace(0, header.n_records - 1, _HASHED_RECORDS).round().astype(int)
        for index in dict.fromkeys(places.tolist()):
            digest.update(recording.record(index, _HASHED_BYTES))
    elif isinstance(recording, MneRecording):
        size = sum(_update_with_pieces(digest, path) for path in recording.sources)
    elif isinstance(recording, CombinedRecording):
        parts = [recording_identity(part) for part in recording.recordings]
        size = sum(part.size for part in parts)
        for part in parts:
            digest.update(part.content_hash.encode())
    else:
        size = sum(4 * channel.n_samples for channel in recording.channels)
        for channel in recording.channels:
            digest.update(f"{channel.label}\0{channel.sfreq!r}\0{channel.n_samples}\0".encode())
            for chunk in _float32_chunks(recording, channel.label):
                digest.update(chunk.tobytes())
    return RecordingIdentity(size, recording.start, recording.duration, digest.hexdigest())


def _update_with_pieces(digest: hashlib._Hash, path: Path) -> int:
    """Hash the size of a file and pieces of it from the first to the last byte; returns its size.

    A folder counts as nothing: the files in it are named beside it.
    """
    try:
        if path.is_dir():
            return 0
        with path.open("rb") as file:
            size = file.seek(0, 2)
            digest.update(f"{size}\0".encode())
            last = max(0, size - _HASHED_BYTES)
            for at in dict.fromkeys(np.linspace(0, last, _HASHED_RECORDS).astype(int).tolist()):
                file.seek(at)
                digest.update(file.read(_HASHED_BYTES))
    except OSError as error:
        raise RecordingError(
            f"{path.name} cannot be read any more: {error.strerror or error}."
        ) from error
    return size


def channel_hash(recording: Recording, label: str) -> str:
    """SHA-256 over all samples of a channel as little-endian float32, gaps as NaN.

    A model card keeps these hashes of what the model was trained on, so that a training recording
    is recognised under any name.

    Raises
    ------
    ChannelError
        If there is no such channel.
    RecordingError
        If the file cannot be read any more.
    """
    digest = hashlib.sha256()
    for chunk in _float32_chunks(recording, label):
        digest.update(chunk.tobytes())
    return digest.hexdigest()


def _float32_chunks(recording: Recording, label: str) -> Iterator[NDArray[np.float32]]:
    channel = recording.channel(label)
    for first in range(0, channel.n_samples, _CHUNK_SAMPLES):
        behind = min(first + _CHUNK_SAMPLES, channel.n_samples)
        samples = recording.read(label, first / channel.sfreq, behind / channel.sfreq)
        # Damaged files hold numbers beyond single precision, which become infinite.
        with np.errstate(over="ignore", invalid="ignore"):
            single = np.ascontiguousarray(samples, dtype="<f4")
        yield single
