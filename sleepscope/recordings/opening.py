"""Open whatever is a recording, chosen by what the file holds."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from sleepscope.errors import RecordingError
from sleepscope.recordings.array_file import is_array_file, read_array_file
from sleepscope.recordings.combined_recording import CombinedRecording
from sleepscope.recordings.csv_signal import read_csv_signal
from sleepscope.recordings.edf_header import is_edf
from sleepscope.recordings.edf_recording import EdfRecording
from sleepscope.recordings.mne_formats import is_mne_folder, mne_source
from sleepscope.recordings.mne_recording import MneRecording
from sleepscope.recordings.recording import Recording
from sleepscope.recordings.signal_table import find_table
from sleepscope.recordings.text_signal import is_text_signal, read_text_signal

_HEAD_BYTES = 4096
_CHOICES = (
    "EDF, BDF, BrainVision, EEGLAB, FIF, GDF, Nihon Kohden, Persyst, NumPy, CSV and DREAMS texts "
    "can be read"
)


def open_recording(path: Path | str, *, sfreq: float | None = None) -> Recording:
    """Open a polysomnography file for reading; it is never written.

    Parameters
    ----------
    path : Path or str
        An EDF, EDF+, BDF or BDF+ file, a DREAMS text signal, a NumPy file or a table of signals,
        seen from its first bytes whatever it is called; else one of the formats that MNE-Python
        reads (BrainVision, EEGLAB, FIF, GDF, Nihon Kohden, Persyst, ...), by its ending.
    sfreq : float, Hz, optional
        Sampling rate of a file that does not say it; not used for others.

    Returns
    -------
    Recording
        Samples are read from the file when they are asked for. ``notices`` says what was odd.

    Raises
    ------
    RateNeededError
        If the file does not say its rate and ``sfreq`` is not given.
    RecordingError
        If there is no such file or it is not a recording.
    """
    path = Path(path)
    if is_mne_folder(path) and path.is_dir():
        return _through_mne(path, b"")
    head = _head(path)
    if is_edf(head):
        return EdfRecording(path)
    if is_text_signal(head):
        return read_text_signal(path, sfreq)
    if is_array_file(head, path.name):
        return read_array_file(path, sfreq)
    what = _what_it_is(head)
    if not what:
        return _by_name(path, head, sfreq)
    raise RecordingError(f"{path.name} {what}; {_CHOICES}.")


def open_recordings(paths: Sequence[Path | str], *, sfreq: float | None = None) -> Recording:
    """Open several files of one night as one recording.

    Parameters
    ----------
    paths : sequence of Path or str
        One or more files; each is opened as ``open_recording`` does.
    sfreq : float, Hz, optional
        Sampling rate of those files that do not say it.

    Returns
    -------
    Recording
        A ``CombinedRecording``, or the recording itself where there is one file.

    Raises
    ------
    RateNeededError
        If a file does not say its rate and ``sfreq`` is not given.
    RecordingError
        If none or the same file twice is named, or one cannot be opened; none stays open then.
    """
    named = [Path(path) for path in paths]
    if not named:
        raise RecordingError("No recording was named; name one file or several of one night.")
    for number, path in enumerate(named):
        if path.absolute() in [other.absolute() for other in named[:number]]:
            raise RecordingError(f"{path.name} is named twice; name each file of the night once.")
    with ExitStack() as opened:
        recordings = []
        for path in named:
            recording = open_recording(path, sfreq=sfreq)
            opened.callback(recording.close)
            if len(named) > 1 and not recording.channels:
                raise RecordingError(
                    f"{path.name} holds annotations only, no signals; open it as events."
                )
            recordings.append(recording)
        whole = recordings[0] if len(recordings) == 1 else CombinedRecording(recordings)
        opened.pop_all()
    return whole


def _through_mne(path: Path, head: bytes) -> MneRecording:
    source = mne_source(path, head)
    if source is None:
        raise RecordingError(f"{path.name} is not a recording of a kind that is known here.")
    return MneRecording(source)


def _by_name(path: Path, head: bytes, sfreq: float | None) -> Recording:
    """Open what its first bytes do not give away."""
    source = mne_source(path, head)
    if source is not None:
        return MneRecording(source)
    table = find_table(head)
    if table is not None:
        return read_csv_signal(path, table, sfreq)
    what = "is not a recording of a kind that is known here"
    if head[:1] == b"[" and head[1:2].isalpha():
        what = "is a text of events or stages, not a recording"
    raise RecordingError(f"{path.name} {what}; {_CHOICES}.")


def _head(path: Path) -> bytes:
    if path.is_dir():
        raise RecordingError(f"{path.name} is a folder; choose a recording in it.")
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except FileNotFoundError:
        raise RecordingError(f"There is no file {path}.") from None
    except OSError as error:
        raise RecordingError(f"{path.name} cannot be read: {error.strerror or error}.") from error
    if not head:
        raise RecordingError(f"{path.name} is empty.")
    return head


def _what_it_is(head: bytes) -> str:
    """A few words about a file that is no recording; "" if its first bytes do not tell."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "is a web page, as a failed download leaves behind, not a recording"
    if start.startswith(b"<"):
        return "is an XML file, not a recording"
    if start.startswith(b"version https://git-lfs"):
        return "is the placeholder of a file that was not downloaded, not a recording"
    return ""
