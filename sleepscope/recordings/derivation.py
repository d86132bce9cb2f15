"""Channels that are made from recorded ones: one electrode against another, or against a mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import ChannelError
from sleepscope.recordings.aliases import COMMON, LINKED, electrode_pair, pairs_of
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.kinds import OTHER, channel_kind
from sleepscope.recordings.recording import Gaps, Recording, sample_range

_MEAN = re.compile(r"\((.+)\)/(\d+)")


@dataclass(frozen=True, slots=True)
class Derivation:
    """One recorded channel minus another, or minus the mean of some.

    Attributes
    ----------
    plus : str
        Label of a recorded channel.
    minus : tuple of str
        Labels of one or more recorded channels.
    """

    plus: str
    minus: tuple[str, ...]

    @property
    def label(self) -> str:
        """ "C3-M2", or "C3-(M1+M2)/2" for a mean; as long as the labels in the file are."""
        mean = f"({'+'.join(self.minus)})/{len(self.minus)}"
        return f"{self.plus}-{self.minus[0] if len(self.minus) == 1 else mean}"


class DerivedRecording(Recording):
    """A recording that also reads what can be derived from its channels, by the label alone.

    Wherever a label of a recording may stand, "C3-M2" may stand too if C3 and M2 were recorded:
    as in the file ("EEG C3-Ref-EEG M2-Ref") or by the electrodes ("C3-M2"). A mean is written
    "C3-(M1+M2)/2". Nothing is stored: the difference is taken sample by sample when it is read,
    and is missing where one of the two is.

    Parameters
    ----------
    source : Recording
        This one closes it.
    derived : iterable of str
        Derivations that are listed among ``channels``, behind the recorded ones; others are read
        as well.

    Attributes
    ----------
    source : Recording
        As given.
    """

    def __init__(self, source: Recording, derived: Iterable[str] = ()) -> None:
        self.source = source
        self.path, self.start, self.duration = source.path, source.start, source.duration
        self.gaps, self.subject_code = source.gaps, source.subject_code
        self.notices = source.notices
        self._recorded = {channel.label: channel for channel in source.channels}
        self._pairs = pairs_of(source.channels)
        self._derived: dict[str, tuple[Channel, Derivation]] = {}
        extra = [self.channel(label) for label in dict.fromkeys(derived)]
        self.channels = (*source.channels, *(c for c in extra if c.label not in self._recorded))

    def channel(self, label: str) -> Channel:
        """The recorded or derived channel called ``label``.

        Raises
        ------
        ChannelError
            If it is neither recorded nor to be derived; the sentence says why.
        """
        recorded = self._recorded.get(label)
        if recorded is not None:
            return recorded
        if label not in self._derived:
            derivation = self.derivation(label)
            if derivation is None:
                return self.source.channel(label)  # says which there are
            self._derived[label] = self._check(label, derivation), derivation
        return self._derived[label][0]

    def has(self, label: str) -> bool:
        """Whether a channel is there or can be derived."""
        try:
            self.channel(label)
        except ChannelError:
            return False
        return True

    def derivation(self, label: str) -> Derivation | None:
        """What a label is derived from; None for a recorded channel and for unknown electrodes."""
        if label in self._recorded:
            return None
        for plus, rest in _splits(label):
            if plus in self._recorded:
                minus = self._minus(rest)
                if minus:
                    return Derivation(plus, minus)
        return self._by_electrodes(label)

    def label_of(self, derivation: Derivation) -> str:
        """The shortest label of a derivation: by its electrodes where that means the same."""
        plus = self._pairs[derivation.plus].active
        minus = tuple(self._pairs[label].active for label in derivation.minus)
        short = Derivation(plus, minus).label
        return short if self.derivation(short) == derivation else derivation.label

    def linked_reference(self) -> tuple[str, ...]:
        """Channels of both mastoids or ears, whose mean can be subtracted; () without them."""
        both = [self._against_common(name) for name in ("M1", "M2")]
        return () if None in both else tuple(label for label in both if label is not None)

    def _minus(self, text: str) -> tuple[str, ...]:
        """Recorded channels that a text names, alone or as "(M1+M2)/2"; () if it does not."""
        if text in self._recorded:
            return (text,)
        mean = _MEAN.fullmatch(text)
        labels = mean[1].split("+") if mean else []
        known = mean is not None and len(labels) == int(mean[2])
        return tuple(labels) if known and all(c in self._recorded for c in labels) else ()

    def _by_electrodes(self, label: str) -> Derivation | None:
        wanted = electrode_pair(label)
        if wanted.reference == COMMON:
            return None
        names = wanted.reference.split("+")
        if wanted.reference == LINKED:
            names = ["M1", "M2"]
        plus = self._against_common(wanted.active)
        minus = [self._against_common(name) for name in names]
        if plus is None or None in minus or plus in minus:
            return None
        return Derivation(plus, tuple(label for label in minus if label is not None))

    def _against_common(self, electrode: str) -> str | None:
        """The channel of an electrode against the recorder's own reference."""
        for label, pair in self._pairs.items():
            channel = self._recorded[label]
            if pair.active == electrode and pair.reference == COMMON and channel.kind != OTHER:
                return label
        return None

    def _check(self, label: str, derivation: Derivation) -> Channel:
        """The derived channel, if its parts can be subtracted."""
        plus, *minus = (self._recorded[c] for c in (derivation.plus, *derivation.minus))
        if derivation.plus in derivation.minus:
            raise ChannelError(f"'{label}' is '{plus.label}' minus itself; choose another channel.")
        for other in minus:
            if other.sfreq != plus.sfreq:
                raise ChannelError(
                    f"'{label}' cannot be derived: '{plus.label}' has {plus.sfreq:g} Hz and "
                    f"'{other.label}' {other.sfreq:g} Hz; choose two of the same rate."
                )
            if other.unit != plus.unit:
                raise ChannelError(
                    f"'{label}' cannot be derived: '{plus.label}' is in {plus.unit or 'no unit'} "
                    f"and '{other.label}' in {other.unit or 'no unit'}; choose two of the same "
                    "unit."
                )
        kind = channel_kind(label, plus.unit)
        return replace(
            plus,
            label=label,
            kind=plus.kind if kind == OTHER or plus.kind != OTHER else kind,
            n_samples=min(plus.n_samples, *(other.n_samples for other in minus)),
            physical_range=None,
        )

    def read(
        self, label: str, start: float, stop: float, *, gaps: Gaps = "nan"
    ) -> NDArray[np.float64]:
        """Read one channel between two moments; see ``Recording.read``."""
        if label in self._recorded:
            return self.source.read(label, start, stop, gaps=gaps)
        channel = self.channel(label)
        first, behind = sample_range(start, stop, channel.sfreq, channel.n_samples)
        if gaps == "raise":
            # The recording itself knows where one of the parts has nothing.
            for part in self._parts(label):
                self.source.read(part, start, stop, gaps=gaps)
        return self._read_samples(channel, first, behind)

    def _parts(self, label: str) -> tuple[str, ...]:
        derivation = self._derived[label][1]
        return (derivation.plus, *derivation.minus)

    def _read_samples(self, channel: Channel, first: int, behind: int) -> NDArray[np.float64]:
        start, stop = first / channel.sfreq, behind / channel.sfreq
        plus, *minus = (self.source.read(c, start, stop) for c in self._parts(channel.label))
        if len(minus) == 1:
            return np.subtract(plus, minus[0])
        return np.subtract(plus, np.mean(minus, axis=0))

    def close(self) -> None:
        """Let go of the recording."""
        self.source.close()


def _splits(label: str) -> Iterator[Sequence[str]]:
    """Every way to cut a label in two at a hyphen: labels may hold hyphens of their own."""
    for place, letter in enumerate(label):
        if letter == "-":
            yield label[:place], label[place + 1 :]
