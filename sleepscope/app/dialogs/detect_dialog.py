"""What a network is asked: task, model, channels, stages, threshold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

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

from sleepscope.app.dialogs.asking import Question
from sleepscope.app.dialogs.channels_dialog import channel_list, fill_channel_list, ticked
from sleepscope.app.dialogs.model_cards import show_model_cards, summary
from sleepscope.app.language import tr
from sleepscope.constants import REM, SPINDLE, STAGES
from sleepscope.detection.settings import DetectSettings
from sleepscope.errors import SettingsError
from sleepscope.networks.model_card import ModelCard
from sleepscope.recordings.channel import Channel

_TASKS = {SPINDLE: "Sleep spindles (EEG)", REM: "Rapid eye movements (EOG)"}


@dataclass(frozen=True, slots=True)
class DetectOffer:
    """What the dialog offers.

    Attributes
    ----------
    models : tuple of ModelCard
    channels : mapping of model name to the channels it can use
    preselected : mapping of model name to channel labels
    has_stages : bool
        Whether there is a hypnogram to limit the stages by.
    """

    models: tuple[ModelCard, ...]
    channels: Mapping[str, Sequence[Channel]]
    preselected: Mapping[str, tuple[str, ...]]
    has_stages: bool


class DetectDialog(Question):
    """Asks for the settings of a detection and hands them to ``take``."""

    def __init__(
        self, parent: QWidget, offer: DetectOffer, take: Callable[[DetectSettings], None]
    ) -> None:
        super().__init__(tr("Detect"), tr("Let a network look for events."), parent)
        self.resize(560, 640)
        self._offer = offer
        self.task_box, self.model_box = QComboBox(self), QComboBox(self)
        for task in dict.fromkeys(card.task for card in offer.models):
            self.task_box.addItem(tr(_TASKS.get(task, task)), task)
        self.summary = QLabel(self)
        self.summary.setWordWrap(True)
        self.channels = channel_list(self, (), ())
        self.stage_boxes = {stage: QCheckBox(stage, self) for stage in STAGES}
        self.threshold_box = QDoubleSpinBox(self)
        self.threshold_box.setRange(0.01, 0.99)
        self.threshold_box.setSingleStep(0.05)
        self._lay_out()
        self.task_box.currentIndexChanged.connect(self._show_task)
        self.model_box.currentIndexChanged.connect(self._show_model)
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setText(tr("Detect"))
        self.finish(lambda: take(self.settings()))
        self._show_task()

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
        form.addRow(tr("Channels"), self.channels)
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
        self.column.addLayout(form)

    def _show_task(self) -> None:
        self.model_box.clear()
        for card in self._offer.models:
            if card.task == self.task_box.currentData():
                self.model_box.addItem(f"{card.name} {card.version}", card.name)

    def _card(self) -> ModelCard | None:
        name = self.model_box.currentData()
        return next((card for card in self._offer.models if card.name == name), None)

    def _show_model(self) -> None:
        card = self._card()
        if card is None:
            return
        self.summary.setText(summary(card))
        self.threshold_box.setValue(float(card.settings.get("threshold", 0.5)))
        fill_channel_list(
            self.channels, self._offer.channels[card.name], self._offer.preselected[card.name]
        )

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
        )
