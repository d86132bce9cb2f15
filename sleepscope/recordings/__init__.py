"""A polysomnography file on disk becomes a Recording: channels, rates, units, lazy reads."""

from sleepscope.recordings.companion_files import companions
from sleepscope.recordings.opening import open_recording, open_recordings
from sleepscope.recordings.rate import RateNeededError

__all__ = ["RateNeededError", "companions", "open_recording", "open_recordings"]
