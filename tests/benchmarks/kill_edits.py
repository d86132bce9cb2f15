"""Kill a program in the middle of its edits, again and again: is every acknowledged edit there?

``python -m tests.benchmarks.kill_edits --kills 200`` prints a table and, as its last line, JSON.
An edit is acknowledged when the call that made it has returned. The process adds, moves and
relabels events, accepts one and a hundred, stages epochs, deletes, undoes and does again, as fast
as it can, and is ended with SIGKILL after a random number of edits, at whatever it does then. The
same review file is then opened again, which also takes over the dead process's lock, and all of
it is compared with what the edits that were named came to; the one edit that may have been made
without being named counts as made where it is found whole. ``seconds`` is how long it all took.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from sleepscope.errors import ReviewError
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.recordings.identity import RecordingIdentity
from sleepscope.review import ReviewFile

PERSON = "human:AB"
MODEL = "model:spindle-1d@12345678"
IDENTITY = RecordingIdentity(1, None, 30_000.0, "c" * 64)
N_SOURCES, N_BULK = 2000, 100


@dataclass
class Tally:
    """What the kills came to."""

    kills: int = 0
    acknowledged_edits: int = 0
    lost_edits: int = 0
    damaged_files: int = 0
    expected: dict[str, str] = field(default_factory=dict, repr=False)

    def facts(self) -> dict[str, int]:
        """The four numbers."""
        return {k: v for k, v in asdict(self).items() if k != "expected"}


def said(review: ReviewFile) -> dict[str, str]:
    """What a review says of every event, verdict and epoch, in words."""
    found = {}
    own = review.event_set(PERSON)
    for event in () if own is None else own.events:
        found[f"event {event.id}"] = f"{event.onset:.2f} {event.kind}"
    for event_id, verdict in review.verdicts(PERSON).items():
        found[f"verdict {event_id}"] = verdict.status
    hypnogram = review.hypnograms().get(PERSON)
    if hypnogram is not None:
        found["stages"] = "".join(stage[-1] for stage in hypnogram.stages)
    return found


def rounds(review: ReviewFile, chance: random.Random) -> Iterator[None]:
    """Edits of every kind, one after another, without end."""
    sources = [event.id for event in review.event_set(MODEL).events]
    for number in itertools.count(chance.randrange(10_000)):
        onset = float(number % 29_000)
        event = Event(onset, 1.0, "spindle", "C3-M2")
        added = review.add_event(event).event_id
        yield
        review.change_event(added, onset=onset + 0.25, merge_key=number)
        yield
        review.set_verdict([chance.choice(sources)], chance.choice(["accepted", "rejected"]))
        yield
        first = chance.randrange(900)
        review.stage_epochs(first, first + 3, chance.choice(["W", "N1", "N2", "N3", "R"]))
        yield
        if number % 5 == 0:
            review.set_verdict(
                chance.sample(sources, N_BULK), chance.choice(["accepted", "rejected"])
            )
            yield
        if number % 3 == 0:
            review.change_events([added], kind="k_complex")
            yield
            review.delete_events([added])
            yield
        if number % 4 == 0:
            for _ in range(chance.randint(1, 6)):
                review.undo()
                yield
            for _ in range(chance.randint(0, 4)):
                review.redo()
                yield


def edit_for_ever(folder: Path) -> None:
    """Edit as fast as can be and say what each edit came to once its call has returned."""
    chance = random.Random()
    with ReviewFile.open(folder / "night.edf", IDENTITY, person=PERSON) as review:
        before = said(review)
        for _ in rounds(review, chance):
            now = said(review)
            print(json.dumps(difference(before, now)), flush=True)
            before = now


def difference(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str | None]:
    """What is other after an edit; None for what is gone."""
    changed: dict[str, str | None] = {
        key: value for key, value in after.items() if before.get(key) != value
    }
    return changed | dict.fromkeys(before.keys() - after.keys())


def run(kills: int, folder: Path, seed: int = 0) -> Tally:
    """Kill the editing process ``kills`` times and check the file after each."""
    folder.mkdir(exist_ok=True)
    with ReviewFile.open(folder / "night.edf", IDENTITY, person=PERSON) as review:
        events = [Event(10.0 * k, 1.0, "spindle", "C3-M2") for k in range(N_SOURCES)]
        review.import_set(EventSet.of(MODEL, events), undoable=False)
    chance = random.Random(seed)
    tally = Tally()
    for _ in range(kills):
        for line in _killed_after(chance.randint(1, 120), chance.random(), folder):
            for key, value in json.loads(line).items():
                if value is None:
                    tally.expected.pop(key, None)
                else:
                    tally.expected[key] = value
            tally.acknowledged_edits += 1
        tally.kills += 1
        _check(folder, tally)
    return tally


def _killed_after(n_edits: int, wait: float, folder: Path) -> list[str]:
    """Lines of the edits until the kill; ``wait`` is a share of the time that an edit takes."""
    command = [sys.executable, "-m", "tests.benchmarks.kill_edits", "--edit", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        lines, last = [], time.perf_counter()
        for line in child.stdout:
            now = time.perf_counter()
            lines.append(line)
            if len(lines) == n_edits:
                # Anywhere within the next edit, and not always at its beginning.
                until = now + wait * (now - last)
                while time.perf_counter() < until:
                    pass
                child.kill()
            last = now
    # The last line may be torn: then its edit was made, but nobody has read so.
    return [line for line in lines if line.endswith("\n")]


def _check(folder: Path, tally: Tally) -> None:
    try:
        review = ReviewFile.open(folder / "night.edf", IDENTITY, person=PERSON)
    except ReviewError as error:
        print(error, file=sys.stderr)
        tally.damaged_files += 1
        tally.lost_edits += len(tally.expected)
        return
    with review:
        tally.damaged_files += bool(review.read_only or any("damaged" in n for n in review.notices))
        found = said(review)
        if found == tally.expected:
            return
        # An edit that was killed before it was named: the last of the log, and whole.
        unnamed = _last_edit(folder)
        tally.lost_edits += len(difference(tally.expected, found).keys() - unnamed.keys())
        tally.damaged_files += any(found.get(key) != value for key, value in unnamed.items())
        tally.expected = found


def _last_edit(folder: Path) -> dict[str, str | None]:
    """What the log says that the last transaction wrote; None for what it took away."""
    log = sqlite3.connect(folder / "night.sleepscope")
    step, at = log.execute("SELECT step, at FROM edits ORDER BY id DESC LIMIT 1").fetchone()
    query = "SELECT target, before, after FROM edits WHERE step = ? AND at = ? ORDER BY id"
    rows = log.execute(query, (step, at)).fetchall()
    log.close()
    wrote: dict[str, str | None] = {}
    for target, before, after in rows:
        row, is_gone = json.loads(after or before), after is None
        if target == "event":
            words = f"{row['onset']:.2f} {row['kind']}"
            wrote[f"event {row['id']}"] = None if is_gone else words
        elif target == "verdict":
            wrote[f"verdict {row['event']}"] = None if is_gone else row["status"]
        elif target == "hypnogram":
            wrote["stages"] = None if is_gone else row["stages"]
    return wrote


def main() -> int:
    """Parse the command line and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--edit", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.edit is not None:
        edit_for_ever(arguments.edit)
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        facts: dict[str, float] = dict(
            run(arguments.kills, Path(folder) / "review", arguments.seed).facts()
        )
    facts["seconds"] = round(time.perf_counter() - began, 1)
    for name, value in facts.items():
        print(f"{name.replace('_', ' '):20} {value:8}")
    print(json.dumps(facts))
    return 1 if facts["lost_edits"] or facts["damaged_files"] else 0


if __name__ == "__main__":
    sys.exit(main())
