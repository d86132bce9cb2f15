"""The spectrogram of the night that the overview shows."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from sleepscope.signals.spectrogram import Spectrogram


class NightSpectrum(QObject):
    """Which channel is shown, and what is known of it.

    Attributes
    ----------
    channel : str
        "" where no recording is open.
    known : dict of label to Spectrogram
        What was computed for this recording; 8 h take 1.5 MB a channel.
    trouble : str
        Why the channel's spectrogram is not there, in a sentence; "" while it is being computed.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.forget()

    def forget(self) -> None:
        """Nothing is open any more."""
        self.channel = ""
        self.known: dict[str, Spectrogram] = {}
        self.trouble = ""

    @property
    def shown(self) -> Spectrogram | None:
        """The spectrogram of the channel, once it is computed."""
        return self.known.get(self.channel)

    def show(self, channel: str) -> None:
        """Show another channel."""
        self.channel, self.trouble = channel, ""
        self.changed.emit()

    def keep(self, channel: str, made: Spectrogram) -> None:
        """Take what was computed."""
        self.known[channel] = made
        self.changed.emit()

    def fail(self, trouble: str) -> None:
        """Say why there is none."""
        self.trouble = trouble
        self.changed.emit()
