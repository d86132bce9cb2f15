"""The command line of the window."""

from __future__ import annotations

from pathlib import Path

import pytest

from sleepscope.app.arguments import Arguments, parse
from sleepscope.errors import SettingsError


def test_no_words_mean_the_welcome_screen() -> None:
    assert parse([]) == Arguments()


def test_recording_and_events() -> None:
    found = parse(["night.edf", "--events", "a.csv", "b.csv", "--detect", "rem", "--explain"])
    assert found.recording == Path("night.edf")
    assert found.events == (Path("a.csv"), Path("b.csv"))
    assert (found.detect, found.explain) == ("rem", True)


def test_demo_is_the_made_up_night() -> None:
    found = parse(["demo"])
    assert found.is_demo
    assert found.recording is None


def test_rate_of_a_recording_is_a_number() -> None:
    assert parse(["x.npy", "--rate", "200"]).rate == 200.0
    assert parse(["x.npy"]).rate is None


def test_size_is_width_and_height() -> None:
    assert parse(["--size", "1600x900"]).size == (1600, 900)


@pytest.mark.parametrize(
    "words",
    [
        ["--size", "large"],
        ["--size", "1x1"],
        ["--detect", "snoring"],
        ["--nonsense"],
        ["--rate", "fast"],
    ],
)
def test_wrong_words_are_one_sentence(words: list[str]) -> None:
    with pytest.raises(SettingsError) as caught:
        parse(words)
    assert "\n" not in str(caught.value)
