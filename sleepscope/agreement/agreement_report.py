"""All that can be said about the agreement of one scorer with others, worked out in steps."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from sleepscope.agreement.bootstrap import N_RESAMPLES, Intervals, bootstrap_night
from sleepscope.agreement.breakdown import PartScores, Resampling, by_channel, by_hour, by_stage
from sleepscope.agreement.kappa import (
    EpochDisagreement,
    StageAgreement,
    epoch_disagreements,
    stage_agreement,
)
from sleepscope.agreement.matching import Match, SpanChoice, match
from sleepscope.agreement.samples import SampleScores, by_sample
from sleepscope.agreement.scores import Scores, score_match
from sleepscope.constants import DEFAULT_IOU
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.progress import Progress, Steps


@dataclass(frozen=True, slots=True)
class Versus:
    """One scorer (under test) against another (the truth).

    Attributes
    ----------
    a, b : str
        Scorers.
    scores : Scores
    intervals : Intervals or None
        None where nothing was compared at all.
    """

    a: str
    b: str
    scores: Scores
    intervals: Intervals | None


@dataclass(frozen=True, slots=True)
class StageReport:
    """Two hypnograms: who made them, how far they agree, and where they do not."""

    a: str
    b: str
    agreement: StageAgreement
    epochs: tuple[EpochDisagreement, ...]
    epoch_seconds: float


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """The agreement of one scorer with another, taken apart, and beside that of others.

    Attributes
    ----------
    kind : str
        Class of the events.
    main : Versus
    samples : SampleScores or None
    stages, channels, hours : tuple of PartScores
        ``stages`` is empty without a hypnogram.
    others : tuple of Versus
        The scorer under test against every other one.
    ceiling : tuple of Versus
        Experts against each other: what a human reaches.
    hypnograms : StageReport or None
    trained : tuple of str
        Scorers that learned from this very recording: their figures prove nothing.
    """

    kind: str
    main: Versus
    samples: SampleScores | None
    stages: tuple[PartScores, ...]
    channels: tuple[PartScores, ...]
    hours: tuple[PartScores, ...]
    others: tuple[Versus, ...] = ()
    ceiling: tuple[Versus, ...] = ()
    hypnograms: StageReport | None = None
    trained: tuple[str, ...] = ()

    @property
    def scorers(self) -> tuple[str, ...]:
        """Everybody who is named, once."""
        pairs: list[Versus | StageReport] = [self.main, *self.others, *self.ceiling]
        pairs += [] if self.hypnograms is None else [self.hypnograms]
        return tuple(dict.fromkeys(name for pair in pairs for name in (pair.a, pair.b)))

    def renamed(self, names: Mapping[str, str]) -> AgreementReport:
        """The same of scorers by other names; those that are not in ``names`` keep theirs."""

        def name(scorer: str) -> str:
            return names.get(scorer, scorer)

        def versus(one: Versus) -> Versus:
            return replace(one, a=name(one.a), b=name(one.b))

        stages = self.hypnograms
        return replace(
            self,
            main=versus(self.main),
            others=tuple(map(versus, self.others)),
            ceiling=tuple(map(versus, self.ceiling)),
            hypnograms=stages and replace(stages, a=name(stages.a), b=name(stages.b)),
            trained=tuple(map(name, self.trained)),
        )


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """How scorers are compared for a report.

    Attributes
    ----------
    kind : str
    iou : float
    spans : "scored", sequence of (start, stop) in s, or None
    stages : tuple of str or None
    n_resamples : int
    seed : int
    note : str
        What else the reader must know of the rule, added to every one.
    """

    kind: str
    iou: float = DEFAULT_IOU
    spans: SpanChoice = "scored"
    stages: tuple[str, ...] | None = None
    n_resamples: int = N_RESAMPLES
    seed: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReportInput:
    """Who is compared, events of one kind alone.

    Attributes
    ----------
    a, b : EventSet
        Under test, and the truth.
    duration : float, s
        Of the recording.
    others : sequence of EventSet
        Further scorers to hold ``a`` against.
    experts : sequence of EventSet
        Experts to hold against each other.
    hypnogram : Hypnogram or None
        Gives the stages of the events.
    stagings : (Hypnogram, Hypnogram) or None
        Two to be compared.
    trained : collection of str
        Scorers that learned from this very recording.
    """

    a: EventSet
    b: EventSet
    duration: float
    others: Sequence[EventSet] = ()
    experts: Sequence[EventSet] = ()
    hypnogram: Hypnogram | None = None
    stagings: tuple[Hypnogram, Hypnogram] | None = None
    trained: Collection[str] = ()


def agreement_report(given: ReportInput, settings: ReportSettings) -> Steps[AgreementReport]:
    """Compare, take apart and resample.

    Yields
    ------
    Progress
        In comparisons.

    Returns
    -------
    AgreementReport
    """
    pairs = [(given.a, other) for other in given.others]
    experts = list(combinations(given.experts, 2))
    total = 2.0 + len(pairs) + len(experts)
    words = "Working out the agreement"
    yield Progress(0.0, total, words)
    hypnogram = given.hypnogram
    main = versus(given.a, given.b, given, settings)
    matched = _match(given.a, given.b, given, settings)
    yield Progress(1.0, total, words)
    samples = by_sample(
        given.a,
        given.b,
        duration=given.duration,
        spans=matched.spans if matched.spans is not None else [(0.0, given.duration)],
        stages=settings.stages,
        hypnogram=hypnogram,
        n_resamples=settings.n_resamples,
        seed=settings.seed,
    )
    done: list[Versus] = []
    for first, second in (*pairs, *experts):
        yield Progress(2.0 + len(done), total, words)
        done.append(versus(first, second, given, settings))
    resampling = Resampling(given.duration, settings.n_resamples, settings.seed)
    return AgreementReport(
        settings.kind,
        main,
        samples,
        () if hypnogram is None else by_stage(matched, hypnogram, resampling),
        by_channel(matched, resampling),
        by_hour(matched, resampling),
        tuple(done[: len(pairs)]),
        tuple(done[len(pairs) :]),
        None if given.stagings is None else stage_report(*given.stagings),
        tuple(dict.fromkeys(s for s in (given.a.scorer, given.b.scorer) if s in given.trained)),
    )


def versus(a: EventSet, b: EventSet, given: ReportInput, settings: ReportSettings) -> Versus:
    """Match, score and resample two scorers."""
    matched = _match(a, b, given, settings)
    has_time = given.duration > 0 and matched.spans != ()
    intervals = (
        bootstrap_night(
            matched, given.duration, n_resamples=settings.n_resamples, seed=settings.seed
        )
        if has_time
        else None
    )
    scores = score_match(matched)
    if settings.note:
        scores = replace(scores, rule=f"{scores.rule} {settings.note}")
    return Versus(a.scorer, b.scorer, scores, intervals)


def _match(a: EventSet, b: EventSet, given: ReportInput, settings: ReportSettings) -> Match:
    return match(
        a,
        b,
        iou=settings.iou,
        spans=settings.spans,
        stages=settings.stages,
        hypnogram=given.hypnogram if settings.stages is not None else None,
    )


def stage_report(a: Hypnogram, b: Hypnogram) -> StageReport:
    """Compare two hypnograms; the one with the longer epochs comes first."""
    if b.epoch_seconds > a.epoch_seconds:
        a, b = b, a
    return StageReport(
        a.scorer, b.scorer, stage_agreement(a, b), epoch_disagreements(a, b), a.epoch_seconds
    )
