"""Which channels of a recording are shown before the person chose any, and in which order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from sleepscope.recordings.channel import Channel
from sleepscope.recordings.derivation import DerivedRecording
from sleepscope.recordings.recording import Recording

# As many of each kind as a page can show, from top to bottom as laboratories lay them out; other
# kinds are not shown at first.
MOST: Final = {"EEG": 6, "EOG": 2, "EMG": 2, "ECG": 1, "RESP": 3, "SPO2": 1}
MOST_CHANNELS: Final = 14
# Without one of these the labels say too little to leave anything out.
SLEEP_KINDS: Final = frozenset({"EEG", "EOG", "EMG"})
# Reference electrodes alone say little beside the channels that they are the reference of.
_REFERENCE = re.compile(r"(EEG\W*)?[MA][12]$", re.IGNORECASE)
_DERIVATION = re.compile(r"\w+\s*[-:/]\s*\(?\w+")


def default_channels(recording: Recording) -> tuple[str, ...]:
    """Labels to show: a page of the usual kinds; all where none of them is a sleep channel."""
    shown: list[str] = []
    for kind, most in MOST.items():
        shown += [channel.label for channel in _best(recording.channels, kind)[:most]]
    kinds = {recording.channel(label).kind for label in shown}
    if not kinds & SLEEP_KINDS:
        shown = [channel.label for channel in recording.channels]
    return in_display_order(recording, shown[:MOST_CHANNELS])


def _best(channels: Iterable[Channel], kind: str) -> list[Channel]:
    """Channels of a kind: derivations (C3-M2) where there are any, else electrodes."""
    alike = [c for c in channels if c.kind == kind and not _REFERENCE.match(c.label)]
    derived = [channel for channel in alike if _DERIVATION.search(channel.label)]
    return derived or alike


def in_display_order(recording: Recording, labels: Iterable[str]) -> tuple[str, ...]:
    """By kind from EEG to oxygen saturation, within a kind as in the file."""
    wanted = set(labels)
    chosen = [channel for channel in recording.channels if channel.label in wanted]
    return tuple(channel.label for channel in sorted(chosen, key=_place))


def kind_places(recording: DerivedRecording, labels: Iterable[str]) -> dict[str, int]:
    """How far down each channel's kind is shown."""
    return {label: _place(recording.channel(label)) for label in labels if recording.has(label)}


def _place(channel: Channel) -> int:
    kinds = tuple(MOST)
    return kinds.index(channel.kind) if channel.kind in kinds else len(kinds)
