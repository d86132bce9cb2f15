"""Open whatever is a recording, chosen by what the file holds."""

from __future__ import annotations

from pathlib import Path

from sleepscope.errors import RecordingError
from sleepscope.recordings.edf_header import is_edf
from sleepscope.recordings.edf_recording import EdfRecording
from sleepscope.recordings.recording import Recording
from sleepscope.recordings.text_signal import is_text_signal, read_text_signal

_HEAD_BYTES = 1024


def open_recording(path: Path | str, *, sfreq: float | None = None) -> Recording:
    """Open a polysomnography file for reading; it is never written.

    Parameters
    ----------
    path : Path or str
        An EDF, EDF+, BDF, BDF+ file or a DREAMS text signal. What it is, is seen from its first
        bytes, not from its name.
    sfreq : float, Hz, optional
        Sampling rate of a text signal, which does not say it; the other formats do, and it is not
        used for them.

    Returns
    -------
    Recording
        Samples are read from the file when they are asked for. ``notices`` says what was odd.

    Raises
    ------
    RecordingError
        If there is no such file or it is not a recording.
    """
    path = Path(path)
    head = _head(path)
    if is_edf(head):
        return EdfRecording(path)
    if is_text_signal(head):
        return read_text_signal(path, sfreq)
    raise RecordingError(f"{path.name} {_what_it_is(head)}; EDF, BDF and DREAMS texts can be read.")


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
    """A few words about a file that is no recording."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "is a web page, as a failed download leaves behind, not a recording"
    if start.startswith(b"<"):
        return "is an XML file, not a recording"
    if start.startswith(b"["):
        return "is a text of events or stages, not a recording"
    if start.startswith(b"version https://git-lfs"):
        return "is the placeholder of a file that was not downloaded, not a recording"
    return "is not a recording of a kind that is known here"
