"""How far two scorers agree: matching, scores and their intervals, disagreements, consensus."""

from sleepscope.agreement.bootstrap import (
    Intervals,
    bootstrap_night,
    bootstrap_nights,
    bootstrap_recordings,
)
from sleepscope.agreement.breakdown import PartScores, by_channel, by_hour, by_stage
from sleepscope.agreement.consensus import Consensus, union
from sleepscope.agreement.kappa import (
    EpochDisagreement,
    StageAgreement,
    epoch_disagreements,
    stage_agreement,
)
from sleepscope.agreement.matching import Match, Pair, match
from sleepscope.agreement.queue import QueueItem, review_queue
from sleepscope.agreement.samples import SampleScores, by_sample
from sleepscope.agreement.scores import Scores, macro_f1, pool, score, score_match

__all__ = [
    "Consensus",
    "EpochDisagreement",
    "Intervals",
    "Match",
    "Pair",
    "PartScores",
    "QueueItem",
    "SampleScores",
    "Scores",
    "StageAgreement",
    "bootstrap_night",
    "bootstrap_nights",
    "bootstrap_recordings",
    "by_channel",
    "by_hour",
    "by_sample",
    "by_stage",
    "epoch_disagreements",
    "macro_f1",
    "match",
    "pool",
    "review_queue",
    "score",
    "score_match",
    "stage_agreement",
    "union",
]
