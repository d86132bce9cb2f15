"""``sleepscope info`` over every real file: it opens, or one sentence says why not.

``python -m tests.cli.test_info_real_files`` prints the table.
"""

from __future__ import annotations

import contextlib
import io
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from sleepscope import cli
from tests.conftest import real_data_folder


@dataclass(frozen=True, slots=True)
class Told:
    """What the command said of a file."""

    name: str
    status: int
    out: str
    err: str

    def row(self) -> str:
        """A line of the table."""
        if self.status:
            return f"refused  {self.name}\n           {self.err.strip()}"
        lines = [line.strip() for line in self.out.splitlines()]
        keys = ("format", "duration", "channels", "gaps", "events", "stages", "note")
        kept = [line for line in lines if line.partition(" ")[0] in keys]
        return "\n           ".join([f"opens    {self.name}", *kept])


def told_of_all(folder: Path) -> list[Told]:
    """Run the command on every file below the folder's readers and recordings."""
    files = [f for name in ("readers", "recordings") for f in sorted((folder / name).rglob("*"))]
    told = []
    for file in files:
        if not file.is_file():
            continue
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = cli.main(["info", str(file)])
        name = str(file.relative_to(folder))
        told.append(Told(name, status, out.getvalue(), err.getvalue()))
    return told


@pytest.fixture(scope="module")
def told() -> list[Told]:
    folder = real_data_folder()
    if folder is None:
        pytest.skip("no real data")
    return told_of_all(folder)


@pytest.mark.real_data
def test_every_file_opens_or_is_refused_in_one_line(told: list[Told]) -> None:
    print("\n".join(one.row() for one in told))  # noqa: T201  (the table, where the test fails)
    assert told
    for one in told:
        if one.status == 0:
            assert (one.err, bool(one.out)) == ("", True), one
        else:
            assert (one.status, one.out, one.err.count("\n")) == (2, "", 1), one
            assert one.err.startswith(f"sleepscope: {Path(one.name).name}"), one
            assert one.err.endswith(".\n"), one
        assert "Traceback" not in one.out + one.err


@pytest.mark.real_data
def test_recordings_open_with_channels_and_the_page_named_edf_does_not(told: list[Told]) -> None:
    by_name = {one.name: one for one in told}
    for name, one in by_name.items():
        if name.startswith("recordings/") and name.endswith(".edf"):
            assert "\n  channels  " in one.out, name
    page = by_name["readers/bogus-edf-html/SC4001E0-PSG.edf"]
    assert (page.status, "web page" in page.err) == (2, True)
    gaps = by_name["readers/edfReader/inst/extdata/edfPlusD.edf"].out
    assert "\n  gaps      " in gaps
    assert "\n  events    " in gaps


if __name__ == "__main__":
    real = real_data_folder()
    if real is None:
        sys.exit("no real data")
    sys.stdout.write("\n".join(one.row() for one in told_of_all(real)) + "\n")
