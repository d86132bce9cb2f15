"""How the window looks, and what there is to read."""

from __future__ import annotations

from PySide6.QtCore import Signal

from sleepscope.app.actions import key_sheet
from sleepscope.app.controllers.controller import Controller
from sleepscope.app.dialogs.help_window import show_about, show_help, show_keys
from sleepscope.app.dialogs.model_cards import show_model_cards
from sleepscope.app.language import tr
from sleepscope.app.look import TEXT_SIZES
from sleepscope.app.theme import THEMES, theme_named
from sleepscope.networks.model_folder import available_models


class Showing(Controller):
    """Filters, channels, theme, help."""

    theme_changed = Signal()

    def set_filters(self, on: bool) -> None:
        """Switch the display filters."""
        self.session.set_filters_on(on)

    def set_theme(self, name: str) -> None:
        """Show "light", "dark", "contrast" or what the "system" has."""
        self.session.settings.theme = name
        self.theme_changed.emit()

    def next_theme(self) -> None:
        """From light to dark to high contrast and round again."""
        names = tuple(THEMES)
        now = theme_named(self.session.settings.theme).name
        self.set_theme(names[(names.index(now) + 1) % len(names)])

    def resize_text(self, direction: int) -> None:
        """Larger words (above 0), smaller ones, or the system's size (0)."""
        settings = self.session.settings
        now = settings.text_size
        if direction > 0:
            settings.text_size = next((x for x in TEXT_SIZES if x > now + 1e-6), TEXT_SIZES[-1])
        elif direction < 0:
            smaller = [x for x in TEXT_SIZES if x < now - 1e-6]
            settings.text_size = smaller[-1] if smaller else TEXT_SIZES[0]
        else:
            settings.text_size = 1.0
        self.theme_changed.emit()
        self.session.say(
            tr("Text at {n} % of the system's size", n=f"{settings.text_size:.0%}"[:-1])
        )

    def toggle_panels(self) -> None:
        """Put the panels at the right away, or bring them back."""
        self.window.toggle_panels()

    def show_models(self) -> None:
        """Show the model cards."""
        show_model_cards(self.window, available_models())

    def show_keys(self) -> None:
        """Show every key."""
        show_keys(self.window, key_sheet())

    def show_help(self) -> None:
        """Show the help."""
        show_help(self.window)

    def show_about(self) -> None:
        """Show version and licences."""
        show_about(self.window)

    def quit(self) -> None:
        """Close the window."""
        self.window.close()
