"""How the window was left for recordings of a kind: where its panels are, filters on or off."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from sleepscope.app.controllers.controller import Controller
from sleepscope.app.session import Session
from sleepscope.recordings.montage_fit import recording_kind


class Layouts(Controller):
    """Keeps the layout when a recording is left, and brings it back with the next of its kind."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(session, window)
        self._kind = ""
        session.recording_changed.connect(self._turn)

    def _turn(self) -> None:
        """Before anything of the new recording is shown, and while the old panels stand."""
        self.keep()
        recording, settings = self.session.recording, self.session.settings
        self._kind = "" if recording is None else recording_kind(recording.source)
        kept = settings.kind_filters(self._kind)
        if kept is not None:
            settings.filters_on = kept

    def keep(self) -> None:
        """Remember how the window is now for recordings of the open one's kind."""
        if self._kind:
            settings = self.session.settings
            settings.keep_kind(self._kind, self.window.layout_state(), settings.filters_on)

    def bring_back(self) -> None:
        """Lay the panels as they were left; after the recording is shown."""
        state = self.session.settings.kind_layout(self._kind)
        if self._kind and not state.isEmpty():
            self.window.take_layout(state)
