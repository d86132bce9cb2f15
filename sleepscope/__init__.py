"""SleepScope: view, detect, explain, compare and export the events of a night of sleep."""

__version__ = "0.1.0"
