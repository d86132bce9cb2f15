"""Which channels of a recording a model can use, and which it takes unless told."""

from __future__ import annotations

import re

from sleepscope.errors import ChannelError
from sleepscope.networks.model_card import ModelCard
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.kinds import find_eog_pair
from sleepscope.recordings.recording import Recording

# AASM manual IV.5: spindles are largest over the central regions. Later patterns are second
# choices; a label that fits none comes last.
_EEG_ORDER = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (r"^(EEG\W*)?C3", r"^(EEG\W*)?C4", r"^(EEG\W*)?CZ", r"C[34Z]", r"^(EEG\W*)?F")
)
# A channel against a mastoid is what the AASM manual recommends; one without a second electrode in
# its label is against whatever the recorder took.
_MASTOID = re.compile(r"\W[AM][12]\b", re.IGNORECASE)
_LEFT_EYE = re.compile(r"LOC|\bE1|EOG\W*(L|1)|\bL\W*EOG|LEFT", re.IGNORECASE)
_RIGHT_EYE = re.compile(r"ROC|\bE2|EOG\W*(R|2)|\bR\W*EOG|RIGHT", re.IGNORECASE)


def why_unusable(channel: Channel, kind: str, card: ModelCard) -> str | None:
    """Why a model cannot use a channel as input of a kind, in one sentence; None if it can.

    A channel of unknown kind (OTHER) may be used if it is a voltage and the person names it.
    """
    if channel.kind not in (kind, "OTHER"):
        return f"'{channel.label}' is {channel.kind}, where {card.name} needs {kind}."
    if channel.unit != "µV":
        unit = f"in {channel.unit}" if channel.unit else "without a unit"
        return f"'{channel.label}' is {unit}, where {card.name} needs a voltage."
    slowest = float(card.settings.get("min_sfreq", 0.0))
    if channel.sfreq < slowest:
        return (
            f"'{channel.label}' has {channel.sfreq:g} samples per second, too few for "
            f"{card.name}, which needs at least {slowest:g} Hz to see its events."
        )
    return None


def usable_channels(recording: Recording, card: ModelCard) -> tuple[Channel, ...]:
    """Channels of the right kind and rate for a model, in the order of the file."""
    kind = card.channels[0]
    return tuple(
        c for c in recording.channels if c.kind == kind and why_unusable(c, kind, card) is None
    )


def chosen_channels(
    recording: Recording, card: ModelCard, labels: tuple[str, ...]
) -> tuple[tuple[str, ...], ...]:
    """Groups of channels to detect on, each as large as the model's input.

    Parameters
    ----------
    recording : Recording
    card : ModelCard
    labels : tuple of str
        As asked for: one group after the other. Empty: one group is chosen, for spindles the best
        central EEG, for rapid eye movements the left and the right EOG.

    Raises
    ------
    ChannelError
        If a channel is missing or unfit, if they do not make whole groups, or if the recording
        has none that fit.
    """
    size = len(card.channels)
    if not labels:
        return (_default_group(recording, card),)
    if len(labels) % size:
        raise ChannelError(
            f"{card.name} reads {size} channels at a time ({', '.join(card.channels)}), "
            f"so {', '.join(labels)} cannot be shared out."
        )
    for label, kind in zip(labels, card.channels * (len(labels) // size), strict=True):
        reason = why_unusable(recording.channel(label), kind, card)
        if reason is not None:
            raise ChannelError(reason)
    groups = [tuple(labels[k : k + size]) for k in range(0, len(labels), size)]
    for group in groups:
        if len(set(group)) < size:
            raise ChannelError(
                f"{card.name} needs {size} different channels, not {group[0]} twice."
            )
    return tuple(dict.fromkeys(groups))


def _default_group(recording: Recording, card: ModelCard) -> tuple[str, ...]:
    """The group taken when the person named none."""
    usable = usable_channels(recording, card)
    size = len(card.channels)
    # Second come names that only say the side, EOG-1 and EOG-2.
    if size == 2 and (pair := find_eog_pair(usable) or _eye_pair(usable)) is not None:
        return pair
    if size == 1 and usable:
        return (min(usable, key=_eeg_rank).label,)
    kind = card.channels[0]
    if size == 2:
        wanted, named = "a left and a right EOG", "LOC and ROC"
    else:
        wanted, named = f"an {kind} channel", "one"
    raise ChannelError(
        f"{card.name} needs {wanted} in {recording.path.name}, which has {_labels(recording)}; "
        f"name {named} among them if they are there under other names."
    )


def _eeg_rank(channel: Channel) -> tuple[int, bool]:
    """Place in the order of preference; ties go to the first in the file."""
    places = (k for k, pattern in enumerate(_EEG_ORDER) if pattern.search(channel.label))
    return next(places, len(_EEG_ORDER)), _MASTOID.search(channel.label) is None


def _eye_pair(usable: tuple[Channel, ...]) -> tuple[str, str] | None:
    """Left and right EOG by their labels, or None."""
    left = next((c.label for c in usable if _LEFT_EYE.search(c.label)), None)
    right = next(
        (c.label for c in usable if c.label != left and _RIGHT_EYE.search(c.label)),
        None,
    )
    return None if left is None or right is None else (left, right)


def _labels(recording: Recording) -> str:
    """Labels for a sentence, not more than a person reads."""
    labels = [c.label for c in recording.channels]
    more = f" and {len(labels) - 12} more" if len(labels) > 12 else ""
    return ", ".join(labels[:12]) + more
