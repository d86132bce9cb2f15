"""What can go wrong, said in one sentence a technician can act on.

Every error names the value that was met, the limit it broke and the choices left. ``title`` is a
few words for the head of a dialog; ``str(error)`` is the sentence itself, without a line break.
"""


class SleepScopeError(Exception):
    """A failure the person can understand and mend: shown as it is, never as a traceback."""

    title = "Something is not right"

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))


class RecordingError(SleepScopeError):
    """A recording cannot be opened or read."""

    title = "The recording cannot be read"


class GapError(RecordingError):
    """A read crosses a stretch in which nothing was recorded."""

    title = "Nothing was recorded here"


class ChannelError(SleepScopeError):
    """A channel is missing or unfit for what was asked."""

    title = "The channel cannot be used"


class EventFileError(SleepScopeError):
    """A file of events or stages cannot be read."""

    title = "The event file cannot be read"


class ModelError(SleepScopeError):
    """A model file is missing, damaged or of a kind this program does not know."""

    title = "The model cannot be used"


class ReviewError(SleepScopeError):
    """The review file cannot be opened or written."""

    title = "The review file cannot be used"


class ExportError(SleepScopeError):
    """A file cannot be written; what stood there before is untouched."""

    title = "The file could not be written"


class SettingsError(SleepScopeError):
    """A setting or argument is out of its range."""

    title = "This setting does not work"


class MontageError(SleepScopeError):
    """A montage, or its file, cannot be used."""

    title = "The montage cannot be used"
