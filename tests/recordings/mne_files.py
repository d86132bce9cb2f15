"""Files of other programs' formats, made byte by byte: two channels, a ramp and its negative.

Each holds ``ramp(n)`` in µV on the first channel and ``-ramp(n)`` on the second, and a patient
called as in ``PATIENT`` where the format has a place for one.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PATIENT = "Winterbottom"
LABELS = ("C3-M2", "LOC")


def ramp(n: int) -> NDArray[np.int64]:
    """0, 1, 2, ... 999, 0, 1, ..., in µV."""
    return np.arange(n) % 1000


def multiplexed(n: int) -> NDArray[np.int64]:
    """(n, 2) samples, one row a moment."""
    return np.stack([ramp(n), -ramp(n)], axis=1)


def write_brainvision(
    folder: Path, stem: str = "night", n: int = 5000, data: str | None = None
) -> Path:
    """A header, data and marks at 250 Hz from 2020-03-01 22:00:00.5; returns the header."""
    data = data or f"{stem}.eeg"
    (folder / data).write_bytes((2 * multiplexed(n)).astype("<i2").tobytes())
    (folder / f"{stem}.vmrk").write_text(
        "Brain Vision Data Exchange Marker File, Version 1.0\n[Common Infos]\nCodepage=UTF-8\n"
        f"DataFile={data}\n[Marker Infos]\nMk1=New Segment,,1,1,0,20200301220000500000\n"
    )
    header = folder / f"{stem}.vhdr"
    header.write_text(
        "Brain Vision Data Exchange Header File Version 1.0\n[Common Infos]\nCodepage=UTF-8\n"
        f"DataFile={data}\nMarkerFile={stem}.vmrk\nDataFormat=BINARY\n"
        "DataOrientation=MULTIPLEXED\nDataType=TIMEDOMAIN\nNumberOfChannels=2\n"
        f"DataPoints={n}\nSamplingInterval=4000\n[Binary Infos]\nBinaryFormat=INT_16\n"
        f"[Channel Infos]\nCh1={LABELS[0]},,0.5,µV\nCh2={LABELS[1]},,0.0005,mV\n"
        f"[Comment]\nPatient: {PATIENT}\n"
    )
    return header


def write_persyst(folder: Path, n: int = 5000) -> Path:
    """A ``.lay`` at 250 Hz from 2020-03-01 22:00:00 and its data; returns the header."""
    (folder / "night.dat").write_bytes((2 * multiplexed(n)).astype("<i2").tobytes())
    header = folder / "night.lay"
    header.write_text(
        "[FileInfo]\nFile=night.dat\nFileType=Interleaved\nSamplingRate=250\nCalibration=0.5\n"
        "WaveformCount=2\nDataType=0\n"
        f"[Patient]\nFirst=John\nLast={PATIENT}\nSex=Male\nHand=Right\nID=x\nBirthDate=01/02/70\n"
        "TestDate=03/01/2020\nTestTime=22:00:00\n[SampleTimes]\n0=0\n"
        f"[ChannelMap]\n{LABELS[0]}=1\n{LABELS[1]}=2\n"
    )
    return header


def write_gdf(folder: Path, n: int = 5000) -> Path:
    """GDF 1.25 with records of a second at 250 Hz from 2020-03-01 22:00:00."""
    records = n // 250
    fixed = b"GDF 1.25" + f"x {PATIENT}".encode().ljust(80) + b" " * 80 + b"2020030122000000"
    fixed += struct.pack("<q", 256 * 3) + bytes(24) + bytes(20)
    fixed += struct.pack("<q2II", records, 1, 1, 2)
    columns = b"".join(label.encode().ljust(16) for label in LABELS) + bytes(160)
    columns += b"uV".ljust(8) * 2 + struct.pack("<4d", -2000, -2000, 2000, 2000)
    columns += struct.pack("<4q", -4000, -4000, 4000, 4000) + b" " * 160
    columns += struct.pack("<4i", 250, 250, 3, 3) + bytes(64)
    both = (2 * multiplexed(n)).astype("<i2").reshape(records, 250, 2).transpose(0, 2, 1)
    path = folder / "night.gdf"
    path.write_bytes(fixed + columns + both.tobytes() + bytes(8))
    return path


def write_eeglab(folder: Path, n: int = 5000, *, beside: bool = False, trials: int = 1) -> Path:
    """An EEGLAB set at 250 Hz, its samples in it or in an ``.fdt`` beside it."""
    from scipy.io import savemat

    both = multiplexed(n).T.astype(np.float32)
    data: object = both
    if beside:
        (folder / "night.fdt").write_bytes(both.T.astype("<f4").tobytes())
        data = "night.fdt"
    places = np.array([(label,) for label in LABELS], dtype=[("labels", object)])
    eeg = {
        "setname": "night", "subject": PATIENT, "nbchan": 2, "pnts": n // trials,
        "trials": trials, "srate": 250, "xmin": 0, "xmax": (n - 1) / 250, "data": data,
        "chanlocs": places, "event": [], "epoch": [], "icawinv": [], "icasphere": [],
        "icaweights": [], "icachansind": [],
    }  # fmt: skip
    path = folder / "night.set"
    savemat(path, {"EEG": eeg})
    return path


def write_nihon_kohden(folder: Path, blocks: int = 1, n: int = 5000) -> Path:
    """An ``.EEG`` at 250 Hz of one or more stretches, without the files that lie beside it."""
    version = b"EEG-1100C V01.00"
    each = n // blocks
    head = bytearray(0x2000)
    head[:16] = head[0x81:0x91] = version
    head[0x91] = 1
    head[0x17FE] = 1
    struct.pack_into("<I", head, 0x92, 0x400)
    head[0x411] = blocks
    step = 3200 * 2 / 65535
    digital = np.round(multiplexed(n) / step).astype(np.int64)
    body = b""
    for block in range(blocks):
        struct.pack_into("<I", head, 0x412 + 20 * block, len(head) + len(body))
        described = bytearray(0x27 + 20)
        struct.pack_into("<HI", described, 0x1A, 250, each * 10 // 250)
        described[0x26] = 2
        described[0x27], described[0x31] = 4, 6  # C3, P3
        stretch = np.zeros((each, 3), dtype=np.int64)
        stretch[:, :2] = digital[block * each : (block + 1) * each]
        body += bytes(described) + (stretch + 0x8000).astype("<u2").tobytes()
    path = folder / "night.EEG"
    path.write_bytes(bytes(head) + body)
    return path


def write_fif(folder: Path, n: int = 5000) -> Path:
    """A FIF at 250 Hz that begins 10 s behind its clock of 2020-03-01 22:00:00."""
    import datetime

    import mne

    info = mne.create_info(list(LABELS), 250.0, ["eeg", "eog"], verbose="ERROR")
    info["subject_info"] = {"last_name": PATIENT}
    raw = mne.io.RawArray(multiplexed(n).T * 1e-6, info, first_samp=2500, verbose="ERROR")
    raw.set_meas_date(datetime.datetime(2020, 3, 1, 22, tzinfo=datetime.UTC))
    path = folder / "night_raw.fif"
    raw.save(path, fmt="double", verbose="ERROR")
    return path
