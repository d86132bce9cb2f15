"""The evidence card: known waves give known figures, and bad input gives a sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from sleepscope.errors import ChannelError, GapError, SettingsError
from sleepscope.events.event import Event
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.explain.criterion import OWN, Criterion, within
from sleepscope.explain.evidence import Evidence, evidence_of, heat_warnings
from sleepscope.explain.explanation import Explanation
from sleepscope.progress import finish
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.recording import ArrayRecording
from sleepscope.simulate import NightSettings, simulate_night

SFREQ, SECONDS = 200.0, 60.0
TIMES = np.arange(round(SECONDS * SFREQ)) / SFREQ
SPINDLE = Event(30.0, 1.0, "spindle", "C3")
REM = Event(30.0, 0.6, "rem", "LOC")
N2 = Hypnogram(("N2", "N2"))


def pink(seed: int, size: float = 5.0) -> NDArray[np.float64]:
    """Noise that falls with frequency, as EEG does, of an RMS in µV."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(size=TIMES.size))
    spectrum[1:] /= np.arange(1, spectrum.size)
    spectrum[:60] = 0  # under 1 Hz
    noise = np.fft.irfft(spectrum, TIMES.size)
    return size * noise / noise.std()


def burst(frequency: float, height: float = 60.0) -> NDArray[np.float64]:
    """Waves under a raised cosine from 30 to 31 s, peak to peak ``height`` µV."""
    envelope = np.where(np.abs(TIMES - 30.5) < 0.5, np.cos(np.pi * (TIMES - 30.5)) ** 2, 0.0)
    return height / 2 * envelope * np.sin(2 * np.pi * frequency * (TIMES - 30.5))


def recorded(kind: str = "EEG", **signals: NDArray[np.float64]) -> ArrayRecording:
    def channel(label: str) -> Channel:
        return Channel(label, "EOG" if "OC" in label else kind, "µV", SFREQ, TIMES.size)

    return ArrayRecording(Path("made.edf"), tuple(map(channel, signals)), signals)


def card(recording: ArrayRecording, event: Event, **options: object) -> Evidence:
    return finish(evidence_of(recording, event, **options))


def named(evidence: Evidence, name: str) -> Criterion:
    return next(one for one in evidence.criteria if one.name.startswith(name))


def test_a_sine_of_13_hz_gives_its_own_figures() -> None:
    found = card(recorded(C3=burst(13.0) + 0.01 * pink(0)), SPINDLE, hypnogram=N2)
    assert named(found, "Peak frequency").value == pytest.approx(13.0, abs=0.2)
    assert named(found, "Waves").value == pytest.approx(13.0, abs=0.5)
    assert named(found, "Amplitude, peak").value == pytest.approx(60.0, rel=0.05)
    assert named(found, "Place of the highest").value == pytest.approx(0.5, abs=0.03)
    assert named(found, "Duration").value == 1.0
    assert named(found, "Stage").holds is True
    assert all(one.holds is not False for one in found.criteria)
    assert found.warnings == ()


def test_amplitude_over_background_of_two_levels_is_their_ratio() -> None:
    wave = np.sin(2 * np.pi * 13.0 * TIMES) * np.where(np.abs(TIMES - 30.5) < 0.5, 30.0, 6.0)
    ratio = named(card(recorded(C3=wave), SPINDLE), "Amplitude over").value
    assert ratio == pytest.approx(5.0, rel=0.15)


def test_noise_alone_meets_neither_the_sigma_index_nor_the_background() -> None:
    found = card(recorded(C3=pink(1)), SPINDLE)
    assert named(found, "Sigma over").holds is False


def test_eight_hertz_is_alpha_and_not_sigma() -> None:
    found = card(recorded(C3=burst(8.0) + pink(2)), SPINDLE)
    assert named(found, "Peak frequency").value == pytest.approx(8.0, abs=0.4)
    assert named(found, "Peak frequency").holds is False
    assert "8-Hz alpha, not sigma" in found.warnings[0]


def test_short_event_breaks_the_rule_of_half_a_second() -> None:
    short = Event(30.3, 0.4, "spindle", "C3")
    assert named(card(recorded(C3=burst(13.0) + pink(3)), short), "Duration").holds is False


def test_a_spindle_on_one_of_three_channels_stands_alone() -> None:
    one = recorded(C3=burst(13.0) + pink(4), C4=pink(5), F3=pink(6))
    assert "On C3 alone" in card(one, SPINDLE).warnings[0]
    both = recorded(C3=burst(13.0) + pink(4), C4=burst(13.0) + pink(5), F3=pink(6))
    assert card(both, SPINDLE).warnings == ()


def test_k_complex_is_found_marked_or_measured_and_none_is_no_fault() -> None:
    marked = Event(28.6, 1.0, "k_complex", "C3")
    quiet = recorded(C3=burst(13.0) + pink(7))
    assert named(card(quiet, SPINDLE, k_complexes=[marked]), "K-complex").value.startswith("marked")
    assert named(card(quiet, SPINDLE), "K-complex").holds is None
    slow = -120 * np.exp(-(((TIMES - 29.6) / 0.25) ** 2))
    loud = recorded(C3=burst(13.0) + pink(7) + slow)
    assert named(card(loud, SPINDLE), "K-complex").holds is True


def test_planted_spindles_pass_and_unknown_stage_is_not_judged() -> None:
    night = simulate_night(NightSettings(seed=5, minutes=4.0, stages=("N2",) * 8))
    large = [e for e in night.truth.events if e.kind == "spindle" and e.channel == "C3"]
    found = [card(night.recording, event) for event in large]
    peaks = [named(one, "Peak frequency").holds for one in found]
    assert len(found) >= 8
    assert np.mean(peaks) >= 0.8
    assert named(found[0], "Stage").holds is None
    staged = card(night.recording, large[0], hypnogram=night.hypnogram)
    assert named(staged, "Stage").value == "N2"


# --- rapid eye movements -----------------------------------------------------------------------


def step(rise: float, height: float = 80.0) -> NDArray[np.float64]:
    """A linear rise from 30.2 s on, held for half a second and falling as it rose, µV."""
    up = np.clip((TIMES - 30.2) / rise, 0.0, 1.0)
    down = np.clip((TIMES - 30.2 - rise - 0.1) / rise, 0.0, 1.0)
    return height * (up - down)


def test_a_conjugate_movement_holds_all_criteria() -> None:
    eyes = recorded(LOC=step(0.1) + pink(8), ROC=-step(0.1) + pink(9), C3=pink(10))
    found = card(eyes, REM, hypnogram=Hypnogram(("R", "R")))
    assert found.channels == ("LOC", "ROC")
    assert named(found, "LOC-ROC").value == pytest.approx(-1.0, abs=0.1)
    assert named(found, "Rise time").value == pytest.approx(0.08, abs=0.03)
    assert named(found, "Phase").value == pytest.approx(180.0, abs=10.0)
    assert named(found, "Coherence").value > 0.9
    assert named(found, "LOC, peak").value == pytest.approx(80.0, rel=0.3)
    assert all(one.holds is not False for one in found.criteria)
    assert found.n_held == (8, 8)
    assert found.warnings == ()


def test_slope_is_height_over_time() -> None:
    eyes = recorded(LOC=step(0.3, 90.0), ROC=-step(0.3, 90.0))
    slope = named(card(eyes, Event(30.0, 1.2, "rem")), "Slope").value
    assert slope == pytest.approx(300.0, rel=0.1)


def test_blink_goes_the_same_way_in_both_eyes() -> None:
    eyes = recorded(LOC=step(0.1) + pink(8), ROC=step(0.1) + pink(9))
    found = card(eyes, REM)
    assert named(found, "LOC-ROC").holds is False
    assert named(found, "Phase").value == pytest.approx(0.0, abs=10.0)
    assert "same way" in found.warnings[0]


def test_slow_movement_and_single_eye_are_warned_of() -> None:
    slow = np.sin(2 * np.pi * 0.3 * (TIMES - 30.0)) * 60
    found = card(recorded(LOC=slow, ROC=-slow), Event(30.0, 2.0, "rem"))
    assert any("slow eye movement" in one for one in found.warnings)
    one_eye = recorded(LOC=step(0.1) + 0.2 * pink(8), ROC=0.2 * pink(9))
    assert any("On LOC alone" in one for one in card(one_eye, REM).warnings)


def test_eeg_in_the_eyes_is_warned_of() -> None:
    eyes = recorded(LOC=step(0.1) + pink(8), ROC=-step(0.1) + pink(9), C3=step(0.1, 100.0))
    found = card(eyes, REM)
    assert named(found, "EEG bleed").holds is False
    assert any("C3 shows the same wave" in one for one in found.warnings)


# --- edges and bad input -------------------------------------------------------------------------


@pytest.mark.parametrize("onset", [0.0, 59.5, 59.95])
@pytest.mark.parametrize("kind", ["spindle", "rem"])
def test_an_event_at_the_very_edge_is_measured(kind: str, onset: float) -> None:
    eyes = recorded(LOC=pink(8), ROC=-pink(8), C3=pink(10))
    found = card(eyes, Event(onset, 0.5, kind, "C3" if kind == "spindle" else None))
    assert len(found.criteria) == 9


def test_flat_channel_is_said_in_a_sentence() -> None:
    flat = np.zeros(TIMES.size)
    with pytest.raises(GapError, match=r"C3 is flat or was not recorded from 30\.00 to 31\.00 s"):
        card(recorded(C3=flat), SPINDLE)
    with pytest.raises(GapError, match="ROC is flat"):
        card(recorded(LOC=pink(1), ROC=flat), REM)
    with pytest.raises(GapError, match="C3 is flat or was not recorded"):
        card(recorded(C3=np.full(TIMES.size, np.nan)), SPINDLE)


def test_what_cannot_be_measured_is_said() -> None:
    eeg = recorded(C3=pink(0))
    with pytest.raises(SettingsError, match="no criteria for 'slow wave'"):
        card(eeg, Event(30.0, 1.0, "slow_wave", "C3"))
    with pytest.raises(SettingsError, match="must lie in the recording"):
        card(eeg, Event(70.0, 1.0, "spindle", "C3"))
    with pytest.raises(ChannelError, match="No channel 'Fz'"):
        card(eeg, Event(30.0, 1.0, "spindle", "Fz"))
    with pytest.raises(ChannelError, match="a left and a right EOG"):
        card(eeg, REM)


def test_an_event_without_a_channel_is_measured_where_spindles_are_largest() -> None:
    found = card(recorded(Fp1=pink(0), C3=pink(1)), Event(30.0, 1.0, "spindle"))
    assert found.channels == ("C3",)


def explanation(relevance: list[float]) -> Explanation:
    times = 30.0 + np.arange(len(relevance)) * 0.2 - 0.9
    values = np.array(relevance, dtype=np.float32)
    return Explanation("Grad-CAM", "layer", "", "model:m@1", ("C3",), times, values, times, values)


def test_heat_outside_the_marked_span_is_warned_of() -> None:
    event = Event(30.0, 1.0, "spindle", "C3")  # bins 4 to 9
    inside = [0.0] * 5 + [1.0, 2.0, 2.0, 1.0] + [0.0] * 5
    assert heat_warnings(explanation(inside), event) == ()
    assert (
        "highest 0.90 s before it starts"
        in heat_warnings(explanation([3.0, *inside[1:]]), event)[0]
    )
    around = [0.8, 0.8, 0.8, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    assert "75%" in heat_warnings(explanation(around), event)[0]
    assert "against" in heat_warnings(explanation([-1.0] * 12), event)[0]
    assert "no value" in heat_warnings(explanation([float("nan")] * 12), event)[0]


def test_limits_belong_to_the_range() -> None:
    assert within("x", 0.5, "s", (0.5, 3.0), "").holds is True
    assert within("x", 0.49, "s", (0.5, None), "").holds is False
    assert within("x", None, "s", (0.5, None), "").text == "–"
    assert within("x", -0.5, "", (None, -0.5), "").limit == "at most \N{MINUS SIGN}0.5"


def test_a_limit_is_named_after_a_manual_or_called_a_house_rule() -> None:
    found = card(recorded(C3=burst(13.0) + 0.01 * pink(0)), SPINDLE, hypnogram=N2)
    sources = {one.name: one.source for one in found.criteria if one.limit}
    assert "AASM manual" in sources.pop("Peak frequency")
    assert "AASM manual" in sources["Duration"]
    assert "Rechtschaffen and Kales" in sources.pop("Waves")
    assert all(OWN in words for words in sources.values())
