"""Moving through the night."""

from __future__ import annotations

from sleepscope.app.clock import moment_of
from sleepscope.app.controllers.controller import Controller
from sleepscope.app.dialogs.asking import ask_moment
from sleepscope.app.page import PAGE_LENGTHS, Page
from sleepscope.events.event import Event


class Paging(Controller):
    """Pages and zoom in time."""

    def turn(self, pages: int) -> None:
        """Pages on, or back."""
        self._show(self.session.page.turned(pages))

    def scroll(self, share: float) -> None:
        """A share of the page on, or back."""
        self._show(self.session.page.moved(share))

    def go_home(self) -> None:
        """To the first page."""
        self.session.set_page(0.0)

    def go_end(self) -> None:
        """To the last page."""
        self.session.set_page(self.session.page.last_start)

    def go_to(self, seconds: float) -> None:
        """To the page of the grid that holds a moment."""
        self._show(self.session.page.at(seconds))

    def ask_moment(self) -> None:
        """Ask where to go."""

        def take(text: str) -> None:
            recording = self.session.recording
            if recording is not None:
                self.go_to(moment_of(text, recording.start, recording.duration))

        ask_moment(self.window, take)

    def show_event(self, event: Event) -> None:
        """Turn to an event, and show its channel if it is hidden."""
        self._show(self.session.page.showing(event.onset, event.stop))
        recording = self.session.recording
        if event.channel is None or recording is None:
            return
        if self.session.row_of(event.channel) is None and recording.has(event.channel):
            self.session.lend_channel(event.channel)

    def zoom(self, direction: int) -> None:
        """A longer page (above 0) or a shorter one."""
        page = self.session.page
        if direction > 0:
            length = next((x for x in PAGE_LENGTHS if x > page.length + 1e-6), page.length)
        else:
            length = next((x for x in reversed(PAGE_LENGTHS) if x < page.length - 1e-6), 1.0)
        self.set_length(length)

    def set_length(self, length: float) -> None:
        """Show pages of this length (s), the selected event or the middle staying in view."""
        selected = self.session.selected
        page = self.session.page
        inside = selected is not None and page.start <= selected.midpoint < page.stop
        anchor = selected.midpoint if selected is not None and inside else page.start
        self.zoom_to(length, anchor)
        # As it was asked for: a short recording cuts it to an odd length that is nobody's wish.
        self.session.settings.page_seconds = length

    def zoom_to(self, length: float, anchor: float) -> None:
        """Show pages of this length, a moment staying where it is on the screen."""
        self._show(self.session.page.zoomed(length, anchor))

    def _show(self, page: Page) -> None:
        self.session.set_page(page.start, page.length)
