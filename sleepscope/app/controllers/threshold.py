"""Moving a model's threshold over its stored probabilities: nothing is detected again."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from sleepscope.agreement.precision_recall import CurvePoint, Reference, precision_recall
from sleepscope.app.commands import StoreDetection
from sleepscope.app.comparison import is_on, of_kind
from sleepscope.app.controllers.comparing import Comparing
from sleepscope.app.controllers.controller import PanelController
from sleepscope.app.language import tr
from sleepscope.app.scorers import title_of
from sleepscope.app.session import Session
from sleepscope.detection.detection import Detection
from sleepscope.detection.segmentation import EventRule
from sleepscope.detection.settings import DetectSettings
from sleepscope.detection.thresholding import CutKey, StoredTrack, events_at, flips
from sleepscope.errors import ModelError, SleepScopeError
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet, Span
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.model_folder import available_models, find_model
from sleepscope.networks.tracks import Tracks
from sleepscope.review.run import DetectionRun

TOPIC: Final = "threshold"
# A longer list would take longer to fill than a paint may; the counts above it are whole.
MOST_FLIPS: Final = 150
# Events kept from earlier thresholds; 50,000 take some 20 MB.
MOST_CUT: Final = 50_000


class Threshold(PanelController):
    """One model's threshold, from when its panel is looked at until it is left.

    Attributes
    ----------
    scorer : str
        The set whose threshold is moved, "" for none.
    threshold : float
    events : tuple of Event
        At this threshold.
    point : CurvePoint or None
        How they agree with the truth of the comparison.
    curve : tuple of CurvePoint
    gone, new : list of Event
        Against the threshold it was detected at.
    """

    changed = Signal()
    curve_changed = Signal()

    def __init__(self, session: Session, window: QWidget, comparing: Comparing) -> None:
        super().__init__(session, window)
        self._comparing = comparing
        self._forget()
        session.recording_changed.connect(self._forget)
        session.events_changed.connect(lambda *_: self._follow_sets())
        session.comparison_changed.connect(self._follow_truth)

    def _forget(self) -> None:
        self.scorer, self.threshold = "", 0.5
        self.events: tuple[Event, ...] = ()
        self.point: CurvePoint | None = None
        self.curve: tuple[CurvePoint, ...] = ()
        self.gone: list[Event] = []
        self.new: list[Event] = []
        self._runs: tuple[DetectionRun, ...] = ()
        self._tracks: tuple[StoredTrack, ...] = ()
        self._card: ModelCard | None = None
        # What the model found at its own threshold, cut once.
        self._detected: tuple[Event, ...] | None = None
        self._cut: dict[CutKey, Event] = {}
        self._reference: Reference | None = None

    def choices(self) -> dict[str, str]:
        """Models whose probabilities are kept, the newest first."""
        return {run.scorer: title_of(run.scorer) for run in reversed(self.session.runs())}

    def set_wanted(self, is_wanted: bool) -> None:
        """Begin and end with somebody looking at it."""
        if is_wanted != self._is_wanted:
            super().set_wanted(is_wanted)

    def _looked_at(self) -> None:
        self._follow_sets()
        self._follow_truth()

    def _put_away(self) -> None:
        super()._put_away()
        self.session.jobs.cancel_topic(TOPIC)
        self.session.set_provisional(None)

    def _work(self) -> None:
        self.update_now()

    def _follow_sets(self) -> None:
        if not self._is_wanted:
            return
        there = self.choices()
        if self.scorer not in there:
            self._forget()
            if there:
                self.open(next(iter(there)))
        self.changed.emit()

    def _follow_truth(self) -> None:
        if self._is_wanted and self.scorer:
            self._start_curve()
            self._soon.start()

    def open(self, scorer: str) -> None:
        """Take up a model's runs."""
        review = self.session.review
        if review is None:
            return
        runs = tuple(run for run in self.session.runs() if run.scorer == scorer)
        if not runs:
            # A sitting that hides the model hides its runs, too.
            return
        try:
            card = self._find_card(runs[0])
        except SleepScopeError as error:
            self.session.say(str(error))
            return
        self._forget()
        self.scorer, self._runs, self._card = scorer, runs, card
        self.threshold = runs[0].threshold
        self._tracks = tuple(
            StoredTrack(
                run.channels[0],
                run.sfreq,
                Tracks(review.probability(run.id), review.split(run.id)),
                replace(EventRule.of(_settings_of(run), card.settings), threshold=run.threshold),
            )
            for run in runs
        )
        self._start_curve()
        self._soon.start()

    def _find_card(self, run: DetectionRun) -> ModelCard:
        known = self.session.card(run.sha256)
        if known is not None:
            return known
        cards = [card for card in available_models() if card.sha256 == run.sha256]
        card = cards[0] if cards else find_model(run.model)
        if card.sha256 != run.sha256:
            raise ModelError(
                f"The weights of {run.model} {run.version} are not here any more, so that its "
                "rules are not known; detect again to move its threshold."
            )
        return card

    def _spans(self) -> tuple[Span, ...] | None:
        """Where the model looked: as it is kept, or of a set from before that in today's stages."""
        kept = next((s for s in self.session.event_sets() if s.scorer == self.scorer), None)
        if kept is not None and kept.scored_spans is not None:
            return kept.scored_spans
        stages = self._runs[0].settings.get("stages") if self._runs else None
        hypnogram = self.session.hypnogram
        return hypnogram.spans_of(set(stages)) if stages and hypnogram is not None else None

    @property
    def truth(self) -> str:
        """The scorer that the figures hold the model against, "" for none."""
        settings = self.session.compare_settings
        if settings is None or self.session.comparison is None or self._card is None:
            return ""
        return settings.b if settings.b != self.scorer else settings.a

    @property
    def is_truth_of_compare(self) -> bool:
        """Whether Compare takes this model for the truth (B), so that P and R change places."""
        settings = self.session.compare_settings
        return bool(self.truth) and settings is not None and settings.b == self.scorer

    @property
    def rule(self) -> str:
        """The rule of the figures, "" where there are none."""
        if self.point is None or self._reference is None:
            return ""
        return self._reference.rule_for(self.events)

    def _prepare(self) -> None:
        """Make the truth ready, once for all thresholds; as Compare does it."""
        self._reference = None
        settings = self.session.compare_settings
        if not self.truth or settings is None:
            return
        truth = of_kind(self._comparing.side(self.truth), self._kind())
        channels = tuple(dict.fromkeys(label for run in self._runs for label in run.channels))
        if any(is_on(event, channels) for event in truth.events):
            truth = truth.with_events(e for e in truth.events if is_on(e, channels))
        try:
            self._reference = Reference.of(
                truth, iou=settings.iou, spans=self._spans(), stages=settings.stages,
                hypnogram=self.session.hypnogram,
            )  # fmt: skip
        except SleepScopeError as error:
            self.session.say(str(error))

    def _kind(self) -> str:
        """Kind of the events, as they were asked for."""
        return _settings_of(self._runs[0]).kind

    def events_at(self, threshold: float) -> tuple[Event, ...]:
        """What the model finds at a threshold."""
        assert self._card is not None
        if len(self._cut) > MOST_CUT:
            self._cut.clear()
        return events_at(self._tracks, threshold, self._kind(), self._spans(), self._cut)

    def set_threshold(self, threshold: float) -> None:
        """Move the threshold; everything follows before the next paint."""
        self.threshold = min(0.99, max(0.01, round(threshold, 3)))
        self._soon.start()

    def reset(self) -> None:
        """Back to the threshold it was detected at."""
        if self._runs:
            self.set_threshold(self._runs[0].threshold)

    def update_now(self) -> None:
        """Cut, match and compare at the threshold."""
        if not self._tracks or self._card is None or not self._is_wanted:
            return
        self.events = self.events_at(self.threshold)
        reference = self._reference
        self.point = None if reference is None else reference.point(self.threshold, self.events)
        if self._detected is None:
            self._detected = self.events_at(self._runs[0].threshold)
        self.gone, self.new = flips(self._detected, self.events)
        is_moved = self.threshold != self._runs[0].threshold
        note = tr("at threshold {value}", value=f"{self.threshold:g}")
        self.session.set_provisional(EventSet(self.scorer, self.events) if is_moved else None, note)
        self.changed.emit()

    def _start_curve(self) -> None:
        self.session.jobs.cancel_topic(TOPIC)
        self.curve = ()
        self.curve_changed.emit()
        self._prepare()
        if self._reference is None:
            return
        tracks, kind, spans = self._tracks, self._kind(), self._spans()
        steps = precision_recall(
            lambda threshold: events_at(tracks, threshold, kind, spans), self._reference
        )
        job = self.session.jobs.start(tr("Scoring thresholds"), TOPIC, steps)
        job.partial.connect(self._keep_curve)
        job.succeeded.connect(self._keep_curve)
        job.failed.connect(self.session.fail)

    def _keep_curve(self, points: tuple[CurvePoint, ...]) -> None:
        self.curve = points
        self.curve_changed.emit()

    def flipped(self) -> list[tuple[str, Event]]:
        """Events that come ("new") or go ("gone"), by onset."""
        both = [("new", event) for event in self.new] + [("gone", event) for event in self.gone]
        return sorted(both, key=lambda one: one[1].onset)[:MOST_FLIPS]

    def show_flip(self, place: int) -> None:
        """Go to an event that comes or goes."""
        event = self.flipped()[place][1]
        page = self.session.page
        self.session.set_page(max(0.0, event.midpoint - page.length / 2))

    def per_minute(self) -> float:
        """Events per minute of the recording, or of the stages that were chosen."""
        recording, spans = self.session.recording, self._spans()
        seconds = 0.0 if recording is None else recording.duration
        if spans is not None:
            seconds = sum(stop - start for start, stop in spans)
        return len(self.events) / seconds * 60 if seconds else 0.0

    def apply(self) -> str | None:
        """Keep the events as a set of their own, in one step of undo; its name."""
        review, card = self.session.review, self._card
        if review is None or card is None or not self._runs:
            return None
        if self.threshold == self._runs[0].threshold:
            self.session.say(tr("This is the threshold it was detected at."))
            return None
        found = []
        for run, track in zip(self._runs, self._tracks, strict=True):
            settings = replace(_settings_of(run), threshold=self.threshold)
            own = events_at([track], self.threshold, settings.kind, self._spans())
            found.append(
                Detection(
                    card, run.channels, run.start, run.sfreq, track.tracks.probability,
                    self.threshold, settings, own, run.trained_on_this, run.notices,
                    track.tracks.split,
                )
            )  # fmt: skip
        try:
            change = self.session.do(StoreDetection(tuple(found), 0.0))
        except SleepScopeError as error:
            self.session.fail(error)
            return None
        self.session.say(tr("{n} events kept as {name}.", n=len(self.events),
                            name=title_of(change.scorer or card.scorer)))  # fmt: skip
        if change.scorer is not None:
            self.open(change.scorer)
        return change.scorer


def _settings_of(run: DetectionRun) -> DetectSettings:
    """What was asked for, as it was."""
    known = dict(run.settings)
    for name in ("channels", "stages"):
        if known.get(name) is not None:
            known[name] = tuple(known[name])
    return DetectSettings(**known)
