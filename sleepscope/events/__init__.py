"""Events, event sets and hypnograms, and one module per file format."""

from sleepscope.events.channels import find_channel, same_channel
from sleepscope.events.event_file import EventFile
from sleepscope.events.reading import read_events

__all__ = ["EventFile", "find_channel", "read_events", "same_channel"]
