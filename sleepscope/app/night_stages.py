"""Everybody's stages of the open night, which of them count, and the epochs that keys stage."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QObject, Signal

from sleepscope.agreement.stage_differences import StageComparison, compare_stages
from sleepscope.app.page import Page
from sleepscope.events.hypnogram import Hypnogram, blank_hypnogram

Epochs = tuple[int, int]
# Under this word a review remembers whose stages count.
NIGHT_STAGES: Final = "night stages"


class NightStages(QObject):
    """The hypnograms of the open review.

    Attributes
    ----------
    all : mapping of scorer to Hypnogram
        In the order they came.
    chosen : Hypnogram or None
        The night's stages: what detection, comparison, table and export go by.
    compared : str or None
        The scorer whose stages are held against the night's.
    picked : (first, behind) or None
        Epochs a person chose; None: the epoch at the start of the page.
    """

    changed = Signal()
    chosen_changed = Signal()
    epochs_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._comparison: StageComparison | None = None
        self.forget()

    def forget(self) -> None:
        """Nothing is open any more."""
        self.all: Mapping[str, Hypnogram] = MappingProxyType({})
        self.chosen: Hypnogram | None = None
        self.compared: str | None = None
        self.picked: Epochs | None = None
        self._comparison = None

    def take(self, hypnograms: Mapping[str, Hypnogram], preferred: str = "") -> None:
        """Follow the review: what came last is chosen at first, and then what a person chose.

        ``preferred`` is the scorer that counted when the review was open last.
        """
        before, chosen = self.all, self.chosen
        self.all = MappingProxyType(dict(hypnograms))
        # One's own stages begin with a single epoch: they count once they are chosen, or alone.
        came = [s for s in self.all if s not in before and not s.startswith("human:")]
        names = list(self.all)
        kept = None if chosen is None or chosen.scorer not in self.all else chosen.scorer
        name = came[-1] if came else kept or (names[-1] if names else None)
        if preferred in self.all:
            name = preferred
        self.chosen = None if name is None else self.all[name]
        if self.compared not in self.all or self.compared == name:
            self.compared = self._likeliest_other()
        self._comparison = None
        self.changed.emit()
        if self.chosen != chosen:
            self.chosen_changed.emit()

    def _likeliest_other(self) -> str | None:
        others = [s for s in self.all if self.chosen is None or s != self.chosen.scorer]
        return max(others, key=lambda s: s.startswith("human:"), default=None)

    def choose(self, scorer: str) -> None:
        """Let a scorer's stages be the night's."""
        if self.chosen is not None and self.chosen.scorer == scorer:
            return
        before = None if self.chosen is None else self.chosen.scorer
        self.chosen = self.all[scorer]
        if self.compared == scorer:
            self.compared = before
        self._comparison = None
        self.changed.emit()
        self.chosen_changed.emit()

    def compare_with(self, scorer: str) -> None:
        """Mark where these stages differ from the night's."""
        if scorer != self.compared and self.chosen is not None and self.chosen.scorer != scorer:
            self.compared = scorer
            self._comparison = None
            self.changed.emit()

    @property
    def comparison(self) -> StageComparison | None:
        """The night's stages against the compared ones; None where there are no two."""
        if self.chosen is None or self.compared is None:
            return None
        if self._comparison is None:
            self._comparison = compare_stages(self.chosen, self.all[self.compared])
        return self._comparison

    # --- epochs to stage ---------------------------------------------------------------------

    def grid(self, person: str, duration: float) -> Hypnogram:
        """The person's own stages, or epochs of 30 s without any."""
        return self.all.get(person) or blank_hypnogram(duration, person)

    def pick(self, epochs: Epochs | None) -> None:
        """Choose the epochs that the next key stages."""
        if epochs != self.picked:
            self.picked = epochs
            self.epochs_changed.emit()

    def current(self, grid: Hypnogram, page: Page) -> Epochs:
        """The epochs that the next key stages.

        Those picked while one of them is on the page, else the epoch at its start.
        """
        if self.picked is not None:
            first, behind = self.picked
            start, stop = grid.span_of(first, behind)
            if start < page.stop - 1e-6 and stop > page.start + 1e-6 and behind <= len(grid.stages):
                return first, behind
        at_start = grid.epoch_at(page.start + 1e-6)
        return at_start, at_start + 1
