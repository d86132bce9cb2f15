"""Sleep stages as other programs write them, and stages of any length brought onto a grid."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from sleepscope.constants import EPOCH_SECONDS, STAGES, UNSCORED
from sleepscope.errors import EventFileError
from sleepscope.events.hypnogram import Hypnogram

# Rechtschaffen & Kales stages 3 and 4 are N3 (AASM manual IV.1); the digits are theirs too.
_NAMES = {
    "W": "w wake wakefulness awake sw s0 wk éveil wach wachheit veglia vigilia vaken wakker",
    "N1": "n1 s1 nrem1 1",
    "N2": "n2 s2 nrem2 2",
    "N3": "n3 s3 s4 n4 nrem3 nrem4 sws 3 4",
    "R": "r rem sr 5",
    UNSCORED: (
        "? unscored unknown uns unsure notscored unscorable nostage undefined none nan "
        "movementtime movement mt 6 7 8 9 art artifact artefact"
    ),
}
_STAGE_OF = {name: stage for stage, names in _NAMES.items() for name in names.split()}
_STAGE_OF["0"] = "W"

# A stage that is named as one ("Sleep stage N2", "SLEEP-S2"), not just by a letter.
_PREFIX = re.compile(r"^(?:sleep\s*)?stage\s*[-:_|]?\s*|^sleep[-_](?=[smrnuw?])", re.IGNORECASE)
_SUFFIX = re.compile(r"\s+sleep$", re.IGNORECASE)

# "Sleep stage NREM 2 sleep|Stage 2 sleep" has forty letters.
_LONGEST_NAME = 100

# Longer than any recording there is; a broken duration must not fill the memory.
_MOST_EPOCHS = 200_000
_FINER_EPOCHS = (20.0, 10.0, 5.0)


def stage_of(text: str) -> str | None:
    """Name a stage as this program does: W, N1, N2, N3, R or "?"; None if it is no stage.

    Digits are those of Rechtschaffen & Kales (0 W, 1-4, 5 REM); negatives and 6-9 stand for
    movement and the unknown.
    """
    word = text.strip()
    if word in STAGES or word == UNSCORED:
        return word
    if len(word) > _LONGEST_NAME:
        return None
    # NSRR writes "Stage 2 sleep|2", "Wake|0".
    head = word.split("|")[0].strip()
    named = _SUFFIX.sub("", _PREFIX.sub("", head)).strip()
    bare = re.sub(r"[\s_\-.]", "", named.casefold())
    if re.fullmatch(r"-\d+(\.0*)?", named):
        return UNSCORED
    if re.fullmatch(r"\d\.0*", named):
        bare = named[0]
    return _STAGE_OF.get(bare)


@lru_cache(maxsize=1000)
def is_named_stage(text: str) -> bool:
    """Whether the text says itself that it is a stage ("Sleep stage 2"), or can be no event."""
    word = text.strip()
    if _PREFIX.match(word) or word.casefold() == "movement time":
        return stage_of(word) is not None
    return word.casefold() in {
        "w",
        "wake",
        "éveil",
        "n1",
        "n2",
        "n3",
        "n4",
        "s0",
        "s1",
        "s2",
        "s3",
        "s4",
    }


def on_grid(
    stretches: Sequence[tuple[float, float, str]],
    *,
    scorer: str,
    name: str,
    duration: float | None = None,
) -> tuple[Hypnogram, tuple[str, ...]]:
    """Bring stages of any length onto a grid of epochs.

    The grid begins with the first stretch. An epoch has the stage that covers its middle; where
    stretches overlap the later one counts. Where all stretches last the same and less than 30 s,
    that is the epoch; else epochs last 30 s, or 20, 10 or 5 s where only that fits every stretch.
    Unscored epochs behind the end of the recording are left out.

    Parameters
    ----------
    stretches : sequence of (onset, duration, stage), s
        At least one, in any order.
    scorer : str
        Scorer of the hypnogram.
    name : str
        Name of the file, for sentences.
    duration : float or None, s
        Length of the recording.

    Returns
    -------
    Hypnogram, notices

    Raises
    ------
    EventFileError
        If the stretches cover more time than any recording has.
    """
    ordered = sorted(stretches)
    start = ordered[0][0]
    epoch, fits = _epoch_that_fits([(onset - start, length) for onset, length, _ in ordered])
    last = max(onset + length for onset, length, _ in ordered)
    n_epochs = max(1, round((last - start) / epoch + 0.499))
    if n_epochs > _MOST_EPOCHS:
        raise EventFileError(
            f"The stages in {name} reach from {start:g} to {last:g} s, more than "
            f"{_MOST_EPOCHS} epochs of {epoch:g} s: a duration in the file must be wrong."
        )
    stages = [UNSCORED] * n_epochs
    for onset, length, stage in ordered:
        first = _first_middle_at_or_after(onset - start, epoch)
        behind = _first_middle_at_or_after(onset + length - start, epoch)
        stages[first:behind] = [stage] * (min(behind, n_epochs) - first)
    if duration is not None:
        while stages and stages[-1] == UNSCORED and start + len(stages) * epoch > duration + 1e-6:
            stages.pop()
    notices: tuple[str, ...] = ()
    if not fits:
        notices = (
            f"Stages in {name} do not begin and end on a grid of {epoch:g} s: each epoch has "
            "the stage at its middle.",
        )
    return Hypnogram(tuple(stages), epoch, start, scorer), notices


def _first_middle_at_or_after(time: float, epoch: float) -> int:
    index = max(0, int(time // epoch))
    return index if index * epoch + epoch / 2 >= time - 1e-9 else index + 1


def _epoch_that_fits(stretches: list[tuple[float, float]]) -> tuple[float, bool]:
    shortest = min(length for _, length in stretches)
    regular = all(abs(length - shortest) < 0.01 for _, length in stretches)
    # One stretch per epoch tells the epoch's length, whatever it is.
    own = (shortest,) if regular and 0.1 <= shortest < EPOCH_SECONDS else ()
    for epoch in (*own, EPOCH_SECONDS, *_FINER_EPOCHS):
        # The last stretch is often cut at the end of the recording.
        lengths = [length for _, length in stretches[:-1]]
        if all(_multiple(t, epoch) for t in [*(onset for onset, _ in stretches), *lengths]):
            return epoch, True
    return EPOCH_SECONDS, False


def _multiple(time: float, epoch: float) -> bool:
    return abs(time - round(time / epoch) * epoch) < 0.01
