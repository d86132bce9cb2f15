"""The map over time and frequency of the explained event, with what the network read there."""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from sleepscope.app.coherence_maps import CoherenceMap, MapKey, build_maps
from sleepscope.app.controllers.controller import Controller
from sleepscope.app.controllers.explaining import Explaining
from sleepscope.app.language import tr
from sleepscope.app.session import Session
from sleepscope.app.shown_relevance import ShownRelevance
from sleepscope.explain.explanation import Explanation
from sleepscope.explain.relevance_scale import map_scale

TOPIC: Final = "relevance map"
# Shown on either side of what the network looked at, and of the event, at least, s.
MARGIN_SECONDS: Final = 0.5
SHORTEST_SECONDS: Final = 4.0


class Mapping(Controller):
    """Keeps the map in step with the explanation."""

    changed = Signal()
    panel_requested = Signal()

    def __init__(self, session: Session, window: QWidget, explaining: Explaining) -> None:
        super().__init__(session, window)
        self._explaining = explaining
        self.shown: ShownRelevance | None = None
        session.explanation_changed.connect(self._follow)

    def show(self) -> None:
        """Bring the panel to the front."""
        self.panel_requested.emit()

    def words(self) -> str:
        """What would be here, where nothing is."""
        if self.session.settings.explanation_mode == "off":
            return tr("Explanations are off (G).")
        if self.session.explanation is not None and self.session.explanation.freqs is not None:
            return tr("The map of this event is being worked out …")
        if self.session.explanation is not None:
            return tr(
                "{model} reads signals: its explanation is the band behind the trace. Those of "
                "spindle-2d and rem-2d are shown here.",
                model=self.session.explanation.scorer.removeprefix("model:").partition("@")[0],
            )
        return tr(
            "Select an event of spindle-2d or rem-2d (Ctrl+D detects some): what the network read "
            "and what counted are shown here over time and frequency."
        )

    def _follow(self) -> None:
        self.session.jobs.cancel_topic(TOPIC)
        if self.shown is not None:
            self.shown = None
        explanation, recording = self.session.explanation, self.session.recording
        wanted = self.session.settings.explanation_mode != "off"
        if wanted and recording is not None and explanation is not None:
            event = self.session.selected
            if explanation.freqs is not None and explanation.times.size and event is not None:
                span = (event.onset, event.stop)
                key = key_around(explanation, span, recording.duration)
                steps = build_maps(recording, (key,))
                title = tr("Map of the explanation")
                job = self.session.jobs.start(title, TOPIC, steps, urgent=True)
                job.succeeded.connect(lambda made: self._keep(explanation, made[0], span))
                job.failed.connect(self.session.fail)
        self.changed.emit()

    def _keep(
        self, explanation: Explanation, values: CoherenceMap, event: tuple[float, float]
    ) -> None:
        if self.session.explanation is explanation:
            card = self._explaining.card
            scale = 1.0 if card is None else map_scale(card)
            self.shown = ShownRelevance(explanation, values, event, scale)
            self.changed.emit()


def key_around(explanation: Explanation, event: tuple[float, float], duration: float) -> MapKey:
    """What is shown around an explained event: all that the network looked at, and a margin."""
    start = min(event[0], float(explanation.times[0])) - MARGIN_SECONDS
    stop = max(event[1], float(explanation.times[-1])) + MARGIN_SECONDS
    spare = max(0.0, SHORTEST_SECONDS - (stop - start)) / 2
    start, stop = math.floor(start - spare), math.ceil(stop + spare)
    # At an end of the recording the other side gets what this one has not.
    start, stop = start - max(0.0, stop - duration), stop + max(0.0, -start)
    start, stop = max(0.0, start), min(duration, stop)
    return MapKey(explanation.channels, float(start), float(stop - start))
