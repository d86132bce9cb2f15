"""Detection runs: settings, checksum and probability track come back as they went in."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np

from sleepscope.detection.detection import Detection
from sleepscope.detection.settings import DetectSettings
from sleepscope.events.event import Event
from sleepscope.networks.model_card import ModelCard
from sleepscope.recordings.identity import RecordingIdentity
from sleepscope.review import ReviewFile
from tests.review.conftest import AB

CARD = ModelCard(
    name="spindle-1d",
    version="1.0",
    architecture="spindle-unet-1d",
    arguments={},
    sha256="1a2b3c4d" + "0" * 56,
    task="spindle",
    classes=("spindle",),
    channels=("EEG",),
    sfreq=100.0,
    output_sfreq=25.0,
    window=20.0,
    unit="µV",
    normalisation="none",
    trained_on=({"dataset": "made up", "recording": "1"},),
    settings={"threshold": 0.5},
    results={},
    licence="BSD-3-Clause",
    intended_use="tests",
    limits="everything",
)


def detection(channel: str = "C3-M2", n: int = 3, threshold: float = 0.5) -> Detection:
    events = tuple(Event(10.0 * k, 1.0, "spindle", channel, 0.75) for k in range(n))
    track = np.linspace(0, 1, 250, dtype=np.float32)
    track[10:20] = np.nan
    settings = DetectSettings("spindle", "spindle-1d", (channel,), ("N2", "N3"), threshold)
    return Detection(
        CARD, (channel,), 0.02, 25.0, track, threshold, settings, events, True, ("A notice.",)
    )


def test_a_run_comes_back_with_its_track(
    night: Path, identity: RecordingIdentity, review: ReviewFile
) -> None:
    change = review.store_detection((detection(), detection("C4-M1", 2)), seconds=1.5)
    assert change.step.name == "Detect spindle-1d@1a2b3c4d"
    assert change.scorer == CARD.scorer
    review.close()
    with ReviewFile.open(night, identity, person=AB) as again:
        first, second = again.detection_runs()
        assert (first.model, first.version, first.sha256) == ("spindle-1d", "1.0", CARD.sha256)
        assert first.scorer == CARD.scorer
        assert (first.channels, second.channels) == (("C3-M2",), ("C4-M1",))
        assert (first.start, first.sfreq, first.threshold) == (0.02, 25.0, 0.5)
        assert first.settings["stages"] == ["N2", "N3"]
        assert first.seconds == 1.5
        assert first.trained_on_this
        assert first.trained_on == CARD.trained_on
        assert first.notices == ("A notice.",)
        np.testing.assert_array_equal(again.probability(first.id), detection().probability)
        assert len(again.event_set(CARD.scorer).events) == 5


def test_the_same_run_twice_is_kept_once(review: ReviewFile) -> None:
    review.store_detection((detection(),))
    assert not review.store_detection((detection(),))
    assert len(review.detection_runs()) == 1


def test_a_run_with_another_threshold_is_a_second_set(review: ReviewFile) -> None:
    review.store_detection((detection(),))
    change = review.store_detection((detection(n=5, threshold=0.3),))
    assert change.scorer == f"{CARD.scorer} (2)"
    assert [run.scorer for run in review.detection_runs()] == [CARD.scorer, change.scorer]


def test_a_run_on_another_channel_joins_the_set_and_is_undone_alone(
    night: Path, identity: RecordingIdentity, review: ReviewFile
) -> None:
    review.store_detection((detection(),))
    change = review.store_detection((detection("C4-M1", 2),))
    assert change.scorer == CARD.scorer
    assert len(change.event_ids) == 2
    review.undo()
    assert len(review.event_set(CARD.scorer).events) == 3
    assert [run.channels for run in review.detection_runs()] == [("C3-M2",)]
    review.redo()
    review.close()
    with ReviewFile.open(night, identity) as again:
        assert len(again.event_set(CARD.scorer).events) == 5
        assert len(again.detection_runs()) == 2


def test_two_runs_that_found_nothing_on_two_channels_are_both_kept(review: ReviewFile) -> None:
    review.store_detection((detection(n=0),))
    review.store_detection((detection("C4-M1", n=0),))
    assert len(review.detection_runs()) == 2


def test_a_run_that_found_nothing_is_kept(review: ReviewFile) -> None:
    assert review.store_detection((detection(n=0),))
    assert review.event_sets()[0].events == ()
    assert len(review.detection_runs()) == 1


def test_undo_hides_a_run_and_redo_brings_it_back(review: ReviewFile) -> None:
    review.store_detection((detection(),))
    review.undo()
    assert review.event_sets() == ()
    assert review.detection_runs() == ()
    review.redo()
    assert len(review.detection_runs()) == 1
    assert len(review.event_sets()[0].events) == 3


def test_no_detection_is_no_step(review: ReviewFile) -> None:
    assert not review.store_detection(())


def test_the_card_is_not_needed_to_read_a_run(review: ReviewFile) -> None:
    changed = dataclasses.replace(detection(), card=dataclasses.replace(CARD, name="gone"))
    review.store_detection((changed,))
    assert review.detection_runs()[0].model == "gone"
