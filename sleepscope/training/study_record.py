"""What a run says of itself in its folder: only the same settings and marks go on there."""

from __future__ import annotations

import hashlib
from typing import Any

from sleepscope.training.dataset import Dataset, Night
from sleepscope.training.study_settings import StudySettings
from sleepscope.training.window_splits import Protocol


def study_record(
    dataset: Dataset,
    settings: StudySettings,
    fit: dict[str, Any],
    inner_folds: int,
    protocol: Protocol | None = None,
) -> dict[str, Any]:
    """Settings and nights of a run, ready for JSON.

    Parameters
    ----------
    dataset : Dataset
    settings : StudySettings
    fit : dict
        How every network is fitted.
    inner_folds : int
        As they could be made.
    protocol : Protocol or None
        How windows are split; None where people are held out.
    """
    return {
        "name": settings.name,
        "recipe": settings.recipe,
        "fit": fit,
        "folds": settings.folds,
        **({} if protocol is None else {"scheme": protocol.title}),
        "inner folds": inner_folds,
        "start": None if settings.start is None else settings.start.scorer,
        "dataset": dataset.name,
        "task": dataset.task,
        "nights": [
            {
                "night": night.name,
                "person": night.subject,
                "channels": list(night.labels),
                "events": night.n_events,
                "scored s": round(night.scored_seconds, 1),
                "marks": marks_hash(night),
            }
            for night in dataset.nights
        ],
    }


def marks_hash(night: Night) -> str:
    """Tells whether the marks of a night are still those that networks learned from."""
    said = [
        (one.scorer, one.scored_spans, [(e.onset, e.duration) for e in one.events])
        for one in night.experts
    ]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]
