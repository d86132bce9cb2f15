"""Colours that can be read, and told apart."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtGui import QPalette

from sleepscope.app.theme import THEMES, Theme, palette, scorer_colour
from sleepscope.app.views.colour_ramp import colour_ramp, oklab
from tests.app.views.test_explanation_band import contrast, rgb

themes = pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)


@themes
def test_words_and_traces_can_be_read_on_the_page(theme: Theme) -> None:
    # WCAG 2.2: 4.5 for text, 3 for lines and marks.
    for ground in (theme.page, theme.window):
        assert contrast(rgb(theme.text), rgb(ground)) >= 7
        assert contrast(rgb(theme.muted), rgb(ground)) >= 4.5
    for colour in theme.traces.values():
        assert contrast(rgb(colour), rgb(theme.page)) >= 6
    for colour in (*theme.stages.values(), theme.selection):
        assert contrast(rgb(colour), rgb(theme.page)) >= 2.9


@themes
def test_the_first_scorers_stand_out_from_their_lane(theme: Theme) -> None:
    for index in range(3):
        assert contrast(rgb(scorer_colour(theme, index)), rgb(theme.lane)) >= 2.9


@themes
def test_scorer_colours_start_again_when_they_are_used_up(theme: Theme) -> None:
    n = len(theme.scorers)
    assert scorer_colour(theme, n) == scorer_colour(theme, 0)
    assert len({scorer_colour(theme, k) for k in range(n)}) == n


@themes
def test_palette_holds_the_theme(theme: Theme) -> None:
    made = palette(theme)
    assert made.color(QPalette.ColorRole.Window).name().upper() == theme.window
    assert made.color(QPalette.ColorRole.Text).name().upper() == theme.text


@themes
def test_ramps_are_even_steps(theme: Theme) -> None:
    for anchors in (theme.band, theme.band_negative, theme.ink, theme.ink_negative):
        ramp = colour_ramp(anchors, 33).astype(int)
        assert tuple(ramp[0]) == rgb(anchors[0])
        assert tuple(ramp[-1]) == rgb(anchors[-1])
        names = ("#" + "".join(f"{value:02X}" for value in colour) for colour in ramp)
        steps = [np.linalg.norm(b - a) for a, b in pairwise(map(oklab, names))]
        # Rounding to bytes and the kinks at the anchors leave a little unevenness.
        assert max(steps) <= 1.35 * np.mean(steps)
        assert min(steps) >= 0.65 * np.mean(steps)
