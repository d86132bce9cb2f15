"""The JSON beside an exported CSV: what the events belong to and how they came about."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from sleepscope import __version__
from sleepscope.detection.detection import Detection
from sleepscope.events.event_set import EventSet, Span
from sleepscope.recordings.neutral_name import content_hash, file_stems, neutral_name
from sleepscope.recordings.recording import Recording
from sleepscope.review.run import DetectionRun

FORMAT: Final = "sleepscope-events 1"


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model whose events are in the export.

    Attributes
    ----------
    scorer, name, version, sha256 : str
    settings : dict
        As asked for, with the ``threshold`` as applied.
    channels : tuple of str
        The channels it read.
    trained_on : tuple of dict
        The recordings it was trained on, from its card.
    trained_on_this_recording : bool
        True: its agreement with anybody here says nothing about other recordings.
    """

    scorer: str
    name: str
    version: str
    sha256: str
    settings: dict[str, Any]
    channels: tuple[str, ...]
    trained_on: tuple[dict[str, str], ...]
    trained_on_this_recording: bool


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What is written beside the CSV; no name of a person, of a file or a folder is in it.

    Attributes
    ----------
    recording : str
        "recording 3f9a2c1d": as every export calls it.
    content_hash : str
        Of the recording, as in its review: finds it under any name.
    duration : float, s
    start : str or None
        Clock time of the first sample, ISO 8601.
    subject_code : str
    models : tuple of ModelEntry
    scored_spans : dict
        By scorer: ``[[start, stop], ...]`` in seconds, None for the whole recording.
    file_stems : tuple of str
        What must not be written: names of the recording's files without their endings.
    """

    recording: str = ""
    duration: float | None = None
    start: str | None = None
    subject_code: str = ""
    models: tuple[ModelEntry, ...] = ()
    scored_spans: dict[str, tuple[Span, ...] | None] = field(default_factory=dict)
    content_hash: str = ""
    file_stems: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def of(
        cls,
        recording: Recording,
        event_sets: Iterable[EventSet],
        models: Iterable[ModelEntry] = (),
    ) -> Sidecar:
        """The sidecar of sets of events of a recording; models without a set are left out."""
        spans = {event_set.scorer: event_set.scored_spans for event_set in event_sets}
        return cls(
            recording=neutral_name(recording),
            duration=recording.duration,
            start=None if recording.start is None else recording.start.isoformat(),
            subject_code=recording.subject_code,
            models=tuple(model for model in models if model.scorer in spans),
            scored_spans=spans,
            content_hash=content_hash(recording),
            file_stems=file_stems(recording),
        )

    def facts(self) -> dict[str, Any]:
        """What is written, ready for JSON: all but the names of files."""
        facts = dataclasses.asdict(self)
        del facts["file_stems"]
        return {"format": FORMAT, **facts}

    def to_json(self) -> str:
        """The text of the file."""
        content = {**self.facts(), "software": f"SleepScope {__version__}"}
        return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def models_of_runs(runs: Iterable[DetectionRun]) -> tuple[ModelEntry, ...]:
    """The models of the detection runs in a review, one entry a scorer."""
    return _joined(
        ModelEntry(
            run.scorer,
            run.model,
            run.version,
            run.sha256,
            _as_applied(run.settings, run.model, run.threshold),
            run.channels,
            run.trained_on,
            run.trained_on_this,
        )
        for run in runs
    )


def models_of_detections(detections: Iterable[Detection]) -> tuple[ModelEntry, ...]:
    """The models of detections that are in no review, one entry a scorer."""
    return _joined(
        ModelEntry(
            detection.card.scorer,
            detection.card.name,
            detection.card.version,
            detection.card.sha256,
            _as_applied(
                dataclasses.asdict(detection.settings), detection.card.name, detection.threshold
            ),
            detection.channels,
            detection.card.trained_on,
            detection.trained_on,
        )
        for detection in detections
    )


def _as_applied(settings: dict[str, Any], model: str, threshold: float) -> dict[str, Any]:
    """Settings with the threshold used, and the model's name where its path was given."""
    return {**settings, "model": model, "threshold": threshold}


def _joined(entries: Iterable[ModelEntry]) -> tuple[ModelEntry, ...]:
    """Entries of one scorer (one per channel) as one."""
    by_scorer: dict[str, ModelEntry] = {}
    for entry in entries:
        first = by_scorer.get(entry.scorer)
        if first is not None:
            entry = dataclasses.replace(
                first,
                channels=tuple(dict.fromkeys((*first.channels, *entry.channels))),
                trained_on_this_recording=first.trained_on_this_recording
                or entry.trained_on_this_recording,
            )
        by_scorer[entry.scorer] = entry
    return tuple(by_scorer.values())
