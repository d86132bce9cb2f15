"""One truth from several scorers: union, intersection, or what a majority marked."""

from __future__ import annotations

import re
import statistics
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from typing import Final, Literal, Self, get_args

from sleepscope.agreement.matching import match
from sleepscope.constants import DEFAULT_IOU
from sleepscope.errors import SettingsError
from sleepscope.events.channels import same_channel
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet, Span, common_spans, in_spans, joined_spans

ConsensusRule = Literal["union", "intersection", "majority"]
PREFIX: Final = "consensus:"
_NAME = re.compile(r"consensus:(union|intersection|majority)(\d*)\((.*)\)(?:@(\d*\.?\d+))?")
# A set made anew beside an older one is kept as "... (2)".
_NUMBER = re.compile(r" \(\d+\)$")


@dataclass(frozen=True, slots=True)
class Consensus:
    """How several scorers become one; its name says all of it.

    Attributes
    ----------
    rule : {"union", "intersection", "majority"}
        Events of any, of all, or of at least ``at_least`` of the members.
    members : tuple of str
        Scorers, two or more.
    iou : float or None
        Least overlap of two events taken for the same; None (for a union alone): any overlap.
    at_least : int
        Members that must have marked an event; used by the majority alone.
    """

    rule: ConsensusRule
    members: tuple[str, ...]
    iou: float | None = DEFAULT_IOU
    at_least: int = 2

    def __post_init__(self) -> None:
        if len(set(self.members)) < 2:
            raise SettingsError(
                f"A consensus takes two different scorers or more, not {len(set(self.members))}."
            )
        if self.iou is None and self.rule != "union":
            raise SettingsError(f"A consensus by {self.rule} needs an IoU, '@0.2' say.")
        if self.iou is not None and not 0 < self.iou <= 1:
            raise SettingsError(
                f"The IoU of a consensus is {self.iou:g}; it must be above 0 and at most 1."
            )
        if self.rule == "majority" and not 2 <= self.at_least <= len(self.members):
            raise SettingsError(
                f"A majority of {self.at_least} of {len(self.members)} scorers does not work; it "
                f"must be from 2 to {len(self.members)}."
            )

    @property
    def name(self) -> str:
        """Scorer name: "consensus:majority2(A,B,C)@0.2"."""
        number = str(self.at_least) if self.rule == "majority" else ""
        at = "" if self.iou is None else f"@{self.iou:g}"
        return f"{PREFIX}{self.rule}{number}({','.join(self.members)}){at}"

    @classmethod
    def parse(cls, name: str, known: Collection[str] = ()) -> Self:
        """Read a name; ``known`` scorers may themselves hold commas.

        Raises
        ------
        SettingsError
            If it is not the name of a consensus.
        """
        found = _NAME.fullmatch(_NUMBER.sub("", name.strip()))
        if found is None:
            raise SettingsError(
                f"'{name}' is no consensus; write consensus:union(A,B)@0.2, "
                "consensus:intersection(A,B)@0.2 or consensus:majority2(A,B,C)@0.2."
            )
        number, inner, iou = found.groups()[1:]
        rule: ConsensusRule = next(one for one in get_args(ConsensusRule) if one == found[1])
        members = tuple(_members(inner, known))
        at_least = int(number) if number else len(members) // 2 + 1
        default = None if rule == "union" else DEFAULT_IOU
        return cls(rule, members, float(iou) if iou else default, at_least)

    def of(self, sets: Mapping[str, EventSet]) -> EventSet:
        """The consensus of the members among ``sets``.

        Raises
        ------
        SettingsError
            If a member is not there.
        """
        missing = next((name for name in self.members if name not in sets), None)
        if missing is not None:
            raise SettingsError(
                f"There is no scorer '{missing}' for the consensus; there are: "
                f"{', '.join(sets) or 'none'}."
            )
        chosen = [sets[name] for name in self.members]
        if self.iou is None:
            return union(chosen, scorer=self.name)
        if self.rule == "union":
            spans = _joined([one.scored_spans for one in chosen])
            return _grouped(chosen, self.iou, 1, "widest", self.name, spans)
        spans = reduce(common_spans, [one.scored_spans for one in chosen])
        if self.rule == "intersection":
            return _grouped(chosen, self.iou, len(chosen), "shared", self.name, spans)
        return _grouped(chosen, self.iou, self.at_least, "median", self.name, spans)


def _members(inner: str, known: Collection[str]) -> list[str]:
    """Split at commas, but never within a known name."""
    parts = [part.strip() for part in inner.split(",")]
    members: list[str] = []
    while parts:
        sizes = range(len(parts), 1, -1)
        size = next((n for n in sizes if ",".join(parts[:n]) in known), 1)
        members.append(",".join(parts[:size]))
        del parts[:size]
    return [member for member in members if member]


def _grouped(
    sets: Sequence[EventSet],
    iou: float,
    at_least: int,
    edges: Literal["widest", "shared", "median"],
    scorer: str,
    spans: tuple[Span, ...] | None,
) -> EventSet:
    """Events of at least so many sets.

    Every two sets are matched one to one; what is linked by matches is one event. Its edges are
    the outermost ones, those of the stretch that all share, or the medians of onsets and ends.
    """
    events = [event for one in sets for event in one.events]
    owner = [k for k, one in enumerate(sets) for _ in one.events]
    place = {id(event): k for k, event in enumerate(events)}
    parent = list(range(len(events)))

    def root(k: int) -> int:
        while parent[k] != k:
            parent[k] = parent[parent[k]]
            k = parent[k]
        return k

    for kind in {event.kind for event in events}:
        of_kind = [[event for event in one.events if event.kind == kind] for one in sets]
        for first, second in combinations(of_kind, 2):
            for pair in match(first, second, iou=iou, spans=None).pairs:
                parent[root(place[id(pair.a)])] = root(place[id(pair.b)])
    groups: dict[int, list[int]] = {}
    for k in range(len(events)):
        groups.setdefault(root(k), []).append(k)
    made = [
        _one_of([events[k] for k in group], edges)
        for group in groups.values()
        if len({owner[k] for k in group}) >= at_least
    ]
    return EventSet.of(scorer, (event for event in made if in_spans(event, spans)), spans)


def _one_of(group: Sequence[Event], edges: Literal["widest", "shared", "median"]) -> Event:
    onsets, stops = [event.onset for event in group], [event.stop for event in group]
    onset, stop = min(onsets), max(stops)
    if edges == "shared" and max(onsets) <= min(stops):
        onset, stop = max(onsets), min(stops)
    elif edges != "widest":
        # A chain of matches may share no moment at all; its middle is taken then.
        onset, stop = statistics.median(onsets), statistics.median(stops)
    channel = next((event.channel for event in group if event.channel is not None), None)
    return Event(onset, stop - onset, group[0].kind, channel)


def union(sets: Sequence[EventSet], *, scorer: str = "union") -> EventSet:
    """Merge the events of several scorers: what any of them marked.

    Events of one kind that overlap in time, on the same channel or with no channel on one side,
    become one event from the first onset to the last end; events that only touch stay apart. The
    result is scored wherever any of the scorers looked, so that a detection which the only scorer
    of a stretch left out counts as false. That is the truth of the DREAMS study.

    Parameters
    ----------
    sets : sequence of EventSet
        One per expert.
    scorer : str
        Name of the result.

    Returns
    -------
    EventSet
    """
    merged: list[Event] = []
    # Per kind the merged events that may still grow.
    growing: dict[str, list[int]] = {}
    events = (event for events in sets for event in events.events)
    for event in sorted(events, key=lambda e: (e.onset, -e.duration)):
        candidates = [i for i in growing.get(event.kind, []) if merged[i].stop > event.onset]
        index = next((i for i in candidates if _may_join(merged[i], event)), None)
        if index is None:
            candidates.append(len(merged))
            merged.append(
                Event(event.onset, event.duration, event.kind, event.channel, note=event.note)
            )
        else:
            old = merged[index]
            stop = max(old.stop, event.stop)
            merged[index] = Event(
                old.onset,
                stop - old.onset,
                old.kind,
                old.channel if old.channel is not None else event.channel,
                note=old.note,
                id=old.id,
            )
        growing[event.kind] = candidates
    return EventSet.of(scorer, merged, _joined([events.scored_spans for events in sets]))


def _may_join(first: Event, second: Event) -> bool:
    if first.channel is None or second.channel is None:
        return True
    return same_channel(first.channel, second.channel)


def _joined(all_spans: Sequence[tuple[Span, ...] | None]) -> tuple[Span, ...] | None:
    """Stretches in any of the spans; None (everywhere) where one of them is."""
    flat: list[Span] = []
    for spans in all_spans:
        if spans is None:
            return None
        flat.extend(spans)
    return joined_spans(flat)
