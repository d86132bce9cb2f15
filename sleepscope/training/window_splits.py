"""Splits of windows for cross-validation, and what each of them proves.

Leave-one-subject-out and grouped folds say how a network does on people it never saw. Blocked
folds hold out stretches of time of the same people. Shuffled folds of overlapping windows put
neighbours that share 80 % of their samples on both sides; they are here to show what that does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import SettingsError
from sleepscope.training.balancing import Balancing, balance
from sleepscope.training.windows import Windows

GUARD_SECONDS: Final = 5.0
N_FOLDS: Final = 10
LEAKY: Final = "leaky"


@dataclass(frozen=True, slots=True)
class WindowSplit:
    """One split.

    Attributes
    ----------
    name : str
        What is held out.
    training, held_out : Windows
        Held-out windows of honest splits do not overlap each other.
    same_people : bool
        Whether stretches of time are held out, and not people.
    guard : float, s
        Between training and held-out windows of the same person.
    leaky : bool
        Whether the split is known to leak; nothing is checked then.

    Raises
    ------
    SettingsError
        If a side is empty, windows were made before the split, a subject is on both sides, or
        (with ``same_people``) windows of both sides are closer than the guard.
    """

    name: str
    training: Windows = field(repr=False)
    held_out: Windows = field(repr=False)
    same_people: bool = False
    guard: float = GUARD_SECONDS
    leaky: bool = False

    def __post_init__(self) -> None:
        if not len(self.training) or not len(self.held_out):
            raise SettingsError(
                f"A split of {len(self.training)} training and {len(self.held_out)} held-out "
                f"windows cannot be used; it needs some on each side."
            )
        if self.leaky:
            return
        made = int(self.training.is_made.sum() + self.held_out.is_made.sum())
        if made:
            raise SettingsError(
                f"{made} windows were made before the split, so held-out recordings may be in "
                f"them; split first, and balance the training side alone."
            )
        shared = sorted(set(self.training.subjects) & set(self.held_out.subjects))
        if shared and not self.same_people:
            raise SettingsError(
                f"Subject '{shared[0]}' is in training and held out at once; "
                f"a subject must be on one side only."
            )
        for subject in shared:
            gap = _least_gap(self.training, self.held_out, str(subject))
            if gap < self.guard - 1e-6:
                raise SettingsError(
                    f"Training and held-out windows of '{subject}' are {gap:g} s apart; "
                    f"at least {self.guard:g} s are needed."
                )


def leave_one_subject_out(windows: Windows) -> Iterator[WindowSplit]:
    """One split for each subject."""
    for subject in _subjects(windows):
        yield _by_subject(windows, {subject}, subject)


def grouped_folds(windows: Windows, n_folds: int = 5) -> Iterator[WindowSplit]:
    """A few splits, each holding out a share of the subjects.

    Raises
    ------
    SettingsError
        If there are fewer subjects than folds.
    """
    subjects = _subjects(windows)
    if not 2 <= n_folds <= len(subjects):
        raise SettingsError(
            f"{len(subjects)} subjects cannot be shared out to {n_folds} folds; "
            f"choose from 2 to {len(subjects)}."
        )
    for fold in range(n_folds):
        yield _by_subject(windows, set(subjects[fold::n_folds]), f"fold {fold + 1}")


def blocked_folds(
    windows: Windows, n_folds: int = N_FOLDS, guard: float = GUARD_SECONDS
) -> Iterator[WindowSplit]:
    """Each recording in contiguous blocks of time; a split holds out one block of every recording.

    Parameters
    ----------
    windows : Windows
    n_folds : int
    guard : float, s
        Training windows closer than this to the block are left out.
    """
    for fold in range(n_folds):
        inside, near = np.zeros(len(windows), np.bool_), np.zeros(len(windows), np.bool_)
        for subject in _subjects(windows):
            mine = windows.subjects == subject
            first = float(windows.starts[mine].min())
            length = (float(windows.starts[mine].max()) + windows.seconds - first) / n_folds
            low, high = first + fold * length, first + (fold + 1) * length
            stops = windows.starts + windows.seconds
            inside |= mine & (windows.starts >= low - 1e-9) & (stops <= high + 1e-9)
            near |= mine & (stops > low - guard + 1e-9) & (windows.starts < high + guard - 1e-9)
        if inside.any():
            yield WindowSplit(
                f"block {fold + 1}",
                windows[np.flatnonzero(~near)],
                windows[np.flatnonzero(inside)].apart(),
                same_people=True,
                guard=guard,
            )


def shuffled_folds(
    windows: Windows, balancing: Balancing, n_folds: int = N_FOLDS, seed: int = 0
) -> Iterator[WindowSplit]:
    """The published way, which leaks: balance everything, shuffle, and only then split.

    Overlapping neighbours and windows made from them fall on both sides, so its figures say how
    well a network knows again what it has seen.
    """
    everything = balance(windows, balancing).windows
    order = np.random.default_rng(seed).permutation(len(everything))
    for fold in range(n_folds):
        held_out = order[fold::n_folds]
        training = np.setdiff1d(order, held_out)
        name = f"shuffled {fold + 1}"
        yield WindowSplit(name, everything[training], everything[held_out], leaky=True)


@dataclass(frozen=True, slots=True)
class Protocol:
    """A way to cross-validate, and what is to be said beside its figures.

    Attributes
    ----------
    name, title, proves : str
    leaky : bool
    splits : callable
        From windows and the balancing to splits.
    """

    name: str
    title: str
    proves: str
    leaky: bool
    splits: Callable[[Windows, Balancing], Iterator[WindowSplit]] = field(repr=False)

    def marked(self, words: str) -> str:
        """Words that stand beside a figure: those of a leak say so."""
        return f"{words} ({LEAKY.upper()})" if self.leaky else words


def shuffled_protocol(n_folds: int = N_FOLDS) -> Protocol:
    """The published way, which leaks."""
    return Protocol(
        LEAKY,
        f"shuffled {n_folds}-fold ({LEAKY.upper()})",
        "nothing: overlapping and made windows are on both sides",
        True,
        lambda windows, balancing: shuffled_folds(windows, balancing, n_folds, balancing.seed),
    )


def blocked_protocol(n_folds: int = N_FOLDS, guard: float = GUARD_SECONDS) -> Protocol:
    """Stretches of time of the same people, ``guard`` s from what is learned from."""
    return Protocol(
        "blocked",
        f"blocked {n_folds}-fold",
        "how it does on other minutes of the same people",
        False,
        lambda windows, balancing: blocked_folds(windows, n_folds, guard),  # noqa: ARG005
    )


PROTOCOLS: Final = (
    shuffled_protocol(),
    blocked_protocol(),
    Protocol(
        "loso",
        "leave one subject out",
        "how it does on people it never saw",
        False,
        lambda windows, balancing: leave_one_subject_out(windows),  # noqa: ARG005
    ),
)


def _subjects(windows: Windows) -> list[str]:
    return [str(s) for s in dict.fromkeys(windows.subjects.tolist())]


def _by_subject(windows: Windows, held_out: set[str], name: str) -> WindowSplit:
    outside = np.isin(windows.subjects, sorted(held_out))
    return WindowSplit(
        name,
        windows[np.flatnonzero(~outside)],
        windows[np.flatnonzero(outside)].apart(),
    )


def _least_gap(one: Windows, other: Windows, subject: str) -> float:
    """Seconds between the closest windows of both sides, 0 where they overlap."""
    a: NDArray[np.float64] = np.sort(one.starts[one.subjects == subject])
    b = other.starts[other.subjects == subject]
    place = np.searchsorted(a, b)
    before = np.abs(b - a[np.clip(place - 1, 0, a.size - 1)])
    behind = np.abs(b - a[np.clip(place, 0, a.size - 1)])
    return max(0.0, float(np.minimum(before, behind).min()) - one.seconds)
