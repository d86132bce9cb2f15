"""The files behind a recording, and whether any of them changed."""

from __future__ import annotations

from pathlib import Path

from sleepscope.recordings.combined_recording import CombinedRecording
from sleepscope.recordings.derivation import DerivedRecording
from sleepscope.recordings.mne_recording import MneRecording
from sleepscope.recordings.recording import Recording

# Name, bytes, time of the last change (ns) of each file.
Stamp = tuple[tuple[str, int, int], ...]


def source_files(recording: Recording) -> tuple[Path, ...]:
    """Every file that samples are read from."""
    if isinstance(recording, DerivedRecording):
        return source_files(recording.source)
    if isinstance(recording, CombinedRecording):
        return tuple(path for part in recording.recordings for path in source_files(part))
    if isinstance(recording, MneRecording):
        return tuple(recording.sources)
    return (recording.path,)


def stamp_of(recording: Recording) -> Stamp | None:
    """What tells a changed recording from an unchanged one; None where a file is not there."""
    try:
        found = [(path.name, path.stat()) for path in source_files(recording)]
    except OSError:
        return None
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in found)
