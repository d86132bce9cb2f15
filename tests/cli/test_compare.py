"""``sleepscope compare``: what counts, where, and how recordings are pooled."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Sleepscope

Marks = Callable[[str, str], Path]


@pytest.fixture
def a(marks: Marks) -> Path:
    """Under test: a hit, a hit awake, an extra one beyond 100 s."""
    return marks("a.csv", "10,1,spindle,C3,model:m@1\n70,1,spindle,C3,model:m@1\n110,1,spindle,C3,")


@pytest.fixture
def b(marks: Marks) -> Path:
    """The truth: the two hits and a missed one."""
    lines = "10.2,1,spindle,C3,file:X\n70,1,spindle,C3,file:X\n90,1,spindle,C3,file:X\n"
    return marks("b.csv", lines)


@pytest.fixture
def facts(sleepscope: Sleepscope) -> Callable[..., dict[str, Any]]:
    def compare(*words: object) -> dict[str, Any]:
        status, out, err = sleepscope("compare", *words, "--json")
        assert (status, err) == (0, "")
        found: dict[str, Any] = json.loads(out)
        return found

    return compare


@pytest.fixture
def one_scorer(marks: Marks) -> Path:
    lines = "".join(f"{onset},1,spindle,C3,model:m@1\n" for onset in (10, 70, 110))
    return marks("one.csv", lines)


def test_all_keys_are_there(
    facts: Callable[..., dict[str, Any]], one_scorer: Path, b: Path
) -> None:
    found = facts(one_scorer, b)
    counts = {k: found[k] for k in ("n_a", "n_b", "tp", "fp", "fn")}
    assert counts == {"n_a": 3, "n_b": 3, "tp": 2, "fp": 1, "fn": 1}
    assert found["precision"] == found["recall"] == found["f1"] == pytest.approx(2 / 3)
    assert found["mean_iou"] == pytest.approx((0.8 / 1.2 + 1) / 2)
    assert (found["iou"], found["stages"], found["spans"]) == (0.2, None, None)
    assert "paired one to one" in found["rule"]


def test_a_false_positive_counts_only_where_the_truth_was_scored(
    facts: Callable[..., dict[str, Any]], one_scorer: Path, b: Path
) -> None:
    sidecar = {"duration": 120, "scored_spans": {"file:X": [[0, 100]]}}
    b.with_suffix(".json").write_text(json.dumps(sidecar))
    assert facts(one_scorer, b)["fp"] == 0
    assert facts(one_scorer, b)["spans"] == [[0, 100]]
    assert facts(one_scorer, b, "--ignore-spans")["fp"] == 1
    inside = facts(one_scorer, b, "--span", "0:20", "--span", "80:120")
    assert (inside["tp"], inside["fp"], inside["fn"]) == (1, 1, 1)


def test_stages_of_a_hypnogram(
    facts: Callable[..., dict[str, Any]], one_scorer: Path, b: Path, stages: Path
) -> None:
    found = facts(one_scorer, b, "--stages", "N2,N3", "--hypnogram", stages)
    assert (found["n_a"], found["n_b"], found["tp"]) == (2, 2, 1)
    assert found["stages"] == ["N2", "N3"]


def test_a_stricter_overlap(
    facts: Callable[..., dict[str, Any]], one_scorer: Path, b: Path
) -> None:
    assert facts(one_scorer, b, "--iou", "0.9")["tp"] == 1


def test_pairs_pool_their_counts(
    facts: Callable[..., dict[str, Any]], one_scorer: Path, b: Path, stages: Path
) -> None:
    alone = facts("--pair", one_scorer, b, "-")
    assert alone["tp"] == 2
    pooled = facts(one_scorer, b, "--pair", b, b, "-", "--pair", one_scorer, one_scorer, stages)
    assert (pooled["tp"], pooled["fp"], pooled["fn"]) == (8, 1, 1)
    assert pooled["n_recordings"] == 3
    assert [r["tp"] for r in pooled["recordings"]] == [2, 3, 3]
    assert pooled["macro_f1"] == pytest.approx((2 / 3 + 1 + 1) / 3)


def test_words_for_people(sleepscope: Sleepscope, one_scorer: Path, b: Path) -> None:
    status, out, _ = sleepscope("compare", one_scorer, b)
    assert status == 0
    assert "A (under test)  one.csv: 3 events" in out
    assert "B (truth)       b.csv: 3 events" in out
    assert "matched 2, A alone (false positives) 1, B alone (missed) 1" in out
    assert "precision 0.667  recall 0.667  F1 0.667" in out
    assert "paired one to one" in out


def test_a_file_of_two_scorers_asks_which(sleepscope: Sleepscope, a: Path, b: Path) -> None:
    status, _, err = sleepscope("compare", a, b)
    assert status == 2
    assert "a.csv holds events of model:m@1, file:a; choose one with --scorer-a" in err
    status, out, _ = sleepscope("compare", a, b, "--scorer-a", "model:m@1")
    assert (status, "a.csv: 2 events" in out) == (0, True)
    status, out, _ = sleepscope("compare", a, b, "--scorer-a", "all")
    assert (status, "a.csv: 3 events" in out) == (0, True)


def test_kinds_are_not_mixed(sleepscope: Sleepscope, marks: Marks, b: Path) -> None:
    mixed = marks("mixed.csv", "10,1,spindle,,file:M\n20,1,rem,,file:M\n")
    status, _, err = sleepscope("compare", mixed, b)
    assert status == 2
    assert "mixed.csv holds rem, spindle and b.csv holds spindle; choose" in err
    status, out, _ = sleepscope("compare", mixed, b, "--kind", "spindle")
    assert (status, "mixed.csv: 1 events" in out) == (0, True)
    assert sleepscope("compare", mixed, b, "--kind", "arousal")[0] == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["one.csv"], "B is missing"),
        ([], "takes two files"),
        (["one.csv", "b.csv", "--stages", "N2"], "name a hypnogram"),
        (["one.csv", "b.csv", "--span", "9"], "'9' is not a stretch of time"),
        (["one.csv", "b.csv", "--span", "9:1"], "'9:1' is not a stretch of time"),
        (["one.csv", "b.csv", "--iou", "0"], "IoU threshold is 0"),
        (["one.csv", "stages.csv"], "stages.csv holds no events"),
        (["one.csv", "b.csv", "--stages", "N2", "--hypnogram", "b.csv"], "holds events but no"),
        (["--pair", "one.csv", "b.csv", "-", "--hypnogram", "stages.csv"], "each --pair names"),
    ],
)
def test_mistakes_are_one_sentence(
    sleepscope: Sleepscope,
    one_scorer: Path,
    b: Path,
    stages: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    says: str,
) -> None:
    monkeypatch.chdir(b.parent)
    status, out, err = sleepscope("compare", *words)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert says in err


@pytest.mark.real_data
def test_the_dreams_experts_agree_as_published_inside_what_both_scored(
    facts: Callable[..., dict[str, Any]], real_data: Path
) -> None:
    """Where expert 1 looked, in S2-S4 of it, and as if he had looked everywhere."""
    folder = real_data / "dreams_spindles"
    pairs: list[object] = []
    for n in range(1, 7):
        names = [f"Visual_scoring{k}_excerpt{n}.txt" for k in (1, 2)]
        pairs += [
            "--pair",
            *(folder / name for name in names),
            folder / f"Hypnogram_excerpt{n}.txt",
        ]
    assert facts(*pairs)["f1"] == pytest.approx(0.654, abs=0.01)
    assert facts(*pairs, "--stages", "N2,N3")["f1"] == pytest.approx(0.702, abs=0.01)
    assert facts(*pairs, "--ignore-spans")["f1"] == pytest.approx(0.456, abs=0.01)


def three_scorers(folder: Path) -> list[Path]:
    rows = {
        "model": [(10, 1), (20, 1), (30, 1), (50, 1)],
        "expert1": [(10.1, 1), (20, 1), (40, 1)],
        "expert2": [(10, 1), (30, 1), (40.2, 1)],
    }
    paths = []
    for name, events in rows.items():
        path = folder / f"{name}.csv"
        lines = [f"{onset},{duration},spindle,C3,{name}" for onset, duration in events]
        head = "onset,duration,kind,channel,scorer"
        path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
        paths.append(path)
    return paths


def test_consensus_of_files_takes_the_place_of_a_file(
    sleepscope: Sleepscope, tmp_path: Path
) -> None:
    model, first, second = three_scorers(tmp_path)
    for rule, counts in (("union", (3, 1, 1)), ("intersection", (1, 3, 1))):
        name = f"consensus:{rule}({first},{second})@0.2"
        status, out, err = sleepscope("compare", model, name, "--json")
        assert status == 0, err
        found = json.loads(out)
        assert (found["tp"], found["fp"], found["fn"]) == counts


def test_intervals_are_printed_with_their_method(sleepscope: Sleepscope, tmp_path: Path) -> None:
    model, first, _ = three_scorers(tmp_path)
    status, out, _ = sleepscope("compare", model, first, "--intervals", "--duration", "60")
    assert status == 0
    assert "95 % intervals: precision 0." in out
    assert "block bootstrap over time: 2000 resamples of 20 stretches of 3 s, seed 0" in out
    _, out, _ = sleepscope("compare", "--pair", model, first, "-", "--pair", model, first, "-",
                           "--intervals", "--json")  # fmt: skip
    assert "over recordings" in json.loads(out)["intervals"]["method"]


def test_report_holds_the_figures_the_rule_and_the_human_ceiling(
    sleepscope: Sleepscope, tmp_path: Path
) -> None:
    model, first, second = three_scorers(tmp_path)
    for name in ("r.html", "r.csv"):
        target = tmp_path / name
        status, out, err = sleepscope(
            "compare", model, first, "--against", second, "--report", target
        )
        assert status == 0, err
        assert str(target) in out
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 1
    assert "experts among themselves" in page
    assert "IoU of at least 0.2" in page
    with (tmp_path / "r.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    by_table = {row["table"]: row for row in rows}
    assert (by_table["all"]["matched"], by_table["all"]["extra"], by_table["all"]["missed"]) == (
        "2", "2", "1",
    )  # fmt: skip
    assert by_table["human_ceiling"]["f1"] == "0.6667"
    status, _, err = sleepscope("compare", model, first, "--report", first)
    assert status == 2
    assert "not written over" in err
