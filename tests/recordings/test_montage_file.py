"""Montage files come back as they were written, and wrong ones are told in a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sleepscope.errors import MontageError
from sleepscope.recordings.montage import Montage, MontageRow
from sleepscope.recordings.montage_file import (
    FORMAT,
    montage_from_json,
    montage_json,
    read_montage,
    write_montage,
)

texts = st.text('aC3-*+"\\ \n\x00µÄ😀/,', max_size=12)
names = texts.filter(lambda text: bool(text.strip()))
positive = st.floats(1e-3, 1e6)
corners = st.tuples(st.none() | st.floats(0.01, 5), st.none() | st.floats(10, 500),
                    st.sampled_from((None, 50.0, 60.0)))  # fmt: skip
rows = st.builds(
    MontageRow,
    channel=names,
    otherwise=st.lists(texts, max_size=2).map(tuple),
    most=st.none() | st.integers(1, 9),
    title=texts,
    group=texts,
    colour=st.just("") | st.integers(0, 0xFFFFFF).map("#{:06x}".format),
    gain=st.none() | positive,
    sensitivity=st.none() | positive,
    inverted=st.booleans(),
    filters=st.none() | corners,
    shown=st.booleans(),
)
montages = st.builds(
    Montage,
    name=names,
    rows=st.lists(rows, max_size=5, unique_by=lambda row: row.channel).map(tuple),
    needs=st.lists(names, max_size=2).map(tuple),
)


@given(montage=montages)
def test_a_montage_comes_back_as_it_was_written(montage: Montage) -> None:
    assert montage_from_json(montage_json(montage), "x.json") == montage


anything = st.recursive(
    st.none() | st.booleans() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)


@given(read=anything)
def test_any_json_is_a_montage_or_a_sentence(read: object) -> None:
    text = json.dumps({"format": FORMAT, "name": "x", "rows": [read]})
    for one in (text, json.dumps(read)):
        with pytest.raises(MontageError, match="x"):
            montage_from_json(one, "x.json")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "mine.json is no JSON"),
        ("{", r"no JSON \(line 1\)"),
        ("[" * 100_000, "no JSON"),
        ("{}", "does not say"),
        ('{"format": "sleepscope montage 1"}', "needs a name and a list of rows"),
    ],
)
def test_what_is_no_montage_is_told(text: str, words: str) -> None:
    with pytest.raises(MontageError, match=words):
        montage_from_json(text, "mine.json")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({}, 'Row 1 of mine.json: a row needs a "channel"'),
        ({"channel": "C3", "gian": 5}, "'gian' is unknown; a row has channel, colour"),
        ({"channel": "C3", "gain": "5"}, "gain must be a number, not '5'"),
        ({"channel": "C3", "gain": True}, "gain must be a number, not True"),
        ({"channel": "C3", "gain": 10**400}, "gain is too large"),
        ({"channel": "C3", "inverted": 1}, "inverted must be true or false, not 1"),
        ({"channel": "C3", "title": 1}, "title must be text"),
        ({"channel": "C3", "most": 1.5}, "most must be a whole number"),
        ({"channel": "C3", "otherwise": "C4"}, "otherwise must be a list"),
        ({"channel": "C3", "filters": [1, 2]}, "filters must have high_pass, low_pass, notch"),
        ({"channel": "C3", "filters": {"high_pass": 50, "low_pass": 1}}, "must lie below"),
    ],
)
def test_a_wrong_row_is_named(row: object, words: str) -> None:
    text = json.dumps({"format": FORMAT, "name": "mine", "rows": [row]})
    with pytest.raises(MontageError, match=words):
        montage_from_json(text, "mine.json")


def test_files_are_written_whole_and_read_back(tmp_path: Path) -> None:
    montage = Montage("Ärzte", (MontageRow("C3-M2", colour="#0B5394"),))
    path = tmp_path / "new" / "mine.json"
    write_montage(montage, path)
    assert read_montage(path) == montage
    assert [one.name for one in path.parent.iterdir()] == ["mine.json"]


def test_files_that_cannot_be_read_or_written_are_told(tmp_path: Path) -> None:
    with pytest.raises(MontageError, match=r"none\.json cannot be read: No such file"):
        read_montage(tmp_path / "none.json")
    binary = tmp_path / "binary.json"
    binary.write_bytes(b"\xff\xfe\xff\x00")
    with pytest.raises(MontageError, match="no text"):
        read_montage(binary)
    large = tmp_path / "large.json"
    large.write_bytes(b" " * (1 << 21))
    with pytest.raises(MontageError, match="too large for a montage"):
        read_montage(large)
    with pytest.raises(MontageError, match="'x' could not be written"):
        write_montage(Montage("x", ()), binary / "x.json")
