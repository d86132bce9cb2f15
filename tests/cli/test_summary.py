"""``sleepscope summary`` counts and measures."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.cli.conftest import Sleepscope


def test_summary_measures_the_planted_spindle(
    sleepscope: Sleepscope, night: Path, tmp_path: Path
) -> None:
    events = tmp_path / "e.csv"
    head = "onset,duration,kind,channel,scorer"
    events.write_text(f"{head}\n60,1,spindle,EEG C3-M2,x\n", encoding="utf-8")
    status, out, err = sleepscope("summary", night, "--events", events)
    assert status == 0, err
    assert "Amplitude: largest peak to peak" in out
    target = tmp_path / "s.csv"
    status, _, err = sleepscope("summary", night, "--events", events, "--out", target)
    assert status == 0, err
    with target.open(encoding="utf-8", newline="") as file:
        whole = next(row for row in csv.DictReader(file) if row["by"] == "night")
    assert (whole["count"], whole["minutes"], whole["per_minute"]) == ("1", "2.0", "0.50")
    assert abs(float(whole["frequency_hz"]) - 13) < 1.0
    assert 80 < float(whole["amplitude_uv"]) < 160
    status, _, err = sleepscope("summary", night, "--events", events, "--out", events)
    assert status == 2
    assert "not written over" in err
