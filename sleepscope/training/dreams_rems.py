"""The DREAMS REMs database: nine excerpts of 30 min, one expert's eye movements and a detector's.

Devuyst et al., doi:10.5281/zenodo.2650142. The expert marks whole bursts (median 1.2 s in REM
sleep), the detector moments.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from sleepscope.detection.detect import detect
from sleepscope.detection.inputs import USABLE, input_length, read_samples
from sleepscope.detection.settings import DetectSettings
from sleepscope.errors import ChannelError, EventFileError, RecordingError
from sleepscope.events import read_events
from sleepscope.events.event import Event
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.networks.dense import DenseNetwork
from sleepscope.progress import finish
from sleepscope.recordings.identity import channel_hash
from sleepscope.recordings.kinds import find_eog_pair
from sleepscope.recordings.opening import open_recording
from sleepscope.recordings.recording import Recording
from sleepscope.training.example import Example, track_of

LICENCE: Final = "CC BY-NC-ND 3.0"
# Git blob hashes of the nine recordings, to know a true copy.
EXPECTED_SIGNALS: Final[Mapping[int, str]] = {
    1: "25a1439a225c3a0f4c4c1f8d00d10521b6010e99",
    2: "ecda1ce103677fe8a5208c422afb4bebd8766fe6",
    3: "51dcbdb91d860bba31f18d2749aa8ea4f32ae9c0",
    4: "bf906cefe1bc18fbb6a6dbc044eaeb917df8364a",
    5: "d62a6fbbe7c17f97669d58e3b42d203805c1593a",
    6: "e3dfab7f37dc684795958c6826cdacbba99cda51",
    7: "a25487d94541fc82fff35648775c1beafc97b18a",
    8: "6923997ca75a3fbea815fc892443ce632c48a4a8",
    9: "4c0e98842823ed56013c83946197ffffa2d913cc",
}
# Movements are looked for in REM sleep; of what the expert marked in wake much is blinks.
OTHER_STAGES_WEIGHT: Final = 0.3
# Seconds around a mark that do not count: nobody's edges are that sharp.
MARK_MARGIN: Final = 0.15


@dataclass(frozen=True, slots=True)
class RemExcerpt:
    """One excerpt.

    Attributes
    ----------
    number : int
        1 to 9.
    recording : Recording
    eyes : (left, right)
        Labels of the eye channels.
    hypnogram : Hypnogram
        Epochs of 5 s.
    marks : tuple of Event
        The expert's, those that last.
    automatic : tuple of Event
        What the database's own detector found, as moments.
    hash : str
        Of the left eye's channel, see :func:`~sleepscope.recordings.identity.channel_hash`.
    """

    number: int
    recording: Recording
    eyes: tuple[str, str]
    hypnogram: Hypnogram
    marks: tuple[Event, ...]
    automatic: tuple[Event, ...]
    hash: str

    @property
    def subject(self) -> str:
        """Name of the sleeper: the excerpt's."""
        return f"excerpt{self.number}"

    @property
    def origin(self) -> dict[str, str]:
        """How a model card names it among what a network was trained on."""
        return {
            "dataset": "DREAMS REMs, doi:10.5281/zenodo.2650142",
            "recording": f"excerpt{self.number}.edf, {' and '.join(self.eyes)}",
            "hash": self.hash,
            "n_samples": str(self.recording.channel(self.eyes[0]).n_samples),
            "licence": LICENCE,
        }


def git_blob_hash(path: Path) -> str:
    """The hash under which git would keep a file, hexadecimal."""
    digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def read_rem_excerpts(folder: Path, *, verify: bool = True) -> tuple[RemExcerpt, ...]:
    """Read the database's folder: signals, marks, automatic detections, hypnograms.

    Parameters
    ----------
    folder : Path
    verify : bool
        Whether a recording that is not the published one is an error.

    Raises
    ------
    RecordingError, EventFileError, ChannelError
        If files are missing, damaged, or not those of the database.
    """
    numbers = [n for n in EXPECTED_SIGNALS if (folder / f"excerpt{n}.edf").is_file()]
    if not numbers:
        raise RecordingError(
            f"{folder} holds no signals of the DREAMS REMs (excerpt1.edf to excerpt9.edf); "
            "unpack DatabaseREMs.rar of doi:10.5281/zenodo.2650142 there."
        )
    if verify:
        for number in numbers:
            _verify(folder / f"excerpt{number}.edf", EXPECTED_SIGNALS[number])
    return tuple(_read_excerpt(folder, number) for number in numbers)


def _verify(path: Path, expected: str) -> None:
    found = git_blob_hash(path)
    if found != expected:
        raise RecordingError(
            f"{path.name} is not the recording of the DREAMS REMs (git blob {found[:10]} where "
            f"{expected[:10]} is expected); unpack DatabaseREMs.rar anew, or add --unverified to "
            "train on it all the same."
        )


def _read_excerpt(folder: Path, number: int) -> RemExcerpt:
    recording = open_recording(folder / f"excerpt{number}.edf")
    eyes = find_eog_pair(recording.channels)
    if eyes is None:
        labels = ", ".join(channel.label for channel in recording.channels)
        raise ChannelError(f"excerpt{number}.edf has no pair of eye channels; it has {labels}.")
    hypnogram = read_events(folder / f"Hypnogram_excerpt{number}.txt").hypnogram
    if hypnogram is None:
        raise EventFileError(f"Hypnogram_excerpt{number}.txt holds no stages.")
    marks = read_events(folder / f"Visual_scoring1_excerpt{number}.txt").event_sets[0]
    automatic = read_events(folder / f"Automatic_detection_excerpt{number}.txt").event_sets[0]
    lasting = tuple(event for event in marks.events if event.duration > 0)
    hashed = channel_hash(recording, eyes[0])
    return RemExcerpt(number, recording, eyes, hypnogram, lasting, automatic.events, hashed)


def rem_example(excerpt: RemExcerpt, network: DenseNetwork, model: str) -> Example:
    """An excerpt as training material for heads "event" and "onset" of single movements.

    The expert marked bursts, the network says single movements, and which moments of a burst are
    movements nobody said. So a mark teaches what it can: outside of marks there is no movement;
    inside, what ``model`` finds already is confirmed and the rest does not count; a mark in which
    it finds nothing is taught as a whole.

    Parameters
    ----------
    excerpt : RemExcerpt
    network : DenseNetwork
        For its rates and its ``prepare``.
    model : str
        A model that never saw the excerpt: name or path of its card.
    """
    n_total = input_length(excerpt.recording, excerpt.eyes, network.sfreq)
    stretch = read_samples(excerpt.recording, excerpt.eyes, network.sfreq, 0, n_total)
    rate, n_out = network.output_sfreq, n_total // network.stride
    (known,) = finish(detect(excerpt.recording, DetectSettings("rem", model, excerpt.eyes)))
    found = [
        event
        for event in known.events
        if any(event.onset < mark.stop and mark.onset < event.stop for mark in excerpt.marks)
    ]
    missed = [
        mark
        for mark in excerpt.marks
        if not any(event.onset < mark.stop and mark.onset < event.stop for event in known.events)
    ]
    taught = [(event.onset, event.stop) for event in (*found, *missed)]
    marked = [(mark.onset - MARK_MARGIN, mark.stop + MARK_MARGIN) for mark in excerpt.marks]
    targets = np.zeros((2, n_out), np.float32)
    targets[0] = track_of(taught, n_out, rate)
    targets[1] = track_of(
        [(onset - 1 / rate, onset + 2 / rate) for onset, _ in taught], n_out, rate
    )
    inside = track_of(marked, n_out, rate) > 0
    weights = np.full((2, n_out), OTHER_STAGES_WEIGHT, np.float32)
    weights[:, track_of(excerpt.hypnogram.spans_of({"R"}), n_out, rate) > 0] = 1.0
    for row in range(2):
        weights[row, inside & (targets[row] == 0)] = 0.0
    usable = (stretch.state == USABLE)[: n_out * network.stride]
    weights *= usable.reshape(-1, network.stride).all(axis=1)
    features = network.prepare(stretch.signals)
    return Example(excerpt.subject, excerpt.hash, features, targets, weights)
