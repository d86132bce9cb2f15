"""Begin an audit, and read what it came to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QComboBox, QDialogButtonBox, QFormLayout, QWidget

from sleepscope.agreement.audit import AuditResult, Share
from sleepscope.app.dialogs.asking import Question
from sleepscope.app.language import tr

TARGETS = (0.05, 0.1, 0.15, 0.2)
USUAL_TARGET = 0.1


def ask_audit(
    parent: QWidget, models: Mapping[str, str], begin: Callable[[str, float], None]
) -> Question:
    """Ask which model to audit and how sure one wants to be; ``models`` are titles by scorer."""
    dialog = Question(
        tr("Audit"),
        tr(
            "How good is a model on this night? Windows of 30 s are drawn by chance, from every "
            "stage and from where the model found much and little. You score them one by one "
            "and see nobody else's events. From these follow the precision and recall of the "
            "whole night, with 95 % intervals; ten minutes of windows are a good beginning."
        ),
        parent,
    )
    form = QFormLayout()
    model, target = QComboBox(dialog), QComboBox(dialog)
    for scorer, title in models.items():
        model.addItem(title, scorer)
    model.setCurrentIndex(len(models) - 1)
    for width in TARGETS:
        target.addItem(tr("± {share} %", share=round(100 * width)), width)
    target.setCurrentIndex(TARGETS.index(USUAL_TARGET))
    form.addRow(tr("Model"), model)
    form.addRow(tr("Enough when both are known to"), target)
    dialog.column.addLayout(form)
    dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(tr("Begin"))
    dialog.finish(lambda: begin(model.currentData(), target.currentData()))
    model.setFocus()
    dialog.open()
    return dialog


def ask_end(parent: QWidget, words: str, end: Callable[[], None]) -> Question:
    """Ask whether to end an audit."""
    dialog = Question(tr("End the audit"), words, parent)
    dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(tr("End and show"))
    dialog.finish(end)
    dialog.open()
    return dialog


def show_result(parent: QWidget, title: str, result: AuditResult, iou: float) -> Question:
    """Show the figures of an audit."""
    dialog = Question(tr("What the audit found"), result_words(title, result, iou), parent)
    dialog.buttons.button(QDialogButtonBox.StandardButton.Cancel).hide()
    dialog.finish(lambda: None)
    dialog.open()
    return dialog


def result_words(title: str, result: AuditResult, iou: float) -> str:
    """The figures in a few lines."""
    enough = (
        tr("That is as sure as you asked for.")
        if result.is_enough
        else tr("For the sureness you asked for, about {n} more windows were needed.",
                n=result.n_more)
    )  # fmt: skip
    return "\n\n".join(
        (
            tr("{model} on this night, from {k} of {n} windows of 30 s:",
               model=title, k=result.n_seen, n=result.n_windows),
            tr("Precision {share}\nRecall {recall}",
               share=share_words(result.precision), recall=share_words(result.recall)),
            enough,
            tr("Estimated for the whole night from a stratified sample (combined ratio, Cochran "
               "1977; 95 % intervals by Wilson with the effective number of events); pairs at an "
               "IoU of at least {iou}.", iou=f"{iou:g}"),
        )
    )  # fmt: skip


def share_words(share: Share) -> str:
    """ "0.81 (0.70 to 0.89)"."""
    if share.value is None:
        return tr("not known: no event was seen")
    return f"{share.value:.2f} ({share.low:.2f} to {share.high:.2f})"
