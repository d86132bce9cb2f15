"""Kill a program in the middle of its edits, again and again: is every acknowledged edit there?

``python -m tests.benchmarks.kill_edits --kills 200`` prints a table and, as its last line, JSON.
An edit is acknowledged when the call that made it has returned. The process is ended with SIGKILL
after a random number of edits; the same review file is then opened again, which also takes over
the dead process's lock.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
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
N_SOURCES = 2000


@dataclass
class Tally:
    """What the kills came to."""

    kills: int = 0
    acknowledged_edits: int = 0
    lost_edits: int = 0
    damaged_files: int = 0
    expected: dict[str, tuple[str, float]] = field(default_factory=dict, repr=False)

    def facts(self) -> dict[str, int]:
        """The four numbers."""
        return {k: v for k, v in asdict(self).items() if k != "expected"}


def edit_for_ever(folder: Path) -> None:
    """Edit as fast as can be and name each edit once its call has returned."""
    with ReviewFile.open(folder / "night.edf", IDENTITY, person=PERSON) as review:
        sources = [event.id for event in review.event_set(MODEL).events]
        number = 0
        while True:
            number += 1
            onset = float(number % 29_000)
            added = review.add_event(Event(onset, 1.0, "spindle", "C3-M2")).event_id
            print("added", added, onset, flush=True)
            review.change_event(added, onset=onset + 0.25, merge_key=number)
            print("moved", added, onset + 0.25, flush=True)
            source = random.choice(sources)
            if review.set_verdict([source], "accepted"):
                print("accepted", source, 0.0, flush=True)


def run(kills: int, folder: Path, seed: int = 0) -> Tally:
    """Kill the editing process ``kills`` times and check the file after each."""
    folder.mkdir(exist_ok=True)
    with ReviewFile.open(folder / "night.edf", IDENTITY, person=PERSON) as review:
        events = [Event(10.0 * k, 1.0, "spindle", "C3-M2") for k in range(N_SOURCES)]
        review.import_set(EventSet.of(MODEL, events))
    chance = random.Random(seed)
    tally = Tally()
    for _ in range(kills):
        for line in _killed_after(chance.randint(1, 300), folder):
            verb, event_id, onset = line.split()
            tally.expected[event_id] = verb, float(onset)
            tally.acknowledged_edits += 1
        tally.kills += 1
        _check(folder, tally)
    return tally


def _killed_after(n_edits: int, folder: Path) -> list[str]:
    command = [sys.executable, "-m", "tests.benchmarks.kill_edits", "--edit", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        lines = []
        for line in child.stdout:
            lines.append(line)
            if len(lines) == n_edits:
                child.kill()
    # The last line may be torn: then its edit was made, but nobody has read so.
    return [line for line in lines if line.endswith("\n")]


def _check(folder: Path, tally: Tally) -> None:
    try:
        review = ReviewFile.open(folder / "night.edf", IDENTITY, person=PERSON)
    except ReviewError as error:
        print(error, file=sys.stderr)
        tally.damaged_files += 1
        tally.lost_edits = len(tally.expected)
        return
    with review:
        tally.damaged_files += bool(review.read_only or any("damaged" in n for n in review.notices))
        own = review.event_set(PERSON)
        onsets = {event.id: event.onset for event in own.events} if own else {}
        verdicts = review.verdicts(PERSON)
        tally.lost_edits = sum(
            not _is_there(event_id, verb, onset, onsets, set(verdicts))
            for event_id, (verb, onset) in tally.expected.items()
        )


def _is_there(
    event_id: str, verb: str, onset: float, onsets: dict[str, float], accepted: set[str]
) -> bool:
    if verb == "accepted":
        return event_id in accepted
    # What was added may have been moved by an edit that was killed before it was named.
    return event_id in onsets and (verb == "added" or onsets[event_id] == onset)


def main() -> int:
    """Parse the command line and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--edit", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.edit is not None:
        edit_for_ever(arguments.edit)
    with tempfile.TemporaryDirectory() as folder:
        facts = run(arguments.kills, Path(folder) / "review", arguments.seed).facts()
    for name, value in facts.items():
        print(f"{name.replace('_', ' '):20} {value:8}")
    print(json.dumps(facts))
    return 1 if facts["lost_edits"] or facts["damaged_files"] else 0


if __name__ == "__main__":
    sys.exit(main())
