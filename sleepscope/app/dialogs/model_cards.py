"""Model cards for people: a summary for a dialog, the whole card in a window."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QTextBrowser, QVBoxLayout, QWidget

from sleepscope.app.language import tr
from sleepscope.networks.model_card import ModelCard


def summary(card: ModelCard) -> str:
    """Two or three sentences on a model."""
    names = sorted({entry.get("dataset", "") for entry in card.trained_on} - {""})
    number = len(card.trained_on)
    trained = (
        tr("Trained on 1 recording") if number == 1 else tr("Trained on {n} recordings", n=number)
    )
    if names:
        trained += f" ({', '.join(names)})"
    return f"{card.intended_use} {trained}. {card.limits}".strip()


def show_model_cards(parent: QWidget, cards: Sequence[ModelCard]) -> QDialog:
    """Show the cards, one at a time."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(tr("Model cards"))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.resize(760, 640)
    box = QComboBox(dialog)
    page = QTextBrowser(dialog)
    for card in cards:
        box.addItem(f"{card.name} {card.version}")
    box.currentIndexChanged.connect(lambda index: page.setHtml(card_html(cards[index])))
    column = QVBoxLayout(dialog)
    column.addWidget(box)
    column.addWidget(page, 1)
    page.setHtml(card_html(cards[0]) if cards else tr("There is no model in the model folder."))
    dialog.show()
    return dialog


def card_html(card: ModelCard) -> str:
    """The card as a page."""
    facts = {
        tr("Architecture"): card.architecture,
        tr("Looks for"): card.task,
        tr("Reads"): f"{', '.join(card.channels)} at {card.sfreq:g} Hz, {card.window:g} s at once",
        tr("Answers"): f"{card.output_sfreq:g} times a second",
        tr("Input"): card.normalisation,
        tr("Licence"): card.licence,
        tr("Checksum"): card.sha256,
    }
    parts = [f"<h2>{_text(card.name)} {_text(card.version)}</h2>"]
    for title, words in (
        (tr("Intended use"), card.intended_use),
        (tr("Limits"), card.limits),
    ):
        parts.append(f"<h3>{_text(title)}</h3><p>{_text(words)}</p>")
    parts.append(_table(facts))
    parts.append(f"<h3>{_text(tr('Results'))}</h3>{_nested(card.results)}")
    parts.append(f"<h3>{_text(tr('Settings'))}</h3>{_nested(card.settings)}")
    trained = "".join(
        f"<li>{_text(entry.get('dataset', ''))}: {_text(entry.get('recording', ''))}, "
        f"{_text(entry.get('licence', ''))}</li>"
        for entry in card.trained_on
    )
    parts.append(f"<h3>{_text(tr('Trained on'))}</h3><ul>{trained}</ul>")
    return "\n".join(parts)


def _table(facts: dict[str, str]) -> str:
    rows = (f"<tr><td><b>{_text(k)}</b></td><td>{_text(v)}</td></tr>" for k, v in facts.items())
    return f"<table cellpadding='3'>{''.join(rows)}</table>"


def _nested(value: Any) -> str:
    if isinstance(value, dict):
        items = (f"<li><b>{_text(str(k))}</b>: {_nested(v)}</li>" for k, v in value.items())
        return f"<ul>{''.join(items)}</ul>"
    return _text(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _text(words: str) -> str:
    return html.escape(words)
