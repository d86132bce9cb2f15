"""Help pages, the key sheet and the words about the program."""

from __future__ import annotations

import html
import platform
from collections.abc import Sequence
from pathlib import Path

import PySide6
from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from sleepscope import __version__
from sleepscope.app.language import tr
from sleepscope.app.resources import resource_folder

KeySheet = Sequence[tuple[str, Sequence[tuple[str, str]]]]


def show_help(parent: QWidget, page: str = "index.md") -> QDialog:
    """Show a help page; links lead to the others."""
    dialog, browser = _window(parent, tr("Help"))
    folder = resource_folder() / "help"
    browser.setSearchPaths([str(folder)])
    browser.setSource(QUrl.fromLocalFile(str(folder / page)))
    bar = QHBoxLayout()
    for text, slot in (
        (tr("Contents"), lambda: browser.setSource(QUrl.fromLocalFile(str(folder / "index.md")))),
        (tr("Back"), browser.backward),
    ):
        button = QPushButton(text, dialog)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False, slot=slot: slot())
        bar.addWidget(button)
    bar.addStretch(1)
    dialog.layout().insertLayout(0, bar)
    dialog.show()
    return dialog


def show_keys(parent: QWidget, sheet: KeySheet) -> QDialog:
    """Show every key, in two columns."""
    dialog, browser = _window(parent, tr("Keys"))
    browser.setHtml(keys_html(sheet))
    dialog.show()
    return dialog


def keys_html(sheet: KeySheet) -> str:
    """The key sheet as a page."""
    columns: list[list[str]] = [[], []]
    lengths = [0, 0]
    for title, rows in [*sheet, (tr("Mouse"), mouse_sheet())]:
        shorter = 0 if lengths[0] <= lengths[1] else 1
        lengths[shorter] += len(rows) + 2
        cells = "".join(
            f"<tr><td><b>{html.escape(keys)}</b></td><td>{html.escape(text)}</td></tr>"
            for keys, text in rows
        )
        table = f"<table cellpadding='2'>{cells}</table>"
        columns[shorter].append(f"<h3>{html.escape(title)}</h3>{table}")
    cells = "".join(f"<td valign='top' width='50%'>{''.join(column)}</td>" for column in columns)
    return f"<table width='100%' cellspacing='12'><tr>{cells}</tr></table>"


def mouse_sheet() -> list[tuple[str, str]]:
    """What the mouse does on the traces."""
    return [
        (tr("click an event"), tr("select it")),
        (tr("drag on a trace"), tr("make an event; with Shift on all channels")),
        (tr("drag an edge"), tr("move the start or end of the selected event")),
        (tr("Alt + drag"), tr("move an event")),
        (tr("right click"), tr("menu")),
        (tr("wheel"), tr("page")),
        (tr("Ctrl + wheel"), tr("zoom time")),
        (tr("Alt + wheel"), tr("amplitude of the channel under the pointer")),
        (tr("middle drag"), tr("pan")),
        (tr("click the hypnogram"), tr("go there")),
        (tr("Esc"), tr("let go of a drag or the selection")),
    ]


def show_about(parent: QWidget) -> QDialog:
    """Say what this is, in which version, under which licence."""
    dialog, browser = _window(parent, tr("About SleepScope"))
    dialog.resize(560, 380)
    from importlib import metadata

    try:
        torch_version = metadata.version("torch")
    except metadata.PackageNotFoundError:
        torch_version = tr("not installed")
    browser.setMarkdown(
        f"# SleepScope {__version__}\n\n"
        + tr(
            "Score a night of sleep and see, event by event, what a neural network found, why, "
            "and where experts and model disagree. A research tool, not a medical device. "
            "Recordings are opened read-only and nothing is sent anywhere."
        )
        + "\n\n"
        + tr("BSD 3-Clause licence; the networks' licences are on their model cards.")
        + f"\n\nPython {platform.python_version()} · PySide6 {PySide6.__version__} · "
        f"torch {torch_version}\n"
    )
    dialog.show()
    return dialog


def help_pages() -> tuple[Path, ...]:
    """Every help page there is."""
    return tuple(sorted((resource_folder() / "help").glob("*.md")))


def _window(parent: QWidget, title: str) -> tuple[QDialog, QTextBrowser]:
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.resize(900, 760)
    browser = QTextBrowser(dialog)
    browser.setOpenExternalLinks(False)
    column = QVBoxLayout(dialog)
    column.addWidget(browser, 1)
    return dialog, browser
