"""An explanation as bytes, and the question it answers as a word: what a review file keeps."""

from __future__ import annotations

import json
import zlib
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.explain.explanation import Explanation
from sleepscope.networks.model_card import ModelCard
from sleepscope.recordings.derivation import DerivedRecording
from sleepscope.recordings.recording import Recording

# Grows whenever maps are made in another way, or this layout changes.
FORMAT: Final = 1
_WORDS: Final = ("method", "layer", "target", "scorer")
_SERIES: Final = {
    "times": "<f8",
    "relevance": "<f4",
    "probability_times": "<f8",
    "probability": "<f4",
    "freqs": "<f8",
}
# What bytes that are no explanation make zlib, json and numpy say.
_DAMAGE: Final = (zlib.error, ValueError, KeyError, TypeError)


def question(
    recording: Recording,
    card: ModelCard,
    channels: tuple[str, ...],
    start: float,
    stop: float,
    method: str,
) -> str:
    """A word for what is asked: which weights, what they read, which stretch, which method.

    A derived channel is told from another of the same name by what it is made of.
    """
    made_of = []
    for label in channels:
        derivation = None
        if isinstance(recording, DerivedRecording):
            derivation = recording.derivation(label)
        made_of.append(None if derivation is None else [derivation.plus, *derivation.minus])
    facts = [FORMAT, method, card.sha256, channels, made_of, round(start, 4), round(stop, 4)]
    return json.dumps(facts, ensure_ascii=False)


def packed(explanation: Explanation) -> bytes:
    """An explanation as bytes, without its event: events of one span share it."""
    series: dict[str, NDArray[Any] | None] = {name: getattr(explanation, name) for name in _SERIES}
    there = {name: values for name, values in series.items() if values is not None}
    head = {
        **{name: getattr(explanation, name) for name in _WORDS},
        "channels": explanation.channels,
        "shapes": {name: values.shape for name, values in there.items()},
    }
    body = b"".join(v.astype(_SERIES[name]).tobytes() for name, v in there.items())
    text = json.dumps(head, ensure_ascii=False).encode()
    return zlib.compress(len(text).to_bytes(4, "little") + text + body)


def unpacked(content: bytes, event_id: str | None = None) -> Explanation | None:
    """The explanation in some bytes, for an event; None where they hold none."""
    try:
        plain = zlib.decompress(content)
        behind = 4 + int.from_bytes(plain[:4], "little")
        head = json.loads(plain[4:behind])
        series: dict[str, Any] = {"freqs": None}
        for name, shape in head["shapes"].items():
            kind = np.dtype(_SERIES[name])
            size = kind.itemsize * int(np.prod(shape))
            values = np.frombuffer(plain[behind : behind + size], kind).reshape(shape)
            series[name] = values.astype(kind.newbyteorder("="))
            behind += size
        words: dict[str, Any] = {name: str(head[name]) for name in _WORDS}
        return Explanation(**words, channels=tuple(head["channels"]), **series, event_id=event_id)
    except _DAMAGE:
        return None
