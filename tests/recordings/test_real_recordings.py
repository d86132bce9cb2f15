"""Real recordings, sample for sample as other readers see them where those are right."""

from __future__ import annotations

import warnings
from pathlib import Path

import edfio
import numpy as np
import pytest

from sleepscope.errors import RecordingError
from sleepscope.recordings import companions, open_recording
from sleepscope.recordings.identity import recording_identity
from sleepscope.recordings.kinds import find_eog_pair, spindle_channels
from sleepscope.recordings.units import microvolts_per
from tests.conftest import real_data_folder

pytestmark = pytest.mark.real_data


def edf_files() -> list[str]:
    """All EDF and BDF files, relative to the data folder."""
    folder = real_data_folder()
    if folder is None:
        return []
    found = [p for p in folder.rglob("*") if p.suffix.lower() in (".edf", ".bdf")]
    return sorted(str(p.relative_to(folder)) for p in found if "bogus" not in str(p))


@pytest.mark.parametrize("name", edf_files())
def test_samples_are_those_that_edfio_reads(real_data: Path, name: str) -> None:
    path = real_data / name
    before = path.stat().st_mtime_ns
    recording = open_recording(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read = edfio.read_bdf if path.suffix.lower() == ".bdf" else edfio.read_edf
        reference = read(path, header_encoding="latin-1")
    assert len(recording.channels) == len(reference.signals)
    recorded = np.concatenate([[0.0], *recording.gaps, [recording.duration]]).reshape(-1, 2)
    for channel, signal in zip(recording.channels, reference.signals, strict=True):
        pieces = [recording.read(channel.label, start, stop) for start, stop in recorded]
        samples = np.concatenate(pieces)
        factor = microvolts_per(signal.physical_dimension) or 1.0
        largest = max(abs(signal.physical_min), abs(signal.physical_max)) * factor
        np.testing.assert_allclose(samples, signal.data * factor, rtol=0, atol=1e-9 * largest)
        assert channel.sfreq == pytest.approx(signal.sampling_frequency)
        assert not np.isnan(samples).any()
    if "edfPlusD" not in name:
        assert recording.gaps == ()
        assert recording.duration == pytest.approx(reference.duration)
        assert recording.start is not None
        assert recording.start.time() == reference.starttime
    assert path.stat().st_mtime_ns == before
    assert recording_identity(recording) == recording_identity(open_recording(path))


def test_records_of_a_discontinuous_file_lie_at_their_onsets(real_data: Path) -> None:
    recording = open_recording(real_data / "readers/edfReader/inst/extdata/edfPlusD.edf")
    assert recording.duration == 20.0
    assert recording.gaps == ((1, 2), (3, 4), (10, 12), (13, 15), (16, 19))
    for channel in recording.channels:
        filled = ~np.isnan(recording.read(channel.label, 0, 20))
        seconds = filled.reshape(20, -1)
        assert set(np.flatnonzero(seconds.all(axis=1))) == {0, 2, 4, 5, 6, 7, 8, 9, 12, 15, 19}
        assert filled.sum() == 11 * channel.sfreq


def test_web_page_named_edf_is_refused(real_data: Path) -> None:
    with pytest.raises(RecordingError, match="is a web page"):
        open_recording(real_data / "readers/bogus-edf-html/SC4001E0-PSG.edf")


@pytest.mark.parametrize(
    ("number", "label", "sfreq", "surplus"),
    [(1, "C3-A1", 100, 0), (2, "CZ-A1", 200, 0), (3, "C3-A1", 50, 0), (6, "CZ-A1", 200, 140)],
)
def test_dreams_excerpts_have_the_rate_of_their_length(
    real_data: Path, number: int, label: str, sfreq: int, surplus: int
) -> None:
    path = real_data / f"dreams_spindles/excerpt{number}.txt"
    recording = open_recording(path)
    assert recording.channels[0].label == label
    assert recording.channels[0].sfreq == sfreq
    assert recording.channels[0].n_samples == 1800 * sfreq + surplus
    assert len(recording.notices) == (surplus > 0)
    assert 5 < np.std(recording.read(label, 0, 1800)) < 100
    assert f"Hypnogram_excerpt{number}.txt" in [p.name for p in companions(path)]


def test_eyes_and_spindle_channels_of_a_clinical_recording_are_found(real_data: Path) -> None:
    recording = open_recording(real_data / "recordings/nox_subject1.edf")
    assert find_eog_pair(recording.channels) == ("E1-M2", "E2-M1")
    assert spindle_channels(recording.channels)[0] == "C3-M2"
    assert {c.sfreq for c in recording.channels} >= {1.0, 3.0, 20.0, 25.0, 75.0, 100.0, 200.0}


def test_eyes_and_stages_of_a_nap_are_found(real_data: Path) -> None:
    path = real_data / "recordings/mednick_example1.edf"
    recording = open_recording(path)
    assert find_eog_pair(recording.channels) == ("Left Eye-A2", "Right Eye-A1")
    assert spindle_channels(recording.channels) == ("C3-A2", "C4-A1")
    assert [p.name for p in companions(path)] == ["mednick_example1_stages.txt"]
