"""Any sequence of edits, undos, redos and reopenings equals a plain model in memory."""

from __future__ import annotations

import copy
import datetime
import shutil
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.progress import finish
from sleepscope.recordings.identity import RecordingIdentity
from sleepscope.review import Change, ReviewFile
from sleepscope.review.travel import travel

IDENTITY = RecordingIdentity(1, None, 1000.0, "a" * 64)
SOURCES = ("file:A", "model:B@1")
people = st.sampled_from(["human:AB", "human:CD"])
onsets = st.integers(0, 900).map(float)
kinds = st.sampled_from(["spindle", "rem"])


@dataclass
class State:
    """The review as dictionaries; a step back is an older copy."""

    sets: dict[str, dict[str, Event]] = field(default_factory=dict)
    status: dict[str, str] = field(default_factory=dict)
    origin: dict[str, str] = field(default_factory=dict)
    verdicts: dict[tuple[str, str], str] = field(default_factory=dict)
    spans: dict[str, tuple[tuple[float, float], ...] | None] = field(default_factory=dict)
    hypnograms: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def owner(self, event_id: str) -> str:
        return next(scorer for scorer, events in self.sets.items() if event_id in events)

    def there(self, event_id: str) -> bool:
        return any(event_id in events for events in self.sets.values())

    def copy_of(self, person: str, source: str) -> str | None:
        own = self.sets.get(person, {})
        return next((c for c, o in self.origin.items() if o == source and c in own), None)

    def judge(self, event_id: str, person: str, status: str) -> None:
        if status == "unreviewed":
            self.verdicts.pop((event_id, person), None)
        else:
            self.verdicts[event_id, person] = status

    def remove(self, event_id: str) -> None:
        del self.sets[self.owner(event_id)][event_id]
        self.verdicts = {k: v for k, v in self.verdicts.items() if k[0] != event_id}

    def remove_copy(self, person: str, source: str) -> None:
        found = self.copy_of(person, source)
        if found is not None:
            self.remove(found)

    def delete_own(self, event_id: str, person: str, source_becomes: str) -> None:
        self.remove(event_id)
        source = self.origin.get(event_id)
        if source is not None and self.there(source):
            self.judge(source, person, source_becomes)


class ReviewMachine(RuleBasedStateMachine):
    """Edits the file and the model side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.clock = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
        self.state = State()
        self.past: list[State] = []
        self.future: list[State] = []
        self.open()

    def open(self) -> None:
        self.review = ReviewFile.open(self.folder / "night.edf", IDENTITY)
        self.review._now = lambda: self.clock

    def teardown(self) -> None:
        self.review.close()
        shutil.rmtree(self.folder)

    @initialize()
    def two_sources(self) -> None:
        for scorer in SOURCES:
            events = [Event(100.0 * k, 1.0, "spindle", "C3") for k in range(3)]
            self.review.import_set(EventSet.of(scorer, events), undoable=False)
            self.state.sets[scorer] = {e.id: e for e in events}
            self.state.spans[scorer] = None

    def after(self, change: Change, new: State) -> None:
        self.clock += datetime.timedelta(seconds=2)
        assert bool(change) == (new != self.state)
        if change:
            self.past.append(self.state)
            self.future.clear()
            self.state = new

    def pick(self, data: st.DataObject) -> str | None:
        """Any event, every other time one that a person has a hand in."""
        ids = [e for events in self.state.sets.values() for e in events]
        touched = {*self.state.status, *self.state.origin.values()}
        touched |= {event_id for event_id, _ in self.state.verdicts}
        if data.draw(st.booleans()):
            ids = [event_id for event_id in ids if event_id in touched] or ids
        return data.draw(st.sampled_from(ids)) if ids else None

    @rule(data=st.data(), person=people, status=st.sampled_from(["accepted", "rejected"]))
    def judge(self, data: st.DataObject, person: str, status: str) -> None:
        self._judge(data, person, status)

    @rule(data=st.data(), person=people)
    def reset(self, data: st.DataObject, person: str) -> None:
        self._judge(data, person, "unreviewed")

    def _judge(self, data: st.DataObject, person: str, status: str) -> None:
        event_id = self.pick(data)
        if event_id is None:
            return
        new = copy.deepcopy(self.state)
        if new.owner(event_id) == person:
            if status == "rejected":
                new.delete_own(event_id, person, "rejected")
        else:
            new.remove_copy(person, event_id)
            new.judge(event_id, person, status)
        self.after(self.review.set_verdict([event_id], status, person), new)

    @rule(person=people, onset=onsets, kind=kinds)
    def add(self, person: str, onset: float, kind: str) -> None:
        event = Event(onset, 1.0, kind)
        change = self.review.add_event(event, person)
        new = copy.deepcopy(self.state)
        new.sets.setdefault(person, {})[event.id] = event
        new.spans.setdefault(person, None)
        new.status[event.id] = "added"
        self.after(change, new)

    @rule(data=st.data(), person=people, onset=onsets, kind=kinds)
    def change(self, data: st.DataObject, person: str, onset: float, kind: str) -> None:
        asked = self.pick(data)
        if asked is None:
            return
        new = copy.deepcopy(self.state)
        event_id = new.copy_of(person, asked) or asked
        owner = new.owner(event_id)
        old = new.sets[owner][event_id]
        changed = replace(old, onset=onset, kind=kind)
        change = self.review.change_event(asked, person=person, onset=onset, kind=kind)
        if owner == person:
            new.sets[owner][event_id] = changed
        elif changed != old:
            copied = replace(changed, id=change.event_id)
            new.sets.setdefault(person, {})[copied.id] = copied
            new.spans.setdefault(person, None)
            new.status[copied.id] = "changed"
            new.origin[copied.id] = event_id
            new.judge(event_id, person, "changed")
        self.after(change, new)

    @rule(data=st.data(), person=people)
    def delete(self, data: st.DataObject, person: str) -> None:
        event_id = self.pick(data)
        if event_id is None:
            return
        new = copy.deepcopy(self.state)
        if new.owner(event_id) == person:
            new.delete_own(event_id, person, "unreviewed")
        else:
            new.remove_copy(person, event_id)
            new.judge(event_id, person, "rejected")
        self.after(self.review.delete_events([event_id], person), new)

    def pick_many(self, data: st.DataObject) -> list[str]:
        """Some events, sources and their copies among them."""
        ids = [e for events in self.state.sets.values() for e in events]
        if not ids:
            return []
        return data.draw(st.lists(st.sampled_from(ids), min_size=1, max_size=6, unique=True))

    def own_copies(self, ids: list[str], person: str) -> set[str]:
        own = self.state.sets.get(person, {})
        return {i for i in ids if i in own and self.state.origin.get(i) in ids}

    @rule(data=st.data(), person=people, status=st.sampled_from(["accepted", "rejected"]))
    def judge_many(self, data: st.DataObject, person: str, status: str) -> None:
        ids = self.pick_many(data)
        copies = self.own_copies(ids, person)
        new = copy.deepcopy(self.state)
        for event_id in ids:
            own = new.there(event_id) and new.owner(event_id) == person
            if status == "accepted":
                if not own and self.state.copy_of(person, event_id) not in copies:
                    new.remove_copy(person, event_id)
                    new.judge(event_id, person, status)
            elif event_id in copies:
                continue
            elif own:
                new.delete_own(event_id, person, "rejected")
            else:
                new.remove_copy(person, event_id)
                new.judge(event_id, person, status)
        self.after(self.review.set_verdict(ids, status, person), new)

    @rule(data=st.data(), person=people)
    def delete_many(self, data: st.DataObject, person: str) -> None:
        ids = self.pick_many(data)
        copies = self.own_copies(ids, person)
        new = copy.deepcopy(self.state)
        for event_id in ids:
            if event_id in copies:
                continue
            if new.owner(event_id) == person:
                new.delete_own(event_id, person, "unreviewed")
            else:
                new.remove_copy(person, event_id)
                new.judge(event_id, person, "rejected")
        self.after(self.review.delete_events(ids, person), new)

    @rule(data=st.data(), person=people, kind=kinds)
    def relabel_many(self, data: st.DataObject, person: str, kind: str) -> None:
        asked = self.pick_many(data)
        change = self.review.change_events(asked, person=person, kind=kind)
        new = copy.deepcopy(self.state)
        for event_id in dict.fromkeys(new.copy_of(person, i) or i for i in asked):
            owner = new.owner(event_id)
            old = new.sets[owner][event_id]
            if old.kind == kind:
                continue
            if owner == person:
                new.sets[owner][event_id] = replace(old, kind=kind)
                continue
            copied = self.review.copy_of(event_id, person)
            assert copied is not None
            new.sets.setdefault(person, {})[copied] = replace(old, kind=kind, id=copied)
            new.spans.setdefault(person, None)
            new.status[copied] = "changed"
            new.origin[copied] = event_id
            new.judge(event_id, person, "changed")
        self.after(change, new)

    @rule(person=people, first=st.integers(0, 5), stage=st.sampled_from(["W", "N2", "?"]))
    def stage_epochs(self, person: str, first: int, stage: str) -> None:
        n = len(self.state.hypnograms.get(person, range(34)))
        first = min(first, n - 1)
        change = self.review.stage_epochs(first, min(first + 2, n), stage, person)
        new = copy.deepcopy(self.state)
        stages = list(new.hypnograms.get(person, ("?",) * n))
        stages[first : first + 2] = [stage] * len(stages[first : first + 2])
        if change:
            new.hypnograms[person] = tuple(stages)
        else:
            assert new.hypnograms.get(person, ("?",) * n) == tuple(stages)
        self.after(change, new)

    @precondition(lambda self: len(self.past) + len(self.future) > 2)
    @rule(data=st.data())
    def jump(self, data: st.DataObject) -> None:
        """To any place of the history, as many steps at once."""
        steps = [s for s in self.review.history() if s.state in ("done", "undone")]
        n_done = data.draw(st.integers(0, len(steps)))
        finish(travel(self.review, steps[n_done - 1].id if n_done else 0))
        states = [*self.past, self.state, *reversed(self.future)]
        self.past, self.state = states[:n_done], states[n_done]
        self.future = states[:n_done:-1]

    @rule(number=st.integers(0, 2))
    def bring(self, number: int) -> None:
        scorer = f"file:{number}"
        if scorer in self.state.sets:
            return
        events = [Event(50.0 * k, 1.0, "spindle") for k in range(2 + number)]
        new = copy.deepcopy(self.state)
        new.sets[scorer] = {e.id: e for e in events}
        new.spans[scorer] = None
        self.after(self.review.import_set(EventSet.of(scorer, events)), new)

    @rule(data=st.data(), rarely=st.integers(0, 3))
    def remove_scorer(self, data: st.DataObject, rarely: int) -> None:
        if not self.state.sets or rarely:
            return
        scorer = data.draw(st.sampled_from(sorted(self.state.sets)))
        new = copy.deepcopy(self.state)
        new.verdicts = {
            k: v for k, v in new.verdicts.items() if k[1] != scorer or not new.there(k[0])
        }
        del new.sets[scorer]
        del new.spans[scorer]
        self.after(self.review.remove_scorer(scorer), new)

    @rule(data=st.data(), stop=st.sampled_from([None, 10.0, 20.0]))
    def look(self, data: st.DataObject, stop: float | None) -> None:
        if not self.state.sets:
            return
        scorer = data.draw(st.sampled_from(sorted(self.state.sets)))
        new = copy.deepcopy(self.state)
        new.spans[scorer] = None if stop is None else ((0.0, stop),)
        self.after(self.review.set_scored_spans(scorer, new.spans[scorer]), new)

    @rule(person=people, stages=st.sampled_from([("W",), ("N2", "R"), ("?",)]))
    def stage(self, person: str, stages: tuple[str, ...]) -> None:
        new = copy.deepcopy(self.state)
        new.hypnograms[person] = stages
        self.after(self.review.set_hypnogram(Hypnogram(stages, scorer=person)), new)

    @rule()
    def undo(self) -> None:
        change = self.review.undo()
        assert bool(change) == bool(self.past)
        if self.past:
            self.future.append(self.state)
            self.state = self.past.pop()

    @precondition(lambda self: self.future)
    @rule()
    def redo(self) -> None:
        assert self.review.redo()
        self.past.append(self.state)
        self.state = self.future.pop()

    @rule()
    def reopen(self) -> None:
        self.review.close()
        self.open()
        assert self.review.notices == ()

    @invariant()
    def file_and_model_agree(self) -> None:
        sets = {s.scorer: s for s in self.review.event_sets()}
        assert sets.keys() == self.state.sets.keys()
        for scorer, events in self.state.sets.items():
            assert sets[scorer] == EventSet.of(scorer, events.values(), self.state.spans[scorer])
            for event_id in events:
                own = self.state.status.get(event_id, "unreviewed")
                for person in ("human:AB", "human:CD"):
                    expected = self.state.verdicts.get((event_id, person), own)
                    assert self.review.status_of(event_id, person) == expected
        stages = {s: h.stages for s, h in self.review.hypnograms().items()}
        assert stages == self.state.hypnograms


ReviewMachine.TestCase.settings = settings(
    max_examples=30,
    stateful_step_count=40,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
TestAnySequence = ReviewMachine.TestCase
