"""One signal as the header of an EDF or BDF file describes it, with a usable calibration."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sleepscope.recordings.header_fields import decode_float, decode_int, decode_text

# Bytes of the header that describe one signal.
SIGNAL_BYTES = 256

# Widths of the fields of one signal, in the order of the file.
_SIGNAL_FIELDS = (
    ("label", 16),
    ("transducer", 80),
    ("unit", 8),
    ("physical_min", 8),
    ("physical_max", 8),
    ("digital_min", 8),
    ("digital_max", 8),
    ("prefiltering", 80),
    ("samples_per_record", 8),
)


@dataclass(frozen=True, slots=True)
class SignalHeader:
    """One signal as the header describes it.

    Attributes
    ----------
    label, transducer, unit, prefiltering : str
        As in the file.
    physical_min, physical_max : float, ``unit``
        What the digital extremes stand for.
    digital_min, digital_max : float
        Digital extremes.
    samples_per_record : int
        Samples in each data record.
    record_offset : int
        Bytes from the start of a record to this signal's samples.
    """

    label: str
    transducer: str
    unit: str
    physical_min: float
    physical_max: float
    digital_min: float
    digital_max: float
    prefiltering: str
    samples_per_record: int
    record_offset: int = 0

    @property
    def is_annotations(self) -> bool:
        """Whether it holds annotations in place of samples."""
        return self.label.lower() in ("edf annotations", "bdf annotations")

    @property
    def gain(self) -> float:
        """Physical units per digital step."""
        return (self.physical_max - self.physical_min) / (self.digital_max - self.digital_min)


def parse_signals(
    described: bytes, n_signals: int, sample_bytes: int, notices: list[str]
) -> tuple[SignalHeader, ...]:
    """All signals of a file, not yet placed in its records.

    Parameters
    ----------
    described : bytes
        The header behind its first 256 bytes.
    n_signals, sample_bytes : int
        How many signals there are, and the bytes of one sample.
    notices : list of str
        What was repaired is added to it.
    """
    columns = _columns(described, n_signals)
    return tuple(_signal(columns, k, sample_bytes, notices) for k in range(n_signals))


def _columns(described: bytes, n_signals: int) -> dict[str, list[bytes]]:
    """The fields of all signals: the file stores all labels, then all transducers, ..."""
    columns: dict[str, list[bytes]] = {}
    at = 0
    for name, width in _SIGNAL_FIELDS:
        columns[name] = [described[at + k * width : at + (k + 1) * width] for k in range(n_signals)]
        at += width * n_signals
    return columns


def _signal(
    columns: dict[str, list[bytes]], k: int, sample_bytes: int, notices: list[str]
) -> SignalHeader:
    label = decode_text(columns["label"][k]) or f"Signal {k + 1}"
    signal = SignalHeader(
        label=label,
        transducer=decode_text(columns["transducer"][k]),
        unit=decode_text(columns["unit"][k]),
        physical_min=0.0,
        physical_max=0.0,
        digital_min=0.0,
        digital_max=0.0,
        prefiltering=decode_text(columns["prefiltering"][k]),
        samples_per_record=max(-1, _or(decode_int(columns["samples_per_record"][k]), -1)),
    )
    limits = [
        decode_float(columns[name][k])
        for name in ("physical_min", "physical_max", "digital_min", "digital_max")
    ]
    return _calibrated(signal, limits, sample_bytes, notices)


def _or(value: int | None, other: int) -> int:
    return other if value is None else value


def _calibrated(
    signal: SignalHeader, limits: list[float | None], sample_bytes: int, notices: list[str]
) -> SignalHeader:
    """The signal with a usable calibration; without one its values are digital steps."""
    largest = 2.0 ** (8 * sample_bytes - 1)
    physical_min, physical_max, digital_min, digital_max = limits
    if signal.is_annotations:
        physical_min, physical_max = digital_min, digital_max = -largest, largest - 1
    elif digital_min is None or digital_max is None or digital_min == digital_max:
        notices.append(
            f"The digital range of {signal.label} is missing or empty; that of the format is used."
        )
        digital_min, digital_max = -largest, largest - 1
    elif digital_min < -largest or digital_max > largest - 1:
        notices.append(
            f"The digital range of {signal.label}, {digital_min:g} to {digital_max:g}, goes beyond "
            f"{-largest:g} to {largest - 1:g}; its calibration is used as it is."
        )
    if physical_min is None or physical_max is None or physical_min == physical_max:
        notices.append(
            f"The physical range of {signal.label} is missing or empty; its values are digital "
            "steps, without a unit."
        )
        physical_min, physical_max = digital_min, digital_max
        signal = replace(signal, unit="")
    return replace(
        signal,
        physical_min=physical_min,
        physical_max=physical_max,
        digital_min=digital_min,
        digital_max=digital_max,
    )
