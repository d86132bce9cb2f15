"""How far two scorers agree, taken apart: by stage, channel, hour, against others, in stages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sleepscope.agreement.agreement_report import AgreementReport, Versus
from sleepscope.agreement.breakdown import PartScores
from sleepscope.app.language import later, tr
from sleepscope.app.views.figures_table import FiguresTable
from sleepscope.constants import STAGES

TABLES: Final = {
    "figures": later("Figures"),
    "others": later("Against everyone"),
    "stages": later("By stage"),
    "channels": later("By channel"),
    "hours": later("By hour"),
    "confusion": later("Stages: confusion"),
    "epochs": later("Stages: epochs that differ"),
}


class AgreementPanel(QWidget):
    """Shows one report, a table at a time."""

    jump_requested = Signal(float)  # s
    export_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report: AgreementReport | None = None
        self._title_of: Callable[[str], str] = str
        self.which = QComboBox(self)
        self.which.setAccessibleName(tr("Table"))
        for name, words in TABLES.items():
            self.which.addItem(tr(words), name)
        self.export = QPushButton(tr("Export…"), self)
        self.export.setToolTip(tr("Write the agreement as a page (HTML, PDF) or a table (CSV)."))
        self.table = FiguresTable(tr("Agreement"), self)
        self.notes = QLabel(self)
        self.notes.setWordWrap(True)
        self.notes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        top = QHBoxLayout()
        top.addWidget(self.which, 1)
        top.addWidget(self.export)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 4)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        column.addWidget(self.notes)
        self.which.currentIndexChanged.connect(lambda _index: self._show())
        self.table.row_picked.connect(self._pick)
        self.export.clicked.connect(self.export_requested)
        self.set_report(None, str)

    def set_report(self, report: AgreementReport | None, title_of: Callable[[str], str]) -> None:
        """Show a report, or that there is none."""
        self._report, self._title_of = report, title_of
        self.export.setEnabled(report is not None)
        self._show()

    def _show(self) -> None:
        report = self._report
        if report is None:
            self.table.set_table([""], [])
            self.notes.setText(tr("Choose two scorers in Compare."))
            return
        name = self.which.currentData()
        if name in ("stages", "channels", "hours"):
            self._show_parts(getattr(report, name), report)
        elif name == "others":
            self._show_others(report)
        elif name in ("confusion", "epochs"):
            self._show_stagings(report, name)
        else:
            self._show_figures(report)

    def _show_figures(self, report: AgreementReport) -> None:
        s, i = report.main.scores, report.main.intervals
        rows = [
            (tr("Matched"), str(s.tp), ""), (tr("Missed by A"), str(s.fn), ""),
            (tr("Only in A"), str(s.fp), ""),
            (tr("Precision"), _share(s.precision), _range(i and i.precision)),
            (tr("Recall"), _share(s.recall), _range(i and i.recall)),
            (tr("F1"), _share(s.f1), _range(i and i.f1)),
            (tr("Mean IoU of matches"), _share(s.mean_iou), _range(i and i.mean_iou)),
        ]  # fmt: skip
        if report.samples is not None:
            rows.append((tr("F1 by sample"), _share(report.samples.f1), ""))
            rows.append((tr("Kappa by sample"), _share(report.samples.kappa), ""))
        rows += [
            (
                tr("Human ceiling, F1: {a} / {b}", a=self._title_of(c.a), b=self._title_of(c.b)),
                _share(c.scores.f1),
                _range(c.intervals and c.intervals.f1),
            )
            for c in report.ceiling
        ]
        self.table.set_table([self._sides(report), tr("Value"), tr("95 % interval")], rows)
        self._say(s.rule, "" if i is None else i.method)

    def _show_others(self, report: AgreementReport) -> None:
        head = [tr("A / B"), "P", "R", "F1", tr("95 % interval"), "IoU"]
        rows = [self._versus(one) for one in report.others]
        rows += [self._versus(one, tr("experts: ")) for one in report.ceiling]
        self.table.set_table(head, rows)
        self._say(report.main.scores.rule)

    def _versus(self, one: Versus, prefix: str = "") -> tuple[str, ...]:
        s = one.scores
        return (
            f"{prefix}{self._title_of(one.a)} / {self._title_of(one.b)}", _share(s.precision),
            _share(s.recall), _share(s.f1), _range(one.intervals and one.intervals.f1),
            _share(s.mean_iou),
        )  # fmt: skip

    def _show_parts(self, parts: Sequence[PartScores], report: AgreementReport) -> None:
        head = ["", tr("Matched"), tr("Missed"), tr("Extra"), "P", "R", "F1", "IoU"]
        rows = [
            (
                part.name or tr("no channel"), str(part.tp), str(part.fn), str(part.fp),
                _share(part.precision), _share(part.recall), _share(part.f1), _share(part.mean_iou),
            )
            for part in parts
        ]  # fmt: skip
        self.table.set_table(head, rows)
        self._say(report.main.scores.rule if rows else tr("This needs a hypnogram."))

    def _show_stagings(self, report: AgreementReport, name: str) -> None:
        found = report.hypnograms
        if found is None:
            self.table.set_table([""], [])
            self._say(tr("This needs two hypnograms."))
            return
        a, b = self._title_of(found.a), self._title_of(found.b)
        if name == "epochs":
            rows = [
                (f"{k.start:.0f} s", str(int(k.start // found.epoch_seconds) + 1), k.a, k.b)
                for k in found.epochs
            ]
            self.table.set_table([tr("Start"), tr("Epoch"), a, b], rows)
            self._say(tr("A click goes to the epoch."), found.agreement.rule)
            return
        one = found.agreement
        rows = [
            (stage, *map(str, row), _share(one.f1.get(stage)))
            for stage, row in zip(STAGES, one.confusion, strict=True)
        ]
        self.table.set_table([tr("{a} down, {b} across", a=a, b=b), *STAGES, "F1"], rows)
        self._say(
            tr(
                "Kappa {kappa}, accuracy {accuracy}, mean F1 {f1}, {n} epochs.",
                kappa=_share(one.kappa), accuracy=_share(one.accuracy), f1=_share(one.macro_f1),
                n=one.n_epochs,
            ),
            one.rule,
        )  # fmt: skip

    def _pick(self, row: int) -> None:
        report = self._report
        if report is None or report.hypnograms is None or self.which.currentData() != "epochs":
            return
        self.jump_requested.emit(report.hypnograms.epochs[row].start)

    def _sides(self, report: AgreementReport) -> str:
        return tr(
            "{a} against {b}", a=self._title_of(report.main.a), b=self._title_of(report.main.b)
        )

    def _say(self, *sentences: str) -> None:
        self.notes.setText(" ".join(sentence for sentence in sentences if sentence))


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _range(interval: tuple[float, float] | None) -> str:
    return "" if interval is None else f"{interval[0]:.3f}–{interval[1]:.3f}"
