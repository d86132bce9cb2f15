"""The review file: what people and models said about a recording, and every edit ever made."""

from sleepscope.review.lock import Holder
from sleepscope.review.review_file import ReviewFile
from sleepscope.review.run import DetectionRun
from sleepscope.review.step import Change, OthersStepError, Step

__all__ = ["Change", "DetectionRun", "Holder", "OthersStepError", "ReviewFile", "Step"]
