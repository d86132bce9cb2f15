"""Shows look-alikes and the map of events in their panels."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject

from sleepscope.app.clock import clock_text, elapsed_text
from sleepscope.app.controllers.group import Controllers
from sleepscope.app.controllers.look_alikes import TILE_SECONDS, tile_span
from sleepscope.app.frame import Frame
from sleepscope.app.language import tr
from sleepscope.app.scorers import title_of
from sleepscope.app.session import Session
from sleepscope.app.views.tile_grid import Tile
from sleepscope.events.event import Event
from sleepscope.explain.feature_map import has_umap
from sleepscope.explain.look_alikes import LookAlike


class LookAlikesPresenter(QObject):
    """Keeps both panels in step with selection, verdicts and features."""

    def __init__(self, session: Session, frame: Frame, controllers: Controllers) -> None:
        super().__init__(frame)
        self.session, self.frame = session, frame
        self.look_alikes = controllers.look_alikes
        self._map: object = None
        do, grid, panel = controllers.look_alikes, frame.look_alikes_panel, frame.cloud_panel
        for name in ("look_alikes", "cloud"):
            dock = frame.dock(name)
            dock.visibilityChanged.connect(lambda on, name=name: do.set_wanted(name, on))
        do.changed.connect(self._show)
        do.panel_requested.connect(self._raise)
        session.selection_changed.connect(self._show_chosen)
        grid.grid.picked.connect(session.select)
        panel.cloud.picked.connect(session.select)
        panel.cloud.toggled.connect(do.toggle)
        panel.cloud.cloud_chosen.connect(do.choose)
        panel.method_chosen.connect(do.set_method)
        panel.accept_requested.connect(controllers.reviewing.accept)
        panel.reject_requested.connect(controllers.reviewing.reject)
        panel.set_methods(("PCA", "UMAP") if has_umap() else ("PCA",), do.method)
        self._show()

    def _raise(self) -> None:
        for name in ("look_alikes", "cloud"):
            self.frame.raise_dock(name)

    def _show(self) -> None:
        self._show_tiles()
        self._show_map()

    def _place(self, moment: float) -> str:
        recording = self.session.recording
        start = None if recording is None else recording.start
        return clock_text(start, moment, 1) or elapsed_text(moment, 1)

    # --- small multiples ---------------------------------------------------------------------

    def _show_tiles(self) -> None:
        do, session, panel = self.look_alikes, self.session, self.frame.look_alikes_panel
        event = session.selected
        if do.features is None or event is None or not do.nearest:
            words = do.sentence
            if not words and event is None:
                words = tr("Select an event to see which are alike.")
            if not words and do.features is not None:
                words = tr("{model} has no features of this event: it does not read its channel, "
                           "or it is of another kind.", model=self._model())  # fmt: skip
            panel.set_tiles(words, (), 1.0)
            return
        span = tile_span(do.tiles)
        tiles = [self._own(event, tr("selected"))]
        tiles += [tile for one in do.nearest if (tile := self._tile(one)) is not None]
        unit = next((s.channel.unit for s in do.tiles.values()), "µV")
        apart = sum(one.entry is not None for one in do.nearest)
        words = tr("The {n} nearest in the features of {model}: {layer}. Traces are {length:g} s "
                   "long and {span:g} {unit} high.", n=len(do.nearest), model=self._model(),
                   layer=do.features.layer, length=TILE_SECONDS, span=span, unit=unit)  # fmt: skip
        if apart:
            words += " " + tr("Of other recordings: {n}; of these only features and verdicts "
                              "are kept.", n=apart)  # fmt: skip
        panel.set_tiles(words, tiles, span)

    def _model(self) -> str:
        card = self.look_alikes.card
        return tr("the model") if card is None else card.name

    def _own(self, event: Event, foot: str) -> Tile:
        signal = self.look_alikes.tiles.get(event.id)
        start = 0.0
        if signal is not None:
            start = (signal.first + 1) / signal.channel.sfreq if signal.first else 0.0
        who = title_of(self.session.scorer_of(event.id))
        head = f"{self._place(event.onset)} {event.channel or ''}"
        status = self.session.status_of(event.id)
        span = (event.onset, event.stop)
        return Tile(event.id, head, foot, status, signal, span, start, TILE_SECONDS, who)

    def _tile(self, one: LookAlike) -> Tile | None:
        apart = f"{one.distance:.2f}"
        if one.entry is not None:
            head = one.entry.kind.replace("_", " ")
            foot = f"{tr(one.entry.verdict)}, {apart}"
            none = (0.0, 0.0)
            who = tr("of another night, in the library; {model}", model=self._model())
            return Tile(one.event_id, head, foot, one.entry.verdict, None, none, 0.0, 1.0, who)
        event = self.session.find_event(one.event_id)
        if event is None:
            return None
        verdict = tr(self.session.status_of(event.id))
        return self._own(event, f"{verdict}, {apart}")

    # --- the map -----------------------------------------------------------------------------

    def _show_map(self) -> None:
        do, cloud = self.look_alikes, self.frame.cloud_panel.cloud
        if do.map is not self._map:
            self._map = do.map
            if do.map is None:
                cloud.set_points((), np.zeros((0, 2)))
            else:
                cloud.set_points(do.map.event_ids, do.map.places)
        if do.map is not None:
            cloud.set_statuses(self.session.statuses)
        self._show_chosen()

    def _show_chosen(self) -> None:
        do, session, panel = self.look_alikes, self.session, self.frame.cloud_panel
        panel.cloud.set_selection(session.selection, session.chosen)
        words = do.sentence or tr("All events of the night appear here once a model ran.")
        if do.map is not None:
            words = tr("{n} events in the features of {model}, {method}", n=len(do.map.event_ids),
                       model=self._model(), method=do.map.method)  # fmt: skip
            if do.map.share is not None:
                words += tr(": two axes show {share} % of the variance",
                            share=round(100 * do.map.share))  # fmt: skip
            words += tr("; {n} chosen.", n=len(session.chosen))
        panel.set_words(words, len(session.chosen))
