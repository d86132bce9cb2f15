"""Errors of known making get the reason they were made with, and alike ones one group."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sleepscope.agreement import match
from sleepscope.errors import SettingsError
from sleepscope.events.event import Event
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.explain.error_atlas import PICTURE_POINTS, ErrorAtlas, error_atlas
from sleepscope.explain.error_groups import group_errors, standardised
from sleepscope.explain.error_reasons import NOTHING, edge_reason
from sleepscope.progress import finish
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.recording import ArrayRecording

SFREQ = 200.0
SECONDS = 1200.0


def noise(rng: np.random.Generator) -> np.ndarray:
    white = np.fft.rfft(rng.normal(size=round(SECONDS * SFREQ)))
    freqs = np.fft.rfftfreq(round(SECONDS * SFREQ), 1 / SFREQ)
    pink = np.fft.irfft(white / np.maximum(freqs, 0.5))
    return 10 * pink / pink.std()


def burst(signal: np.ndarray, onset: float, length: float, hz: float, height: float) -> Event:
    """Waves that wax and wane, in place; the event that marks them."""
    times = np.arange(round(length * SFREQ)) / SFREQ
    first = round(onset * SFREQ)
    shape = np.sin(np.pi * times / length) ** 2
    signal[first : first + times.size] += height * shape * np.sin(2 * np.pi * hz * times)
    return Event(onset, length, "spindle", "C3")


@pytest.fixture(scope="module")
def made() -> tuple[ArrayRecording, dict[str, list[Event]]]:
    """Sixteen bursts of each kind, twelve seconds apart."""
    rng = np.random.default_rng(5)
    signal = noise(rng)
    events: dict[str, list[Event]] = {"alpha": [], "muscle": [], "faint": [], "real": []}
    moments = iter(np.arange(20.0, SECONDS - 20.0, 12.0))
    for _ in range(16):
        events["alpha"].append(burst(signal, next(moments), 1.0, 9.0, 40.0))
        events["real"].append(burst(signal, next(moments), 1.0, 13.0, 30.0))
        events["faint"].append(Event(next(moments), 1.0, "spindle", "C3"))
        at = next(moments)
        first = round(at * SFREQ)
        loud = rng.normal(0, 60.0, round(SFREQ))
        signal[first : first + loud.size] += loud
        events["muscle"].append(Event(at, 1.0, "spindle", "C3"))
    channel = Channel("C3", "EEG", "µV", SFREQ, signal.size)
    return ArrayRecording(Path("made.edf"), (channel,), {"C3": signal}), events


@pytest.fixture(scope="module")
def atlas(made: tuple[ArrayRecording, dict[str, list[Event]]]) -> ErrorAtlas:
    recording, events = made
    extra = [*events["alpha"], *events["muscle"], *events["faint"]]
    stages = Hypnogram(("N2",) * 40, 30.0, 0.0, "file:made")
    return finish(error_atlas(recording, match(extra, events["real"]), stages))


def test_each_kind_of_error_has_its_reason(
    made: tuple[ArrayRecording, dict[str, list[Event]]], atlas: ErrorAtlas
) -> None:
    _, events = made
    for kind, words in (("alpha", "alpha burst"), ("muscle", "EMG")):
        reasons = [atlas.errors[event.id].reasons[0] for event in events[kind]]
        assert reasons.count(words) >= 15, (kind, reasons)
    faint = [atlas.errors[event.id].reasons for event in events["faint"]]
    assert sum("low amplitude" in own for own in faint) >= 8
    real = [atlas.errors[event.id].reasons[0] for event in events["real"]]
    assert real.count(NOTHING) >= 14


def test_alike_errors_are_one_group_under_plain_words(
    made: tuple[ArrayRecording, dict[str, list[Event]]], atlas: ErrorAtlas
) -> None:
    sides = [group.side for group in atlas.groups]
    assert sides == sorted(sides)  # "extra" before "missed"
    extra = [group for group in atlas.groups if group.side == "extra"]
    assert sum(len(group.errors) for group in extra) == 48
    by_label = {group.label: group for group in extra}
    assert {"alpha burst", "EMG"} <= set(by_label)
    for kind, words in (("alpha", "alpha burst"), ("muscle", "EMG")):
        inside = {one.event.id for one in by_label[words].errors}
        assert len(inside & {event.id for event in made[1][kind]}) >= 15
        # Noise may hold the same waves by chance, but few of the others are among them.
        assert len(inside) <= 24
        assert by_label[words].share > 0.75
    missed = [group for group in atlas.groups if group.side == "missed"]
    assert missed[0].label == NOTHING
    labels = [(group.side, group.label) for group in atlas.groups]
    assert len(set(labels)) == len(labels)


def test_the_same_errors_give_the_same_groups(atlas: ErrorAtlas) -> None:
    errors = [one for one in atlas.errors.values() if one.side == "extra"]
    first, second = group_errors(errors), group_errors(errors)
    assert [(g.label, [e.event.id for e in g.errors]) for g in first] == [
        (g.label, [e.event.id for e in g.errors]) for g in second
    ]


def test_picture_is_of_the_event_in_its_middle(
    made: tuple[ArrayRecording, dict[str, list[Event]]], atlas: ErrorAtlas
) -> None:
    picture = atlas.errors[made[1]["alpha"][3].id].picture
    assert picture.size == PICTURE_POINTS
    middle = np.abs(picture[80:120]).max()
    assert 25 < middle < 70


def test_measured_errors_are_taken_over_until_they_change(
    made: tuple[ArrayRecording, dict[str, list[Event]]], atlas: ErrorAtlas
) -> None:
    recording, events = made
    moved = Event(25.0, 1.0, "spindle", "C3")
    matched = match([*events["alpha"], moved], [])
    stages = Hypnogram(("N2",) * 40, 30.0, 0.0, "file:made")
    again = finish(error_atlas(recording, matched, stages, known=atlas.errors))
    kept = events["alpha"][0].id
    assert again.errors[kept] is atlas.errors[kept]
    assert moved.id in again.errors
    # Against another truth, or in another stage, the same event may have another reason.
    awake = Hypnogram(("W",) * 40, 30.0, 0.0, "file:made")
    later = finish(error_atlas(recording, matched, awake, known=atlas.errors))
    assert "in wake" in later.errors[kept].reasons
    other = match(events["alpha"], [Event(20.6, 1.0, "spindle", "C3")], iou=0.9)
    beside = finish(error_atlas(recording, other, stages, known=atlas.errors))
    assert "early onset" in beside.errors[kept].reasons


@pytest.mark.parametrize(
    ("onset", "stop", "words"),
    [
        (10.5, 11.0, "late onset"), (9.5, 11.1, "early onset"), (10.1, 12.0, "late end"),
        (10.0, 10.5, "early end"), (10.1, 11.1, "beside a match"),
    ],
)  # fmt: skip
def test_edges_that_differ_are_named(onset: float, stop: float, words: str) -> None:
    other = Event(10.0, 1.0, "spindle")
    assert edge_reason(Event(onset, stop - onset, "spindle"), other) == words
    assert edge_reason(other, None) is None


def test_late_onset_is_found_by_the_other_side_on_the_same_channel(
    made: tuple[ArrayRecording, dict[str, list[Event]]],
) -> None:
    recording, events = made
    real = events["real"][4]
    late = Event(real.onset + 0.85, 0.9, "spindle", "C3")
    found = finish(error_atlas(recording, match([late], [real])))
    assert "late onset" in found.errors[late.id].reasons
    assert "early onset" in found.errors[real.id].reasons
    elsewhere = Event(real.onset + 0.85, 0.9, "spindle", "C4")
    other = finish(error_atlas(recording, match([late], [elsewhere], by_channel=True)))
    assert "late onset" not in other.errors[late.id].reasons
    same_time = Event(real.onset, real.duration, "spindle", "C4")
    apart = finish(error_atlas(recording, match([real], [same_time], by_channel=True)))
    assert apart.errors[real.id].reasons[0] == "on another channel alone"


def test_what_cannot_be_measured_is_a_group_of_its_own(
    made: tuple[ArrayRecording, dict[str, list[Event]]],
) -> None:
    signals = made[0].read("C3", 0.0, SECONDS).copy()
    signals[round(100 * SFREQ) : round(110 * SFREQ)] = 0.0
    channel = Channel("C3", "EEG", "µV", SFREQ, signals.size)
    recording = ArrayRecording(Path("made.edf"), (channel,), {"C3": signals})
    marks = [
        Event(103.0, 1.0, "spindle", "C3"),
        Event(30.0, 1.0, "spindle", "Cz"),
        Event(SECONDS + 5, 1.0, "spindle", "C3"),
        Event(0.0, 0.5, "spindle", "C3"),
        Event(SECONDS - 0.5, 0.5, "spindle", None),
    ]
    found = finish(error_atlas(recording, match(marks, [], spans=None)))
    nothing = next(group for group in found.groups if group.label == "not recorded here")
    assert {one.event.id for one in nothing.errors} == {event.id for event in marks[:3]}
    assert sum(len(group.errors) for group in found.groups) == 5


def test_events_without_criteria_are_a_sentence(
    made: tuple[ArrayRecording, dict[str, list[Event]]],
) -> None:
    with pytest.raises(SettingsError, match="no criteria for 'slow wave'"):
        finish(error_atlas(made[0], match([Event(30.0, 1.0, "slow_wave", "C3")], [])))
    assert finish(error_atlas(made[0], match([], []))).groups == ()


def test_eye_movements_have_reasons_of_their_own() -> None:
    times = np.arange(round(200 * SFREQ)) / SFREQ
    rng = np.random.default_rng(2)
    left, right = rng.normal(0, 3, (2, times.size))
    blink = 120 * np.exp(-(((times - 50.5) / 0.12) ** 2))
    left, right = left + blink, right + blink
    left[round(100 * SFREQ) : round(101 * SFREQ)] += 80 * np.hanning(round(SFREQ))
    channels = tuple(Channel(n, "EOG", "µV", SFREQ, times.size) for n in ("LOC", "ROC"))
    recording = ArrayRecording(Path("made.edf"), channels, {"LOC": left, "ROC": right})
    both, one = Event(50.0, 1.0, "rem", None), Event(100.0, 1.0, "rem", None)
    found = finish(error_atlas(recording, match([both, one], [])))
    assert found.errors[both.id].reasons[0] == "blink, or EEG in both eyes"
    assert found.errors[one.id].reasons[0] == "one eye alone"


def test_standardised_columns_weigh_alike() -> None:
    values = np.array([[1.0, 100.0, 5.0, 0.0], [2.0, 200.0, 5.0, 1.0], [3.0, np.nan, 5.0, 1.0]])
    made = standardised(values)
    assert made[2, 1] == 0.0
    np.testing.assert_array_equal(made[:, 2], 0.0)
    assert made[:, 0] == pytest.approx([-1.349, 0.0, 1.349])
    assert np.ptp(made[:, 3]) == pytest.approx(2.0)
