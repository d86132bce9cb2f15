"""A made-up night: its recording, what is truly in it, and how two experts scored it."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.constants import EPOCH_SECONDS, STAGES
from sleepscope.errors import SettingsError
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.recording import ArrayRecording
from sleepscope.simulate.artifacts import add_muscle, add_pops
from sleepscope.simulate.background import background_eeg
from sleepscope.simulate.body import chin_emg, ecg, heart_beats, oxygen_saturation
from sleepscope.simulate.electrodes import ELECTRODES
from sleepscope.simulate.experts import CAREFUL, HASTY, MARKED_IN, score
from sleepscope.simulate.eye_movements import blink_wave, movement_traces
from sleepscope.simulate.k_complexes import add_k_complexes
from sleepscope.simulate.noise import band_noise
from sleepscope.simulate.planting import TRUTH_SCORER, Planted, plant, truth_of
from sleepscope.simulate.spindles import add_spindles
from sleepscope.simulate.stages import simulate_stages, stage_levels

Span = tuple[float, float]

START: Final = datetime.datetime(2024, 1, 1, 22, 58)  # noqa: DTZ001 (recordings have no zone)
# Range and step of a clinical amplifier: 0.1 µV in 16 bits.
AMPLIFIER_RANGE: Final = (-3276.7, 3276.7)

# Share of an eye movement at each electrode, for the horizontal and the vertical direction.
EYE_HORIZONTAL: Final = {"E1": 1.0, "E2": -1.0, "F3": 0.10, "F4": -0.10}
EYE_VERTICAL: Final = {"E1": 1.0, "E2": 0.95, "F3": 0.35, "F4": 0.35, "C3": 0.06, "C4": 0.06}
# Slow eye movements, RMS in µV of the half-difference by stage.
SLOW_EYES: Final = {"W": 8.0, "N1": 30.0, "N2": 3.0, "N3": 1.0, "R": 10.0}


@dataclass(frozen=True, slots=True)
class NightSettings:
    """What a simulated night is made from.

    Attributes
    ----------
    seed : int
        The same seed and settings give the same night.
    minutes : float
        Length; a whole number of 30-s epochs is made of it.
    stages : tuple of str or None
        A stage for each epoch; None for a plausible sequence.
    sfreq, emg_sfreq, ecg_sfreq, spo2_sfreq : float, Hz
        Rates of EEG and EOG, chin EMG, ECG and SpO2.
    spindles_per_minute : float
        In N2; N3 has two fifths of it.
    spindle_amplitude : float, µV
        Median peak to peak at the strongest electrode.
    k_complexes_per_minute : float
        In N2; N3 has a quarter of it.
    rems_per_minute : float
        Single movements a minute of REM sleep.
    rem_amplitude : float, µV
        Median of the half-difference (E1 - E2) / 2.
    blinks_per_minute : float
        While awake with open eyes.
    pops_per_hour : float
        Electrode pops.
    """

    seed: int = 0
    minutes: float = 30.0
    stages: tuple[str, ...] | None = None
    sfreq: float = 128.0
    emg_sfreq: float = 256.0
    ecg_sfreq: float = 128.0
    spo2_sfreq: float = 1.0
    spindles_per_minute: float = 6.0
    spindle_amplitude: float = 44.0
    k_complexes_per_minute: float = 1.8
    rems_per_minute: float = 17.0
    rem_amplitude: float = 85.0
    blinks_per_minute: float = 14.0
    pops_per_hour: float = 8.0

    def __post_init__(self) -> None:
        if not EPOCH_SECONDS <= self.minutes * 60 < math.inf:
            raise SettingsError(
                f"A night of {self.minutes} min is without end or shorter than one epoch of "
                f"{EPOCH_SECONDS:g} s."
            )
        if self.stages is not None and len(self.stages) != self.n_epochs:
            raise SettingsError(
                f"{len(self.stages)} stages do not fill {self.minutes} min: "
                f"that takes {self.n_epochs}, one for each {EPOCH_SECONDS:g} s."
            )
        unknown = sorted(set(self.stages or ()) - set(STAGES))
        if unknown:
            raise SettingsError(
                f"Stage '{unknown[0]}' cannot be simulated; choose from {', '.join(STAGES)}."
            )

    @property
    def n_epochs(self) -> int:
        """Number of 30-s epochs."""
        return int(self.minutes * 60 / EPOCH_SECONDS + 1e-9)


@dataclass(frozen=True, slots=True)
class SimulatedNight:
    """A night whose truth is known.

    Attributes
    ----------
    recording : ArrayRecording
        Electrodes against a common reference, chin EMG, ECG and SpO2.
    truth : EventSet
        Spindles and K-complexes at every electrode where they can be seen, eye movements and
        blinks on E1, artefacts.
    experts : (EventSet, EventSet)
        A careful expert and a hasty one.
    hypnogram : Hypnogram
        The true stages.
    """

    recording: ArrayRecording
    truth: EventSet
    experts: tuple[EventSet, EventSet]
    hypnogram: Hypnogram


def simulate_night(settings: NightSettings = NightSettings()) -> SimulatedNight:
    """Make a night from its settings.

    Returns
    -------
    SimulatedNight
        Bit for bit the same for the same settings, on one version of numpy.
    """
    rngs = iter(np.random.default_rng(settings.seed).spawn(12))
    rng = next(rngs)
    stages = settings.stages or tuple(simulate_stages(rng, settings.n_epochs, EPOCH_SECONDS))
    hypnogram = Hypnogram(stages, EPOCH_SECONDS, 0.0, TRUTH_SCORER)
    seconds = hypnogram.stop

    open_eyes = _open_eyes(hypnogram)
    planted = plant(rngs, settings, hypnogram, open_eyes)

    sfreq = settings.sfreq
    n_samples = round(seconds * sfreq)
    eyes_open = _mask(open_eyes, n_samples, sfreq)
    eeg = background_eeg(next(rngs), stages, EPOCH_SECONDS, sfreq, eyes_open)
    add_spindles(eeg, sfreq, planted.spindles)
    add_k_complexes(eeg, sfreq, planted.k_complexes)
    _add_eyes(next(rngs), eeg, settings, stages, planted)
    rng = next(rngs)
    beats = heart_beats(rng, stages, EPOCH_SECONDS)
    _add_heart(eeg, ecg(beats, sfreq, n_samples))
    add_muscle(rng, eeg, sfreq, planted.bursts)
    add_pops(eeg, sfreq, planted.pops)

    signals = dict(zip(ELECTRODES, eeg, strict=True))
    n_emg = round(seconds * settings.emg_sfreq)
    rem_spans = hypnogram.spans_of({"R"})
    signals["EMG Chin"] = chin_emg(
        next(rngs), stages, EPOCH_SECONDS, settings.emg_sfreq, n_emg, rem_spans, planted.bursts
    )
    signals["ECG"] = ecg(beats, settings.ecg_sfreq, round(seconds * settings.ecg_sfreq))
    rng = next(rngs)
    signals["ECG"] += 8.0 * rng.standard_normal(len(signals["ECG"]))
    signals["SpO2"] = oxygen_saturation(
        rng, settings.spo2_sfreq, round(seconds * settings.spo2_sfreq)
    )

    rng = next(rngs)
    truth = truth_of(rng, planted)
    where = {kind: hypnogram.spans_of(stages) for kind, stages in MARKED_IN.items()}
    experts = (score(rng, truth, CAREFUL, where), score(rng, truth, HASTY, where))
    return SimulatedNight(_recording(settings, signals), truth, experts, hypnogram)


def _open_eyes(hypnogram: Hypnogram) -> list[Span]:
    """The sleeper looks around for the first two fifths of each stretch of wake."""
    return [(start, start + 0.4 * (stop - start)) for start, stop in hypnogram.spans_of({"W"})]


def _mask(spans: list[Span], n_samples: int, sfreq: float) -> NDArray[np.bool_]:
    mask = np.zeros(n_samples, dtype=bool)
    for start, stop in spans:
        mask[round(start * sfreq) : round(stop * sfreq)] = True
    return mask


def _add_eyes(
    rng: np.random.Generator,
    eeg: NDArray[np.float64],
    settings: NightSettings,
    stages: tuple[str, ...],
    planted: Planted,
) -> None:
    """Add every movement of the eyes to ``eeg``, in place."""
    n_samples, sfreq = eeg.shape[1], settings.sfreq
    horizontal, vertical = movement_traces(planted.movements, n_samples, sfreq, 0.16)
    slow = stage_levels(stages, SLOW_EYES, EPOCH_SECONDS, sfreq, n_samples)
    horizontal += slow * band_noise(rng, (n_samples,), sfreq, 0.15, 0.45)
    for onset, duration, amplitude in planted.blinks:
        first = round(onset * sfreq)
        behind = min(first + round(1.5 * duration * sfreq), n_samples)
        times = np.arange(first, behind) / sfreq
        vertical[first:behind] += blink_wave(onset, duration, amplitude, times)
    for index, name in enumerate(ELECTRODES):
        eeg[index] += EYE_HORIZONTAL.get(name, 0.0) * horizontal
        eeg[index] += EYE_VERTICAL.get(name, 0.0) * vertical


def _add_heart(eeg: NDArray[np.float64], heart: NDArray[np.float64]) -> None:
    """A little of the heart reaches the mastoids and the eyes, in place."""
    for name, share in (("M1", 0.006), ("M2", -0.004), ("E1", 0.003), ("E2", 0.002)):
        eeg[ELECTRODES.index(name)] += share * heart


def _recording(settings: NightSettings, signals: dict[str, NDArray[np.float64]]) -> ArrayRecording:
    rates = {"EMG Chin": settings.emg_sfreq, "ECG": settings.ecg_sfreq, "SpO2": settings.spo2_sfreq}
    channels = []
    for label, signal in signals.items():
        kind = "EOG" if label in ("E1", "E2") else _KINDS.get(label, "EEG")
        volts = kind != "SPO2"
        if volts:
            np.clip(signal, *AMPLIFIER_RANGE, out=signal)
        channels.append(
            Channel(
                label,
                kind,
                "µV" if volts else "%",
                rates.get(label, settings.sfreq),
                len(signal),
                AMPLIFIER_RANGE if volts else (0.0, 100.0),
                "HP:0.16Hz" if volts else "",
                "simulated",
            )
        )
    return ArrayRecording(
        Path(f"simulated-{settings.seed}.edf"),
        tuple(channels),
        dict(signals),
        start=START,
        subject_code="",
    )


_KINDS: Final = {"EMG Chin": "EMG", "ECG": "ECG", "SpO2": "SPO2"}
