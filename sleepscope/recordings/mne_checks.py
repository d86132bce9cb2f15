"""What is looked at before a file goes to MNE: damage that would hang or crash the reader."""

from __future__ import annotations

import re
import struct
from pathlib import Path

from sleepscope.errors import RecordingError
from sleepscope.recordings.fif_structure import check_fif
from sleepscope.recordings.mat_structure import check_mat

# A cap of 512 channels with impedances, filters and places of all electrodes has 150 kB.
_MOST_HEADER_BYTES = 1 << 20
_CHANNEL_COUNT = re.compile(rb"^\s*NumberOfChannels\s*=\s*(\d+)", re.MULTILINE)
_GDF_FIXED_BYTES = _GDF_SIGNAL_BYTES = 256
# Where the samples in a record stand in the descriptions of all signals, bytes a signal.
_GDF_COUNTS, _GDF_TYPES = 216, 220
# Bytes of a sample by number of its type; the rest is not in use.
_GDF_SAMPLE_BYTES = {1: 1, 2: 1, 3: 2, 4: 2, 5: 4, 6: 4, 7: 8, 8: 8, 16: 4, 17: 8}
_CHANNEL = re.compile(rb"^\s*Ch\d+\s*=", re.MULTILINE)


def check_before_mne(path: Path, format_name: str) -> None:
    """Refuse what MNE would take very long over, or crash on.

    Parameters
    ----------
    path : Path
        The file by which the recording is opened.
    format_name : str
        As in ``MneSource``.

    Raises
    ------
    RecordingError
        If the header is damaged.
    """
    if format_name == "EEGLAB":
        check_mat(path)
    elif format_name == "BrainVision":
        _check_brainvision(path)
    elif format_name == "GDF":
        _check_gdf(path)
    elif format_name == "FIF":
        check_fif(path)


def _check_brainvision(path: Path) -> None:
    try:
        size = path.stat().st_size
        if size > _MOST_HEADER_BYTES:
            raise RecordingError(
                f"{path.name} has {size / 2**20:.1f} MB; the header of a BrainVision recording "
                f"has at most {_MOST_HEADER_BYTES >> 20} MB."
            )
        header = path.read_bytes()
    except OSError as error:
        raise RecordingError(f"{path.name} cannot be read: {error.strerror or error}.") from error
    announced = _CHANNEL_COUNT.search(header)
    described = len(_CHANNEL.findall(header))
    if announced and int(announced[1][:9]) > described:
        raise RecordingError(
            f"{path.name} announces {announced[1][:9].decode()} channels but describes {described}."
        )


def _check_gdf(path: Path) -> None:
    """Refuse a GDF that announces more than it holds: MNE allocates what is announced.

    The layout is that of Schlögl 2006, arXiv:cs/0608052.
    """
    damaged = RecordingError(f"{path.name} is damaged: it announces more than it holds.")
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            fixed = file.read(_GDF_FIXED_BYTES)
            try:
                version = float(fixed[4:8])
                (n_records,) = struct.unpack_from("<q", fixed, 236)
                (n_signals,) = struct.unpack_from("<I" if version < 1.9 else "<H", fixed, 252)
            except (ValueError, struct.error):
                raise RecordingError(f"{path.name} holds no header of GDF.") from None
            begin = _GDF_FIXED_BYTES + _GDF_SIGNAL_BYTES * n_signals
            if not 0 < begin <= size or n_signals == 0 or n_records <= 0:
                raise damaged
            described = file.read(_GDF_SIGNAL_BYTES * n_signals)
            counts = struct.unpack_from(f"<{n_signals}i", described, _GDF_COUNTS * n_signals)
            kinds = struct.unpack_from(f"<{n_signals}i", described, _GDF_TYPES * n_signals)
            known = all(kind in _GDF_SAMPLE_BYTES for kind in kinds)
            if not known or min(counts) <= 0 or max(counts) > size:
                raise damaged
            pairs = zip(counts, kinds, strict=True)
            record = sum(count * _GDF_SAMPLE_BYTES[kind] for count, kind in pairs)
            behind = begin + n_records * record
            if behind > size:
                raise damaged
            file.seek(behind)
            table = file.read(8)
    except OSError as error:
        raise RecordingError(f"{path.name} cannot be read: {error.strerror or error}.") from error
    if len(table) == 8 and table[0] in (1, 3):
        # Until version 1.94 the count of events has four bytes, then three.
        n_events = int.from_bytes(table[4:8] if version < 1.94 else table[1:4], "little")
        if behind + 8 + 6 * n_events > size:
            raise damaged
