"""Which events go into an export, and in which format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QRadioButton,
    QWidget,
)

from sleepscope.app.dialogs.asking import Question
from sleepscope.app.language import later, tr
from sleepscope.export import FORMATS, ExportFormat
from sleepscope.export.losses import Aspect

# In the order in which they are named to the person.
_ASPECTS: Final[dict[Aspect, str]] = {
    "events": later("events"),
    "stages": later("sleep stages"),
    "channel": later("channels"),
    "scorer": later("scorers"),
    "status": later("decisions"),
    "confidence": later("confidences"),
    "note": later("notes"),
    "spans": later("scored stretches"),
    "models": later("models and settings"),
    "stage of each event": later("the stage of each event"),
}


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """What to write.

    Attributes
    ----------
    which : {"all", "accepted"}
        Every event, or what people stand for.
    scorer : str or None
        Only this scorer's events; None for all.
    format : str
        Name of one of ``sleepscope.export.FORMATS``.
    stages : str or None
        Whose stages; None for the night's.
    """

    which: Literal["all", "accepted"]
    scorer: str | None
    format: str = "csv"
    stages: str | None = None


def ask_export(
    parent: QWidget,
    titles: Mapping[str, str],
    take: Callable[[ExportChoice], None],
    format_name: str = "csv",
    stages: Mapping[str, str] | None = None,
) -> Question:
    """Ask what to export; a file dialog follows.

    Parameters
    ----------
    parent : QWidget
    titles : mapping of str to str
        What scorers are called, by scorer.
    take : callable
        Gets the choice.
    format_name : str
        The format that is chosen at first.
    stages : mapping of str to str, optional
        Whose stages there are, those of the night first: what the scorers are called, by scorer.
    """
    dialog = Question(
        tr("Export marked events"),
        tr("Events and sleep stages for another program, or for SleepScope elsewhere."),
        parent,
    )
    formats = QComboBox(dialog)
    formats.setAccessibleName(tr("Format"))
    for name, known in FORMATS.items():
        formats.addItem(f"{known.title} (*{known.ending})", name)
    formats.setCurrentIndex(formats.findData(format_name))
    contents = QLabel(dialog)
    contents.setWordWrap(True)
    form = QFormLayout()
    form.addRow(tr("Format"), formats)
    form.addRow(contents)
    hypnograms = QComboBox(dialog)
    hypnograms.setAccessibleName(tr("Stages of"))
    for scorer, title in (stages or {}).items():
        hypnograms.addItem(title, scorer)
    form.addRow(tr("Stages of"), hypnograms)
    dialog.column.addLayout(form)

    group = QButtonGroup(dialog)
    every = QRadioButton(tr("All events of all scorers"), dialog)
    one = QRadioButton(tr("Events of one scorer:"), dialog)
    accepted = QRadioButton(tr("Accepted events only (accepted, changed and added)"), dialog)
    scorers = QComboBox(dialog)
    scorers.setAccessibleName(tr("Scorer"))
    for scorer, title in titles.items():
        scorers.addItem(title, scorer)
    scorers.activated.connect(lambda _index: one.setChecked(True))
    for button in (every, one, accepted):
        group.addButton(button)
        dialog.column.addWidget(button)
        if button is one:
            dialog.column.addWidget(scorers)
    every.setChecked(True)
    dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(tr("Choose a file…"))
    dialog.every, dialog.one, dialog.accepted_only, dialog.scorers = every, one, accepted, scorers
    dialog.formats, dialog.contents, dialog.hypnograms = formats, contents, hypnograms

    def on_format() -> None:
        chosen = FORMATS[formats.currentData()]
        contents.setText(contents_of(chosen))
        for widget in (every, one, accepted, scorers):
            widget.setEnabled("events" in chosen.says)
        one.setEnabled(one.isEnabled() and bool(titles))
        scorers.setEnabled(one.isEnabled())
        staged = {"stages", "stage of each event"} & set(chosen.says)
        hypnograms.setEnabled(bool(staged) and hypnograms.count() > 0)

    formats.currentIndexChanged.connect(lambda _index: on_format())
    on_format()

    def on_ok() -> None:
        take(
            ExportChoice(
                "accepted" if accepted.isChecked() else "all",
                scorers.currentData() if one.isChecked() else None,
                formats.currentData(),
                hypnograms.currentData(),
            )
        )

    dialog.finish(on_ok)
    dialog.open()
    return dialog


def contents_of(export_format: ExportFormat) -> str:
    """Say what a format keeps, and of what concerns events what it leaves out."""
    kept = ", ".join(
        tr(words) for aspect, words in _ASPECTS.items() if aspect in export_format.says
    )
    text = tr("Keeps {kept}.", kept=kept)
    if "events" not in export_format.says:
        return text
    left = [
        tr(words)
        for aspect, words in _ASPECTS.items()
        if aspect not in export_format.says and aspect != "stage of each event"
    ]
    if left:
        text += " " + tr("Leaves out {left}.", left=", ".join(left))
    if export_format.beside:
        text += " " + tr("A JSON file of the same name lies beside it.")
    return text
