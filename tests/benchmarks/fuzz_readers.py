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
import datetime
import json
import math
import os
import random
import re
import resource
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from sleepscope.errors import SleepScopeError
from sleepscope.events import EventFile, read_events
from sleepscope.recordings import open_recording
from tests.conftest import real_data_folder
from tests.events.hostile_files import SECRET, hostile
from tests.events.made_files import Seed, archive, mat, mat_header, mat_packed, seeds

HANG_SECONDS = 2.0
MOST_MB = 500.0
# Behind this the child is not computing but waiting for something.
_STUCK_SECONDS = 20.0
# The child may not take the machine down before its memory is looked at.
_MOST_ADDRESS_BYTES = 6 * 2**30
_MOST_SEED_BYTES = 300_000
_START = datetime.datetime(2020, 3, 1, 22, 0, 0)  # noqa: DTZ001

_NUMBER = re.compile(rb"[-+]?\d+(?:\.\d+)?")
_NASTY_NUMBERS = (
    *(
        b"0 -1 1 nan inf -inf 1e308 1e-308 1e999 99999999 -99999999 2147483648 4294967296 "
        b"18446744073709551616 0x10 1_000 1,5 1e9 86400 23:59:60 25:00:00 -0.5"
    ).split(),
    b"",
    b"9" * 400,
    "٣".encode(),
    b"\xff",
    b" " * 20,
)
_NASTY_BYTES = b"\x00\x14\x15\xff\x7f\n\r\t \"',;<>&[]=:+-.0%@\\"
_NASTY_INTEGERS = (0, 1, 2, 3, 7, 8, 255, 2**16, 2**24, 2**31 - 1, 2**31, 2**32 - 1)


@dataclass
class Tally:
    """What came of the inputs."""

    inputs: int = 0
    crashes: int = 0
    hangs: int = 0
    too_large: int = 0
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


# ---- what is fed -----------------------------------------------------------------------------


def real_seeds() -> list[Seed]:
    """Beginnings of the real files, where there are any."""
    folder = real_data_folder()
    if folder is None:
        return []
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix not in {".npz", ".eeg", ".json"}:
            with path.open("rb") as file:
                found.append(Seed(path.name, file.read(_MOST_SEED_BYTES)))
    return found


def mutated(chance: random.Random, pool: list[Seed]) -> Seed:
    """A seed with one to four wounds, in it or in a file beside it."""
    seed = chance.choice(pool)
    if seed.name == "packed.mat" and chance.random() < 0.7:
        inside = _wounded(mat()[128:], chance, pool)
        return replace(seed, content=mat_header() + mat_packed(inside))
    if seed.name == "grass.xls" and chance.random() < 0.7:
        return replace(seed, content=_wounded_workbook(seed.content, chance, pool))
    if seed.beside and chance.random() < 0.5:
        beside = {end: _wounded(content, chance, pool) for end, content in seed.beside.items()}
        return replace(seed, beside=beside)
    return replace(seed, content=_wounded(seed.content, chance, pool))


def _wounded_workbook(content: bytes, chance: random.Random, pool: list[Seed]) -> bytes:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    hit = chance.choice(sorted(parts))
    parts[hit] = _wounded(parts[hit], chance, pool)
    if chance.random() < 0.1:
        del parts[chance.choice(sorted(parts))]
    return archive(parts)


def _wounded(content: bytes, chance: random.Random, pool: list[Seed]) -> bytes:
    for _ in range(chance.choice((1, 1, 2, 4))):
        wound = chance.choice(_WOUNDS)
        content = wound(content, chance, pool)
    return content[: 4 * _MOST_SEED_BYTES]


def _place(content: bytes, chance: random.Random) -> int:
    """Somewhere, more often near the beginning, where the headers are."""
    return int(len(content) * chance.random() ** chance.choice((1, 3, 8)))


def _change_byte(content: bytes, chance: random.Random, pool: list[Seed]) -> bytes:
    at = _place(content, chance)
    other = chance.choice(_NASTY_BYTES) if chance.random() < 0.6 else chance.randrange(256)
    return content[:at] + bytes([other]) + content[at + 1 :]


def _change_number(content: bytes, chance: random.Random, pool: list[Seed]) -> bytes:
    at = _place(content, chance)
    found = _NUMBER.search(content, at)
    if found is None:
        return content
    nasty = chance.choice(_NASTY_NUMBERS)
    if chance.random() < 0.5:  # fields of fixed width stay in their place
        nasty = nasty[: len(found[0])].ljust(len(found[0]))
    return content[: found.start()] + nasty + content[found.end() :]


def _change_header_field(content: bytes, chance: random.Random, pool: list[Seed]) -> bytes:
    """A number of eight letters in the header of an EDF file."""
    n_signals = max(1, min(300, len(content) // 256 - 1))
    column = chance.choice((104, 112, 120, 128, 216))
    at = chance.choice(
        (168, 176, 184, 236, 244, 252, 256 + n_signals * column + 8 * chance.randrange(n_signals))
    )
    nasty = chance.choice(_NASTY_NUMBERS)[:8].ljust(8 if at != 252 else 4)
    return content[:at] + nasty + content[at + len(nasty) :]


def _change_integer(content: bytes, chance: random.Random, pool: list[Seed]) -> bytes:
    at = _place(content, chance) // 4 * 4
    form = chance.choice("<>") + "I"
    return content[:at] + struct.pack(form, chance.choice(_NASTY_INTEGERS)) + content[at + 4 :]


def _cut_out(content: bytes, chance: random.Random, pool: list[Seed]) -> bytes:
    at = _place(content, chance)
    return content[:at] + content[at + chance.choice((1, 2, 8, 100, 4096)) :]


def _truncate(content: bytes, chance: random.Random, pool: list[Seed]) -> bytes:
    return content[: _place(content, chance)]


def _repeat(content: bytes, chance: random.Random, pool: list[Seed]) -> bytes:
    at = _place(content, chance)
    piece = content[at : at + chance.choice((1, 8, 100, 1000))]
    return content[:at] + piece * chance.choice((2, 10, 300)) + content[at:]


def _insert(content: bytes, chance: random.Random, pool: list[Seed]) -> bytes:
    at = _place(content, chance)
    return content[:at] + chance.randbytes(chance.choice((1, 4, 64))) + content[at:]


def _splice(content: bytes, chance: random.Random, pool: list[Seed]) -> bytes:
    other = chance.choice(pool).content
    return content[: _place(content, chance)] + other[_place(other, chance) :]


def _swap_lines(content: bytes, chance: random.Random, pool: list[Seed]) -> bytes:
    lines = content.split(b"\n")
    one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]
    return b"\n".join(lines)


_WOUNDS = (
    _change_byte,
    _change_byte,
    _change_number,
    _change_number,
    _change_header_field,
    _change_integer,
    _cut_out,
    _truncate,
    _repeat,
    _insert,
    _splice,
    _swap_lines,
)


def inputs(chance: random.Random, secret: Path, *, short: bool) -> Iterator[Seed]:
    """Hostile files first, then mutations without end; a short run leaves out real files."""
    made = list(seeds())
    yield from made
    yield from hostile(secret)
    # Half of the inputs come from the small files, so that each format is met often.
    pool = made if short else made + real_seeds()
    while True:
        yield mutated(chance, made if chance.random() < 0.5 else pool)


# ---- the child that reads --------------------------------------------------------------------


def read_for_ever() -> None:
    """Read the files named on the standard input; answer each with a line of JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_ADDRESS_BYTES, _MOST_ADDRESS_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    base = _peak_mb()
    for line in sys.stdin:
        path = Path(line.rstrip("\n"))
        begun = time.process_time()
        crash = ""
        outcomes = []
        for what, probe in (("recording", _probe_recording), ("events", _probe_events)):
            try:
                outcomes.append(f"{what}: {probe(path)}")
            except SleepScopeError as error:
                if "\n" in str(error) or not str(error).endswith((".", ":")):
                    crash = crash or f"{what}: no sentence: {str(error)[:60]}"
                outcomes.append(f"{what}: refused")
            except BaseException as error:  # whatever it is, it is a finding
                said = f"{type(error).__name__} {str(error)[:40]!r} {_last_frame(error)}"
                crash = crash or f"{what}: {said}"
        answer = {
            "seconds": time.process_time() - begun,
            "peak_mb": _peak_mb() - base,
            "crash": crash,
            "outcomes": outcomes,
        }
        print(json.dumps(answer), flush=True)


def _last_frame(error: BaseException) -> str:
    """Where in the package an exception came from."""
    where = ""
    trace = error.__traceback__
    while trace is not None:
        name = Path(trace.tb_frame.f_code.co_filename)
        if "sleepscope" in name.parts:
            where = f"{name.name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return where


def _peak_mb() -> float:
    """Peak of the resident memory less what is mapped from files, MB; 0 where nobody tells."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    kb = {key: int(value.split()[0]) for key, _, value in _status_lines(status)}
    return (kb["VmHWM"] - kb["RssFile"] - kb["RssShmem"]) * 1024 / 1e6


def _status_lines(status: str) -> Iterator[tuple[str, str, str]]:
    for line in status.splitlines():
        if line.startswith(("VmHWM", "RssFile", "RssShmem")):
            yield line.partition(":")


def _probe_recording(path: Path) -> str:
    recording = open_recording(path, sfreq=100)
    try:
        _must(math.isfinite(recording.duration) and recording.duration >= 0, "duration")
        _must(SECRET not in repr(recording.notices), "an entity was expanded")
        for channel in recording.channels:
            page = recording.read(channel.label, 0, 30)
            _must(page.ndim == 1 and len(page) <= 30 * channel.sfreq + 1, "page")
        if recording.channels:
            first = recording.channels[0]
            whole = recording.read(first.label, 0, recording.duration)
            _must(len(whole) <= first.n_samples, "channel")
    finally:
        recording.close()
    return "opened"


def _probe_events(path: Path) -> str:
    found = read_events(path, recording_duration=60.0, recording_start=_START)
    _check(found)
    return found.format


def _check(found: EventFile) -> None:
    _must(all("\n" not in notice for notice in found.notices), "notice")
    for events in found.event_sets:
        onsets = [event.onset for event in events.events]
        _must(onsets == sorted(onsets), "order")
        for event in events.events:
            _must(math.isfinite(event.onset) and math.isfinite(event.duration), "finite")
            _must(event.duration >= 0 and bool(event.kind), "duration or kind")
            _must(SECRET not in event.kind + event.note, "an entity was expanded")
    if found.hypnogram is not None:
        _must(math.isfinite(found.hypnogram.stop), "stop")
        _must(0 < found.hypnogram.epoch_seconds < 1e6, "epoch")


def _must(holds: bool, what: str) -> None:
    if not holds:
        raise AssertionError(what)


# ---- the parent that watches -----------------------------------------------------------------


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
        command = [sys.executable, "-m", "tests.benchmarks.fuzz_readers", "--read"]
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
    tally.too_large += peak > MOST_MB
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
    parser.add_argument("--read", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.read:
        read_for_ever()
        return 0
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
