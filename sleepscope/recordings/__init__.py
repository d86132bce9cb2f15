"""A polysomnography file on disk becomes a Recording: channels, rates, units, lazy reads."""

from sleepscope.recordings.companion_files import companions
from sleepscope.recordings.opening import open_recording

__all__ = ["companions", "open_recording"]
