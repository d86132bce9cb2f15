"""Colours that can be read, and told apart."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtGui import QPalette

from sleepscope.app.theme import CONTRAST, THEMES, Theme, palette, scorer_colour
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


def test_high_contrast_has_seven_to_one_everywhere() -> None:
    for ground in (CONTRAST.page, CONTRAST.window, CONTRAST.lane):
        words = (CONTRAST.text, CONTRAST.muted, CONTRAST.selection, CONTRAST.accepted)
        for colour in (*words, *CONTRAST.traces.values(), *CONTRAST.stages.values()):
            assert contrast(rgb(colour), rgb(ground)) >= 7
    for index in range(len(CONTRAST.scorers)):
        assert contrast(rgb(scorer_colour(CONTRAST, index)), rgb(CONTRAST.lane)) >= 7
    assert contrast(rgb(CONTRAST.accent_text), rgb(CONTRAST.accent)) >= 7


@themes
def test_controls_can_be_seen(theme: Theme) -> None:
    # Frames of boxes to tick, frames of focus, words on what is pressed.
    for ground in (theme.page, theme.window):
        assert contrast(rgb(theme.muted), rgb(ground)) >= 3
        assert contrast(rgb(theme.accent), rgb(ground)) >= 3
    assert contrast(rgb(theme.accent_text), rgb(theme.accent)) >= 4.5


def seen(colour: str, matrix: np.ndarray) -> np.ndarray:
    """A colour as somebody without one kind of cone sees it, in OKLab."""
    channels = np.array(rgb(colour)) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    left = (matrix @ linear).clip(0, 1)
    back = np.where(left <= 0.0031308, left * 12.92, 1.055 * left ** (1 / 2.4) - 0.055)
    return oklab("#" + "".join(f"{round(value * 255):02X}" for value in back))


# Machado, Oliveira & Fernandes 2009, doi:10.1109/TVCG.2009.113, severity 1.0.
BLINDNESS = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


@themes
@pytest.mark.parametrize("kind", BLINDNESS)
def test_scorers_are_told_apart_by_the_colour_blind(theme: Theme, kind: str) -> None:
    matrix = np.array(BLINDNESS[kind])
    lab = [seen(colour, matrix) for colour in theme.scorers[:4]]
    for k, first in enumerate(lab):
        for second in lab[:k]:
            # A difference of 0.02 can just be seen side by side.
            assert np.linalg.norm(first - second) >= 0.06


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
