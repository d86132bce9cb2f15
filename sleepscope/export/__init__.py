"""Files out: the CSV of events with its sidecar, the CSV of stages."""

from sleepscope.export.events_csv import check_target, write_events_csv, write_hypnogram_csv
from sleepscope.export.marked_event import MarkedEvent, marked_events, marked_sets
from sleepscope.export.sidecar import Sidecar, models_of_detections, models_of_runs

__all__ = [
    "MarkedEvent",
    "Sidecar",
    "check_target",
    "marked_events",
    "marked_sets",
    "models_of_detections",
    "models_of_runs",
    "write_events_csv",
    "write_hypnogram_csv",
]
