"""Files out: events and stages in the formats of :data:`FORMATS`."""

from sleepscope.export.events_csv import check_target, write_events_csv
from sleepscope.export.export_format import ExportFormat, Written
from sleepscope.export.formats import FORMATS
from sleepscope.export.hypnogram_csv import write_hypnogram_csv
from sleepscope.export.marked_event import MarkedEvent, marked_events, marked_sets
from sleepscope.export.sidecar import Sidecar, models_of_detections, models_of_runs

__all__ = [
    "FORMATS",
    "ExportFormat",
    "MarkedEvent",
    "Sidecar",
    "Written",
    "check_target",
    "marked_events",
    "marked_sets",
    "models_of_detections",
    "models_of_runs",
    "write_events_csv",
    "write_hypnogram_csv",
]
