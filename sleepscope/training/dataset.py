"""A dataset: people, their nights, who scored them, and what a network learns from that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.agreement import union
from sleepscope.constants import REM, SPINDLE
from sleepscope.detection.inputs import USABLE, input_length, read_samples
from sleepscope.errors import SettingsError
from sleepscope.events.event_set import EventSet, Span
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.networks.dense import DenseNetwork
from sleepscope.progress import Progress, Steps
from sleepscope.recordings.identity import channel_hash
from sleepscope.recordings.neutral_name import neutral_name
from sleepscope.recordings.recording import Recording
from sleepscope.training.example import Example, events_track, track_of

# Stages in which events of a task are looked for; others count less in training.
STAGES: Final = {SPINDLE: frozenset({"N2", "N3"}), REM: frozenset({"R"})}
_OTHER_STAGES_WEIGHT: Final = 0.3


@dataclass(frozen=True, slots=True)
class Night:
    """One recording as experts scored it.

    Attributes
    ----------
    subject : str
        Whose it is: nights of one subject are never on both sides of a split.
    recording : Recording
    labels : tuple of str
        Channels the network reads.
    experts : tuple of EventSet
        Events of the task, one set for each expert, with the stretches they looked at.
    hypnogram : Hypnogram or None
    is_public : bool
        Whether the name of its file is that of a public or simulated recording.
    """

    subject: str
    recording: Recording
    labels: tuple[str, ...]
    experts: tuple[EventSet, ...]
    hypnogram: Hypnogram | None = None
    is_public: bool = False

    @property
    def name(self) -> str:
        """File name of the recording, for the person who trains."""
        return self.recording.path.name

    @property
    def code(self) -> str:
        """What model cards call it: they travel with the model, and file names name patients."""
        return self.name if self.is_public else neutral_name(self.recording)

    @property
    def truth(self) -> EventSet:
        """What any expert marked, scored where any of them looked."""
        return union(self.experts)

    @property
    def n_events(self) -> int:
        """Events of the truth."""
        return len(self.truth.events)

    @property
    def scored_spans(self) -> tuple[Span, ...]:
        """Where anybody looked, s."""
        return self.truth.scored_spans or ((0.0, self.recording.duration),)

    @property
    def scored_seconds(self) -> float:
        """How long somebody looked, s."""
        return sum(stop - start for start, stop in self.scored_spans)

    @property
    def source(self) -> str:
        """Hash of the first channel: the same signal under two names is found out."""
        return channel_hash(self.recording, self.labels[0])


@dataclass(frozen=True, slots=True)
class Dataset:
    """Scored nights of several people for one task.

    Attributes
    ----------
    name : str
        As on the command line: "folder", "reviewed", "simulated", "dreams-spindles", "dreams-rems".
    title : str
        For model cards.
    task : str
        "spindle" or "rem".
    nights : tuple of Night
    licence : str
        Of the recordings.
    notices : tuple of str
        What was left out and why, one sentence each.
    """

    name: str
    title: str
    task: str
    nights: tuple[Night, ...] = field(repr=False)
    licence: str = "that of the recordings"
    notices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.nights:
            why = " ".join(self.notices[:3])
            raise SettingsError(
                f"{self.title} holds no recording with events of kind '{self.task}'. {why}".strip()
            )

    @property
    def subjects(self) -> tuple[str, ...]:
        """Everybody, in the order of the nights."""
        return tuple(dict.fromkeys(night.subject for night in self.nights))

    @property
    def stages(self) -> frozenset[str] | None:
        """Stages in which events are compared; None where a night has no stages."""
        return STAGES.get(self.task) if all(night.hypnogram for night in self.nights) else None

    @property
    def n_experts(self) -> int:
        """Experts of the night that most of them scored."""
        return max(len(night.experts) for night in self.nights)

    def of(self, subjects: Sequence[str]) -> Dataset:
        """The nights of these people alone."""
        kept = tuple(night for night in self.nights if night.subject in set(subjects))
        return Dataset(self.name, self.title, self.task, kept, self.licence, self.notices)

    def origins(self) -> tuple[dict[str, str], ...]:
        """How a model card names the nights among what a network was trained on."""
        return tuple(
            {
                "dataset": self.title,
                "recording": f"{night.code}, {', '.join(night.labels)}",
                "hash": night.source,
                "n_samples": str(night.recording.channel(night.labels[0]).n_samples),
                "licence": self.licence,
            }
            for night in self.nights
        )

    def examples(self, network: DenseNetwork) -> Steps[tuple[Example, ...]]:
        """Every night as training material; see :func:`night_example`."""
        found = []
        for done, night in enumerate(self.nights):
            yield Progress(done, len(self.nights), f"Reading {night.name}")
            found.append(night_example(night, network, self.task, self.n_experts))
        return tuple(found)


def night_example(night: Night, network: DenseNetwork, task: str, n_experts: int) -> Example:
    """A night as training material for whatever heads a network has.

    "expert 1", "expert 2", ... learn from that expert where that expert looked; "union" from what
    any of them marked; "onset" from the first moments of events; any other head from the share of
    the experts who looked that marked an event (a soft label). Where nobody looked nothing counts.
    Where fewer experts looked than usual in the dataset, what they left out may be an event all
    the same, so only what they marked counts for "union".

    Parameters
    ----------
    night : Night
    network : DenseNetwork
    task : str
    n_experts : int
        Experts usual in the dataset.
    """
    n_total = input_length(night.recording, night.labels, network.sfreq)
    stretch = read_samples(night.recording, night.labels, network.sfreq, 0, n_total)
    rate, n_out = network.output_sfreq, n_total // network.stride
    whole = ((0.0, night.recording.duration),)
    looked = np.stack([track_of(e.scored_spans or whole, n_out, rate) for e in night.experts])
    marks = np.stack([events_track(e.events, n_out, rate) for e in night.experts]) * looked
    onsets = [_onsets(expert, n_out, rate) for expert in night.experts]
    made = _Tracks(marks, looked, np.stack(onsets) * looked, n_experts)
    targets, weights = zip(*(made.head(name) for name in network.heads), strict=True)
    usable = (stretch.state == USABLE)[: n_out * network.stride]
    counts = usable.reshape(-1, network.stride).all(axis=1).astype(np.float32)
    if night.hypnogram is not None and task == SPINDLE:
        asleep = track_of(night.hypnogram.spans_of(set(STAGES[task])), n_out, rate)
        counts *= np.where(asleep > 0, 1.0, _OTHER_STAGES_WEIGHT).astype(np.float32)
    return Example(
        subject=night.subject,
        source=night.source,
        features=network.prepare(stretch.signals),
        targets=np.stack(targets).astype(np.float32),
        weights=(np.stack(weights) * counts).astype(np.float32),
    )


@dataclass(frozen=True, slots=True)
class _Tracks:
    """What the experts marked and where they looked, (n_experts, n_out) each."""

    marks: NDArray[np.float32]
    looked: NDArray[np.float32]
    onsets: NDArray[np.float32]
    n_experts: int

    def head(self, name: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Target and weight of a head."""
        n_looked = self.looked.sum(axis=0)
        anybody = (n_looked > 0).astype(np.float32)
        if name.startswith("expert "):
            row = int(name.removeprefix("expert ")) - 1
            if row >= len(self.marks):
                return np.zeros_like(anybody), np.zeros_like(anybody)
            return self.marks[row], self.looked[row]
        if name == "union":
            marked = self.marks.max(axis=0)
            return marked, anybody if len(self.marks) >= self.n_experts else marked
        shares = self.onsets if name == "onset" else self.marks
        return shares.sum(axis=0) / np.maximum(n_looked, 1), anybody


def _onsets(expert: EventSet, n_out: int, rate: float) -> NDArray[np.float32]:
    """1 at the first moment of each event and the two beside it."""
    around = 1.0 / rate
    return track_of(((e.onset - around, e.onset + 2 * around) for e in expert.events), n_out, rate)
