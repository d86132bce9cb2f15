"""All controllers of a window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from sleepscope.app.controllers.agreeing import Agreeing
from sleepscope.app.controllers.atlas import Atlas
from sleepscope.app.controllers.audit import Audit
from sleepscope.app.controllers.blind import Blind
from sleepscope.app.controllers.coherence import CoherenceLanes
from sleepscope.app.controllers.comparing import Comparing
from sleepscope.app.controllers.detecting import Detecting
from sleepscope.app.controllers.evidencing import Evidencing
from sleepscope.app.controllers.explaining import Explaining
from sleepscope.app.controllers.explaining_night import ExplainingNight
from sleepscope.app.controllers.exporting import Exporting
from sleepscope.app.controllers.hiding import Hiding
from sleepscope.app.controllers.history import History
from sleepscope.app.controllers.layouts import Layouts
from sleepscope.app.controllers.look_alikes import LookAlikes
from sleepscope.app.controllers.mapping import Mapping
from sleepscope.app.controllers.measuring import Measuring
from sleepscope.app.controllers.merging import Merging
from sleepscope.app.controllers.montages import Montages
from sleepscope.app.controllers.opening import Opening
from sleepscope.app.controllers.overview import Overview
from sleepscope.app.controllers.paging import Paging
from sleepscope.app.controllers.picturing import Picturing
from sleepscope.app.controllers.queue import Queue
from sleepscope.app.controllers.reviewing import Reviewing
from sleepscope.app.controllers.scaling import Scaling
from sleepscope.app.controllers.scorers import Scorers
from sleepscope.app.controllers.showing import Showing
from sleepscope.app.controllers.spectrum import Spectrum
from sleepscope.app.controllers.staging import Staging
from sleepscope.app.controllers.summary import Summary
from sleepscope.app.controllers.threshold import Threshold
from sleepscope.app.controllers.training import Training
from sleepscope.app.controllers.weighing import Weighing
from sleepscope.app.controllers.what_if import WhatIf
from sleepscope.app.session import Session


class Controllers:
    """One of each, by its name in the action table."""

    def __init__(self, session: Session, window: QWidget) -> None:
        # First of all: it takes leave of the recording before.
        self.layouts = Layouts(session, window)
        self.opening = Opening(session, window)
        self.paging = Paging(session, window)
        self.reviewing = Reviewing(session, window)
        self.hiding = Hiding(session, window)
        self.scorers = Scorers(session, window)
        self.staging = Staging(session, window, self.reviewing)
        self.comparing = Comparing(session, window)
        self.agreeing = Agreeing(session, window, self.comparing)
        self.atlas = Atlas(session, window, self.comparing, self.reviewing)
        self.threshold = Threshold(session, window, self.comparing)
        self.summary = Summary(session, window)
        self.queue = Queue(session, window, self.comparing, self.reviewing)
        self.detecting = Detecting(session, window)
        self.explaining = Explaining(session, window)
        self.explaining_night = ExplainingNight(session, window, self.explaining)
        self.detecting.detected.connect(self.explaining_night.follow)
        self.evidencing = Evidencing(session, window, self.explaining)
        self.what_if = WhatIf(session, window, self.explaining)
        self.look_alikes = LookAlikes(session, window, self.explaining)
        self.mapping = Mapping(session, window, self.explaining)
        self.weighing = Weighing(session, window)
        self.coherence = CoherenceLanes(session, window)
        self.exporting = Exporting(session, window)
        self.spectrum = Spectrum(session, window)
        self.overview = Overview(session, window)
        self.measuring = Measuring(session, window)
        self.scaling = Scaling(session, window)
        self.picturing = Picturing(session, window, self.scaling)
        self.blind = Blind(session, window)
        self.audit = Audit(session, window)
        self.merging = Merging(session, window)
        self.history = History(session, window)
        self.montages = Montages(session, window)
        self.training = Training(session, window)
        self.showing = Showing(session, window)

    def resolve(self, handler: str) -> Callable[..., None]:
        """The method behind "controller.method"."""
        name, _, method = handler.partition(".")
        found: Callable[..., None] = getattr(getattr(self, name), method)
        return found
