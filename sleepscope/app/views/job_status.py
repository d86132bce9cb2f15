"""What runs in the background, how far it is, and a button to stop it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QWidget

from sleepscope.app.clock import short_text
from sleepscope.app.language import tr


class JobStatus(QWidget):
    """A line in the status bar; hidden while nothing runs."""

    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QLabel(self)
        self.bar = QProgressBar(self)
        self.bar.setRange(0, 1000)
        self.bar.setFixedWidth(180)
        self.bar.setTextVisible(False)
        self.left = QLabel(self)
        self.left.setMinimumWidth(self.fontMetrics().horizontalAdvance("59 min left  "))
        self.button = QPushButton(tr("Cancel"), self)
        self.button.setToolTip(tr("Stop the running work (Ctrl+.)"))
        self.button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.button.clicked.connect(self.cancel_requested)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 0, 4, 0)
        for widget in (self.text, self.bar, self.left, self.button):
            layout.addWidget(widget)
        self.hide()

    def show_job(self, text: str) -> None:
        """Say that something begins, of unknown length."""
        self.text.setText(text)
        self.bar.setRange(0, 0)
        self.left.setText("")
        self.show()

    def show_progress(self, text: str, fraction: float | None, seconds_left: float | None) -> None:
        """Say how far it is; ``fraction`` is 0..1, None while unknown."""
        if text:
            self.text.setText(text)
        self.bar.setRange(0, 0 if fraction is None else 1000)
        if fraction is not None:
            self.bar.setValue(round(1000 * fraction))
        left = "" if seconds_left is None else tr("{time} left", time=short_text(seconds_left))
        self.left.setText(left)
        self.show()

    def end_job(self) -> None:
        """Say that nothing runs any more."""
        self.hide()
