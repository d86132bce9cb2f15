"""Score events A, under test, against events B, taken for the truth.

Events are matched one to one by their overlap (IoU). A false positive counts only where both
scored; --span gives other stretches, --ignore-spans compares everywhere. Instead of a file, A or B
may be a consensus of files: "consensus:union(x.csv,y.csv)@0.2", intersection, or majority2.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sleepscope.cli.values import add_read_as, keep_inputs, read_hypnogram, stage_list, time_span
from sleepscope.constants import DEFAULT_IOU
from sleepscope.errors import EventFileError, SettingsError

if TYPE_CHECKING:
    from sleepscope.agreement.bootstrap import Intervals
    from sleepscope.agreement.matching import Match, SpanChoice
    from sleepscope.agreement.scores import Scores
    from sleepscope.events.event_set import EventSet
    from sleepscope.events.hypnogram import Hypnogram

SUMMARY: Final = "score events A against events B"


@dataclass(frozen=True, slots=True)
class _Compared:
    """One recording's comparison."""

    a: Path
    b: Path
    matched: Match
    scores: Scores
    notices: tuple[str, ...]
    sides: tuple[EventSet, EventSet]
    hypnogram: Hypnogram | None
    trained: tuple[str, ...] = ()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``sleepscope compare``."""
    parser.add_argument("a", nargs="?", metavar="A", help="events under test")
    parser.add_argument("b", nargs="?", metavar="B", help="events taken for the truth")
    parser.add_argument("--iou", type=float, default=DEFAULT_IOU, help="least overlap of a pair")
    parser.add_argument("--stages", metavar="N2,N3", help="compare in these stages alone")
    parser.add_argument("--hypnogram", metavar="FILE", help="stages of the recording")
    parser.add_argument("--kind", help="compare events of this kind alone (spindle, rem, ...)")
    parser.add_argument(
        "--scorer-a", metavar="NAME", help="one of the scorers in A, or 'all' of them together"
    )
    parser.add_argument(
        "--scorer-b", metavar="NAME", help="one of the scorers in B, or 'all' of them together"
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--span", action="append", metavar="START:STOP", help="compare here alone (s); repeatable"
    )
    where.add_argument(
        "--ignore-spans", action="store_true", help="compare everywhere, scored or not"
    )
    parser.add_argument(
        "--pair",
        action="append",
        nargs=3,
        default=[],
        metavar=("A", "B", "HYPNOGRAM"),
        help="a further recording, pooled with the others; '-' for no hypnogram",
    )
    add_read_as(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--intervals", action="store_true", help="add bootstrap 95 %% intervals of the figures"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the bootstrap")
    parser.add_argument(
        "--report", metavar="FILE", help="write a page (.html) or a table (.csv) of A and B"
    )
    parser.add_argument(
        "--against",
        action="append",
        default=[],
        metavar="C",
        help="with --report: a further scorer to hold A against, and B as an expert; repeatable",
    )
    parser.add_argument(
        "--duration", type=float, metavar="S", help="length of the recording, for intervals"
    )


def run(arguments: argparse.Namespace) -> int:
    """Compare each pair of files, pool, and print."""
    from sleepscope.agreement.scores import macro_f1, pool

    compared = [_compare(a, b, hypnogram, arguments) for a, b, hypnogram in _pairs(arguments)]
    parts = [one.scores for one in compared]
    scores = parts[0] if len(parts) == 1 else pool(parts)
    intervals = _intervals(compared, arguments) if arguments.intervals else None
    if arguments.report is not None:
        _write_report(compared, arguments)
    if arguments.json:
        print(
            json.dumps(_as_json(compared, scores, macro_f1(parts), intervals), ensure_ascii=False)
        )
    else:
        _print(compared, scores, macro_f1(parts), intervals)
        if arguments.report is not None:
            print(f"written: {Path(arguments.report).absolute()}")
    return 0


def _intervals(compared: Sequence[_Compared], arguments: argparse.Namespace) -> Intervals:
    """Over time for one recording, over recordings for several."""
    from sleepscope.agreement.bootstrap import bootstrap_night, bootstrap_recordings

    if len(compared) > 1:
        return bootstrap_recordings([one.scores for one in compared], seed=arguments.seed)
    (one,) = compared
    return bootstrap_night(one.matched, _duration(one, arguments), seed=arguments.seed)


def _duration(one: _Compared, arguments: argparse.Namespace) -> float:
    """Length of the recording: as said, else to the end of what is known of it, s."""
    if arguments.duration is not None:
        if not 0 < arguments.duration < math.inf:
            raise SettingsError(f"--duration is {arguments.duration:g} s; it must be above 0.")
        return float(arguments.duration)
    stops = [event.stop for side in one.sides for event in side.events]
    stops += [stop for side in one.sides for _, stop in side.scored_spans or ()]
    return max([1.0, *stops, *([one.hypnogram.stop] if one.hypnogram is not None else [])])


def _write_report(compared: Sequence[_Compared], arguments: argparse.Namespace) -> None:
    from sleepscope.agreement.agreement_report import ReportInput, ReportSettings, agreement_report
    from sleepscope.events.event_set import EventSet
    from sleepscope.export.report import write_report
    from sleepscope.progress import finish

    if len(compared) > 1:
        raise SettingsError(
            f"--report describes one recording, not {len(compared)}; leave out --pair."
        )
    (one,) = compared
    target = Path(arguments.report)
    keep_inputs(target, one.a, one.b, arguments.hypnogram, *arguments.against)
    a, b = _told_apart(*one.sides)
    kind = arguments.kind or next((e.kind for side in (a, b) for e in side.events), "event")
    further: list[EventSet] = []
    for name in arguments.against:
        one_more, _ = _read(name, None, "--against", arguments.read_as)
        events = [event for event in one_more.events if event.kind == kind]
        further.append(EventSet.of(one_more.scorer, events, one_more.scored_spans))
    stages = None if arguments.stages is None else stage_list(arguments.stages)
    given = ReportInput(
        a, b, _duration(one, arguments), (b, *further), (b, *further) if further else (),
        one.hypnogram, trained=_trained_names(one, a, b),
    )  # fmt: skip
    settings = ReportSettings(
        kind, arguments.iou, _span_choice(arguments), stages, seed=arguments.seed
    )
    write_report(target, finish(agreement_report(given, settings)), lambda scorer: scorer)


def _trained_names(one: _Compared, a: EventSet, b: EventSet) -> tuple[str, ...]:
    """Names in the report of the sides that learned from this recording."""
    sides = zip(one.sides, (a, b), strict=True)
    return tuple(told.scorer for side, told in sides if side.scorer in one.trained)


def _told_apart(a: EventSet, b: EventSet) -> tuple[EventSet, EventSet]:
    """Two sets of one name get a letter each."""
    if a.scorer != b.scorer:
        return a, b
    return (
        dataclasses.replace(a, scorer=f"{a.scorer} (A)"),
        dataclasses.replace(b, scorer=f"{b.scorer} (B)"),
    )


def _pairs(arguments: argparse.Namespace) -> list[tuple[str, str, str | None]]:
    if (arguments.a is None) != (arguments.b is None):
        raise SettingsError(
            "compare takes two files, A under test and B for the truth; B is missing."
        )
    pairs = [(a, b, None if hypnogram == "-" else hypnogram) for a, b, hypnogram in arguments.pair]
    if arguments.a is not None:
        pairs.insert(0, (arguments.a, arguments.b, arguments.hypnogram))
    elif arguments.hypnogram is not None:
        raise SettingsError("--hypnogram belongs to A and B; each --pair names its own.")
    if not pairs:
        raise SettingsError("compare takes two files, A under test and B for the truth.")
    return pairs


def _compare(a: str, b: str, hypnogram: str | None, arguments: argparse.Namespace) -> _Compared:
    from sleepscope.agreement.matching import match
    from sleepscope.agreement.scores import score_match

    stages = None if arguments.stages is None else stage_list(arguments.stages)
    if stages is not None and hypnogram is None:
        raise SettingsError(
            f"--stages needs to know the stages of {Path(b).name}: name a hypnogram."
        )
    first, notices_a = _read(a, arguments.scorer_a, "--scorer-a", arguments.read_as)
    second, notices_b = _read(b, arguments.scorer_b, "--scorer-b", arguments.read_as)
    first, second = _of_one_kind(first, second, arguments.kind, Path(a).name, Path(b).name)
    staged = None if hypnogram is None else read_hypnogram(hypnogram, arguments.read_as)
    matched = match(
        first,
        second,
        iou=arguments.iou,
        spans=_span_choice(arguments),
        stages=stages,
        hypnogram=staged,
    )
    sides = first, second
    learned = {
        side.scorer: words
        for name, side in ((a, first), (b, second))
        if (words := _trained_on(Path(name), side.scorer))
    }
    notices = (*notices_a, *notices_b, *(words for one in learned.values() for words in one))
    return _Compared(
        Path(a), Path(b), matched, score_match(matched), notices, sides, staged, tuple(learned)
    )


def _span_choice(arguments: argparse.Namespace) -> SpanChoice:
    if arguments.ignore_spans:
        return None
    return [time_span(text) for text in arguments.span] if arguments.span else "scored"


def _read(
    name: str, scorer: str | None, option: str, read_as: str | None
) -> tuple[EventSet, tuple[str, ...]]:
    """The set of one scorer in a file, or the consensus of the files that a name holds."""
    from sleepscope.agreement.consensus import PREFIX, Consensus
    from sleepscope.events.event_set import EventSet
    from sleepscope.events.reading import read_events

    if name.startswith(PREFIX):
        consensus = Consensus.parse(name)
        members = {member: _read(member, None, option, read_as) for member in consensus.members}
        made = consensus.of({member: one for member, (one, _) in members.items()})
        return made, tuple(notice for _, notices in members.values() for notice in notices)
    found = read_events(Path(name), read_as=read_as)
    sets = {event_set.scorer: event_set for event_set in found.event_sets}
    if not sets:
        raise EventFileError(f"{Path(name).name} holds no events to compare.")
    if scorer == "all":
        spans = [s.scored_spans for s in sets.values() if s.scored_spans is not None]
        joined = None if len(spans) < len(sets) else [span for part in spans for span in part]
        events = [event for event_set in sets.values() for event in event_set.events]
        return EventSet.of("all", events, joined), found.notices
    if scorer is None and len(sets) == 1:
        return next(iter(sets.values())), found.notices
    if scorer is not None and scorer.startswith(PREFIX):
        return Consensus.parse(scorer, sets).of(sets), found.notices
    if scorer is None or scorer not in sets:
        raise SettingsError(
            f"{Path(name).name} holds events of {', '.join(sets)}; choose one with {option} "
            "(or 'all')."
        )
    return sets[scorer], found.notices


def _of_one_kind(
    first: EventSet, second: EventSet, kind: str | None, name_a: str, name_b: str
) -> tuple[EventSet, EventSet]:
    kinds_a = sorted({event.kind for event in first.events})
    kinds_b = sorted({event.kind for event in second.events})
    if kind is None:
        if len({*kinds_a, *kinds_b}) <= 1:
            return first, second
        raise SettingsError(
            f"{name_a} holds {', '.join(kinds_a) or 'nothing'} and {name_b} holds "
            f"{', '.join(kinds_b) or 'nothing'}; choose what to compare with --kind."
        )
    if kind not in {*kinds_a, *kinds_b}:
        raise SettingsError(
            f"There is no '{kind}' to compare; the files hold "
            f"{', '.join(sorted({*kinds_a, *kinds_b})) or 'no events'}."
        )
    return (
        first.with_events(event for event in first.events if event.kind == kind),
        second.with_events(event for event in second.events if event.kind == kind),
    )


def _trained_on(path: Path, scorer: str) -> tuple[str, ...]:
    """A warning where the sidecar says that the model under test was trained on the recording."""
    try:
        content = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        own = [m for m in content["models"] if scorer in ("all", m["scorer"])]
        names = [m["name"] for m in own if m["trained_on_this_recording"]]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ()
    return tuple(
        f"{name} was trained on the recording of {path.name}: this score says nothing about "
        "other recordings."
        for name in names
    )


def _as_json(
    compared: Sequence[_Compared], scores: Scores, macro: float | None, intervals: Intervals | None
) -> dict[str, Any]:
    recordings = [
        {"a": str(one.a), "b": str(one.b), **dataclasses.asdict(one.scores)} for one in compared
    ]
    notices = [notice for one in compared for notice in one.notices]
    return {
        **dataclasses.asdict(scores),
        "macro_f1": macro,
        "recordings": recordings,
        "notices": notices,
        **({} if intervals is None else {"intervals": dataclasses.asdict(intervals)}),
    }


def _print(
    compared: Sequence[_Compared], scores: Scores, macro: float | None, intervals: Intervals | None
) -> None:
    for one in compared:
        print(f"A (under test)  {one.a.name}: {one.scores.n_a} events")
        print(f"B (truth)       {one.b.name}: {one.scores.n_b} events")
        if len(compared) > 1:
            print(f"                F1 {_share(one.scores.f1)}")
        for notice in one.notices:
            print(f"note: {notice}")
    print(
        f"matched {scores.tp}, A alone (false positives) {scores.fp}, B alone (missed) {scores.fn}"
    )
    print(
        f"precision {_share(scores.precision)}  recall {_share(scores.recall)}  "
        f"F1 {_share(scores.f1)}  mean IoU of matches {_share(scores.mean_iou)}"
    )
    if len(compared) > 1:
        print(f"pooled over {len(compared)} recordings; mean of their F1 {_share(macro)}")
    if intervals is not None:
        print(
            f"95 % intervals: precision {_range(intervals.precision)}  recall "
            f"{_range(intervals.recall)}  F1 {_range(intervals.f1)}  mean IoU "
            f"{_range(intervals.mean_iou)}"
        )
        print(intervals.method)
    print(scores.rule)


def _range(interval: tuple[float, float] | None) -> str:
    return "-" if interval is None else f"{interval[0]:.3f}-{interval[1]:.3f}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
