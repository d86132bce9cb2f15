"""Datasets by name: what a folder holds, read as scored nights."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sleepscope.constants import REM, SPINDLE
from sleepscope.detection.channels import chosen_channels, why_unusable
from sleepscope.errors import RecordingError, SettingsError, SleepScopeError
from sleepscope.events import read_events
from sleepscope.events.channels import find_channel, same_channel
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.model_folder import find_model
from sleepscope.recordings.companion_files import companions
from sleepscope.recordings.endings import RECORDING_ENDINGS, TEXT_ENDINGS
from sleepscope.recordings.opening import open_recording
from sleepscope.recordings.recording import Recording
from sleepscope.training.dataset import Dataset, Night
from sleepscope.training.people import PEOPLE, person_of

# Model whose card says which channels a task reads.
READERS: Final = {SPINDLE: "spindle-1d", REM: "rem-1d"}


@dataclass(frozen=True, slots=True)
class DatasetRequest:
    """Which dataset is asked for.

    Attributes
    ----------
    name : str
        One of ``NAMES``.
    task : str
        "spindle" or "rem".
    folder : Path or None
        None for "simulated".
    scorer : str or None
        Of "reviewed": whose review ("human:AB" or "AB"); None takes everybody's who reviewed.
    files : tuple of Path
        Recordings to take; empty takes all of the folder.
    n_nights, minutes, seed : int, float, int
        Of "simulated".
    """

    name: str
    task: str
    folder: Path | None = None
    scorer: str | None = None
    files: tuple[Path, ...] = ()
    n_nights: int = 6
    minutes: float = 20.0
    seed: int = 0


def read_dataset(request: DatasetRequest) -> Dataset:
    """Read a dataset: headers and events, no signals yet.

    Raises
    ------
    SettingsError
        If there is no such dataset, it has no such task, or nothing in the folder is scored.
    RecordingError, EventFileError, ReviewError
        If files of a database are missing or damaged.
    """
    if request.name not in NAMES:
        raise SettingsError(
            f"There is no dataset '{request.name}'; choose from {', '.join(NAMES)}."
        )
    if request.task not in READERS:
        raise SettingsError(f"'{request.task}' is no task; choose from {', '.join(READERS)}.")
    if request.name != "simulated" and not request.files:
        if request.folder is None:
            raise SettingsError(f"The dataset '{request.name}' needs a folder.")
        if not request.folder.is_dir():
            raise SettingsError(f"There is no folder {request.folder}.")
    return NAMES[request.name](request)


def _dreams_spindles(request: DatasetRequest) -> Dataset:
    from sleepscope.training.dreams_spindles import LICENCE, read_excerpts

    assert request.folder is not None
    _must_be("dreams-spindles", request.task, SPINDLE)
    nights = tuple(
        Night(e.subject, e.recording, (e.label,), e.experts, e.hypnogram, is_public=True)
        for e in read_excerpts(request.folder)
    )
    title = "DREAMS sleep spindles, doi:10.5281/zenodo.2650142"
    return Dataset(request.name, title, SPINDLE, nights, LICENCE)


def _dreams_rems(request: DatasetRequest) -> Dataset:
    """The eye movements of DREAMS: excerptN.edf beside Visual_scoring1_excerptN.txt."""
    assert request.folder is not None
    _must_be("dreams-rems", request.task, REM)
    if not any(request.folder.glob("excerpt*.edf")):
        raise RecordingError(
            f"{request.folder} holds no signals of the DREAMS eye movements "
            f"(excerpt1.edf, excerpt2.edf, ...)."
        )
    found = _folder(request)
    title = "DREAMS rapid eye movements, doi:10.5281/zenodo.2650142"
    nights = tuple(replace(night, is_public=True) for night in found.nights)
    return replace(found, title=title, licence="CC BY-NC-ND 3.0", nights=nights)


def _folder(request: DatasetRequest) -> Dataset:
    """Recordings with files of events beside them, in any format that is read."""
    return _collected(request, _beside, "scored recordings")


def _reviewed(request: DatasetRequest) -> Dataset:
    """Recordings with a review file: what people accepted, changed and added."""
    return _collected(request, _review_of, "reviewed recordings")


def _simulated(request: DatasetRequest) -> Dataset:
    """Made-up nights as two made-up experts scored them."""
    from sleepscope.simulate.night import NightSettings, simulate_night

    if request.n_nights < 1:
        raise SettingsError(f"{request.n_nights} nights cannot be simulated; 1 is the least.")
    nights = []
    for seed in range(request.seed, request.seed + request.n_nights):
        made = simulate_night(NightSettings(seed=seed, minutes=request.minutes))
        night = _night(request, made.recording, made.experts, made.hypnogram)
        nights.append(replace(night, subject=f"simulated{seed}", is_public=True))
    title = f"simulated nights (sleepscope.simulate.night, {request.minutes:g} min)"
    return Dataset(request.name, title, request.task, tuple(nights), "BSD-3-Clause")


NAMES: Final[dict[str, Callable[[DatasetRequest], Dataset]]] = {
    "dreams-spindles": _dreams_spindles,
    "dreams-rems": _dreams_rems,
    "folder": _folder,
    "reviewed": _reviewed,
    "simulated": _simulated,
}

_Scored = tuple[tuple[EventSet, ...], Hypnogram | None]


def _must_be(name: str, task: str, only: str) -> None:
    if task != only:
        raise SettingsError(f"The dataset '{name}' has events of kind '{only}', not '{task}'.")


def _collected(
    request: DatasetRequest,
    scored: Callable[[DatasetRequest, Recording], _Scored],
    what: str,
) -> Dataset:
    """Every recording that opens and is scored; what is not is told."""
    nights: list[Night] = []
    notices: list[str] = []
    for path in request.files or tuple(_recordings(request.folder or Path())):
        try:
            recording = open_recording(path)
        except SleepScopeError as error:
            # Texts beside recordings are mostly licences and lists: nothing to tell anybody.
            if request.files or path.suffix.lower() not in TEXT_ENDINGS:
                notices.append(str(error))
            continue
        if not recording.channels:
            # Annotations alone, in the format of a recording.
            recording.close()
            continue
        try:
            nights.append(_night(request, recording, *scored(request, recording)))
        except SleepScopeError as error:
            recording.close()
            notices.append(f"{path.name} was left out: {error}")
    if not nights and len(request.files) == 1 and notices:
        raise SettingsError(notices[0])
    where = request.folder.name if request.folder else f"{len(request.files)} files"
    title = f"{what} ({where})"
    return Dataset(request.name, title, request.task, tuple(nights), notices=tuple(notices))


def _recordings(folder: Path) -> Iterator[Path]:
    """Files that may be recordings, those that belong to another one left out."""
    endings = {ending for group in RECORDING_ENDINGS.values() for ending in group}
    files = sorted(f for f in folder.iterdir() if f.is_file() and f.suffix.lower() in endings)
    beside = {other for file in files for other in companions(file)}
    return (file for file in files if file not in beside and file.name != PEOPLE)


def _beside(request: DatasetRequest, recording: Recording) -> _Scored:
    """What lies in and beside a recording, what programs found left out."""
    from sleepscope.review.recorded_events import recorded_events

    files = [
        read_events(path, recording_duration=recording.duration, recording_start=recording.start)
        for path in companions(recording.path)
    ]
    inside = recorded_events(recording)
    files += [] if inside is None else [inside]
    sets = [
        one.with_events(e for e in one.events if found.statuses.get(e.id) != "rejected")
        for found in files
        for one in found.event_sets
        if not found.path.name.lower().startswith("automatic")
        and not one.scorer.startswith("model:")
    ]
    hypnogram = next((found.hypnogram for found in files if found.hypnogram is not None), None)
    kind = request.task
    return tuple(s for s in sets if any(e.kind == kind for e in s.events)), hypnogram


def _review_of(request: DatasetRequest, recording: Recording) -> _Scored:
    """What people stand for in the review of a recording."""
    from sleepscope.recordings.identity import recording_identity
    from sleepscope.review.review_file import ReviewFile

    identity = recording_identity(recording)
    with ReviewFile.open_existing(recording.path, identity) as review:
        people = {v.scorer for v in review.verdicts().values()}
        people |= {s.scorer for s in review.event_sets() if s.scorer.startswith("human:")}
        if request.scorer is not None:
            wanted = {request.scorer, f"human:{request.scorer}"} & people
            if not wanted:
                there = ", ".join(sorted(people)) or "nobody"
                raise SettingsError(f"'{request.scorer}' did not review it; {there} did.")
            people = wanted
        sets = tuple(review.accepted_set(person) for person in sorted(people))
        hypnogram = next(iter(review.hypnograms().values()), None)
    return sets, hypnogram


def _night(
    request: DatasetRequest,
    recording: Recording,
    scored: Sequence[EventSet],
    hypnogram: Hypnogram | None,
) -> Night:
    """The task's events, on the channels that the task's network reads."""
    card = find_model(READERS[request.task])
    sets = [s.with_events(e for e in s.events if e.kind == request.task) for s in scored]
    events = [event for one in sets for event in one.events]
    labels = _marked_channel(recording, card, events) or chosen_channels(recording, card, ())[0]
    experts = tuple(s.with_events(_on(s.events, labels)) for s in sets)
    if not any(e.events for e in experts):
        raise SettingsError(f"nobody marked events of kind '{request.task}' in it.")
    return Night(person_of(recording), recording, labels, experts, hypnogram)


def _marked_channel(
    recording: Recording, card: ModelCard, events: Iterable[Event]
) -> tuple[str, ...] | None:
    """The channel that most events were marked on, where one channel is read."""
    if len(card.channels) > 1:
        return None
    marked = [event.channel for event in events if event.channel]
    for channel in sorted(set(marked), key=lambda c: (-marked.count(c), c)):
        label = find_channel(channel, (c.label for c in recording.channels))
        if label and why_unusable(recording.channel(label), card.channels[0], card) is None:
            return (label,)
    return None


def _on(events: Sequence[Event], labels: tuple[str, ...]) -> list[Event]:
    """Events of all channels and of these."""
    return [
        event
        for event in events
        if event.channel is None or any(same_channel(event.channel, label) for label in labels)
    ]
