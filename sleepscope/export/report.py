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
    "mean_iou", "kappa", "kappa_low", "kappa_high", "rule", "warning",
)  # fmt: skip
_STYLE = (
    "body{font-family:sans-serif;font-size:12px;color:#1B1F24;max-width:760px;margin:24px auto}"
    "h1{font-size:18px}h2{font-size:14px;margin:18px 0 4px}p{margin:4px 0}"
    "@page{size:A4;margin:12mm}@media print{body{margin:0 auto;zoom:0.8}}"
    "table{border-collapse:collapse}td,th{padding:2px 10px;white-space:nowrap}"
    "th{border-bottom:1px solid #8C97A3}"
    ".muted{color:#57606A}.warning{font-weight:bold;color:#B3261E}"
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
                 kappa=samples.kappa, ranges=(None, None, samples.f1_interval),
                 kappa_range=samples.kappa_interval, rule=samples.rule)
        )  # fmt: skip
    for table, parts in (
        ("by_stage", report.stages), ("by_channel", report.channels), ("by_hour", report.hours),
    ):  # fmt: skip
        rows += [
            _row(table, main, part.name, (part.tp, part.fn, part.fp), part.precision, part.recall,
                 part.f1, part.mean_iou, ranges=(None, None, part.f1_interval))
            for part in parts
        ]  # fmt: skip
    rows += [_versus_row("against", one) for one in report.others]
    rows += [_versus_row("human_ceiling", one) for one in report.ceiling]
    if report.hypnograms is not None:
        rows += _stage_rows(report.hypnograms)
    return [_warned(row, report.trained) for row in rows]


def _stage_rows(report: StageReport) -> list[tuple[str, ...]]:
    """Of two hypnograms: accuracy would have no column, kappa and F1 have."""
    found = report.agreement
    agreed = sum(found.confusion[k][k] for k in range(len(STAGES)))
    differ = found.n_epochs - agreed
    names = (defuse(report.a), defuse(report.b))
    rows = [("", (agreed, differ, differ), found.macro_f1, found.kappa)]
    for k, stage in enumerate(STAGES):
        if stage in found.f1:
            hits = found.confusion[k][k]
            missed = sum(row[k] for row in found.confusion) - hits
            extra = sum(found.confusion[k]) - hits
            rows.append((stage, (hits, missed, extra), found.f1[stage], None))
    blank = ("", "", "", "", "", "")
    return [
        ("stages", *names, part, *map(str, counts), *blank, _cell(f1), "", "", "", _cell(kappa),
         "", "", found.rule, "")
        for part, counts, f1, kappa in rows
    ]  # fmt: skip


def _warned(row: tuple[str, ...], trained: Sequence[str]) -> tuple[str, ...]:
    """The row with a warning where one of its scorers learned from this recording."""
    known = {defuse(scorer) for scorer in trained}
    names = [name for name in row[1:3] if name in known]
    return (*row[:-1], training_words(names)) if names else row


def training_words(names: Sequence[str]) -> str:
    """What speaks against believing figures of scorers that learned from this recording."""
    return f"{', '.join(names)}: trained on this recording, these figures prove nothing."


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
    kappa_range: tuple[float, float] | None = None,
    rule: str = "",
) -> tuple[str, ...]:
    cells = [table, defuse(who.a), defuse(who.b), defuse(part), *map(str, counts)]
    for value, interval in zip((precision, recall, f1), ranges, strict=True):
        cells += [_cell(value), *map(_cell, interval or (None, None))]
    kappas = (_cell(kappa), *map(_cell, kappa_range or (None, None)))
    return (*cells, _cell(mean_iou), *kappas, rule or who.scores.rule, "")


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
    if report.trained:
        words = escape(training_words([title_of(scorer) for scorer in report.trained]))
        parts.insert(3, f"<p class='warning'>{words}</p>")
    if main.intervals is not None:
        parts.append(f"<p class='muted'>{escape(main.intervals.method)}</p>")
    parts.append(
        f"<h2>F1 and the human ceiling</h2><div>{embed(_ceiling_svg(report, title_of))}</div>"
    )
    others = {one.scores.rule for one in (*report.others, *report.ceiling)} - {main.scores.rule}
    if others:
        parts.append(
            "<p class='muted'>Each pair is compared where both of its scorers looked: "
            f"{escape(_places(report, title_of))}.</p>"
        )
    for words, rows in (
        ("By stage", report.stages), ("By channel", report.channels), ("By hour", report.hours),
    ):  # fmt: skip
        if rows:
            parts.append(f"<h2>{words}</h2>{_parts_table(rows)}")
        if len(rows) > 1:
            parts.append(f"<div>{embed(_parts_svg(rows))}</div>")
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
        one = report.samples
        rows.append(("F1 by sample", share(one.f1), range_text(one.f1_interval)))
        rows.append(("Kappa by sample", share(one.kappa), range_text(one.kappa_interval)))
    return _table(("", "Value", "95 % interval"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Words to the left, figures to the right; said in attributes, which every reader knows."""

    def line(cells: Sequence[str], tag: str) -> str:
        sides = ("left", *("right" for _ in cells[1:]))
        inner = "".join(
            f"<{tag} align='{side}'>{escape(cell)}</{tag}>"
            for side, cell in zip(sides, cells, strict=True)
        )
        return f"<tr>{inner}</tr>"

    body = "".join(line(row, "td") for row in rows)
    return f"<table cellpadding='2' cellspacing='0'>{line(head, 'th')}{body}</table>"


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


def _places(report: AgreementReport, title_of: Callable[[str], str]) -> str:
    """Where each pair was compared: "A / B 0-1000 s; A / C the whole recording"."""
    found = []
    for one in (*report.others, *report.ceiling):
        spans = one.scores.spans
        where = "the whole recording"
        if spans is not None:
            total = sum(stop - start for start, stop in spans)
            first = ", ".join(f"{start:g}-{stop:g} s" for start, stop in spans[:3])
            where = first if len(spans) <= 3 else f"{len(spans)} spans of {total:g} s"
        found.append(f"{title_of(one.a)} / {title_of(one.b)} {where or 'nowhere'}")
    return "; ".join(dict.fromkeys(found))


def _parts_table(parts: Iterable[PartScores]) -> str:
    head = (
        "", "Matched", "Missed", "Extra", "Precision", "Recall", "F1", "95 % interval", "Mean IoU",
    )  # fmt: skip
    rows = [
        (
            part.name or "no channel", str(part.tp), str(part.fn), str(part.fp),
            share(part.precision), share(part.recall), share(part.f1),
            range_text(part.f1_interval), share(part.mean_iou),
        )
        for part in parts
    ]  # fmt: skip
    return _table(head, rows)


def _parts_svg(parts: Sequence[PartScores]) -> str:
    bars = [
        Bar(part.name or "no channel", part.f1, part.f1_interval, note=f"n = {part.tp + part.fn}")
        for part in parts
    ]
    return bars_svg(bars, "F1 with 95 % intervals; n: events of B")


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
