"""A night in figures: how many events, where, how long, how strong."""

from sleepscope.summary.cycles import SleepCycle, sleep_cycles
from sleepscope.summary.measures import EventMeasures, measure_events
from sleepscope.summary.night import SummaryRow, summary_rows

__all__ = [
    "EventMeasures",
    "SleepCycle",
    "SummaryRow",
    "measure_events",
    "sleep_cycles",
    "summary_rows",
]
