"""Every real file, opened or refused: a table with ``pytest -s``, and no surprise in it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from sleepscope.errors import RecordingError
from sleepscope.recordings import open_recording
from sleepscope.recordings.identity import recording_identity
from sleepscope.recordings.recording import Recording

pytestmark = pytest.mark.real_data

_FOLDERS = ("recordings", "readers", "eog")
# What is refused, by ending or name, and words of the sentence. All other files must open.
_REFUSED = {
    "SC4001E0-PSG.edf": "is a web page, as a failed download leaves behind",
    ".xml": "is an XML file",
    ".json": "is not a recording of a kind that is known here",
    ".mat": "is not a recording of a kind that is known here",
    ".xls": "is not a recording of a kind that is known here",
    ".csv": "is a table of events or stages",
    "SOURCE.txt": "is not a recording of a kind that is known here",
    ".txt": "not a recording of a kind that is known here|is a table of events or stages",
}
# Words of the only notices that are right for a file; all others open without one.
_NOTICES = {
    "Hypnogram": "annotations only",
    "_Labels.edf": "annotations only",
    "edftype2_scorefile.edf": "annotations only",
    "duplicate_channel_labels.edf": "Several channels are called 'EEG F1-Ref'",
    "nox_subject1.edf": "letters outside ASCII",
    "test_mixed_highpass": "different highpass filters",
    "test_mixed_lowpass": "different lowpass filters",
    "test_old_layout": "No info on DataPoints|software filter",
    "test_partially_disabled": "different (high|low)pass filters",
    ".npz": "its values are taken as µV",
}
# What reads a file, by its ending.
_KINDS = {
    "EdfRecording": (".edf", ".bdf"),
    "MneRecording": (".vhdr", ".eeg", ".vmrk", ".fif"),
    "ArrayRecording": (".npz",),
}


@dataclass
class Outcome:
    """One line of the table."""

    name: str
    kind: str
    said: tuple[str, ...]
    channels: int = 0
    rates: str = ""
    seconds: float = 0.0

    def __str__(self) -> str:
        shape = f"{self.channels:>4} x {self.rates or '-':<38} {self.seconds:>8.1f} s"
        return f"{self.name:<52} {self.kind:<14} {shape}  {' '.join(self.said)}"


def test_every_real_file_opens_or_is_refused_as_expected(real_data: Path) -> None:
    outcomes = [_outcome(path) for path in _files(real_data)]
    print()  # noqa: T201
    print("\n".join(map(str, outcomes)))  # noqa: T201
    assert len(outcomes) > 90
    for outcome in outcomes:
        _check(outcome)
    assert {outcome.kind for outcome in outcomes} == {"refused", *_KINDS}


def _files(folder: Path) -> Iterator[Path]:
    for name in _FOLDERS:
        yield from sorted(path for path in (folder / name).rglob("*") if path.is_file())


def _outcome(path: Path) -> Outcome:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            recording = open_recording(path)
            _read_about(recording)
            recording_identity(recording)
        except RecordingError as error:
            return Outcome(path.name, "refused", (str(error),))
    rates = sorted({channel.sfreq for channel in recording.channels})
    recording.close()
    return Outcome(
        path.name,
        type(recording).__name__,
        recording.notices,
        len(recording.channels),
        " ".join(f"{rate:g}" for rate in rates) + " Hz" * bool(rates),
        recording.duration,
    )


def _read_about(recording: Recording) -> None:
    """The first, a middle and the last second of every channel; EEG is in µV."""
    for channel in recording.channels:
        for start in (0.0, recording.duration / 2, max(0.0, recording.duration - 1)):
            samples = recording.read(channel.label, start, start + 1)
            assert samples.dtype == np.float64
            assert len(samples) <= round(channel.sfreq) + 1
            assert np.isfinite(samples).any() or recording.gaps
        if channel.kind in ("EEG", "EOG", "EMG", "ECG"):
            assert channel.unit in ("µV", "")


def _check(outcome: Outcome) -> None:
    name = outcome.name
    refused = next((k for k in _REFUSED if name.lower().endswith(k.lower())), None)
    if refused is not None:
        assert outcome.kind == "refused", outcome
        (sentence,) = outcome.said
        assert any(words in sentence for words in _REFUSED[refused].split("|")), outcome
        assert sentence.endswith(".")
        return
    assert name.endswith(_KINDS.get(outcome.kind, ())), outcome
    noted = next((k for k in _NOTICES if k in name), None)
    assert bool(outcome.said) == (noted is not None), outcome
    if noted is not None:
        for notice in outcome.said:
            assert re.search(_NOTICES[noted], notice), outcome
