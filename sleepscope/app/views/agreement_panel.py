"""How far two scorers agree, taken apart: by stage, channel, hour, against others, in stages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sleepscope.agreement.agreement_report import AgreementReport, Versus
from sleepscope.agreement.breakdown import PartScores
from sleepscope.app.language import later, tr
from sleepscope.app.theme import Theme
from sleepscope.app.views.figures_table import FiguresTable
from sleepscope.app.views.share_bars import ShareBar, ShareBars
from sleepscope.constants import STAGES

# More would leave the table no room.
MOST_BARS: Final = 12
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
    stagings_chosen = Signal(str, str)
    export_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report: AgreementReport | None = None
        self._title_of: Callable[[str], str] = str
        self.which = QComboBox(self)
        self.which.setAccessibleName(tr("Table"))
        self.which.setToolTip(tr("Which figures of the agreement are shown"))
        for name, words in TABLES.items():
            self.which.addItem(tr(words), name)
        self.export = QPushButton(tr("Export…"), self)
        self.export.setToolTip(tr("Write the agreement as a page (HTML, PDF) or a table (CSV)."))
        self.warning = QLabel(self)
        self.warning.setWordWrap(True)
        bold = self.warning.font()
        bold.setBold(True)
        self.warning.setFont(bold)
        self.warning.hide()
        self.stager_boxes = (QComboBox(self), QComboBox(self))
        for box, words in zip(
            self.stager_boxes, (tr("Stages of"), tr("Compared with the stages of")), strict=True
        ):
            box.setAccessibleName(words)
            box.setToolTip(words)
            box.activated.connect(self._choose_stagings)
        self.table = FiguresTable(tr("Agreement"), self)
        self.bars = ShareBars(tr("F1"), self)
        self.notes = QLabel(self)
        self.notes.setWordWrap(True)
        self.notes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        top = QHBoxLayout()
        top.addWidget(self.which, 1)
        top.addWidget(self.export)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 4)
        stagers = QHBoxLayout()
        for box in self.stager_boxes:
            stagers.addWidget(box, 1)
        column.addLayout(top)
        column.addWidget(self.warning)
        column.addLayout(stagers)
        column.addWidget(self.table, 1)
        column.addWidget(self.bars)
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

    def set_warning(self, words: str) -> None:
        """Say what speaks against believing the figures."""
        self.warning.setText(words)
        self.warning.setVisible(bool(words))

    def set_stagers(self, titles: Mapping[str, str], chosen: tuple[str, str] | None) -> None:
        """Offer everybody who staged the night, and show whose stages are compared."""
        for number, box in enumerate(self.stager_boxes):
            blocker = QSignalBlocker(box)
            box.clear()
            for scorer, title in titles.items():
                box.addItem(title, scorer)
            if chosen is not None:
                box.setCurrentIndex(box.findData(chosen[number]))
            blocker.unblock()
        self._show_stagers()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.bars.set_theme(theme)

    def _choose_stagings(self) -> None:
        first, second = (box.currentData() for box in self.stager_boxes)
        if first and second and first != second:
            self.stagings_chosen.emit(first, second)
        else:
            self._say(tr("Choose two different scorers of stages."))

    def _show_stagers(self) -> None:
        is_asked = self.which.currentData() in ("confusion", "epochs")
        for box in self.stager_boxes:
            box.setVisible(is_asked and box.count() > 1)

    def _show(self) -> None:
        report = self._report
        self._show_stagers()
        self.bars.set_bars("", ())
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
            (tr("Precision"), _share(s.precision), _range(i and i.precision)),
            (tr("Recall"), _share(s.recall), _range(i and i.recall)),
            (tr("F1"), _share(s.f1), _range(i and i.f1)),
            (tr("Mean IoU of matches"), _share(s.mean_iou), _range(i and i.mean_iou)),
        ]  # fmt: skip
        if report.samples is not None:
            one = report.samples
            rows.append((tr("F1 by sample"), _share(one.f1), _range(one.f1_interval)))
            rows.append((tr("Kappa by sample"), _share(one.kappa), _range(one.kappa_interval)))
        rows += [
            (
                tr("Human ceiling, F1: {a} / {b}", a=self._title_of(c.a), b=self._title_of(c.b)),
                _share(c.scores.f1),
                _range(c.intervals and c.intervals.f1),
            )
            for c in report.ceiling
        ]
        rows += [
            (tr("Matched"), str(s.tp), ""), (tr("Missed by A"), str(s.fn), ""),
            (tr("Only in A"), str(s.fp), ""),
        ]  # fmt: skip
        self.table.set_table([self._sides(report), tr("Value"), tr("95 % interval")], rows)
        self._show_versus_bars(report)
        self._say(s.rule, "" if i is None else i.method)

    def _show_others(self, report: AgreementReport) -> None:
        head = [tr("A / B"), "P", "R", "F1", tr("95 % interval"), "IoU", tr("Where")]
        rows = [self._versus(one) for one in report.others]
        rows += [self._versus(one, tr("experts: ")) for one in report.ceiling]
        tips = [one.scores.rule for one in (*report.others, *report.ceiling)]
        self.table.set_table(head, rows, tips=tips)
        self._show_versus_bars(report)
        self._say(
            tr("Each row is compared where both of its scorers looked; its rule is in its tip."),
            report.main.scores.rule,
        )

    def _show_versus_bars(self, report: AgreementReport) -> None:
        shown = [report.main, *(one for one in report.others if one.b != report.main.b)]
        bars = [
            ShareBar(
                f"{self._title_of(one.a)} / {self._title_of(one.b)}", one.scores.f1,
                one.intervals and one.intervals.f1, is_reference,
            )
            for group, is_reference in ((shown, False), (report.ceiling, True))
            for one in group
        ]  # fmt: skip
        about = tr(", experts among themselves in the second colour") if report.ceiling else ""
        self.bars.set_bars(tr("F1 with 95 % intervals") + about, bars[:MOST_BARS])

    def _versus(self, one: Versus, prefix: str = "") -> tuple[str, ...]:
        s = one.scores
        return (
            f"{prefix}{self._title_of(one.a)} / {self._title_of(one.b)}", _share(s.precision),
            _share(s.recall), _share(s.f1), _range(one.intervals and one.intervals.f1),
            _share(s.mean_iou), _where(s.spans),
        )  # fmt: skip

    def _show_parts(self, parts: Sequence[PartScores], report: AgreementReport) -> None:
        head = ["", tr("Matched"), tr("Missed"), tr("Extra"), "P", "R", "F1",
                tr("95 % interval"), "IoU"]  # fmt: skip
        rows = [
            (
                part.name or tr("no channel"), str(part.tp), str(part.fn), str(part.fp),
                _share(part.precision), _share(part.recall), _share(part.f1),
                _range(part.f1_interval), _share(part.mean_iou),
            )
            for part in parts
        ]  # fmt: skip
        self.table.set_table(head, rows)
        bars = [
            ShareBar(part.name or tr("no channel"), part.f1, part.f1_interval,
                     note=f"n = {part.tp + part.fn}")
            for part in parts
        ]  # fmt: skip
        title = tr("F1 with 95 % intervals, n: events of B")
        self.bars.set_bars(title, bars[:MOST_BARS])
        self._say(report.main.scores.rule if rows else self._why_no_parts(report))

    def _why_no_parts(self, report: AgreementReport) -> str:
        s = report.main.scores
        if not s.n_a + s.n_b:
            return tr("Neither of the two has an event here.")
        if self.which.currentData() == "channels":
            return tr(
                "The two have no channel in common, so that channels cannot be told apart: only "
                "the times were compared."
            )
        return tr("This needs a hypnogram.")

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
        bars = [ShareBar(stage, one.f1[stage]) for stage in STAGES if stage in one.f1]
        self.bars.set_bars(tr("F1 by stage"), bars)
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


def _where(spans: tuple[tuple[float, float], ...] | None) -> str:
    if spans is None:
        return tr("whole recording")
    if len(spans) == 1:
        return f"{spans[0][0]:g}–{spans[0][1]:g} s"
    total = sum(stop - start for start, stop in spans)
    return tr("{n} spans, {s} s", n=len(spans), s=f"{total:g}")


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _range(interval: tuple[float, float] | None) -> str:
    return "" if interval is None else f"{interval[0]:.3f}–{interval[1]:.3f}"
