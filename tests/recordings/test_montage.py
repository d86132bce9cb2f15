"""A montage keeps its rows whole while they are moved, hidden and changed."""

from __future__ import annotations

import pytest

from sleepscope.errors import MontageError
from sleepscope.recordings.montage import Montage, MontageRow

ROWS = (
    MontageRow("C3", group="EEG"),
    MontageRow("C4", group="EEG"),
    MontageRow("E1", group="EOG"),
    MontageRow("E2", group="EOG"),
)
MONTAGE = Montage("mine", ROWS)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"channel": " "}, "name its channel"),
        ({"colour": "blue"}, "'blue' is no colour for C3"),
        ({"gain": 0.0}, "gain of 0.0 for C3"),
        ({"gain": float("nan")}, "gain of nan"),
        ({"sensitivity": -1.0}, "sensitivity of -1.0"),
        ({"filters": (35.0, 0.3, None)}, "high-pass of 35 Hz must lie below"),
        ({"filters": (-1.0, None, None)}, "high-pass of -1.0 Hz"),
        ({"filters": (None, None, float("inf"))}, "notch of inf Hz"),
        ({"most": 0}, "takes 0 channels"),
    ],
)
def test_values_out_of_range_are_refused(values: dict[str, object], words: str) -> None:
    with pytest.raises(MontageError, match=words):
        MontageRow(**{"channel": "C3", **values})


def test_no_channel_has_two_rows() -> None:
    with pytest.raises(MontageError, match="'mine' has two rows of C3; keep one"):
        Montage("mine", (MontageRow("C3"), MontageRow("C3")))


def test_hidden_rows_keep_their_place_and_look() -> None:
    changed = MONTAGE.changed("C4", shown=False, inverted=True)
    assert changed.channels == ("C3", "E1", "E2")
    assert changed.changed("C4", shown=True).channels == MONTAGE.channels
    assert changed.row("C4") == MontageRow("C4", group="EEG", inverted=True, shown=False)


def test_changing_an_unknown_channel_changes_nothing() -> None:
    assert MONTAGE.changed("O1", inverted=True) is MONTAGE


def test_a_row_moves_past_its_neighbour() -> None:
    assert MONTAGE.moved("C3", 1).channels == ("C4", "C3", "E1", "E2")
    assert MONTAGE.moved("C4", -1).channels == ("C4", "C3", "E1", "E2")
    assert MONTAGE.moved("C3", -1) is MONTAGE
    assert MONTAGE.moved("E2", 1) is MONTAGE


def test_a_row_enters_the_next_group_before_it_moves_on() -> None:
    once = MONTAGE.moved("C4", 1)
    assert once.channels == MONTAGE.channels
    assert once.row("C4") == MontageRow("C4", group="EOG")
    assert once.moved("C4", 1).channels == ("C3", "E1", "C4", "E2")


def test_a_row_moves_past_hidden_ones() -> None:
    hidden = MONTAGE.changed("C4", shown=False, group="EOG").changed("C3", group="EOG")
    assert hidden.moved("C3", 1).channels == ("E1", "C3", "E2")


def test_a_new_channel_stands_behind_those_of_its_kind() -> None:
    places = {"C3": 0, "C4": 0, "E1": 1, "E2": 1, "O1": 0, "ECG": 3}
    shown = MONTAGE.showing(["C3", "O1", "E1", "ECG"], places)
    assert shown.channels == ("C3", "O1", "E1", "ECG")
    assert shown.row("O1") == MontageRow("O1", group="EEG")
    assert shown.row("ECG") == MontageRow("ECG")
    assert shown.groups == ("EEG", "EOG")
