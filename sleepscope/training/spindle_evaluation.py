"""Scores of spindle detections on DREAMS, with the experts and the old detector beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sleepscope.agreement import Scores, macro_f1, pool, score, union
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.training.dreams_spindles import SLEEP, Excerpt

IOUS: Final = (0.2, 0.3, 0.5)
RULE: Final = (
    "Events were paired one to one at an IoU of at least the number in the line (the most pairs, "
    "then the largest sum of IoU), inside the stretches that the truth's experts scored, in the "
    "stages named, by midpoint; truth: what any expert marked, overlapping marks merged."
)
_SLEEP = "N2, N3"
_ALL = "all stages"
_STAGES: Final = {_SLEEP: SLEEP, _ALL: None}


def evaluate_spindles(
    excerpts: Sequence[Excerpt], found: Mapping[str, Sequence[Event]]
) -> dict[str, Any]:
    """Score detections against the union of the experts and against each expert.

    Parameters
    ----------
    excerpts : sequence of Excerpt
        Those that both experts scored.
    found : mapping of subject to sequence of Event
        Detections of networks that never saw the subject.

    Returns
    -------
    dict
        Ready for JSON. ``model`` and ``dreams automatic``: against the union, pooled over the
        excerpts, by stages and IoU; ``per excerpt`` in N2 and N3; ``expert 1`` and ``expert 2``:
        the model against each, and ``experts``: expert 2 against expert 1, inside the stretches
        that expert scored.
    """
    truth = {e.subject: union(e.experts) for e in excerpts}
    automatic = {e.subject: e.automatic.events for e in excerpts}
    first, second = ({e.subject: e.experts[expert] for e in excerpts} for expert in (0, 1))
    return {
        "rule": RULE,
        "model": _table(excerpts, found, truth),
        "per excerpt": {
            e.subject: {f"{iou:g}": _row(_score(e, found, truth, iou, SLEEP)) for iou in IOUS}
            for e in excerpts
        },
        "macro f1": {
            f"{iou:g}": macro_f1(_score(e, found, truth, iou, SLEEP) for e in excerpts)
            for iou in IOUS
        },
        "dreams automatic": _table(excerpts, automatic, truth),
        "expert 1": _table(excerpts, found, first),
        "expert 2": _table(excerpts, found, second),
        "experts": _table(excerpts, second, first),
    }


def _score(
    excerpt: Excerpt,
    found: Mapping[str, Sequence[Event] | EventSet],
    truth: Mapping[str, EventSet],
    iou: float,
    stages: frozenset[str] | None,
) -> Scores:
    return score(
        found[excerpt.subject],
        truth[excerpt.subject],
        iou=iou,
        stages=stages,
        hypnogram=excerpt.hypnogram,
        by_channel=False,
    )


def _table(
    excerpts: Sequence[Excerpt],
    found: Mapping[str, Sequence[Event] | EventSet],
    truth: Mapping[str, EventSet],
) -> dict[str, dict[str, dict[str, float | None]]]:
    """Pooled scores by stages and IoU."""
    return {
        name: {
            f"{iou:g}": _row(pool(_score(e, found, truth, iou, stages) for e in excerpts))
            for iou in IOUS
        }
        for name, stages in _STAGES.items()
    }


def _row(scores: Scores) -> dict[str, float | None]:
    """The figures of one line, rounded as they are printed."""
    figures = {
        "precision": scores.precision,
        "recall": scores.recall,
        "f1": scores.f1,
        "mean_iou": scores.mean_iou,
    }
    rounded = {k: None if v is None else round(v, 4) for k, v in figures.items()}
    return {"tp": scores.tp, "fp": scores.fp, "fn": scores.fn, **rounded}


def evaluation_text(results: Mapping[str, Any]) -> str:
    """The results as a table for a terminal."""
    lines = [results["rule"], ""]
    lines.append(f"{'':40}{'IoU':>5}{'tp':>6}{'fp':>6}{'fn':>6}{'prec':>7}{'rec':>7}{'F1':>7}")
    names = {
        "model": "model, union of the experts",
        "dreams automatic": "DREAMS automatic, union",
        "expert 1": "model, expert 1",
        "expert 2": "model, expert 2",
        "experts": "expert 2, expert 1",
    }
    for key, name in names.items():
        for stages, by_iou in results[key].items():
            lines += [_line(f"{name}, {stages}", iou, row) for iou, row in by_iou.items()]
    for subject, by_iou in results["per excerpt"].items():
        lines += [_line(f"{subject}, {_SLEEP}", iou, row) for iou, row in by_iou.items()]
    return "\n".join(lines)


def _line(name: str, iou: str, row: Mapping[str, float | None]) -> str:
    counts = "".join(f"{row[k]:>6}" for k in ("tp", "fp", "fn"))
    shares = "".join(
        "      -" if row[k] is None else f"{row[k]:>7.3f}" for k in ("precision", "recall", "f1")
    )
    return f"{name:<40}{iou:>5}{counts}{shares}"
