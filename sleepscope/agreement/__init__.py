"""How far two scorers agree: matching, scores, disagreements, consensus."""

from sleepscope.agreement.consensus import union
from sleepscope.agreement.disagreements import Disagreement, disagreements
from sleepscope.agreement.kappa import StageAgreement, stage_agreement
from sleepscope.agreement.matching import Match, Pair, match
from sleepscope.agreement.samples import SampleScores, by_sample
from sleepscope.agreement.scores import Scores, macro_f1, pool, score, score_match

__all__ = [
    "Disagreement",
    "Match",
    "Pair",
    "SampleScores",
    "Scores",
    "StageAgreement",
    "by_sample",
    "disagreements",
    "macro_f1",
    "match",
    "pool",
    "score",
    "score_match",
    "stage_agreement",
    "union",
]
