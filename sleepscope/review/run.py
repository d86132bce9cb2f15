"""A detection run as the review file keeps it."""

from __future__ import annotations

import dataclasses
import datetime
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sleepscope.detection.detection import Detection


@dataclass(frozen=True, slots=True)
class DetectionRun:
    """What a model was asked and when; the probability track is read when it is wanted.

    Attributes
    ----------
    id : int
    scorer : str
        The set its events are in.
    model, version, sha256 : str
        Of the model card.
    channels : tuple of str
        The channels the model read.
    threshold : float
        As applied.
    settings : dict
        ``DetectSettings`` as asked for.
    start : float, s
        Time of the first probability value.
    sfreq : float, Hz
        Rate of the probability track.
    when : datetime.datetime
        When the run was stored, UTC.
    seconds : float
        How long the run took; 0 where unknown.
    trained_on : tuple of dict
        The recordings the model was trained on, from its card.
    trained_on_this : bool
        Whether this recording is one of them.
    notices : tuple of str
    n_tracks : int
        1, or 2 where the network also said how likely a new event starts.
    """

    id: int
    scorer: str
    model: str
    version: str
    sha256: str
    channels: tuple[str, ...]
    threshold: float
    settings: dict[str, Any]
    start: float
    sfreq: float
    when: datetime.datetime
    seconds: float
    trained_on: tuple[dict[str, str], ...]
    trained_on_this: bool
    notices: tuple[str, ...]
    n_tracks: int = 1


def run_facts(detection: Detection, when: datetime.datetime, seconds: float) -> str:
    """What is stored of a detection beside its events and its probability track, as JSON."""
    card = detection.card
    facts = {
        "model": card.name,
        "version": card.version,
        "sha256": card.sha256,
        "channels": detection.channels,
        "threshold": detection.threshold,
        "settings": dataclasses.asdict(detection.settings),
        "start": detection.start,
        "sfreq": detection.sfreq,
        "when": when.isoformat(),
        "seconds": seconds,
        "trained_on": card.trained_on,
        "trained_on_this": detection.trained_on,
        "notices": detection.notices,
        "n_tracks": 1 if detection.split is None else 2,
    }
    return json.dumps(facts, ensure_ascii=False)


def run_of(run_id: int, scorer: str, facts: str) -> DetectionRun:
    """The run in a row."""
    found = json.loads(facts)
    for name in ("channels", "trained_on", "notices"):
        found[name] = tuple(found[name])
    found["when"] = datetime.datetime.fromisoformat(found["when"])
    return DetectionRun(id=run_id, scorer=scorer, **found)


def track_bytes(detection: Detection) -> bytes:
    """The probability track, and the split track behind it if any, as little-endian float32."""
    tracks = [detection.probability] + ([] if detection.split is None else [detection.split])
    return np.concatenate(tracks).astype("<f4").tobytes()


def tracks_of(blob: bytes, facts: str) -> NDArray[np.float32]:
    """The tracks of a run from little-endian float32, (n_tracks, n): probability, then split."""
    n_tracks = int(json.loads(facts).get("n_tracks", 1))
    return np.frombuffer(blob, dtype="<f4").astype(np.float32).reshape(n_tracks, -1)
