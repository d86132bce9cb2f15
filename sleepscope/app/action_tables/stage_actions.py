"""Stages: keys of each, and the way to where they are missing or differ."""

from __future__ import annotations

from typing import Final

from sleepscope.app.action_tables.spec import STAGING, ActionSpec
from sleepscope.app.language import later

_A = ActionSpec

# Top row and letters stay on the epoch; the keys of the number pad go on to the next one.
_KEYS: Final = (
    ("W", later("&Wake"), ("W", "0"), "Num+0"),
    ("N1", later("N&1"), ("1",), "Num+1"),
    ("N2", later("N&2"), ("2",), "Num+2"),
    ("N3", later("N&3"), ("3",), "Num+3"),
    ("R", later("&REM sleep"), ("R", "4"), "Num+4"),
)
_STAY = tuple(
    _A(f"stage_{stage}", text, keys, later("Stage the current epoch and stay."), "staging.stage",
       f"{STAGING}/stage", argument=stage)
    for stage, text, keys, _ in _KEYS
)  # fmt: skip
_GO_ON = tuple(
    _A(f"stage_{stage}_on", later("{stage} and on").format(stage=stage), (key,),
       later("Stage the current epoch and go on to the next one."), "staging.stage_on",
       f"{STAGING}/on", argument=stage)
    for stage, _, _, key in _KEYS
)  # fmt: skip

STAGE_ACTIONS: Final = (
    *_STAY,
    _A("unscore", later("&Unscore"), ("U",), later("Take the stage of the current epoch away."),
       "staging.unscore", f"{STAGING}/stage"),
    *_GO_ON,
    _A("next_epoch", later("Next &epoch"), (".",),
       later("An epoch on, whatever the length of the page."), "staging.step", f"{STAGING}/go",
       argument=1),
    _A("previous_epoch", later("Epoch &before"), (",",),
       later("An epoch back, whatever the length of the page."), "staging.step",
       f"{STAGING}/go", argument=-1),
    _A("longer_selection", later("Select an epoch more"), ("Ctrl+Shift+Right",),
       later("Select one more epoch, to stage several with one key."), "staging.extend",
       f"{STAGING}/go", argument=1),
    _A("shorter_selection", later("Select an epoch less"), ("Ctrl+Shift+Left",),
       later("Select one epoch less."), "staging.extend", f"{STAGING}/go", argument=-1),
    _A("next_unscored", later("&Next unscored epoch"), ("Shift+U",),
       later("Go to the next epoch that you have not staged."), "staging.next_unscored",
       f"{STAGING}/go"),
    _A("next_stage_difference", later("Next &difference of stages"), ("Alt+D",),
       later("Go to the next epoch that the two compared scorers stage differently."),
       "staging.next_difference", f"{STAGING}/go", argument=1),
    _A("previous_stage_difference", later("Difference of stages before"), ("Alt+Shift+D",),
       later("Go to the epoch before that the two compared scorers stage differently."),
       "staging.next_difference", f"{STAGING}/go", argument=-1),
    _A("start_stages", later("Start &from other stages…"), (),
       later("Fill your unscored epochs with somebody's stages."), "staging.ask_copy",
       f"{STAGING}/whose"),
)  # fmt: skip
