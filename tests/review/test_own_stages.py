"""A person's own hypnogram: epochs staged, unscored, taken back, also after reopening."""

from __future__ import annotations

import datetime
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from sleepscope.errors import ReviewError
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.recordings.identity import RecordingIdentity
from sleepscope.review import ReviewFile

AB = "human:AB"
IDENTITY = RecordingIdentity(1, None, 305.0, "a" * 64)
N_EPOCHS = 11


def test_first_stage_makes_epochs_of_30_s_over_the_recording(review: ReviewFile) -> None:
    change = review.stage_epochs(25, 26, "N2")
    assert change.hypnograms == {AB}
    assert change.step.name == "Stage N2, epoch at 00:12:30"
    own = review.hypnograms()[AB]
    assert (own.epoch_seconds, len(own.stages), own.stage_at(751.0)) == (30.0, 120, "N2")
    review.undo()
    assert AB not in review.hypnograms()


def test_range_is_one_step(review: ReviewFile) -> None:
    assert review.stage_epochs(0, 5, "W").step.name == "Stage W, 5 epochs from 00:00:00"
    assert review.hypnograms()[AB].n_scored == 5
    review.undo()
    assert review.next_undo is None


def test_quick_keys_are_steps_of_their_own(review: ReviewFile) -> None:
    for epoch in range(3):
        review.stage_epochs(epoch, epoch + 1, "N1")
    review.undo()
    assert review.hypnograms()[AB].n_scored == 2


def test_same_stage_again_is_no_step(review: ReviewFile) -> None:
    review.stage_epochs(0, 1, "W")
    assert not review.stage_epochs(0, 1, "W")


@pytest.mark.parametrize(("first", "behind", "stage"), [(-1, 1, "W"), (0, 121, "W"), (0, 1, "S")])
def test_what_is_not_there_is_refused(
    review: ReviewFile, first: int, behind: int, stage: str
) -> None:
    with pytest.raises(ReviewError):
        review.stage_epochs(first, behind, stage)
    assert not review.hypnograms()


def test_only_a_person_stages(review: ReviewFile) -> None:
    with pytest.raises(ReviewError, match="only a person"):
        review.stage_epochs(0, 1, "W", "model:x")


def test_copy_of_imported_stages_is_one_step_and_leaves_the_source(review: ReviewFile) -> None:
    source = Hypnogram(("N2",) * 600, 5.0, 0.0, "file:x")
    review.set_hypnogram(source, undoable=False)
    review.start_stages_from("file:x")
    review.stage_epochs(0, 1, "W")
    assert review.hypnograms()["file:x"] == source
    assert review.hypnograms()[AB].stages[:3] == ("W", "N2", "N2")
    review.undo()
    review.undo()
    assert AB not in review.hypnograms()
    with pytest.raises(ReviewError, match="file:x"):
        review.start_stages_from("file:y")


class StagingMachine(RuleBasedStateMachine):
    """Stages against a plain tuple for each person; a step back is an older copy."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.now: dict[str, tuple[str, ...]] = {}
        self.past: list[dict[str, tuple[str, ...]]] = []
        self.future: list[dict[str, tuple[str, ...]]] = []
        self.clock = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
        self.open()

    def open(self) -> None:
        self.review = ReviewFile.open(self.folder / "night.edf", IDENTITY)
        self.review._now = lambda: self.clock

    def teardown(self) -> None:
        self.review.close()
        shutil.rmtree(self.folder)

    @rule(
        person=st.sampled_from([AB, "human:CD"]),
        first=st.integers(0, N_EPOCHS - 1),
        n=st.integers(1, 4),
        stage=st.sampled_from(["W", "N1", "N2", "N3", "R", "?"]),
    )
    def stage(self, person: str, first: int, n: int, stage: str) -> None:
        behind = min(first + n, N_EPOCHS)
        change = self.review.stage_epochs(first, behind, stage, person)
        stages = list(self.now.get(person, ("?",) * N_EPOCHS))
        stages[first:behind] = [stage] * (behind - first)
        if self.now.get(person) != tuple(stages):
            assert change
            self.past.append(self.now)
            self.future.clear()
            self.now = {**self.now, person: tuple(stages)}
        else:
            assert not change

    @rule()
    def undo(self) -> None:
        assert bool(self.review.undo()) == bool(self.past)
        if self.past:
            self.future.append(self.now)
            self.now = self.past.pop()

    @rule()
    def redo(self) -> None:
        assert bool(self.review.redo()) == bool(self.future)
        if self.future:
            self.past.append(self.now)
            self.now = self.future.pop()

    @rule()
    def reopen(self) -> None:
        self.review.close()
        self.open()

    @invariant()
    def equal(self) -> None:
        assert {k: h.stages for k, h in self.review.hypnograms().items()} == self.now


StagingMachine.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestStaging = StagingMachine.TestCase
