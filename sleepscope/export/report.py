"""The agreement of scorers as one page of HTML and as CSV: figures, intervals, plots, the rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Final

from sleepscope.agreement.agreement_report import AgreementReport, StageReport, Versus
from sleepscope.agreement.breakdown import PartScores
from sleepscope.constants import STAGES
from sleepscope.errors import ExportError
from sleepscope.events.csv_text import defuse
from sleepscope.export.atomic_write import write_whole
from sleepscope.export.csv_lines import csv_bytes
from sleepscope.export.report_plots import Bar, bars_svg, confusion_svg

CSV_COLUMNS: Final = (
    "table", "a", "b", "part", "matched", "missed", "extra", "precision", "precision_low",
    "precision_high", "recall", "recall_low", "recall_high", "f1", "f1_low", "f1_high",
    "mean_iou", "kappa",
)  # fmt: skip
_STYLE = (
    "body{font-family:sans-serif;font-size:12px;color:#1B1F24;max-width:760px;margin:24px auto}"
    "h1{font-size:18px}h2{font-size:14px;margin:18px 0 4px}p{margin:4px 0}"
    "table{border-collapse:collapse}td,th{padding:2px 10px;text-align:right}"
    "td:first-child,th:first-child{text-align:left}th{border-bottom:1px solid #8C97A3}"
    ".muted{color:#57606A}"
)

# From an SVG to what stands in the page.
Embed = Callable[[str], str]


def write_report(path: Path, report: AgreementReport, title_of: Callable[[str], str]) -> None:
    """Write the report; the ending of the name says how.

    Parameters
    ----------
    path : Path
        ``.html`` or ``.csv``.
    report : AgreementReport
    title_of : callable
        From a scorer's name to what people read.

    Raises
    ------
    ExportError
        If the name ends otherwise or the file cannot be written.
    """
    ending = path.suffix.lower()
    if ending == ".html":
        content = report_html(report, title_of).encode("utf-8", "replace")
    elif ending == ".csv":
        content = csv_bytes([CSV_COLUMNS, *report_rows(report)])
    else:
        raise ExportError(f"{path.name} must end in .html or .csv; no other report is written.")
    if not path.absolute().parent.is_dir():
        raise ExportError(f"There is no folder {path.absolute().parent} to write a report to.")
    write_whole({path: content})


def report_rows(report: AgreementReport) -> list[tuple[str, ...]]:
    """The figures as rows of :data:`CSV_COLUMNS`."""
    main = report.main
    rows = [_versus_row("all", main)]
    if report.samples is not None:
        samples = report.samples
        rows.append(
            _row("by_sample", main, "", (samples.tp, samples.fn, samples.fp), f1=samples.f1,
                 kappa=samples.kappa)
        )  # fmt: skip
    for table, parts in (
        ("by_stage", report.stages), ("by_channel", report.channels), ("by_hour", report.hours),
    ):  # fmt: skip
        rows += [
            _row(table, main, part.name, (part.tp, part.fn, part.fp), part.precision, part.recall,
                 part.f1, part.mean_iou)
            for part in parts
        ]  # fmt: skip
    rows += [_versus_row("against", one) for one in report.others]
    rows += [_versus_row("human_ceiling", one) for one in report.ceiling]
    return rows


def _versus_row(table: str, one: Versus) -> tuple[str, ...]:
    s, i = one.scores, one.intervals
    ranges = (None, None, None) if i is None else (i.precision, i.recall, i.f1)
    return _row(
        table, one, "", (s.tp, s.fn, s.fp), s.precision, s.recall, s.f1, s.mean_iou, ranges=ranges
    )


def _row(
    table: str,
    who: Versus,
    part: str,
    counts: tuple[int, int, int],
    precision: float | None = None,
    recall: float | None = None,
    f1: float | None = None,
    mean_iou: float | None = None,
    *,
    kappa: float | None = None,
    ranges: Sequence[tuple[float, float] | None] = (None, None, None),
) -> tuple[str, ...]:
    cells = [table, defuse(who.a), defuse(who.b), defuse(part), *map(str, counts)]
    for value, interval in zip((precision, recall, f1), ranges, strict=True):
        cells += [_cell(value), *map(_cell, interval or (None, None))]
    return (*cells, _cell(mean_iou), _cell(kappa))


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def report_html(
    report: AgreementReport, title_of: Callable[[str], str], embed: Embed = lambda svg: svg
) -> str:
    """One page of HTML without scripts, other files or data of a patient.

    Parameters
    ----------
    report : AgreementReport
    title_of : callable
    embed : callable
        How a plot is put into the page; by default as it is.
    """
    main = report.main
    a, b = escape(title_of(main.a)), escape(title_of(main.b))
    parts = [
        "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>",
        f"<title>Agreement of {a} with {b}</title><style>{_STYLE}</style></head><body>",
        f"<h1>Agreement of {a} with {b}: {escape(report.kind.replace('_', ' '))}</h1>",
        _figures(report),
        f"<p class='muted'>{escape(main.scores.rule)}</p>",
    ]
    if main.intervals is not None:
        parts.append(f"<p class='muted'>{escape(main.intervals.method)}</p>")
    parts.append(
        f"<h2>F1 and the human ceiling</h2><div>{embed(_ceiling_svg(report, title_of))}</div>"
    )
    for words, rows in (
        ("By stage", report.stages), ("By channel", report.channels), ("By hour", report.hours),
    ):  # fmt: skip
        if rows:
            parts.append(f"<h2>{words}</h2>{_parts_table(rows)}")
    if report.hypnograms is not None:
        parts.append(_stages_html(report.hypnograms, title_of, embed))
    parts.append("<p class='muted'>Made by SleepScope, a research tool, not a medical device.</p>")
    return "".join([*parts, "</body></html>"])


def _figures(report: AgreementReport) -> str:
    s, i = report.main.scores, report.main.intervals
    rows = [
        ("Matched / missed / extra", f"{s.tp} / {s.fn} / {s.fp}", ""),
        ("Precision", share(s.precision), range_text(None if i is None else i.precision)),
        ("Recall", share(s.recall), range_text(None if i is None else i.recall)),
        ("F1", share(s.f1), range_text(None if i is None else i.f1)),
        ("Mean IoU of matches", share(s.mean_iou), range_text(None if i is None else i.mean_iou)),
    ]
    if report.samples is not None:
        rows.append(("F1 by sample", share(report.samples.f1), ""))
        rows.append(("Kappa by sample", share(report.samples.kappa), ""))
    head = "<table><tr><th>Figure</th><th>Value</th><th>95 % interval</th></tr>"
    body = "".join(f"<tr><td>{n}</td><td>{v}</td><td>{r}</td></tr>" for n, v, r in rows)
    return f"{head}{body}</table>"


def ceiling_bars(report: AgreementReport, title_of: Callable[[str], str]) -> list[Bar]:
    """F1 of the scorer under test against each other one, then of the experts among themselves."""
    shown = [report.main, *(o for o in report.others if o.b != report.main.b)]
    return [
        Bar(
            f"{title_of(one.a)} / {title_of(one.b)}",
            one.scores.f1,
            None if one.intervals is None else one.intervals.f1,
            is_reference,
        )
        for group, is_reference in ((shown, False), (report.ceiling, True))
        for one in group
    ]


def _ceiling_svg(report: AgreementReport, title_of: Callable[[str], str]) -> str:
    has_ceiling = " (yellow: experts among themselves)" if report.ceiling else ""
    return bars_svg(ceiling_bars(report, title_of), f"F1 with 95 % intervals{has_ceiling}")


def _parts_table(parts: Iterable[PartScores]) -> str:
    head = (
        "<table><tr><th></th><th>Matched</th><th>Missed</th><th>Extra</th><th>Precision</th>"
        "<th>Recall</th><th>F1</th><th>Mean IoU</th></tr>"
    )
    body = "".join(
        f"<tr><td>{escape(part.name) or 'no channel'}</td><td>{part.tp}</td><td>{part.fn}</td>"
        f"<td>{part.fp}</td><td>{share(part.precision)}</td><td>{share(part.recall)}</td>"
        f"<td>{share(part.f1)}</td><td>{share(part.mean_iou)}</td></tr>"
        for part in parts
    )
    return f"{head}{body}</table>"


def _stages_html(report: StageReport, title_of: Callable[[str], str], embed: Embed) -> str:
    found = report.agreement
    f1 = ", ".join(f"{stage} {share(value)}" for stage, value in found.f1.items())
    plot = confusion_svg(found.confusion, STAGES, title_of(report.a), title_of(report.b))
    return (
        f"<h2>Stages of {escape(title_of(report.a))} and {escape(title_of(report.b))}</h2>"
        f"<p>Kappa {share(found.kappa)}, accuracy {share(found.accuracy)}, mean F1 "
        f"{share(found.macro_f1)} over {found.n_epochs} epochs; F1 by stage: {f1}.</p>"
        f"<p class='muted'>{escape(found.rule)}</p><div>{embed(plot)}</div>"
    )


def share(value: float | None) -> str:
    """A figure from 0 to 1 with three decimals, a dash where there is none."""
    return "–" if value is None else f"{value:.3f}"


def range_text(interval: tuple[float, float] | None) -> str:
    """An interval: "0.612–0.745"; "" where there is none."""
    return "" if interval is None else f"{interval[0]:.3f}–{interval[1]:.3f}"
