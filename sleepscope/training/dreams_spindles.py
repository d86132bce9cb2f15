"""The DREAMS sleep spindles database: eight excerpts of 30 min, two experts.

Devuyst et al. 2011, doi:10.1109/IEMBS.2011.6090522.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sleepscope.detection.inputs import USABLE, input_length, read_samples
from sleepscope.errors import EventFileError, RecordingError
from sleepscope.events import read_events
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.networks.dense import DenseNetwork
from sleepscope.recordings.identity import channel_hash
from sleepscope.recordings.opening import open_recording
from sleepscope.recordings.recording import Recording
from sleepscope.training.example import Example, events_track, track_of

LICENCE = "CC BY-NC-ND 3.0"
# Stages in which spindles are looked for; in the others detections are mostly alpha.
SLEEP = frozenset({"N2", "N3"})
_OTHER_STAGES_WEIGHT = 0.3
# What a spindle network may answer for.
HEADS = ("expert 1", "expert 2", "union")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One excerpt, each of another patient.

    Attributes
    ----------
    number : int
        1 to 8.
    recording : Recording
        One EEG channel.
    hypnogram : Hypnogram
        Epochs of 5 s.
    experts : tuple of EventSet
        Two for excerpts 1-6, one for 7 and 8.
    automatic : EventSet
        What the database's own detector found.
    hash : str
        Of the channel, see :func:`~sleepscope.recordings.identity.channel_hash`.
    """

    number: int
    recording: Recording
    hypnogram: Hypnogram
    experts: tuple[EventSet, ...]
    automatic: EventSet
    hash: str

    @property
    def subject(self) -> str:
        """Name of the patient: the excerpt's."""
        return f"excerpt{self.number}"

    @property
    def label(self) -> str:
        """Label of its channel."""
        return self.recording.channels[0].label

    @property
    def origin(self) -> dict[str, str]:
        """How a model card names it among what a network was trained on."""
        return {
            "dataset": "DREAMS sleep spindles, doi:10.5281/zenodo.2650142",
            "recording": f"excerpt{self.number}.txt, {self.label}",
            "hash": self.hash,
            "n_samples": str(self.recording.channels[0].n_samples),
            "licence": LICENCE,
        }


def read_excerpts(folder: Path) -> tuple[Excerpt, ...]:
    """Read the database's folder.

    Raises
    ------
    RecordingError, EventFileError
        If files are missing or damaged.
    """
    if not (folder / "excerpt1.txt").is_file():
        raise RecordingError(
            f"{folder} does not hold the DREAMS spindles (excerpt1.txt, excerpt2.txt, ..., "
            f"Visual_scoring1_excerpt1.txt, ...)."
        )
    numbers = sorted(int(path.stem[7:]) for path in folder.glob("excerpt[0-9]*.txt"))
    return tuple(_read_excerpt(folder, number) for number in numbers)


def _read_excerpt(folder: Path, number: int) -> Excerpt:
    recording = open_recording(folder / f"excerpt{number}.txt")
    hypnogram = read_events(folder / f"Hypnogram_excerpt{number}.txt").hypnogram
    if hypnogram is None:
        raise EventFileError(f"Hypnogram_excerpt{number}.txt holds no stages.")
    marks = [folder / f"Visual_scoring{expert}_excerpt{number}.txt" for expert in (1, 2)]
    experts = tuple(read_events(path).event_sets[0] for path in marks if path.is_file())
    automatic = read_events(folder / f"Automatic_detection_excerpt{number}.txt").event_sets[0]
    hashed = channel_hash(recording, recording.channels[0].label)
    return Excerpt(number, recording, hypnogram, experts, automatic, hashed)


def spindle_example(excerpt: Excerpt, network: DenseNetwork) -> Example:
    """An excerpt as training material for those of the heads "expert 1", "expert 2" and "union"
    that the network has.

    An expert's head counts where that expert looked. The union's counts where both did; where one
    did, that one's marks are spindles of the union, and so is the rest no spindle if the other
    expert scored this excerpt at all (as in the truth of the evaluation).
    """
    labels = (excerpt.label,)
    n_total = input_length(excerpt.recording, labels, network.sfreq)
    stretch = read_samples(excerpt.recording, labels, network.sfreq, 0, n_total)
    rate, n_out = network.output_sfreq, n_total // network.stride
    marks, looked = np.zeros((2, n_out), np.float32), np.zeros((2, n_out), np.float32)
    whole = ((0.0, excerpt.recording.duration),)
    for row, expert in enumerate(excerpt.experts):
        looked[row] = track_of(expert.scored_spans or whole, n_out, rate)
        marks[row] = events_track(expert.events, n_out, rate) * looked[row]
    union = marks.max(axis=0)
    union_weight = looked.max(axis=0) if len(excerpt.experts) == 2 else union
    usable = (stretch.state == USABLE)[: n_out * network.stride]
    stage_weight = np.full(n_out, _OTHER_STAGES_WEIGHT, np.float32)
    stage_weight[track_of(excerpt.hypnogram.spans_of(SLEEP), n_out, rate) > 0] = 1.0
    stage_weight *= usable.reshape(-1, network.stride).all(axis=1)
    rows = [HEADS.index(head) for head in network.heads]
    return Example(
        subject=excerpt.subject,
        source=excerpt.hash,
        features=network.prepare(stretch.signals),
        targets=np.stack([*marks, union])[rows],
        weights=(np.stack([*looked, union_weight]) * stage_weight)[rows].astype(np.float32),
    )
