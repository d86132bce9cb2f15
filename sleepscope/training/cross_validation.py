"""Splits of recordings by subject: nobody is ever on both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sleepscope.errors import SettingsError
from sleepscope.training.example import Example


@dataclass(frozen=True, slots=True)
class Fold:
    """One split.

    Attributes
    ----------
    training, held_out : tuple of Example

    Raises
    ------
    SettingsError
        If a subject, or the same signal under two names, is on both sides, or a side is empty.
    """

    training: tuple[Example, ...]
    held_out: tuple[Example, ...]

    def __post_init__(self) -> None:
        if not self.training or not self.held_out:
            raise SettingsError(
                f"A fold of {len(self.training)} training and {len(self.held_out)} held-out "
                f"recordings cannot be used; it needs at least one on each side."
            )
        shared = {e.subject for e in self.training} & {e.subject for e in self.held_out}
        if shared:
            raise SettingsError(
                f"Subject '{min(shared)}' is in training and held out at once; "
                f"a subject must be on one side only."
            )
        sources = {e.source: e.subject for e in self.training}
        for example in self.held_out:
            if example.source in sources:
                raise SettingsError(
                    f"'{sources[example.source]}' and '{example.subject}' are the same signal and "
                    f"stand in training and held out at once."
                )


def leave_one_subject_out(
    examples: Sequence[Example], held_out: Sequence[str] | None = None
) -> tuple[Fold, ...]:
    """One fold for each subject.

    Parameters
    ----------
    examples : sequence of Example
    held_out : sequence of str or None
        Subjects to hold out in turn; the others are always in training. None: all of them.
    """
    subjects = list(dict.fromkeys(e.subject for e in examples))
    return tuple(
        _fold(examples, {subject}) for subject in (subjects if held_out is None else held_out)
    )


def subject_folds(
    examples: Sequence[Example], n_folds: int, held_out: Sequence[str] | None = None
) -> tuple[Fold, ...]:
    """A few folds, each holding out a share of the subjects.

    Parameters
    ----------
    examples : sequence of Example
    n_folds : int
        From 2 to the number of subjects.
    held_out : sequence of str or None
        Subjects to be held out once each; the others are always in training.

    Raises
    ------
    SettingsError
        If there are fewer subjects than folds.
    """
    subjects = list(dict.fromkeys(e.subject for e in examples))
    turns = subjects if held_out is None else [s for s in subjects if s in set(held_out)]
    if not 2 <= n_folds <= len(turns):
        raise SettingsError(
            f"{len(turns)} subjects cannot be shared out to {n_folds} folds; "
            f"choose from 2 to {len(turns)}."
        )
    return tuple(_fold(examples, set(turns[k::n_folds])) for k in range(n_folds))


def _fold(examples: Sequence[Example], held_out: set[str]) -> Fold:
    return Fold(
        tuple(e for e in examples if e.subject not in held_out),
        tuple(e for e in examples if e.subject in held_out),
    )
