"""EDF and BDF files made byte by byte, so that anything in them can be broken on purpose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclass
class MadeSignal:
    """One signal; fields that are strings go into the header as they are."""

    label: str = "C3-M2"
    digital: NDArray[np.integer] = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    samples_per_record: int = 100
    unit: str = "uV"
    physical: tuple[str, str] = ("-3276.8", "3276.7")
    digital_range: tuple[str, str] = ("-32768", "32767")
    transducer: str = ""
    prefiltering: str = ""
    said_samples: str | None = None


@dataclass
class MadeFile:
    """A file; every header field may be overruled by name."""

    signals: Sequence[MadeSignal]
    bdf: bool = False
    record_duration: str = "1"
    n_records: int | None = None
    onsets: Sequence[float | str] | None = None
    annotation_bytes: int = 30
    fields: dict[str, str] = field(default_factory=dict)

    def records(self) -> int:
        """Records in the file, from the first signal unless told."""
        if self.n_records is not None:
            return self.n_records
        return len(self.signals[0].digital) // self.signals[0].samples_per_record

    def to_bytes(self) -> bytes:
        """The whole file."""
        return self.header() + self.data()

    def write(self, path: Path) -> Path:
        """Write the file and return its path."""
        path.write_bytes(self.to_bytes())
        return path

    def header(self) -> bytes:
        """Fixed header and signal headers."""
        signals = self._with_annotations()
        variant = "" if self.onsets is None else ("BDF+D" if self.bdf else "EDF+D")
        said = {
            "version": "\xffBIOSEMI" if self.bdf else "0",
            "patient": "X X X X" if variant else "",
            "recording": "Startdate X X X X" if variant else "",
            "date": "24.04.19",
            "time": "22.13.50",
            "header_bytes": str(256 * (len(signals) + 1)),
            "reserved": variant,
            "records": str(self.records()),
            "duration": self.record_duration,
            "signals": str(len(signals)),
        } | self.fields
        widths = (8, 80, 80, 8, 8, 8, 44, 8, 8, 4)
        fixed = b"".join(_field(v, w) for v, w in zip(said.values(), widths, strict=True))
        columns: list[tuple[list[str], int]] = [
            ([s.label for s in signals], 16),
            ([s.transducer for s in signals], 80),
            ([s.unit for s in signals], 8),
            ([s.physical[0] for s in signals], 8),
            ([s.physical[1] for s in signals], 8),
            ([s.digital_range[0] for s in signals], 8),
            ([s.digital_range[1] for s in signals], 8),
            ([s.prefiltering for s in signals], 80),
            ([_said_samples(s) for s in signals], 8),
            (["" for _ in signals], 32),
        ]
        return fixed + b"".join(_field(v, w) for values, w in columns for v in values)

    def data(self) -> bytes:
        """All data records."""
        n = self.records()
        parts = [_packed(s, n, self.bdf) for s in self.signals]
        if self.onsets is not None:
            heads = [(f"+{o}" if not isinstance(o, str) else o).encode() for o in self.onsets]
            tals = [(h + b"\x14\x14\0").ljust(self.annotation_bytes, b"\0") for h in heads]
            parts.append(np.frombuffer(b"".join(tals), dtype=np.uint8).reshape(n, -1))
        return np.concatenate(parts, axis=1).tobytes() if parts else b""

    def _with_annotations(self) -> list[MadeSignal]:
        if self.onsets is None:
            return list(self.signals)
        name = "BDF Annotations" if self.bdf else "EDF Annotations"
        width = self.annotation_bytes // (3 if self.bdf else 2)
        return [*self.signals, MadeSignal(name, samples_per_record=width, unit="")]


def _said_samples(signal: MadeSignal) -> str:
    return str(signal.samples_per_record) if signal.said_samples is None else signal.said_samples


def _field(value: str, width: int) -> bytes:
    return value.encode("latin-1")[:width].ljust(width)


def _packed(signal: MadeSignal, n_records: int, bdf: bool) -> NDArray[np.uint8]:
    """(n_records, bytes) of a signal's samples."""
    used = signal.digital[: n_records * signal.samples_per_record]
    four = np.ascontiguousarray(used, dtype="<i4").view(np.uint8).reshape(-1, 4)
    return np.ascontiguousarray(four[:, : 3 if bdf else 2]).reshape(n_records, -1)
