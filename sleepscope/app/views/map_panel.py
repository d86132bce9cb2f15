"""The panel of the selected event's map: what it is of, the pictures, how much one covers."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from sleepscope.app.language import tr
from sleepscope.app.shown_relevance import ShownRelevance
from sleepscope.app.theme import Theme
from sleepscope.app.views.relevance_map import RelevanceMap

SLIDER_WIDTH = 110


class MapPanel(QWidget):
    """Head with a slider, and pictures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.head = QLabel(self)
        self.head.setWordWrap(True)
        self.picture = RelevanceMap(self)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(0, 100)
        self.slider.setValue(round(100 * self.picture.opacity))
        self.slider.setAccessibleName(tr("Opacity of Grad-CAM over the values"))
        self.slider.setToolTip(self.slider.accessibleName())
        self._label = QLabel(tr("Opacity"), self)
        self.slider.setFixedWidth(SLIDER_WIDTH)
        # Beside the head, not below the pictures: they need the height.
        above = QHBoxLayout()
        above.addWidget(self.head, 1)
        above.addWidget(self._label)
        above.addWidget(self.slider)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 4)
        column.setSpacing(2)
        column.addLayout(above)
        column.addWidget(self.picture, 1)
        self.slider.valueChanged.connect(lambda value: self.picture.set_opacity(value / 100))
        self.set_shown(None, "")

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.picture.set_theme(theme)

    def set_shown(self, shown: ShownRelevance | None, words: str) -> None:
        """Show an explained event, or ``words`` on what would be here."""
        self.picture.set_shown(shown)
        if shown is None:
            self.head.setText(words)
        else:
            explained = shown.explanation
            model = explained.scorer.removeprefix("model:").partition("@")[0]
            # "mean logit, 247.37-248.37 s": its stretch as the page names moments.
            target, _, stretch = explained.target.partition(", ")
            if stretch:
                onset, stop = shown.event
                target += f", {self.picture.moment(onset, 1)}, {stop - onset:.2f} s"
            self.head.setText(
                tr("{model} on {channels}: {target}", model=model,
                   channels=", ".join(explained.channels), target=target)
            )  # fmt: skip
        for widget in (self.slider, self._label):
            widget.setEnabled(shown is not None)
