"""What can be detected in a recording: models, their channels, and which of them knew it before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sleepscope.app.language import tr
from sleepscope.constants import SPINDLE
from sleepscope.detection.channels import chosen_channels, why_unusable
from sleepscope.errors import ChannelError
from sleepscope.events.event_set import EventSet
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.model_folder import held_out_model
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.identity import channel_hash
from sleepscope.recordings.recording import Recording


@dataclass(frozen=True, slots=True)
class ModelOffer:
    """One model and what it could do with the open recording.

    Attributes
    ----------
    card : ModelCard
    channels : tuple of Channel
        Those it can read, in the order of the file; of unknown kind, too.
    preselected : tuple of str
        Labels to tick at first.
    is_possible : bool
        Whether there are channels enough.
    trouble : str
        What stands in the way, "" where nothing does.
    knows_recording : bool
        Whether it learned from one of the channels.
    held_out : ModelCard or None
        The same network trained without this recording, where it learned from it.
    """

    card: ModelCard
    channels: tuple[Channel, ...]
    preselected: tuple[str, ...]
    is_possible: bool = True
    trouble: str = ""
    knows_recording: bool = False
    held_out: ModelCard | None = None


@dataclass(frozen=True, slots=True)
class DetectOffer:
    """What the dialog offers.

    Attributes
    ----------
    models : tuple of ModelOffer
        The likeliest first.
    has_stages : bool
        Whether there is a hypnogram to limit the stages by.
    """

    models: tuple[ModelOffer, ...]
    has_stages: bool


def offer_detection(
    recording: Recording,
    cards: Iterable[ModelCard],
    event_sets: Iterable[EventSet],
    *,
    has_stages: bool,
) -> DetectOffer:
    """What these models could do with a recording; what is possible comes first.

    Raises
    ------
    RecordingError
        If the file cannot be read any more.
    """
    models, sets = tuple(cards), tuple(event_sets)
    hashes = _training_hashes(recording, models)
    offers = [_offer(recording, card, sets, hashes) for card in models]
    return DetectOffer(tuple(sorted(offers, key=_likelihood)), has_stages)


def _offer(
    recording: Recording,
    card: ModelCard,
    event_sets: Iterable[EventSet],
    hashes: Mapping[str, str],
) -> ModelOffer:
    kind = card.channels[0]
    channels = tuple(c for c in recording.channels if why_unusable(c, kind, card) is None)
    enough = len(channels) >= len(card.channels)
    learned = {entry.get("hash", "") for entry in card.trained_on} - {""}
    known = frozenset(hashes[c.label] for c in channels if hashes.get(c.label) in learned)
    preselected = preselected_channels(recording, card, event_sets)
    return ModelOffer(
        card,
        channels,
        preselected,
        is_possible=enough,
        trouble=_lack(card) if not enough else "" if preselected else _doubt(card),
        knows_recording=bool(known),
        held_out=held_out_model(card, known) if known else None,
    )


def preselected_channels(
    recording: Recording, card: ModelCard, event_sets: Iterable[EventSet]
) -> tuple[str, ...]:
    """Channels that a scorer marked already, else the model's own choice; () if none fits."""
    kind = card.channels[0]
    if len(card.channels) == 1:
        marked = {
            event.channel
            for event_set in event_sets
            for event in event_set.events
            if event.kind == card.task
        }
        chosen = tuple(
            channel.label
            for channel in recording.channels
            if channel.label in marked and why_unusable(channel, kind, card) is None
        )
        if chosen:
            return chosen
    try:
        return chosen_channels(recording, card, ())[0]
    except ChannelError:
        return ()


def _training_hashes(recording: Recording, cards: Iterable[ModelCard]) -> dict[str, str]:
    """Hash of every channel that is as long as one that a model learned from.

    Reading a whole night for its hash takes a moment, and hardly any is as long.
    """
    lengths = {
        entry["n_samples"]
        for card in cards
        for entry in card.trained_on
        if entry.get("hash") and entry.get("n_samples")
    }
    return {
        channel.label: channel_hash(recording, channel.label)
        for channel in recording.channels
        if str(channel.n_samples) in lengths
    }


def _lack(card: ModelCard) -> str:
    words = {
        ("EEG",): tr("This recording has no EEG channel that {model} can read."),
        ("EOG", "EOG"): tr("This recording has no pair of eye channels that {model} can read."),
    }
    sentence = words.get(card.channels, tr("This recording has no channels that {model} can read."))
    return sentence.format(model=card.name)


def _doubt(card: ModelCard) -> str:
    if len(card.channels) == 1:
        return tr("No channel says that it is {kind}; tick one if you know.", kind=card.channels[0])
    return tr("It is not clear which are the left and the right eye; tick one of each.")


def _likelihood(offer: ModelOffer) -> tuple[bool, bool, bool, str, bool, str]:
    card = offer.card
    usual = card.name == f"{card.task}-1d"
    return (
        not offer.is_possible,
        not offer.preselected,
        card.task != SPINDLE,
        card.task,
        not usual,
        card.name,
    )
