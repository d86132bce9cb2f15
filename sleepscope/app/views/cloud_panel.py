"""The panel of the map of events: how it was made, the plane, what to do with a cloud of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sleepscope.app.language import tr
from sleepscope.app.views.cloud_view import CloudView


class CloudPanel(QWidget):
    """Shows what it is given; wishes are announced."""

    method_chosen = Signal(str)
    accept_requested = Signal()
    reject_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.head = QLabel(self)
        self.head.setWordWrap(True)
        self.head.setTextFormat(Qt.TextFormat.PlainText)
        self.method_box = QComboBox(self)
        self.method_box.setAccessibleName(tr("How the map is laid out"))
        self.method_box.setToolTip(
            tr("PCA: the two axes along which the features differ most. UMAP, where umap-learn is "
               "installed: neighbours stay together, distances have no unit.")
        )  # fmt: skip
        self.lasso = QPushButton(tr("&Lasso"), self)
        self.lasso.setCheckable(True)
        self.lasso.setToolTip(tr("A drag draws a lasso; without it a rectangle (Shift: a lasso)."))
        self.accept = QPushButton(tr("Accept"), self)
        self.accept.setToolTip(tr("Accept all chosen events, as one step of undo."))
        self.reject = QPushButton(tr("Reject"), self)
        self.reject.setToolTip(tr("Reject all chosen events, as one step of undo."))
        self.cloud = CloudView(self)
        self.cloud.setToolTip(
            tr("Click: travel. Drag: choose. Ctrl+click: one more or less. Keys: arrows, Enter, "
               "Space, + and \N{MINUS SIGN} for the nearest around a point.")
        )  # fmt: skip
        line = QHBoxLayout()
        for widget in (self.method_box, self.lasso):
            line.addWidget(widget)
        line.addStretch(1)
        for widget in (self.accept, self.reject):
            line.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 4)
        column.addWidget(self.head)
        column.addLayout(line)
        column.addWidget(self.cloud, 1)
        self.setFocusProxy(self.cloud)
        self.lasso.toggled.connect(self._set_lasso)
        self.method_box.activated.connect(
            lambda _index: self.method_chosen.emit(self.method_box.currentText())
        )
        self.accept.clicked.connect(self.accept_requested)
        self.reject.clicked.connect(self.reject_requested)

    def _set_lasso(self, on: bool) -> None:
        self.cloud.is_lasso = on

    def set_methods(self, names: tuple[str, ...], current: str) -> None:
        """Offer these layouts."""
        self.method_box.clear()
        self.method_box.addItems(list(names))
        self.method_box.setCurrentText(current)

    def set_words(self, words: str, n_chosen: int) -> None:
        """Say how the map was made, and how many events are chosen."""
        self.head.setText(words)
        for button, verb in ((self.accept, tr("Accept")), (self.reject, tr("Reject"))):
            button.setText(f"{verb} {n_chosen}" if n_chosen > 1 else verb)
            button.setEnabled(n_chosen > 0)
