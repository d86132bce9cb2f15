"""Whatever two people do to two copies of a review: merging loses no event that nobody deleted."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.recordings.identity import RecordingIdentity
from sleepscope.review import ReviewFile
from sleepscope.review.merge import merge
from tests.review.conftest import AB
from tests.review.merged import CD, FILE, planned

IDENTITY = RecordingIdentity(1, None, 1000.0, "a" * 64)
edits = st.lists(
    st.tuples(
        st.sampled_from(["add", "move", "delete", "judge", "undo"]),
        st.sampled_from([AB, CD]),
        st.integers(0, 5),
        st.integers(0, 900),
    ),
    max_size=12,
)


def edit(review: ReviewFile, script: list[tuple[str, str, int, int]]) -> set[str]:
    """Carry out a script; returns the ids of own events that it deleted on purpose."""
    for verb, person, place, onset in script:
        events = [event.id for s in review.event_sets() for event in s.events]
        target = events[place % len(events)] if events else None
        if verb == "add" or target is None:
            review.add_event(Event(float(onset), 1.0, "spindle"), person)
        elif verb == "move":
            review.change_event(target, person=person, onset=float(onset))
        elif verb == "delete":
            review.delete_events([target], person)
        elif verb == "judge":
            review.set_verdict([target], "accepted" if onset % 2 else "rejected", person)
        else:
            review.undo(anyone=True)
    return {event.id for s in review.event_sets() for event in s.events}


@settings(
    max_examples=40,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    before=edits,
    here=edits,
    there=edits,
    choice=st.sampled_from(["mine", "theirs", "both"]),
)
def test_no_event_is_lost_that_nobody_deleted(
    before: list[tuple[str, str, int, int]],
    here: list[tuple[str, str, int, int]],
    there: list[tuple[str, str, int, int]],
    choice: str,
) -> None:
    with tempfile.TemporaryDirectory() as name:
        a, b = Path(name) / "a" / "night.edf", Path(name) / "b" / "night.edf"
        for path in (a, b):
            path.parent.mkdir()
        with ReviewFile.open(a, IDENTITY) as mine:
            source = [Event(100.0 * k, 1.0, "spindle") for k in range(3)]
            mine.import_set(EventSet.of(FILE, source), undoable=False)
            common = edit(mine, before)
        shutil.copyfile(a.with_suffix(".sleepscope"), b.with_suffix(".sleepscope"))
        with ReviewFile.open(b, IDENTITY) as theirs:
            ids_b = edit(theirs, there)
        with ReviewFile.open(a, IDENTITY) as mine:
            ids_a = edit(mine, here)
            was = snapshot(mine)
            copies = _copies(mine)
            plan = planned(mine, b)
            choices = {
                k: choice if choice in conflict.outcomes else "mine"
                for k, conflict in enumerate(plan.conflicts)
            }
            in_conflict = {
                key[1]
                for conflict in plan.conflicts
                for rows in conflict.outcomes.values()
                for key in rows
                if key[0] == "event"
            }
            change = merge(mine, plan, choices, name="b")
            merged = {event.id for s in mine.event_sets() for event in s.events}
            deleted = {i for i in common if i not in ids_a or i not in ids_b}
            # Both may have made the same copy: then one of the two is enough.
            said = {_said(s.scorer, event) for s in mine.event_sets() for event in s.events}
            with ReviewFile.open_file(b.with_suffix(".sleepscope")) as theirs:
                for event_id in ids_b - deleted - in_conflict - merged:
                    assert _said(theirs.scorer_of(event_id), theirs.event(event_id)) in said
            # The same change made twice here: the other's newer change of that copy is taken.
            still = set(_copies(mine).values())
            lost = {i for i in ids_a - deleted - merged if copies.get(i) not in still}
            assert lost <= in_conflict
            if choice == "mine":
                assert not lost
            now = snapshot(mine)
            if change:
                mine.undo(anyone=True)
                assert snapshot(mine) == was
                mine.redo(anyone=True)
                assert snapshot(mine) == now
            mine.close()
            with ReviewFile.open(a, IDENTITY) as again:
                assert snapshot(again) == now
                assert again.notices == ()


def _copies(review: ReviewFile) -> dict[str, tuple[str, str]]:
    """Whose changed copy of which source event each event is."""
    return {
        event.id: (s.scorer, origin)
        for s in review.event_sets()
        for event in s.events
        if (origin := review.origin_of(event.id)) is not None
    }


def _said(scorer: str, event: Event) -> tuple[object, ...]:
    return scorer, event.onset, event.duration, event.kind


def snapshot(review: ReviewFile) -> tuple[object, ...]:
    verdicts = {
        (event_id, person): verdict.status
        for person in (AB, CD)
        for event_id, verdict in review.verdicts(person).items()
    }
    sets = {s.scorer: (s.events, s.scored_spans) for s in review.event_sets()}
    return sets, verdicts, dict(review.hypnograms())
