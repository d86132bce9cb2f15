"""Scores of spindle detections on DREAMS, with the experts and the old detector beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sleepscope.agreement import (
    Match,
    bootstrap_nights,
    bootstrap_recordings,
    macro_f1,
    match,
    pool,
    score_match,
    union,
)
from sleepscope.agreement.scores import Scores
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
# Keys of the results of one detector, and what they are called in a table.
_TABLES: Final = {
    "model": "union of the experts",
    "expert 1": "expert 1",
    "expert 2": "expert 2",
    "single expert": "excerpts of one expert",
}
_Found = Mapping[str, Sequence[Event] | EventSet]


def evaluate_spindles(
    excerpts: Sequence[Excerpt], found: Mapping[str, Sequence[Event]]
) -> dict[str, Any]:
    """Score detections against the union of the experts and against each expert.

    Parameters
    ----------
    excerpts : sequence of Excerpt
        Those that both experts scored are judged; the others stand beside them.
    found : mapping of subject to sequence of Event
        Detections of networks that never saw the subject.

    Returns
    -------
    dict
        Ready for JSON. ``model`` and ``dreams automatic``: against the union, pooled over the
        excerpts, by stages and IoU; ``intervals``: of the F1 of ``model``, and their methods;
        ``per excerpt`` in N2 and N3; ``expert 1`` and ``expert 2``: the model against each, and
        ``experts``: expert 2 against expert 1, inside the stretches that expert scored;
        ``single expert``: the excerpts that only one expert scored, if they are in ``found``.
    """
    both = [e for e in excerpts if len(e.experts) == 2]
    single = [e for e in excerpts if len(e.experts) == 1 and e.subject in found]
    truth = {e.subject: union(e.experts) for e in both}
    automatic = {e.subject: e.automatic.events for e in both}
    first, second = ({e.subject: e.experts[expert] for e in both} for expert in (0, 1))
    only = {e.subject: e.experts[0] for e in single}
    parts = {
        iou: [score_match(m) for m in _matches(both, found, truth, iou, SLEEP)] for iou in IOUS
    }
    return {
        "rule": RULE,
        "model": _table(both, found, truth),
        "intervals": _intervals(both, found, truth),
        "per excerpt": {
            e.subject: {f"{iou:g}": _row(parts[iou][k]) for iou in IOUS} for k, e in enumerate(both)
        },
        "macro f1": {f"{iou:g}": macro_f1(parts[iou]) for iou in IOUS},
        "dreams automatic": _table(both, automatic, truth),
        "expert 1": _table(both, found, first),
        "expert 2": _table(both, found, second),
        "experts": _table(both, second, first),
        **({"single expert": _table(single, found, only)} if single else {}),
    }


def _matches(
    excerpts: Sequence[Excerpt],
    found: _Found,
    truth: Mapping[str, EventSet],
    iou: float,
    stages: frozenset[str] | None,
) -> list[Match]:
    return [
        match(
            found[e.subject],
            truth[e.subject],
            iou=iou,
            stages=stages,
            hypnogram=e.hypnogram,
            by_channel=False,
        )
        for e in excerpts
    ]


def _table(
    excerpts: Sequence[Excerpt], found: _Found, truth: Mapping[str, EventSet]
) -> dict[str, dict[str, dict[str, float | None]]]:
    """Pooled scores by stages and IoU."""
    return {
        name: {
            f"{iou:g}": _row(
                pool(score_match(m) for m in _matches(excerpts, found, truth, iou, stages))
            )
            for iou in IOUS
        }
        for name, stages in _STAGES.items()
    }


def _intervals(
    excerpts: Sequence[Excerpt], found: _Found, truth: Mapping[str, EventSet]
) -> dict[str, Any]:
    """Intervals of the pooled F1, over time and over excerpts, by stages and IoU."""
    made: dict[str, Any] = {}
    durations = [e.recording.duration for e in excerpts]
    for name, stages in _STAGES.items():
        made[name] = {}
        for iou in IOUS:
            matched = _matches(excerpts, found, truth, iou, stages)
            time = bootstrap_nights(matched, durations)
            people = bootstrap_recordings([score_match(m) for m in matched])
            made[name][f"{iou:g}"] = {
                "over time": _rounded(time.f1),
                "over excerpts": _rounded(people.f1),
            }
            made["methods"] = {"over time": time.method, "over excerpts": people.method}
    return made


def _rounded(interval: tuple[float, float] | None) -> list[float] | None:
    return None if interval is None else [round(end, 4) for end in interval]


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


def spindle_figures(results: Mapping[str, Any]) -> dict[str, Any]:
    """The main figures of one detector in one flat object, for a line of JSON.

    Parameters
    ----------
    results : mapping
        From :func:`evaluate_spindles`.

    Returns
    -------
    dict
        ``f1_02``, ``f1_03``, ``f1_05``, ``precision``, ``recall`` (at IoU 0.2), ``f1_02_time`` and
        ``f1_02_excerpts`` (95 % intervals), ``per_excerpt``, ``f1_all_stages``, ``f1_expert1``,
        ``f1_expert2`` (these in N2 and N3, at 0.2), ``f1_single_expert``, and ``ece`` of the
        confidence.
    """
    asleep = results["model"][_SLEEP]
    interval = results["intervals"][_SLEEP]["0.2"]
    single, calibration = results.get("single expert"), results.get("calibration")
    return {
        **{f"f1_{iou.replace('.', '')}": asleep[iou]["f1"] for iou in ("0.2", "0.3", "0.5")},
        "f1_02_time": interval["over time"],
        "f1_02_excerpts": interval["over excerpts"],
        "precision": asleep["0.2"]["precision"],
        "recall": asleep["0.2"]["recall"],
        "mean_iou": asleep["0.2"]["mean_iou"],
        "per_excerpt": {s: by_iou["0.2"]["f1"] for s, by_iou in results["per excerpt"].items()},
        "f1_all_stages": results["model"][_ALL]["0.2"]["f1"],
        "f1_05_all_stages": results["model"][_ALL]["0.5"]["f1"],
        "f1_expert1": results["expert 1"][_SLEEP]["0.2"]["f1"],
        "f1_expert2": results["expert 2"][_SLEEP]["0.2"]["f1"],
        "f1_single_expert": None if single is None else single[_SLEEP]["0.2"]["f1"],
        "ece": None if calibration is None else calibration["confidence"]["ece"],
    }


def comparison_text(detectors: Mapping[str, Mapping[str, Any]]) -> str:
    """Detectors side by side, one line each, from their :func:`evaluate_spindles`."""
    lines = [RULE, ""]
    lines.append(
        f"{'N2, N3, pooled':30}{'prec':>6}{'rec':>6}{'F1 .2':>7}{'95 % time':>14}"
        f"{'95 % excerpts':>15}{'.3':>6}{'.5':>6}{'all':>6}{'exp 1':>7}{'exp 2':>7}{'7, 8':>6}"
    )
    for name, results in detectors.items():
        row = spindle_figures(results)
        shown = {k: "-" if v is None else f"{v:.3f}" for k, v in row.items() if _is_share(v)}
        time, people = (
            "-" if row[k] is None else f"{row[k][0]:.3f}-{row[k][1]:.3f}"
            for k in ("f1_02_time", "f1_02_excerpts")
        )
        lines.append(
            f"{name:30}{shown['precision']:>6}{shown['recall']:>6}{shown['f1_02']:>7}{time:>14}"
            f"{people:>15}{shown['f1_03']:>6}{shown['f1_05']:>6}{shown['f1_all_stages']:>6}"
            f"{shown['f1_expert1']:>7}{shown['f1_expert2']:>7}{shown['f1_single_expert']:>6}"
        )
    lines += ["", "all: all stages at IoU 0.2; exp 1, exp 2: against each expert where that one "]
    lines[-1] += "looked; 7, 8: excerpts that one expert scored. Intervals:"
    for results in list(detectors.values())[:1]:
        lines += [f"- {text}" for text in results["intervals"]["methods"].values()]
    return "\n".join(lines)


def _is_share(value: Any) -> bool:
    return value is None or isinstance(value, float)


def evaluation_text(results: Mapping[str, Any]) -> str:
    """The results of one detector as a table for a terminal."""
    lines = [results["rule"], ""]
    lines.append(f"{'':40}{'IoU':>5}{'tp':>6}{'fp':>6}{'fn':>6}{'prec':>7}{'rec':>7}{'F1':>7}")
    names = {key: f"model, {name}" for key, name in _TABLES.items()}
    names |= {"dreams automatic": "DREAMS automatic, union", "experts": "expert 2, expert 1"}
    for key, name in names.items():
        for stages, by_iou in results.get(key, {}).items():
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
