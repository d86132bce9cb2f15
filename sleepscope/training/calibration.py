"""Confidence that means something: of the events with 0.8, four in five are right."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.agreement import match
from sleepscope.constants import DEFAULT_IOU
from sleepscope.detection.segmentation import EventRule
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.training.rule_choice import ScoredTracks, found_events

CALIBRATION_RULE: Final = (
    "Right: paired with a mark of an expert at an IoU of at least 0.2, in N2 and N3. Confidence: "
    "slope and offset of the log odds of the mean probability, fitted on the other excerpts. "
    "Curve: mean confidence, share that was right, events, in bins of 0.1; ECE: their mean "
    "distance, weighted by events."
)
_BINS: Final = 10
_ODDS_LIMIT: Final = 1e-6
# Pulls slope and offset towards 1 and 0 like so many events would: few events must not decide.
_PRIOR: Final = 2.0


@dataclass(frozen=True, slots=True)
class JudgedEvents:
    """Events of a detector, and whether somebody marked them.

    Attributes
    ----------
    confidence : (n,) ndarray
    right : (n,) ndarray of bool
        Paired with a mark at an IoU of 0.2.
    """

    confidence: NDArray[np.float64]
    right: NDArray[np.bool_]


def judged_events(
    scored: Sequence[ScoredTracks],
    sfreq: float,
    rule: EventRule,
    stages: Collection[str] | None = None,
) -> JudgedEvents:
    """The events of tracks, in these stages and where somebody looked."""
    return joined(
        [
            judged(found_events(one.tracks, sfreq, rule, ""), one.truth, one.hypnogram, stages)
            for one in scored
        ]
    )


def judged(
    found: Sequence[Event],
    truth: EventSet,
    hypnogram: Hypnogram | None,
    stages: Collection[str] | None = None,
) -> JudgedEvents:
    """Events that carry a confidence, in these stages and where somebody looked."""
    matched = match(
        found, truth, iou=DEFAULT_IOU, stages=stages, hypnogram=hypnogram, by_channel=False
    )
    paired = [pair.a for pair in matched.pairs]
    events = [*paired, *matched.only_a]
    right = np.arange(len(events)) < len(paired)
    return JudgedEvents(np.array([event.confidence or 0.0 for event in events]), right)


def calibrated(
    rule: EventRule,
    scored: Sequence[ScoredTracks],
    sfreq: float,
    stages: Collection[str] | None = None,
) -> EventRule:
    """The rule with the confidence that fits these recordings best.

    Parameters
    ----------
    rule : EventRule
    scored : sequence of ScoredTracks
        From recordings that the networks behind the tracks did not see, and that are not those
        the confidence will be judged on.
    sfreq : float, Hz
    stages : collection of str or None

    References
    ----------
    Platt 1999, Probabilistic outputs for support vector machines.
    """
    plain = replace(rule, confidence_slope=1.0, confidence_offset=0.0)
    slope, offset = fit_confidence(judged_events(scored, sfreq, plain, stages))
    return replace(plain, confidence_slope=slope, confidence_offset=offset)


def fit_confidence(events: JudgedEvents) -> tuple[float, float]:
    """Slope (above 0) and offset of the log odds, by a logistic regression with a weak prior."""
    inside = np.clip(events.confidence, _ODDS_LIMIT, 1 - _ODDS_LIMIT)
    design = np.stack([np.log(inside / (1 - inside)), np.ones(inside.size)], axis=1)
    prior = np.array([1.0, 0.0])
    values = prior.copy()
    for _ in range(50):
        probability = 1 / (1 + np.exp(-design @ values))
        gradient = design.T @ (events.right - probability) - _PRIOR * (values - prior)
        curvature = (design * (probability * (1 - probability))[:, None]).T @ design
        step = np.linalg.solve(curvature + _PRIOR * np.eye(2), gradient)
        values = values + step
        # A falling line would say that the surest are the worst: then all are alike.
        values[0] = max(values[0], 1e-3)
        if np.abs(step).max() < 1e-9:
            break
    return round(float(values[0]), 4), round(float(values[1]), 4)


def reliability(events: JudgedEvents) -> dict[str, Any]:
    """Reliability curve and expected calibration error, ready for JSON.

    Returns
    -------
    dict
        ``ece``: mean distance between confidence and share of right events over bins a tenth
        wide, weighted by their events (Naeini et al. 2015); ``curve``: for each bin with events
        their mean confidence, the share that was right and their number; ``events``.
    """
    bins = np.clip((events.confidence * _BINS).astype(int), 0, _BINS - 1)
    curve = []
    error = 0.0
    for k in range(_BINS):
        inside = bins == k
        n = int(inside.sum())
        if n:
            mean, share = events.confidence[inside].mean(), events.right[inside].mean()
            error += n / bins.size * abs(mean - share)
            curve.append([round(float(mean), 4), round(float(share), 4), n])
    return {"ece": round(float(error), 4), "curve": curve, "events": int(bins.size)}


def calibration_results(
    turns: Sequence[tuple[Sequence[ScoredTracks], EventRule]],
    sfreq: float,
    stages: Collection[str] | None = None,
) -> dict[str, Any]:
    """How well confidence says what is right, before and after it was fitted; ready for JSON.

    Parameters
    ----------
    turns : sequence of (tracks, rule)
        The rule of each turn, and the confidence in it, come from other recordings.
    sfreq : float, Hz
    stages : collection of str or None
    """
    fitted, plain = [], []
    for scored, rule in turns:
        as_it_is = replace(rule, confidence_slope=1.0, confidence_offset=0.0)
        fitted.append(judged_events(scored, sfreq, rule, stages))
        plain.append(judged_events(scored, sfreq, as_it_is, stages))
    return {
        "rule": CALIBRATION_RULE,
        "confidence": reliability(joined(fitted)),
        "mean probability": reliability(joined(plain)),
    }


def joined(parts: Sequence[JudgedEvents]) -> JudgedEvents:
    """The events of several recordings together."""
    confidence = [event for part in parts for event in part.confidence.tolist()]
    right = [event for part in parts for event in part.right.tolist()]
    return JudgedEvents(np.array(confidence, dtype=np.float64), np.array(right, dtype=bool))
