"""The scorers themselves: their names, their colours, and whether they are there at all."""

from __future__ import annotations

from PySide6.QtCore import Signal

from sleepscope.app.commands import RemoveScorer, RenameScorer
from sleepscope.app.controllers.controller import Controller
from sleepscope.app.dialogs.scorers_dialog import ScorerLine, ScorersDialog
from sleepscope.app.language import tr
from sleepscope.app.scorers import title_of
from sleepscope.app.theme import theme_named
from sleepscope.errors import SleepScopeError


class Scorers(Controller):
    """Renames, colours and removes scorers; every step but a colour can be undone."""

    colours_changed = Signal()

    def ask(self) -> None:
        """Show every scorer with what can be done to them."""
        dialog = ScorersDialog(theme_named(self.session.settings.theme), self.window)
        dialog.rename_requested.connect(self.rename)
        dialog.remove_requested.connect(self.remove)
        dialog.colour_requested.connect(self.set_colour)
        dialog.hide_requested.connect(self.set_hidden)

        def show(*_: object) -> None:
            dialog.set_lines(self.lines())

        for signal in (
            self.session.events_changed,
            self.session.event_filter_changed,
            self.session.recording_changed,
            self.colours_changed,
        ):
            signal.connect(show)
            dialog.destroyed.connect(lambda _=None, signal=signal: signal.disconnect(show))
        show()
        dialog.open()

    def lines(self) -> tuple[ScorerLine, ...]:
        """What the dialog lists."""
        hidden = self.session.event_filter.scorers
        chosen = self.session.settings.scorer_colours
        return tuple(
            ScorerLine(
                one.scorer,
                title_of(one.scorer),
                len(one.events),
                chosen.get(one.scorer, place),
                one.scorer in hidden,
            )
            for place, one in enumerate(self.session.event_sets())
        )

    def rename(self, scorer: str, title: str) -> None:
        """Give a scorer another name; a model's keeps the checksum of its weights."""
        nature, _, rest = scorer.partition(":")
        _, at, version = rest.partition("@")
        suffix = f"{at}{version}" if nature == "model" else ""
        name = f"{nature}:{' '.join(title.split())}{suffix}"
        session = self.session
        before = session.settings.initials
        if scorer == session.own_name:
            # The step is kept under the new name, so that undo takes it for one's own.
            session.settings.initials = name.partition(":")[2]
        if not self._do(RenameScorer(scorer, name)):
            session.settings.initials = before
            return
        colours = dict(session.settings.scorer_colours)
        if scorer in colours:
            session.settings.scorer_colours = {**colours, name: colours[scorer]}
        if scorer in session.event_filter.scorers:
            # A hidden scorer stays hidden under the new name.
            session.set_event_filter(session.event_filter.with_hidden("scorers", name, True))
        self.colours_changed.emit()

    def remove(self, scorer: str) -> None:
        """Take a scorer away with all events; undo brings them back."""
        if self._do(RemoveScorer(scorer)):
            self.session.say(tr("{name} was removed; Undo (Ctrl+Z) brings it back.",
                                name=title_of(scorer)))  # fmt: skip

    def set_colour(self, scorer: str, place: int) -> None:
        """Choose a colour of the palette for a scorer, by its place there."""
        colours = self.session.settings.scorer_colours
        self.session.settings.scorer_colours = {**colours, scorer: place}
        self.colours_changed.emit()

    def set_hidden(self, scorer: str, is_hidden: bool) -> None:
        """Hide or show a scorer."""
        event_filter = self.session.event_filter
        self.session.set_event_filter(event_filter.with_hidden("scorers", scorer, is_hidden))

    def _do(self, command: RemoveScorer | RenameScorer) -> bool:
        try:
            self.session.do(command)
        except SleepScopeError as error:
            self.session.fail(error)
            return False
        return True
