"""Ways to cross-validate a run: by people, by blocks of time, or shuffled as published (leaky).

By people is what says how a model does on somebody new. The two others split windows and are there
to be compared with it: blocks of time have the same people on both sides, and shuffled windows
leak, which is said wherever their figures stand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import SettingsError
from sleepscope.progress import Steps
from sleepscope.training.balancing import Balancing
from sleepscope.training.fold_answers import FoldAnswers
from sleepscope.training.window_fit import WindowNight
from sleepscope.training.window_results import fold_table
from sleepscope.training.window_splits import (
    GUARD_SECONDS,
    N_FOLDS,
    Protocol,
    WindowSplit,
    blocked_protocol,
    shuffled_protocol,
)
from sleepscope.training.windows import WindowCut, Windows

BY_PEOPLE: Final = "people"
BLOCKED: Final = "blocked"
SHUFFLED: Final = "shuffled"
SCHEMES: Final = (BY_PEOPLE, BLOCKED, SHUFFLED)
# What is done with a split: its key in the run's folder, its number, and what to say of it.
Fit = Callable[[str, WindowSplit, int, str], Steps[FoldAnswers]]


@dataclass(frozen=True, slots=True)
class JudgedWindows:
    """What the networks of all folds said about the windows they were not shown.

    Attributes
    ----------
    folds : dict of name to (labels, probabilities)
    counts : dict of name to dict
        Windows of each class "before" and "after" balancing, and how many were "made": of each
        training side, or of everything where that was balanced before the split.
    """

    folds: dict[str, tuple[NDArray[np.int64], NDArray[np.float32]]] = field(repr=False)
    counts: dict[str, dict[str, Any]] = field(repr=False)


def check_scheme(scheme: str, recipe: str, *, of_windows: bool, patience: int | None) -> None:
    """Refuse what a scheme cannot do.

    Raises
    ------
    SettingsError
    """
    if scheme not in SCHEMES:
        raise SettingsError(f"There is no scheme '{scheme}'; choose from {', '.join(SCHEMES)}.")
    if scheme == BY_PEOPLE:
        return
    if not of_windows:
        task = recipe.partition("-")[0]
        raise SettingsError(
            f"The scheme '{scheme}' splits windows, but {recipe} answers moment by moment; choose "
            f"the recipe {task}-window-1d or {task}-window-2d, or the scheme '{BY_PEOPLE}'."
        )
    if patience is not None:
        raise SettingsError(
            f"Early stopping watches training people who are kept out, but with the scheme "
            f"'{scheme}' the same people are on both sides; leave the patience out, or choose the "
            f"scheme '{BY_PEOPLE}'."
        )


def scheme_folds(folds: int | None) -> int:
    """Folds of a scheme that splits windows.

    Raises
    ------
    SettingsError
        If there are fewer than two.
    """
    n_folds = N_FOLDS if folds is None else folds
    if n_folds < 2:
        raise SettingsError(f"Windows cannot be split into {n_folds} folds; 2 are the least.")
    return n_folds


def window_protocol(scheme: str, folds: int | None, beyond: float) -> Protocol | None:
    """How windows are split; None where people are held out.

    Parameters
    ----------
    scheme : str
    folds : int or None
    beyond : float, s
        What a network reads besides a window: the guard grows by it, so that what is read on both
        sides is :data:`~sleepscope.training.window_splits.GUARD_SECONDS` apart.
    """
    if scheme == BLOCKED:
        return blocked_protocol(scheme_folds(folds), GUARD_SECONDS + beyond)
    return shuffled_protocol(scheme_folds(folds)) if scheme == SHUFFLED else None


def by_recording(nights: Sequence[WindowNight]) -> list[WindowNight]:
    """Nights whose windows know their recording: two nights of a person are blocks of their own.

    Raises
    ------
    SettingsError
        If two of them are the same signal, which would then be on both sides.
    """
    found: dict[str, int] = {}
    named = []
    for number, night in enumerate(nights, start=1):
        source = night.example.source
        if source in found:
            raise SettingsError(
                f"Nights {found[source]} ('{nights[found[source] - 1].example.subject}') and "
                f"{number} ('{night.example.subject}') are the same signal; leave one of them out."
            )
        found[source] = number
        name = f"{number}: {night.example.subject}"
        places = replace(night.places, subjects=np.full(len(night.places), name))
        named.append(replace(night, places=places))
    return named


def judge_windows(
    windows: Windows, protocol: Protocol, balancing: Balancing, fit: Fit
) -> Steps[JudgedWindows]:
    """Run every fold of a protocol.

    Parameters
    ----------
    windows : Windows
        Of all recordings; see :func:`by_recording`.
    protocol : Protocol
    balancing : Balancing
        What a leaky protocol does before the split.
    fit : Fit
        Fits a fresh network to the training side of a split, or finds what was done before.

    Raises
    ------
    SettingsError
        If blocks are too short for a window, or a side of a split cannot be used.
    """
    judged = JudgedWindows({}, {})
    for number, split in enumerate(protocol.splits(windows, balancing)):
        name = protocol.marked(split.name)
        key = f"leaky-fold{number + 1}" if protocol.leaky else f"fold{number + 1}"
        answers = yield from fit(key, split, number, f"Training without {name}")
        judged.folds[name] = answers.labels, answers.probabilities
        if not protocol.leaky:
            judged.counts[key] = answers.counts
        elif not number:
            judged.counts["before the split (LEAKY)"] = _counts_before_split(windows, split)
    if len(judged.folds) < 2:
        raise SettingsError(
            f"The recordings are too short for {protocol.title}: {len(judged.folds)} of its folds "
            f"hold a window of {windows.seconds:g} s; choose fewer folds."
        )
    return judged


def _counts_before_split(windows: Windows, split: WindowSplit) -> dict[str, Any]:
    """What balancing everything made of it: both sides of any split together."""
    sides = split.training, split.held_out
    after = {name: sum(side.counts[name] for side in sides) for name in windows.counts}
    return {
        "before": windows.counts,
        "after": after,
        "made": sum(int(side.is_made.sum()) for side in sides),
    }


def window_key(protocol: Protocol | None) -> str:
    """Under which the figures by window stand: who looks for honest ones does not find others."""
    return "by window" if protocol is None else protocol.marked("by window")


def window_figures_by_fold(
    protocol: Protocol, judged: JudgedWindows, cut: WindowCut
) -> dict[str, Any]:
    """Scheme, rule and figures of each fold, their mean and SD, and pooled; ready for JSON."""
    seconds = f"Windows of {cut.seconds:g} s"
    if protocol.leaky:
        which = (
            f"{seconds}, one every {cut.stride:g} s, balanced before the split: repeated, "
            f"overlapping and made ones are judged, too"
        )
    else:
        which = f"{seconds} side by side where somebody looked, in all stages"
    rule = (
        f"{which}; those with too little of an event to tell are left out; an event is found at a "
        f"probability of 0.5."
    )
    table = fold_table(judged.folds)
    return {
        window_key(protocol): {"scheme": protocol.title, "leaky": protocol.leaky, "rule": rule}
        | {protocol.marked(name): figures for name, figures in table.items()}
    }


def scheme_words(protocol: Protocol, begin: str, seed: int) -> str:
    """How the figures come about, and what they do not show."""
    title = f"{protocol.title[0].upper()}{protocol.title[1:]}"
    if protocol.leaky:
        how = (
            "windows were balanced and shuffled before they were split, so neighbours that overlap "
            "and windows made from them are on both sides, and so are all people; the LEAKY "
            "figures say how well a network knows again what it has seen, and nothing about other "
            "nights or people"
        )
    else:
        how = (
            f"one block of time of every recording is held out in turn, {GUARD_SECONDS:g} s from "
            f"what is learned from; the same people are on both sides, so the figures show "
            f"{protocol.proves}, and not on people it never saw"
        )
    return (
        f"{title}: {how}. Every fold began with {begin}; seed {seed}. Threshold, shortest duration "
        f"and gap of the model were chosen on the nights that its weights were fitted to."
    )


def scheme_limits(protocol: Protocol) -> str:
    """What its card says of a model that was judged so."""
    if protocol.leaky:
        return (
            f"Its figures are LEAKY ({protocol.title}): never judged on minutes or people that "
            f"its networks had not seen."
        )
    return (
        f"Judged on other minutes of the same people ({protocol.title}, a guard of "
        f"{GUARD_SECONDS:g} s), never on people that its networks had not seen."
    )
