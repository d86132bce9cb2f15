"""Explanations of many events as arrays in one .npz file; help page commands.md tells them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from sleepscope.events.event import Event
from sleepscope.explain.explanation import Explanation
from sleepscope.networks.model_card import ModelCard

# Grows whenever an array is added, renamed or means something else.
FORMAT: Final = 1


def maps_npz(
    events: Mapping[str, Event], explanations: Sequence[Explanation], card: ModelCard, scale: float
) -> bytes:
    """The file's bytes: maps of different lengths behind each other, with where each begins.

    Neither names nor dates of the recording are in it.

    Parameters
    ----------
    events : mapping of id to Event
    explanations : sequence of Explanation
        In the order in which they are written; all of one model.
    card : ModelCard
    scale : float, logit
        Where the program's colours are at their fullest.
    """
    shown = [events[one.event_id] for one in explanations if one.event_id is not None]
    freqs = next((one.freqs for one in explanations if one.freqs is not None), None)
    arrays: dict[str, Any] = {
        "format": np.array(FORMAT),
        "model": np.array(f"{card.name} {card.version}"),
        "sha256": np.array(card.sha256),
        "method": np.array(explanations[0].method if explanations else ""),
        "layer": np.array(explanations[0].layer if explanations else ""),
        "scale": np.array(scale),
        "onset": np.array([event.onset for event in shown]),
        "duration": np.array([event.duration for event in shown]),
        "kind": np.array([event.kind for event in shown], dtype=np.str_),
        "channels": np.array([", ".join(one.channels) for one in explanations], dtype=np.str_),
        "target": np.array([one.target for one in explanations], dtype=np.str_),
        "first": _firsts([one.times.size for one in explanations]),
        "times": _joined([one.times for one in explanations], np.float64),
        "relevance": _joined([one.relevance for one in explanations], np.float32),
        "probability_first": _firsts([one.probability.size for one in explanations]),
        "probability_times": _joined([one.probability_times for one in explanations], np.float64),
        "probability": _joined([one.probability for one in explanations], np.float32),
    }
    if freqs is not None:
        arrays["freqs"] = freqs
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def _firsts(sizes: Sequence[int]) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int64)


def _joined(parts: Sequence[np.ndarray], kind: type) -> np.ndarray:
    return np.concatenate(parts, axis=-1) if parts else np.zeros(0, dtype=kind)
