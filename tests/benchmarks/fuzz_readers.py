"""Feed broken and hostile files to every reader: does any of them fall over, hang or fill memory?

``python -m tests.benchmarks.fuzz_readers --seconds 60`` prints a table and, as its last line, JSON.
Every input is read in a child process, as a recording (a page of all channels and one channel
whole) and as events. A crash is any exception that is no SleepScopeError, a result that cannot be
or the death of the child; a hang is more than 2 s of processor time. ``peak_mb`` is the peak of
the child's anonymous memory, less what it had after its imports. Inputs that fail are kept in the
folder given by ``--keep``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import select
import shutil
import subprocess
import sys
import tempfile
import time
import zlib
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.broken_files import inputs
from tests.events.hostile_files import SECRET
from tests.events.made_files import Seed

HANG_SECONDS = 2.0
MOST_MB = 500.0
# Behind this the child is not computing but waiting for something.
_STUCK_SECONDS = 20.0


@dataclass
class Tally:
    """What came of the inputs."""

    inputs: int = 0
    crashes: int = 0
    hangs: int = 0
    peak_mb: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)

    def facts(self) -> dict[str, float]:
        """The four numbers."""
        return {
            "inputs": self.inputs,
            "crashes": self.crashes,
            "hangs": self.hangs,
            "peak_mb": round(self.peak_mb, 1),
        }


class Reader:
    """The child process, begun anew whenever it dies or hangs."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[str] | None = None

    def read(self, path: Path) -> dict[str, object]:
        """The child's answer; its death and a hang are answers too."""
        child = self._child or self._begin()
        assert child.stdin is not None
        assert child.stdout is not None
        before = self._processor_seconds()
        with suppress(BrokenPipeError):  # it is dead; the end of its answers says so below
            child.stdin.write(f"{path}\n")
            child.stdin.flush()
        begun = time.monotonic()
        while not select.select([child.stdout], [], [], 0.25)[0]:
            used = self._processor_seconds() - before
            # Twice the limit: the child itself says whether it was above the limit.
            if used > 2 * HANG_SECONDS or time.monotonic() - begun > _STUCK_SECONDS:
                self.end()
                return {"seconds": used, "peak_mb": 0.0, "crash": "", "outcomes": ["hang"]}
        line = child.stdout.readline()
        if not line:
            code = child.wait()
            self.end()
            return {"seconds": 0, "peak_mb": 0.0, "crash": f"died with {code}", "outcomes": []}
        answer: dict[str, object] = json.loads(line)
        if float(str(answer["peak_mb"])) > MOST_MB:
            self.end()  # a peak never falls: the next input needs a child of its own
        return answer

    def end(self) -> None:
        """Kill the child."""
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None

    def _begin(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.benchmarks.reading_child"]
        self._child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self._child

    def _processor_seconds(self) -> float:
        if self._child is None:
            return 0.0
        try:
            stat = Path(f"/proc/{self._child.pid}/stat").read_text(encoding="utf-8")
        except OSError:
            return 0.0
        cells = stat.rpartition(")")[2].split()
        return (int(cells[11]) + int(cells[12])) / os.sysconf("SC_CLK_TCK")


def run(seconds: float, keep: Path | None, seed: int = 0, *, short: bool = False) -> Tally:
    """Feed inputs for a while and count what comes of them."""
    tally = Tally()
    reader = Reader()
    chance = random.Random(seed)
    until = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        secret = folder / "secret"
        secret.write_text(SECRET, encoding="ascii")
        try:
            for made in inputs(chance, secret, short=short):
                if time.monotonic() > until:
                    break
                _feed(made, reader, tally, folder, keep)
        finally:
            reader.end()
    return tally


def _feed(made: Seed, reader: Reader, tally: Tally, folder: Path, keep: Path | None) -> None:
    path = folder / made.name
    files = {path: made.content}
    files.update({path.with_suffix(end): content for end, content in made.beside.items()})
    for file, content in files.items():
        file.write_bytes(content)
    answer = reader.read(path)
    peak, used = float(str(answer["peak_mb"])), float(str(answer["seconds"]))
    hang = used > HANG_SECONDS or answer["outcomes"] == ["hang"]
    tally.inputs += 1
    tally.peak_mb = max(tally.peak_mb, peak)
    tally.crashes += bool(answer["crash"])
    tally.hangs += hang
    outcomes = answer["outcomes"]
    assert isinstance(outcomes, list)
    tally.outcomes.update(outcomes)
    trouble = [str(answer["crash"])] if answer["crash"] else []
    trouble += [f"{used:.1f} s for {path.suffix}"] * hang + [f"{peak:.0f} MB"] * (peak > MOST_MB)
    for finding in trouble:
        tally.findings[finding] += 1
        if keep is not None and tally.findings[finding] <= 3:
            kept = keep / f"{zlib.crc32(made.content):08x}"
            kept.mkdir(parents=True, exist_ok=True)
            (kept / "finding.txt").write_text(f"{finding}\n", encoding="utf-8")
            for file in files:
                shutil.copy(file, kept)
    for file in files:
        file.unlink()


def main() -> int:
    """Parse the command line and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="folder for the inputs that fail")
    arguments = parser.parse_args()
    tally = run(arguments.seconds, arguments.keep, arguments.seed)
    for outcome, times in tally.outcomes.most_common():
        print(f"{outcome:50} {times:8}")
    print()
    for finding, times in tally.findings.most_common():
        print(f"FOUND {finding:60} {times:8}")
    for name, value in tally.facts().items():
        print(f"{name:50} {value:8}")
    print(json.dumps(tally.facts()))
    return 1 if tally.findings else 0


if __name__ == "__main__":
    sys.exit(main())
