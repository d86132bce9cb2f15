"""What tests of merging share."""

from __future__ import annotations

from pathlib import Path

from sleepscope.recordings.identity import RecordingIdentity
from sleepscope.review import Change, ReviewFile
from sleepscope.review.merge import merge
from sleepscope.review.merge_plan import MergePlan
from sleepscope.review.merge_planning import plan_merge
from tests.review.conftest import AB

CD = "human:CD"
FILE = "file:A"


def opened(path: Path, identity: RecordingIdentity, person: str = AB) -> ReviewFile:
    return ReviewFile.open(path, identity, person=person)


def planned(mine: ReviewFile, other: Path) -> MergePlan:
    with ReviewFile.open_file(other.with_suffix(".sleepscope")) as theirs:
        return plan_merge(mine.side(), theirs.side())


def take(mine: ReviewFile, other: Path, choice: str = "mine") -> Change:
    plan = planned(mine, other)
    return merge(mine, plan, dict.fromkeys(range(len(plan.conflicts)), choice), name="other")


def onsets(review: ReviewFile, scorer: str = AB) -> list[float]:
    found = review.event_set(scorer)
    return [] if found is None else [event.onset for event in found.events]


def ids(review: ReviewFile, scorer: str = AB) -> list[str]:
    found = review.event_set(scorer)
    return [] if found is None else [event.id for event in found.events]
