"""Windows of signal, probability tracks, events."""

from sleepscope.detection.detect import detect
from sleepscope.detection.detection import Detection
from sleepscope.detection.settings import DetectSettings

__all__ = ["DetectSettings", "Detection", "detect"]
