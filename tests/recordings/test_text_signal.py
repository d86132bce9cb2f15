"""Text signals of the DREAMS databases."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sleepscope.errors import RecordingError
from sleepscope.recordings import open_recording


def written(tmp_path: Path, n: int, head: str = "[C3-A1]", end: str = "\n") -> Path:
    """An excerpt of ``n`` values 0, 0.5, 1, ..."""
    path = tmp_path / "excerpt1.txt"
    path.write_text(end.join([head, *(f"{k / 2:11.4f}" for k in range(n)), ""]))
    return path


@pytest.mark.parametrize("sfreq", [50, 100, 200])
def test_rate_follows_from_half_an_hour_of_samples(tmp_path: Path, sfreq: int) -> None:
    recording = open_recording(written(tmp_path, 1800 * sfreq))
    channel = recording.channels[0]
    assert (channel.label, channel.kind, channel.unit) == ("C3-A1", "EEG", "µV")
    assert channel.sfreq == sfreq
    assert recording.duration == 1800.0
    assert recording.notices == ()
    expected = np.arange(10 * sfreq, 11 * sfreq) / 2
    np.testing.assert_allclose(recording.read("C3-A1", 10, 11), expected)


def test_surplus_samples_are_kept_and_told(tmp_path: Path) -> None:
    recording = open_recording(written(tmp_path, 90139))
    assert recording.channels[0].n_samples == 90139
    assert recording.notices == (
        "excerpt1.txt holds 139 samples more than 1800 s at 50 Hz; all are kept.",
    )


def test_rate_may_be_named(tmp_path: Path) -> None:
    recording = open_recording(written(tmp_path, 1000), sfreq=128.0)
    assert recording.duration == 1000 / 128
    assert recording.start is None


@pytest.mark.parametrize("sfreq", [0.0, -1.0, float("nan"), float("inf")])
def test_rate_must_be_above_zero(tmp_path: Path, sfreq: float) -> None:
    with pytest.raises(RecordingError, match="must be above 0"):
        open_recording(written(tmp_path, 1000), sfreq=sfreq)


def test_unknown_rate_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="1000 values are not 1800 s at 50, 100, 200 Hz"):
        open_recording(written(tmp_path, 1000))


def test_windows_line_ends_are_read(tmp_path: Path) -> None:
    path = written(tmp_path, 100)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    recording = open_recording(path, sfreq=100)
    assert recording.channels[0].label == "C3-A1"
    assert recording.read("C3-A1", 0, 1).tolist() == [k / 2 for k in range(100)]


def test_word_among_the_values_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, 100)
    path.write_text(path.read_text() + "oops\n")
    with pytest.raises(RecordingError, match="holds 'oops'"):
        open_recording(path, sfreq=100)


@pytest.mark.parametrize(
    ("head", "line"),
    [("[Hypnogram]", "5"), ("[vis1_Spindles/C3-A1]", "282.2 0.7"), ("[C3-A1]", "1.0 2.0")],
)
def test_texts_of_events_and_stages_are_refused(tmp_path: Path, head: str, line: str) -> None:
    path = tmp_path / "Visual_scoring1_excerpt1.txt"
    path.write_text("\n".join([head] + [line] * 360))
    with pytest.raises(RecordingError, match="a text of events or stages, not a recording"):
        open_recording(path)
