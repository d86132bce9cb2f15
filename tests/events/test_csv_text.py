"""Cells that a spreadsheet will not run, and that come back exact."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sleepscope.events.csv_text import defuse, join_note, restore, split_note

TEXT = st.one_of(st.text(), st.text(alphabet="'=+-@\t\r\n＝ab "))
NOTES = st.one_of(
    st.text(), st.sampled_from(["[unsure]", "[sure]", "[unsure] x", "[sure] [unsure]"])
)


@given(TEXT)
def test_restore_is_the_inverse_of_defuse(text: str) -> None:
    assert restore(defuse(text)) == text


@given(TEXT)
def test_defused_text_never_begins_like_a_formula(text: str) -> None:
    assert not defuse(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1"])
def test_formula_gets_a_leading_apostrophe(formula: str) -> None:
    assert defuse(formula) == "'" + formula


@pytest.mark.parametrize("text", ["", "spindle", "'quoted'", "C3-M2", "a=b"])
def test_harmless_text_is_untouched(text: str) -> None:
    assert defuse(text) == text
    assert restore(text) == text


@given(NOTES, st.booleans())
def test_note_and_doubt_come_back_exact(note: str, unsure: bool) -> None:
    assert split_note(join_note(note, unsure)) == (note, unsure)


@given(NOTES, st.booleans())
def test_note_survives_defusing_too(note: str, unsure: bool) -> None:
    assert split_note(restore(defuse(join_note(note, unsure)))) == (note, unsure)


def test_doubt_is_written_as_a_leading_mark() -> None:
    assert join_note("short", True) == "[unsure] short"
    assert join_note("", True) == "[unsure]"
    assert join_note("short", False) == "short"
