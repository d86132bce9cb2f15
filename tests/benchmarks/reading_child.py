"""The child process of the fuzzing benchmark: reads file after file and says what came of each."""

from __future__ import annotations

import datetime
import importlib
import json
import math
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from sleepscope.errors import SleepScopeError
from sleepscope.events import EventFile, read_events
from sleepscope.recordings import open_recording
from tests.events.hostile_files import SECRET

# The child may not take the machine down before its memory is looked at.
_MOST_ADDRESS_BYTES = 6 * 2**30
_START = datetime.datetime(2020, 3, 1, 22, 0, 0)  # noqa: DTZ001


def read_for_ever() -> None:
    """Read the files named on the standard input; answer each with a line of JSON."""
    import resource  # not on every system, and the tests import this module on all

    resource.setrlimit(resource.RLIMIT_AS, (_MOST_ADDRESS_BYTES, _MOST_ADDRESS_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # What readers import when they are first used is not what a file costs.
    with suppress(ImportError):
        importlib.import_module("mne.io")
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


if __name__ == "__main__":
    read_for_ever()
