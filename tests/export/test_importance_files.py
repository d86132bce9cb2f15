"""Table and figure of what channels, regions and bands are worth."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from sleepscope.errors import ExportError
from sleepscope.explain.band_importance import ALL_BANDS
from sleepscope.explain.importance import Importance
from sleepscope.explain.region_importance import mean_over_regions
from sleepscope.export.importance_csv import COLUMNS, write_importance
from sleepscope.export.importance_figure import write_importance_figure

BANDS = tuple(band.within(1.0, 32.0) for band in ALL_BANDS)


def made(labels: tuple[str, ...] = ("F3", "C3", "O1"), n_spans: int = 1) -> Importance:
    channel = np.arange(1.0, len(labels) + 1.0)
    own = channel[:, None] * np.array([-1.0, 0.0, 2.0, 2.0, np.nan, 4.0])
    freqs, times = np.array([16.0, 8.0, 4.0]), np.linspace(10.0, 11.0, 5)
    if n_spans > 1:
        times = times[:0]
    return Importance(
        "model:m@1", labels, ((10.0, 11.0),) * n_spans, "zero", 3 * channel, -channel, channel,
        mean_over_regions(channel, labels), BANDS, own.mean(axis=0),
        mean_over_regions(own, labels), times, freqs, np.ones((3, times.size)),
    )  # fmt: skip


def test_every_value_is_a_row_of_the_table(tmp_path: Path) -> None:
    path = tmp_path / "importance.csv"
    write_importance(path, {"event": made(), "night": made(n_spans=4)})
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert tuple(rows[0]) == COLUMNS
    event = [row for row in rows if row["part"] == "event"]
    assert len(event) == len(rows) / 2 == 1 + 9 + 5 + 6 + 30
    sigma = next(
        row for row in event
        if (row["measure"], row["region"], row["band"]) == ("FRI", "central", "sigma")
    )  # fmt: skip
    assert (float(sigma["value_logit"]), sigma["low_hz"], sigma["high_hz"]) == (8.0, "11", "16")
    temporal = next(r for r in event if (r["measure"], r["region"]) == ("RI", "temporal left"))
    assert temporal["value_logit"] == ""
    loss = next(row for row in event if (row["measure"], row["channel"]) == ("loss", "C3"))
    assert (float(loss["value_logit"]), loss["region"]) == (-2.0, "central")
    assert {row["stretches"] for row in rows} == {"1", "4"}


@pytest.mark.parametrize("ending", [".png", ".svg"])
def test_figure_of_several_parts_is_written(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"importance{ending}"
    write_importance_figure(path, {"Event": made(), "Night": made(n_spans=4)}, 5.0, "made")
    content = path.read_bytes()
    assert b"Software" not in content
    assert b"dc:date" not in content
    if ending == ".png":
        assert content.startswith(b"\x89PNG")
    else:
        text = content.decode()
        for words in ("parieto-occipital", "p = 6.00 logit", "sigma", "made"):
            assert words in text


def test_channels_of_no_known_electrode_are_bars(tmp_path: Path) -> None:
    path = tmp_path / "importance.svg"
    write_importance_figure(path, {"Event": made(("EEG", "EEG 2"))}, 5.0)
    assert "EEG 2" in path.read_text(encoding="utf-8")


def test_other_endings_and_folders_that_are_not_there_are_said(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"must end in \.csv"):
        write_importance(tmp_path / "a.txt", {"event": made()})
    with pytest.raises(ExportError, match=r"must end in \.png or \.svg"):
        write_importance_figure(tmp_path / "a.jpg", {"event": made()}, 1.0)
    with pytest.raises(ExportError, match="could not be written"):
        write_importance(tmp_path / "none" / "a.csv", {"event": made()})
