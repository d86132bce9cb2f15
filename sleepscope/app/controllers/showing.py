"""How the window looks, and what there is to read."""

from __future__ import annotations

from PySide6.QtCore import Signal

from sleepscope.app.actions import key_sheet
from sleepscope.app.controllers.controller import Controller
from sleepscope.app.dialogs.help_window import show_about, show_help, show_keys
from sleepscope.app.dialogs.model_cards import show_model_cards
from sleepscope.networks.model_folder import available_models


class Showing(Controller):
    """Filters, channels, theme, help."""

    theme_changed = Signal()

    def set_filters(self, on: bool) -> None:
        """Switch the display filters."""
        self.session.set_filters_on(on)

    def set_theme(self, name: str) -> None:
        """Show "light", "dark" or what the "system" has."""
        self.session.settings.theme = name
        self.theme_changed.emit()

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
