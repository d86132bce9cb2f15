"""Which of several formats a file of events or stages is in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from sleepscope.app.dialogs.asking import Question
from sleepscope.app.language import tr
from sleepscope.events.event_file import EventFile
from sleepscope.events.reading import Candidate


def ask_format(
    parent: QWidget, name: str, candidates: Sequence[Candidate], take: Callable[[str], None]
) -> Question:
    """Ask how a file is to be read.

    Parameters
    ----------
    parent : QWidget
    name : str
        Of the file.
    candidates : sequence of Candidate
        The first is chosen at first.
    take : callable
        Gets the name of the format.
    """
    dialog = Question(
        tr("How is this file to be read?"),
        tr(
            "{name} can be read in {n} ways that do not say the same. Which is right?",
            name=name,
            n=len(candidates),
        ),
        parent,
    )
    group = QButtonGroup(dialog)
    for number, candidate in enumerate(candidates):
        button = QRadioButton(f"{candidate.title}\n{summary(candidate.found)}", dialog)
        group.addButton(button, number)
        dialog.column.addWidget(button)
    group.button(0).setChecked(True)
    dialog.finish(lambda: take(candidates[group.checkedId()].name))
    group.button(0).setFocus()
    dialog.open()
    return dialog


def summary(found: EventFile) -> str:
    """What a file holds, in numbers: "960 epochs: 400 N2, 200 R"."""
    parts = []
    if found.hypnogram is not None:
        stages = found.hypnogram.stages
        parts.append(tr("{n} epochs: {counts}", n=len(stages), counts=_counts(stages)))
    kinds = [event.kind for events in found.event_sets for event in events.events]
    if kinds:
        parts.append(tr("{n} events: {counts}", n=len(kinds), counts=_counts(kinds)))
    return "; ".join(parts) or tr("nothing")


def _counts(names: Sequence[str]) -> str:
    return ", ".join(f"{n} {name}" for name, n in Counter(names).most_common(6))
