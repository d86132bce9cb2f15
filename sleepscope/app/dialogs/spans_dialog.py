"""Which stretches of the night a scorer looked at."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from sleepscope.app.dialogs.asking import Question
from sleepscope.app.language import tr
from sleepscope.errors import SettingsError
from sleepscope.events.event_set import Span

_SPAN = re.compile(r"\s*(\d+(?:\.\d+)?)\s*[-–]\s*(\d+(?:\.\d+)?)\s*s?\s*")


def ask_spans(
    parent: QWidget,
    titles: Mapping[str, str],
    spans: Mapping[str, tuple[Span, ...] | None],
    take: Callable[[str, tuple[Span, ...] | None], None],
) -> Question:
    """Ask for a scorer's stretches, in seconds."""
    dialog = Question(
        tr("Scored stretches"),
        tr(
            "A false positive counts only where somebody looked. Write stretches in seconds, such "
            "as 0-1000, 1200-1800; leave the field empty for the whole recording."
        ),
        parent,
    )
    box, field = QComboBox(dialog), QLineEdit(dialog)
    for scorer, title in titles.items():
        box.addItem(title, scorer)

    def show(_index: int = 0) -> None:
        field.setText(spans_text(spans.get(box.currentData())))

    box.currentIndexChanged.connect(show)
    show()
    dialog.column.addWidget(box)
    dialog.column.addWidget(field)
    dialog.scorers, dialog.field = box, field
    dialog.finish(lambda: take(box.currentData(), read_spans(field.text())))
    dialog.open()
    return dialog


def spans_text(spans: tuple[Span, ...] | None) -> str:
    """Stretches as they are typed."""
    return "" if spans is None else ", ".join(f"{start:g}-{stop:g}" for start, stop in spans)


def read_spans(text: str) -> tuple[Span, ...] | None:
    """Read stretches; None for an empty text.

    Raises
    ------
    SettingsError
        If a part is not "start-stop" in seconds.
    """
    if not text.strip():
        return None
    spans: list[Span] = []
    for part in text.split(","):
        found = _SPAN.fullmatch(part)
        if not found or float(found[1]) >= float(found[2]):
            raise SettingsError(
                f"'{part.strip()}' is no stretch; write its start and its later end in seconds, "
                "such as 0-1000."
            )
        spans.append((float(found[1]), float(found[2])))
    return tuple(spans)
