"""A montage brought onto a recording, through the many ways in which channels are labelled."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sleepscope.recordings.aliases import COMMON, ROLES, electrode_pair, pairs_of, role_of
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.derivation import DerivedRecording
from sleepscope.recordings.kinds import ECG, EEG, EMG, EOG, OTHER, is_reference
from sleepscope.recordings.montage import ANY, Montage, MontageRow
from sleepscope.recordings.recording import Recording

_ELECTRICAL = (EEG, EOG, EMG, ECG)


def fit_montage(montage: Montage, recording: Recording) -> Montage:
    """The montage with the labels of a recording; rows that it cannot give are left out.

    A row takes, the first that there is: a channel of its label, of the same electrodes under
    another label ("EEG C3-A2" for C3-M2) or for the same use ("chin"); a derivation of two
    channels; the electrode against whatever it was recorded ("C3"). At each step the row's own
    channel comes before what it names ``otherwise``.
    """
    finder = _Finder(recording)
    rows: list[MontageRow] = []
    own = {row.channel for row in montage.rows}
    for row in montage.rows:
        if row.channel.startswith(ANY):
            taken = {made.channel for made in rows}
            kind = row.channel.removeprefix(ANY)
            found = [c for c in finder.of_kind(kind) if c not in taken and c not in own]
            found = found[: row.most]
        else:
            found = [c for c in (finder.find((row.channel, *row.otherwise)),) if c is not None]
        for channel in found:
            if all(made.channel != channel for made in rows):
                rows.append(replace(row, channel=channel, otherwise=(), most=None))
    return replace(montage, rows=tuple(rows))


def choose_montage(montages: Iterable[Montage], recording: Recording) -> Montage | None:
    """The first montage whose needs the recording has as it was recorded, fitted to it.

    Nothing is derived to meet a need: a recording of bare electrodes is first shown as it is, and
    what its channels are taken against remains the person's choice.
    """
    finder = _Finder(recording)
    for montage in montages:
        if montage.needs and all(finder.has_as_recorded(name) for name in montage.needs):
            return fit_montage(montage, recording)
    return None


def recording_kind(recording: Recording) -> str:
    """What recordings of one laboratory's setting have in common: a hash of their labels."""
    labels = "\n".join(sorted(channel.label for channel in recording.channels))
    return hashlib.sha256(labels.encode()).hexdigest()[:16]


def row_of(channel: str, rows: Sequence[str], recording: DerivedRecording) -> str | None:
    """The row that an event on a channel belongs to; None if no row shows that electrode.

    That is the row of this channel; else one of the same electrodes under another label; else one
    derived from it, or from the same electrode where either label leaves the reference out.
    """
    if channel in rows:
        return channel
    wanted = electrode_pair(channel)
    pairs = {row: electrode_pair(row) for row in rows}
    for row, pair in pairs.items():
        if pair == wanted:
            return row
    for row in rows:
        derivation = recording.derivation(row)
        if derivation is not None and derivation.plus == channel:
            return row
    for row, pair in pairs.items():
        if pair.active == wanted.active and COMMON in (pair.reference, wanted.reference):
            return row
    return None


class _Finder:
    """Finds channels of a recording by what a montage calls them."""

    def __init__(self, recording: Recording) -> None:
        if not isinstance(recording, DerivedRecording):
            recording = DerivedRecording(recording)
        self._recording = recording
        self._channels = self._recording.source.channels
        self._labels = {channel.label for channel in self._channels}
        self._pairs = pairs_of(c for c in self._channels if c.kind in _ELECTRICAL)

    def of_kind(self, kind: str) -> list[str]:
        """Channels of a kind: derivations where there are any, else electrodes; all for ""."""
        if not kind:
            return [channel.label for channel in self._channels]
        alike = [c.label for c in self._channels if c.kind == kind and not is_reference(c.label)]
        derived = [label for label in alike if electrode_pair(label).reference != COMMON]
        return (derived or alike) if kind in (EEG, EOG) else alike

    def find(self, names: Sequence[str]) -> str | None:
        """The label that the first of these names to be found has here."""
        for search in (self._same, self._derived, self._recorded):
            for name in names:
                label = search(name)
                if label is not None:
                    return label
        return None

    def has_as_recorded(self, name: str) -> bool:
        """Whether a channel of the electrode is there and nothing has to be derived for it."""
        label = self._recorded(name)
        if label is None:
            return False
        has_reference = label in self._pairs and self._pairs[label].reference != COMMON
        return has_reference or name in ROLES or self._derived(name) is None

    def _same(self, name: str) -> str | None:
        """The channel of this label, or of the same role or electrodes under another one."""
        if name in self._labels:
            return name
        if name in ROLES:
            return self._for_role(name)
        wanted = electrode_pair(name)
        return next((label for label, pair in self._pairs.items() if pair == wanted), None)

    def _derived(self, name: str) -> str | None:
        derivation = self._recording.derivation(name) if self._recording.has(name) else None
        return None if derivation is None else self._recording.label_of(derivation)

    def _for_role(self, role: str) -> str | None:
        found = [c for c in self._channels if c.kind != OTHER and role_of(c) == role]
        # Two electrodes against each other before one alone, and what says its role before "EMG".
        found.sort(key=lambda c: (not _is_pair(c), role not in c.label.lower(), len(c.label)))
        return found[0].label if found else None

    def _recorded(self, name: str) -> str | None:
        """A channel of the electrode that a name begins with, whatever it was recorded against."""
        wanted = electrode_pair(name)
        if name in ROLES:
            return self._for_role(name)
        alike = {label: p for label, p in self._pairs.items() if p.active == wanted.active}
        exact = [label for label, pair in alike.items() if pair == wanted]
        derived = [label for label, pair in alike.items() if pair.reference != COMMON]
        return next(iter((*exact, *derived, *alike)), None)


def _is_pair(channel: Channel) -> bool:
    return electrode_pair(channel.label).reference != COMMON
