"""A file of one of the formats that MNE-Python reads as a Recording.

MNE is imported when such a file is opened and not before: that takes a second. It is asked for
the header and later for the samples of one channel at a time; nothing is loaded ahead, nothing
resampled, nothing unpickled.
"""

from __future__ import annotations

import datetime
import math
import re
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import RecordingError
from sleepscope.recordings.channel import Channel, unique_label
from sleepscope.recordings.kinds import ECG, EEG, EMG, EOG, OTHER, RESP, channel_kind
from sleepscope.recordings.mne_checks import check_before_mne
from sleepscope.recordings.mne_formats import MneSource
from sleepscope.recordings.record_file import fingerprint
from sleepscope.recordings.recording import Recording, check_missing
from sleepscope.recordings.units import MICROVOLT, microvolts_per

if TYPE_CHECKING:
    from mne.io import BaseRaw

# Kinds of channel that MNE knows for sure; "eeg" is only what it takes for granted.
_KNOWN_KINDS = {"eog": EOG, "ecg": ECG, "emg": EMG, "resp": RESP}
_EEG_TYPES = ("eeg", "seeg", "ecog", "dbs")
# Units of the FIF standard by number, as MNE returns values.
_VOLT = 107
_UNITS = {
    1: "m", 3: "s", 4: "A", 5: "K", 6: "mol", 7: "rad", 101: "Hz", 102: "N", 103: "Pa", 108: "F",
    109: "Ω", 110: "S", 112: "T", 114: "°C", 116: "lx", 117: "V/m²", 201: "T/m", 202: "Am",
    210: "px",
}  # fmt: skip
# Warnings about names, places of electrodes and marks, which are not about the samples.
_BESIDE_THE_POINT = re.compile(
    r"naming convention|montage|coordinate|position|digitiz|annotation|event|trigger|marker"
    r"|deprecat|dropped from",
    re.IGNORECASE,
)
# Compressed files hold more samples than bytes, but not this many times more.
_MOST_SAMPLES_PER_BYTE = 100
# ``warnings.catch_warnings`` is not made for two threads at once.
_OPENING = threading.Lock()


@dataclass(frozen=True, slots=True)
class RecordedMark:
    """An annotation inside a recording.

    Attributes
    ----------
    onset, duration : float, s
        From the first sample.
    text : str
    channels : tuple of str
        () for all channels.
    """

    onset: float
    duration: float
    text: str
    channels: tuple[str, ...] = ()


class MneRecording(Recording):
    """A recording that MNE reads.

    Parameters
    ----------
    source : MneSource
        The file by which it is opened.

    Attributes
    ----------
    sources : tuple of Path
        All files of the recording, that by which it is opened in front.
    format : str
        What it is, in words.
    marks : tuple of RecordedMark
        Annotations and triggers inside it, by their times.

    Raises
    ------
    RecordingError
        If MNE cannot read it, in a sentence that quotes nothing of the file.
    """

    def __init__(self, source: MneSource) -> None:
        self.path = source.path
        self.format = source.format
        self._lock = threading.Lock()
        said: list[str] = []
        check_before_mne(source.path, source.format)
        with self._told("cannot be read as"):
            self._raw: BaseRaw | None = _opened(source.path, said)
            raw = self._raw
            files = [Path(name) for name in raw.filenames if name is not None]
            self.sources = tuple(dict.fromkeys([source.path, *files]))
            self._opened_as = self._fingerprints()
            sfreq, n_samples = float(raw.info["sfreq"]), int(raw.n_times)
            self._check_size(sfreq, n_samples, len(raw.ch_names))
            self._factors: dict[str, tuple[int, float]] = {}
            self.channels = self._build_channels(raw, sfreq, n_samples)
            self.start = _start(raw)
            self.duration = n_samples / sfreq
            marks = tuple(_marks(raw))
            self.gaps = _skips(marks, self.duration)
            self._joins = _joins(marks, sfreq)
            self.marks = tuple(mark for mark in marks if not _is_own(mark))
        notices = [*_notices(said, self.path)]
        if self._joins:
            notices.append(
                f"{self.path.name} has {len(self._joins) + 1} stretches that MNE puts one behind "
                "the other; if there were pauses between them, later times are too early."
            )
        self.notices = tuple(dict.fromkeys(notices))

    def close(self) -> None:
        """Let go of the file."""
        raw, self._raw = self._raw, None
        if raw is not None:
            raw.close()

    def _build_channels(self, raw: BaseRaw, sfreq: float, n_samples: int) -> tuple[Channel, ...]:
        written = getattr(raw, "_orig_units", {})
        channels = []
        described = zip(raw.ch_names, raw.get_channel_types(), raw.info["chs"], strict=True)
        for index, (name, mne_kind, info) in enumerate(described):
            label = unique_label(
                " ".join(str(name).split()) or f"Channel {index + 1}", self._factors
            )
            unit, factor = _unit(int(info["unit"]), str(written.get(name) or ""), mne_kind)
            kind = _kind(label, unit, mne_kind)
            self._factors[label] = index, factor
            channels.append(Channel(label, kind, unit, sfreq, n_samples))
        return tuple(channels)

    def _read_samples(self, channel: Channel, first: int, behind: int) -> NDArray[np.float64]:
        raw = self._raw
        if raw is None:
            raise RecordingError(f"{self.path.name} was closed and cannot be read any more.")
        if first == behind:
            return np.empty(0)
        missing = sum(stop - start for start, stop in self.gaps) * channel.sfreq
        check_missing(self.path.name, channel, min(round(missing), behind - first))
        index, factor = self._factors[channel.label]
        with self._told("cannot be read any more as"):
            if self._fingerprints() != self._opened_as:
                raise RecordingError(
                    f"{self.path.name} was changed, replaced or cut short since it was opened; "
                    "open it again."
                )
            # MNE keeps files open and buffers between reads.
            with self._lock:
                pieces = [raw[index, a:b][0][0] for a, b in self._pieces(first, behind)]
            values: NDArray[np.float64] = np.multiply(np.concatenate(pieces), factor)
        if len(values) != behind - first:
            raise RecordingError(f"{self.path.name} is cut short: it holds less than it announces.")
        for start, stop in self.gaps:
            a, b = round(start * channel.sfreq) - first, round(stop * channel.sfreq) - first
            values[max(a, 0) : max(b, 0)] = np.nan
        return values

    def _pieces(self, first: int, behind: int) -> Iterator[tuple[int, int]]:
        """Split a read where stretches are joined: not all of MNE's readers read over that."""
        edges = [first, *(join for join in self._joins if first < join < behind), behind]
        return pairwise(edges)

    def _fingerprints(self) -> list[tuple[int, int, int]]:
        return [fingerprint(path.stat()) for path in self.sources]

    def _check_size(self, sfreq: float, n_samples: int, n_channels: int) -> None:
        size = sum(path.stat().st_size for path in self.sources if path.is_file())
        usable = math.isfinite(sfreq) and sfreq > 0 and n_samples > 0 and n_channels > 0
        if not usable or n_samples > _MOST_SAMPLES_PER_BYTE * size:
            raise RecordingError(
                f"{self.path.name} announces {n_channels} channels of {n_samples} samples at "
                f"{sfreq:g} Hz, which is no recording."
            )

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        """Turn what MNE raises into one sentence."""
        opened_as = f"{self.path.name} {what} {self.format}"
        try:
            # Damaged scales overflow; that is no matter for a warning.
            with np.errstate(all="ignore"):
                yield
        except FileNotFoundError as error:
            named = error.filename
            missing = Path(str(named)).name if named else "the file that holds its data"
            raise RecordingError(f"{opened_as}: {missing} is not there.") from error
        except OSError as error:
            reason = error.strerror or "its data or header are damaged"
            raise RecordingError(f"{opened_as}: {reason}.") from error
        except ImportError as error:
            needed = error.name or "a package"
            raise RecordingError(
                f"{opened_as} without {needed}, which is not installed."
            ) from error
        except MemoryError as error:
            raise RecordingError(
                f"{opened_as}: it needs more memory than this computer has."
            ) from error
        except RecordingError:
            raise
        # The one place where catching everything is right: MNE and what it calls raise all up to
        # plain Exception on damaged files. Their words may quote the file, and with it the patient,
        # so only that it failed is told.
        except Exception as error:
            raise RecordingError(
                f"{opened_as}: it is damaged, holds no continuous signals, or is of a variant "
                "that MNE does not know."
            ) from error


def _opened(path: Path, said: list[str]) -> BaseRaw:
    """Open a file lazily, with what MNE warns of added to ``said``."""
    try:
        import mne
    except ImportError as error:
        raise RecordingError(
            f"{path.name} is read through MNE-Python, which is not installed; install it with "
            "'pip install mne'."
        ) from error
    with _OPENING, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        raw: BaseRaw = mne.io.read_raw(str(path), preload=False, verbose="WARNING")
    said.extend(str(w.message) for w in caught if not issubclass(w.category, ResourceWarning))
    return raw


def _notices(said: list[str], path: Path) -> Iterator[str]:
    """What MNE warned of, one sentence each, without names of folders."""
    for text in said:
        if _BESIDE_THE_POINT.search(text):
            continue
        sentence = re.split(r"(?<=[.!?])\s", " ".join(text.split()))[0]
        sentence = sentence.replace(f"{path.parent}/", "").rstrip(".!?: ")
        yield f"MNE says of {path.name}: {sentence}."


def _unit(number: int, written: str, mne_kind: str) -> tuple[str, float]:
    """The unit that is shown, and what MNE's values are multiplied with to be in it."""
    if mne_kind == "stim":
        return "", 1.0
    if number == _VOLT or (number not in _UNITS and microvolts_per(written) is not None):
        return MICROVOLT, 1e6
    if number in _UNITS:
        return _UNITS[number], 1.0
    # MNE scales micro-Siemens and leaves other units of the file as they are.
    return {"n/a": "", "µS": "S"}.get(written, written), 1.0


def _kind(label: str, unit: str, mne_kind: str) -> str:
    if mne_kind == "stim":
        return OTHER
    named = channel_kind(label, unit)
    if mne_kind in _KNOWN_KINDS:
        return _KNOWN_KINDS[mne_kind]
    return EEG if named == OTHER and mne_kind in _EEG_TYPES and unit == MICROVOLT else named


def _start(raw: BaseRaw) -> datetime.datetime | None:
    """Clock time of the first sample, as the file writes it."""
    measured = raw.info["meas_date"]
    if measured is None:
        return None
    try:
        first: datetime.datetime = measured.replace(tzinfo=None)
        return first + datetime.timedelta(seconds=float(raw.first_time))
    except OverflowError:
        return None


def _marks(raw: BaseRaw) -> Iterator[RecordedMark]:
    """All annotations, also those that MNE made itself."""
    marks = raw.annotations
    # MNE counts onsets from the clock of the acquisition, first_time ahead of the first sample.
    before = float(raw.first_time)
    for onset, length, text, channels in zip(
        marks.onset, marks.duration, marks.description, marks.ch_names, strict=True
    ):
        yield RecordedMark(
            float(onset) - before, float(length), str(text), tuple(map(str, channels))
        )


def _is_own(mark: RecordedMark) -> bool:
    """Whether a mark is MNE's own: of pauses and joins, which are gaps and notices here."""
    return mark.text.upper().startswith(("BAD_ACQ_SKIP", "EDGE BOUNDARY", "BAD BOUNDARY"))


def _joins(marks: Sequence[RecordedMark], sfreq: float) -> tuple[int, ...]:
    """Samples at which stretches of the file are joined."""
    onsets = [mark.onset for mark in marks if mark.text == "EDGE boundary"]
    # MNE puts the mark half a sample ahead of the join.
    return tuple(sorted({math.ceil(onset * sfreq - 1e-3) for onset in onsets}))


def _skips(marks: Sequence[RecordedMark], duration: float) -> tuple[tuple[float, float], ...]:
    """Stretches in which the acquisition was off: MNE marks them and fills them with zeros."""
    skips = []
    for mark in marks:
        if mark.text.upper().startswith("BAD_ACQ_SKIP"):
            start = max(0.0, mark.onset)
            skips.append((start, min(duration, start + mark.duration)))
    # MNE marks a pause again when it reads a file that it wrote with the mark.
    apart: list[tuple[float, float]] = []
    for start, stop in sorted(skips):
        if apart and start <= apart[-1][1]:
            apart[-1] = apart[-1][0], max(stop, apart[-1][1])
        else:
            apart.append((start, stop))
    return tuple(apart)
