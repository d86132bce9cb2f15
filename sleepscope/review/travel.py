"""Jumping to a place in the history: many steps of undo or redo, as one piece of long work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sleepscope.progress import Progress, Steps
from sleepscope.review.step import Change, joined

if TYPE_CHECKING:
    from sleepscope.review.review_file import ReviewFile

# So many steps are one transaction: one sync of the disk for all of them.
_CHUNK: Final = 100


def travel(review: ReviewFile, step_id: int, person: str = "") -> Steps[Change]:
    """Go to the state in which the review was right after a step.

    Parameters
    ----------
    step_id : int
        Every later step is taken back, every step up to this one done again; 0 takes all back.
    person : str
        Who wants it. Steps of others are taken back, too: ask before.

    Yields
    ------
    Progress
        After each hundred steps, which are on the disk by then; closing the generator leaves the
        review there.

    Returns
    -------
    Change
        What all of it touched.
    """
    number = review.n_steps_to(step_id)
    go = review.undo if number < 0 else review.redo
    total, done = abs(number), 0
    changes: list[Change] = []
    while done < total:
        most = min(_CHUNK, total - done)
        changes.append(go(person, anyone=True, most=most))
        done += most
        yield Progress(done, total, "Taking back" if number < 0 else "Doing again")
    return joined(changes)
