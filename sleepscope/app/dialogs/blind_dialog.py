"""Blind scoring: begin, end and reveal, and what the reveal did."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sleepscope.app.dialogs.asking import Question
from sleepscope.app.dialogs.spans_dialog import read_spans
from sleepscope.app.language import later, tr
from sleepscope.events.event_set import Span
from sleepscope.review.blind import BlindReport

Begin = Callable[[tuple[Span, ...] | None, bool], None]
_DIRECTIONS = {
    "towards": later("▲ towards the model"),
    "away": later("▼ away from it"),
    "neither": later("= neither"),
}
_VERBS = {"undo": later("taken back: "), "redo": later("done again: ")}


def ask_begin(parent: QWidget, begin: Begin) -> Question:
    """Ask how to score blind; ``begin`` gets the stretches (None: all) and whom to hide."""
    dialog = Question(
        tr("Blind scoring"),
        tr(
            "Until you end it, nothing of a model is shown to you: no events, no probability, no "
            "explanation. Then your events are frozen, the model is revealed, and every change "
            "you make is kept as towards the model or away from it. Closing the window does not "
            "end it."
        ),
        parent,
    )
    others = QCheckBox(tr("Hide other people and files, too"), dialog)
    label = QLabel(tr("Stretches you are going to score, in seconds (empty: all):"), dialog)
    field = QLineEdit(dialog)
    field.setPlaceholderText(tr("for example 0-1000, 1200-1800"))
    field.setAccessibleName(tr("Stretches"))
    label.setBuddy(field)
    for widget in (others, label, field):
        dialog.column.addWidget(widget)
    dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(tr("Begin"))
    dialog.finish(lambda: begin(read_spans(field.text()), others.isChecked()))
    others.setFocus()
    dialog.open()
    return dialog


def ask_reveal(
    parent: QWidget,
    models: Mapping[str, str],
    n_events: int,
    *,
    is_frozen: bool,
    go: Callable[[str | None], None],
) -> Question:
    """Ask whether to end blind scoring; ``go`` gets the model to reveal, None to freeze alone.

    ``models`` are titles by scorer, the likeliest last.
    """
    frozen = tr("Your {n} events are frozen.", n=n_events)
    open_words = tr("You have {n} events. Ending freezes them: they count as scored blind.",
                    n=n_events)  # fmt: skip
    words = frozen if is_frozen else open_words
    if not models:
        words += " " + tr("No model has looked at this recording yet: detect (Ctrl+D), then "
                          "reveal with B.")  # fmt: skip
    dialog = Question(tr("End blind scoring"), words, parent)
    box = QComboBox(dialog)
    box.setAccessibleName(tr("Model to reveal"))
    for scorer, title in models.items():
        box.addItem(tr("Reveal {model}", model=title), scorer)
    if not is_frozen:
        box.addItem(tr("Freeze only, reveal later"), None)
    box.setCurrentIndex(max(0, len(models) - 1))
    dialog.column.addWidget(box)
    ok = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    ok.setText(tr("Reveal") if is_frozen else tr("Freeze"))
    ok.setEnabled(box.count() > 0)
    dialog.finish(lambda: go(box.currentData()))
    box.setFocus()
    dialog.open()
    return dialog


def show_report(
    parent: QWidget,
    report: BlindReport,
    titles: tuple[str, str],
    *,
    export: Callable[[], None],
    end: Callable[[], None] | None,
) -> QDialog:
    """Show how a model changed a person's mind; ``titles`` are the person's and the model's."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(tr("What the model changed"))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.resize(760, 480)
    words = QLabel(report_words(report, *titles), dialog)
    words.setTextFormat(Qt.TextFormat.RichText)
    words.setWordWrap(True)
    table = _table(report, dialog)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    written = QPushButton(tr("Export as CSV…"), dialog)
    written.clicked.connect(lambda: export())
    buttons.addButton(written, QDialogButtonBox.ButtonRole.ActionRole)
    if end is not None:
        over = QPushButton(tr("Measure no further"), dialog)
        over.setToolTip(tr("End this sitting: later edits are not measured against the model."))
        over.clicked.connect(lambda: (end(), dialog.accept()))
        buttons.addButton(over, QDialogButtonBox.ButtonRole.ActionRole)
    buttons.rejected.connect(dialog.reject)
    column = QVBoxLayout(dialog)
    column.addWidget(words)
    column.addWidget(table, 1)
    column.addWidget(buttons)
    dialog.table = table
    dialog.open()
    return dialog


def report_words(report: BlindReport, person: str, model: str) -> str:
    """The report in a few lines of rich text."""
    rows = "".join(
        f"<tr><td>{when}</td>" + "".join(f"<td align='right'>{cell}</td>" for cell in cells)
        + "</tr>"
        for when, cells in (
            (tr("frozen, before the reveal"), _figures(report.before)),
            (tr("now"), _figures(report.now)),
        )
    )  # fmt: skip
    heads = ("", tr("events"), tr("in common"), tr("only {who}", who=person),
             tr("only {who}", who=model), "F1")  # fmt: skip
    head = "".join(f"<th align='right'>{text}</th>" for text in heads)
    counts = report.counts
    moved = tr(
        "Edits since the reveal: {t} towards {model}, {a} away from it, {n} neither.",
        t=counts["towards"], a=counts["away"], n=counts["neither"], model=model,
    )  # fmt: skip
    return f"<table cellspacing='0' cellpadding='4'><tr>{head}</tr>{rows}</table><p>{moved}</p>" + (
        f"<p><small>{report.now.rule}</small></p>"
    )


def _figures(scores: object) -> Sequence[str]:
    f1 = "–" if scores.f1 is None else f"{scores.f1:.3f}"
    return (str(scores.n_a), str(scores.tp), str(scores.fp), str(scores.fn), f1)


def _table(report: BlindReport, parent: QWidget) -> QTableWidget:
    heads = (tr("When"), tr("Edit"), tr("Distance"), tr("Direction"))
    table = QTableWidget(len(report.leanings), len(heads), parent)
    table.setHorizontalHeaderLabels(heads)
    table.setAccessibleName(tr("Edits since the reveal"))
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.verticalHeader().hide()
    for row, one in enumerate(report.leanings):
        cells = (
            f"{one.when.astimezone():%Y-%m-%d %H:%M:%S}",
            tr(_VERBS.get(one.verb, "")) + one.step.name,
            f"{one.before:.2f} → {one.after:.2f}",
            tr(_DIRECTIONS[one.direction]),
        )
        for column, text in enumerate(cells):
            table.setItem(row, column, QTableWidgetItem(text))
    table.resizeColumnsToContents()
    table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
    return table
