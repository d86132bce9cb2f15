"""What a network is asked: task, model, channels, stages, threshold."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QWidget,
)

from sleepscope.app.detect_offer import DetectOffer, ModelOffer
from sleepscope.app.dialogs.asking import Question
from sleepscope.app.dialogs.channels_dialog import channel_list, fill_channel_list, ticked
from sleepscope.app.dialogs.model_cards import show_model_cards, summary
from sleepscope.app.language import tr
from sleepscope.constants import REM, SPINDLE, STAGES
from sleepscope.detection.muscle import MUSCLE_RMS
from sleepscope.detection.segmentation import BURST_GAP
from sleepscope.detection.settings import DetectSettings
from sleepscope.errors import SettingsError
from sleepscope.networks.model_card import ModelCard

_TASKS = {SPINDLE: "Sleep spindles (EEG)", REM: "Rapid eye movements (EOG)"}
WIDTH = 580
# Rows of the channel list: fewer would hide that there are more, more would fill the screen.
FEWEST_ROWS, MOST_ROWS = 3, 9


class DetectDialog(Question):
    """Asks for the settings of a detection and hands them to ``take``."""

    def __init__(
        self, parent: QWidget, offer: DetectOffer, take: Callable[[DetectSettings], None]
    ) -> None:
        super().__init__(tr("Detect"), tr("Let a network look for events."), parent)
        self.setMinimumWidth(WIDTH)
        self.resize(WIDTH, WIDTH)
        self._offer = offer
        self.task_box, self.model_box = QComboBox(self), QComboBox(self)
        for task in dict.fromkeys(one.card.task for one in offer.models):
            self.task_box.addItem(tr(_TASKS.get(task, task)), task)
        self.summary, self.doubt, self.known = (self._words() for _ in range(3))
        self.held_out_box = QCheckBox(self)
        self.channels = channel_list(self, (), ())
        self.stage_boxes = {stage: QCheckBox(stage, self) for stage in STAGES}
        self.threshold_box = QDoubleSpinBox(self)
        self.threshold_box.setRange(0.01, 0.99)
        self.threshold_box.setSingleStep(0.05)
        self.threshold_box.setToolTip(
            tr("Probability from which on it counts as an event: lower finds more, surely or not.")
        )
        self.bursts_box = self._tick(
            tr("&Join into bursts what is at most {gap} s apart", gap=f"{BURST_GAP:g}"),
            tr(
                "One event (a burst) for movements that follow each other, as many experts mark "
                "them; otherwise each movement is an event."
            ),
        )
        self.muscle_box = self._tick(
            tr("Lea&ve out muscle: seconds of over {rms} µV at 20-40 Hz", rms=f"{MUSCLE_RMS:g}"),
            tr(
                "RMS of either eye channel: fewer false detections in arousals, and no movement "
                "found in them."
            ),
        )
        self.detect_button = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.detect_button.setText(tr("Detect"))
        self._lay_out()
        self.task_box.currentIndexChanged.connect(self._show_task)
        self.model_box.currentIndexChanged.connect(self._show_model)
        self.held_out_box.toggled.connect(self._show_threshold)
        self.finish(lambda: take(self.settings()))
        self._show_task()
        self.task_box.setFocus()

    def _words(self) -> QLabel:
        label = QLabel(self)
        label.setWordWrap(True)
        return label

    def _tick(self, text: str, tip: str) -> QCheckBox:
        box = QCheckBox(text, self)
        box.setToolTip(tip)
        return box

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow(tr("Look for"), self.task_box)
        card_button = QPushButton(tr("Model card…"), self)
        card_button.setAutoDefault(False)
        card_button.clicked.connect(self._show_card)
        models = QHBoxLayout()
        models.addWidget(self.model_box, 1)
        models.addWidget(card_button)
        form.addRow(tr("Model"), models)
        form.addRow("", self.summary)
        form.addRow("", self.known)
        form.addRow("", self.held_out_box)
        form.addRow(tr("Channels"), self.channels)
        form.addRow("", self.doubt)
        stages = QHBoxLayout()
        for box in self.stage_boxes.values():
            box.setChecked(True)
            box.setEnabled(self._offer.has_stages)
            stages.addWidget(box)
        stages.addStretch(1)
        form.addRow(tr("Stages"), stages)
        if not self._offer.has_stages:
            form.addRow("", QLabel(tr("Without a hypnogram all of the night is searched."), self))
        form.addRow(tr("Threshold"), self.threshold_box)
        form.addRow(tr("Movements"), self.bursts_box)
        form.addRow("", self.muscle_box)
        self._form = form
        order = (self.task_box, self.model_box, card_button, self.held_out_box, self.channels,
                 *self.stage_boxes.values(), self.threshold_box, self.bursts_box,
                 self.muscle_box, self.detect_button)  # fmt: skip
        for before, after in pairwise(order):
            self.setTabOrder(before, after)
        self.column.addLayout(form)

    def _show_task(self) -> None:
        self.model_box.clear()
        for one in self._offer.models:
            if one.card.task == self.task_box.currentData():
                self.model_box.addItem(f"{one.card.name} {one.card.version}", one.card.name)

    def _chosen(self) -> ModelOffer | None:
        name = self.model_box.currentData()
        return next((one for one in self._offer.models if one.card.name == name), None)

    def _card(self) -> ModelCard | None:
        """The card of the weights that will run."""
        chosen = self._chosen()
        if chosen is None:
            return None
        held_out = chosen.held_out if self.held_out_box.isChecked() else None
        return held_out or chosen.card

    def _show_model(self) -> None:
        chosen = self._chosen()
        if chosen is None:
            return
        self.summary.setText(summary(chosen.card))
        self._show_knowledge(chosen)
        self._show_channels(chosen)
        proposed = tuple(chosen.card.settings.get("stages") or STAGES)
        for stage, box in self.stage_boxes.items():
            box.setChecked(not self._offer.has_stages or stage in proposed)
        self._show_threshold()
        for box in (self.bursts_box, self.muscle_box):
            self._form.setRowVisible(box, chosen.card.task == REM)
        self.fit()

    def _show_knowledge(self, chosen: ModelOffer) -> None:
        """Say that the model learned from this recording, and offer the one that did not."""
        name = chosen.card.name
        self.known.setText(
            tr("{model} was trained on this recording: its figures here prove nothing.", model=name)
        )
        self._form.setRowVisible(self.known, chosen.knows_recording)
        held_out = chosen.held_out
        if held_out is not None:
            self.held_out_box.setText(tr("Use the held-out weights that never saw this recording"))
            self.held_out_box.setToolTip(held_out.name)
        self.held_out_box.setChecked(held_out is not None)
        self._form.setRowVisible(self.held_out_box, held_out is not None)

    def _show_channels(self, chosen: ModelOffer) -> None:
        fill_channel_list(self.channels, chosen.channels, chosen.preselected)
        rows = min(max(len(chosen.channels), FEWEST_ROWS), MOST_ROWS)
        height = max(self.channels.sizeHintForRow(0), self.fontMetrics().height())
        self.channels.setFixedHeight(rows * height + 2 * self.channels.frameWidth() + 2)
        self.doubt.setText(chosen.trouble)
        self._form.setRowVisible(self.channels, chosen.is_possible)
        self._form.setRowVisible(self.doubt, bool(chosen.trouble))
        self.detect_button.setEnabled(chosen.is_possible)

    def _show_threshold(self) -> None:
        card = self._card()
        if card is not None:
            self.threshold_box.setValue(float(card.settings.get("threshold", 0.5)))

    def _show_card(self) -> None:
        card = self._card()
        if card is not None:
            show_model_cards(self, (card,))

    def settings(self) -> DetectSettings:
        """What was chosen.

        Raises
        ------
        SettingsError
            If no model, channel or stage is chosen.
        """
        card = self._card()
        if card is None:
            raise SettingsError("There is no model to choose; put one into the folder of models.")
        labels = ticked(self.channels)
        size = len(card.channels)
        if not labels or len(labels) % size:
            raise SettingsError(
                f"{len(labels)} channels are ticked; {card.name} reads {size} at a time "
                f"({', '.join(card.channels)})."
            )
        stages = tuple(stage for stage, box in self.stage_boxes.items() if box.isChecked())
        if not stages:
            raise SettingsError(f"No stage is ticked; tick at least one of {', '.join(STAGES)}.")
        chosen = round(self.threshold_box.value(), 2)
        same = abs(chosen - float(card.settings.get("threshold", 0.5))) < 0.005
        return DetectSettings(
            task=card.task,
            model=card.name,
            channels=labels,
            stages=None if len(stages) == len(STAGES) else stages,
            threshold=None if same else chosen,
            bursts=card.task == REM and self.bursts_box.isChecked(),
            leave_out_muscle=card.task == REM and self.muscle_box.isChecked(),
        )
