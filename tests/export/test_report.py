"""The report of an agreement: its rule and its warnings stand beside the figures."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from sleepscope.agreement.agreement_report import (
    AgreementReport,
    ReportInput,
    ReportSettings,
    agreement_report,
)
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.export.report import write_report
from sleepscope.progress import finish


def made(scorer: str, onsets: list[float], stop: float | None = None) -> EventSet:
    events = [Event(onset, 1.0, "spindle", "C3") for onset in onsets]
    return EventSet.of(scorer, events, None if stop is None else [(0.0, stop)])


@pytest.fixture
def report() -> AgreementReport:
    """A model that learned from this recording, against an expert of 0-300 s and another one."""
    model = made("model:m@1", [10, 40, 70, 200, 500])
    first = made("file:first", [10, 40, 100], stop=300)
    second = made("file:second", [10, 40, 70, 500])
    hypnogram = Hypnogram(("N2",) * 10 + ("N3",) * 10, scorer="file:a")
    other = Hypnogram(("N2",) * 12 + ("N3",) * 8, scorer="file:b")
    given = ReportInput(
        model, first, 600.0, (first, second), (first, second), hypnogram, (hypnogram, other),
        trained=("model:m@1",),
    )  # fmt: skip
    return finish(agreement_report(given, ReportSettings("spindle", n_resamples=200)))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_each_row_names_its_own_rule(report: AgreementReport, tmp_path: Path) -> None:
    write_report(tmp_path / "r.csv", report, str)
    found = rows(tmp_path / "r.csv")
    assert all(row["rule"] for row in found)
    against = {row["b"]: row for row in found if row["table"] == "against"}
    assert "inside 0-300 s" in against["file:first"]["rule"]
    assert "over the whole recording" in against["file:second"]["rule"]
    assert (against["file:second"]["matched"], against["file:second"]["extra"]) == ("4", "1")


def test_figures_of_a_model_that_learned_here_are_marked(
    report: AgreementReport, tmp_path: Path
) -> None:
    write_report(tmp_path / "r.csv", report, str)
    write_report(tmp_path / "r.html", report, str)
    for row in rows(tmp_path / "r.csv"):
        assert ("prove nothing" in row["warning"]) == (row["a"] == "model:m@1")
    assert "these figures prove nothing" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_parts_and_samples_have_intervals(report: AgreementReport, tmp_path: Path) -> None:
    write_report(tmp_path / "r.csv", report, str)
    found = {(row["table"], row["part"]): row for row in rows(tmp_path / "r.csv")}
    # 0-300 s: 10 s and 40 s hit, 100 s missed, 70 s and 200 s extra; all of it N2.
    stage = found["by_stage", "N2"]
    assert (stage["matched"], stage["missed"], stage["extra"]) == ("2", "1", "2")
    for row, name in ((stage, "f1"), (found["by_sample", ""], "kappa")):
        assert float(row[f"{name}_low"]) < float(row[name]) < float(row[f"{name}_high"])


def test_two_hypnograms_are_compared_by_stage(report: AgreementReport, tmp_path: Path) -> None:
    write_report(tmp_path / "r.csv", report, str)
    found = {row["part"]: row for row in rows(tmp_path / "r.csv") if row["table"] == "stages"}
    assert (found[""]["matched"], found[""]["missed"]) == ("18", "2")
    # b calls two epochs N2 that a calls N3: a misses two of b's N2.
    assert [found["N2"][k] for k in ("matched", "missed", "extra")] == ["10", "2", "0"]
    assert float(found["N2"]["f1"]) == pytest.approx(20 / 22, abs=1e-4)
