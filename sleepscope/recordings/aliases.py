"""One name for what laboratories label in many ways: which electrode, against which reference.

Electrode names follow the 10-10 system, in which T7, T8, P7 and P8 replaced T3, T4, T5 and T6
(American Clinical Neurophysiology Society, Guideline 2, 2016, doi:10.1097/WNP.0000000000000316).
A1 and A2 (ears) and M1 and M2 (mastoids) name the same reference in sleep recordings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sleepscope.recordings.channel import Channel
from sleepscope.recordings.kinds import (
    ECG,
    EMG,
    EOG,
    REFERENCE,
    RESP,
    SITE,
    SOUND,
    SPO2,
    bare_label,
    electrodes_of,
    find_eog_pair,
    is_left_eog,
    is_right_eog,
)

LINKED: Final = "M1M2"
COMMON: Final = ""

# Older, or other, names of an electrode, and the one it has here.
_ELECTRODES: Final = {
    "T3": "T7", "T4": "T8", "T5": "P7", "T6": "P8", "A1": "M1", "A2": "M2", "LM": "M1",
    "RM": "M2", "REF": COMMON, "X": COMMON, "A1A2": LINKED, "A1+A2": LINKED,
    "M1+M2": LINKED, "LE": LINKED, "CLE": LINKED, "AV": "AVG", "AR": "AVG",
}  # fmt: skip
_GLUED = re.compile(rf"({SITE}|LOC|ROC|EOG[LR12]|E[12LR])({REFERENCE})")
_LEG = r"leg|tib|jambe|bein|\b[lr]at\d?\b|plm"
_LEFT, _RIGHT = r"(?:\b|_)(?:l|left|lat|g|gauche|links|1)(?:\b|_|leg)", r"(?:\b|_)(?:r|right)"

# What a channel is for, by kind and words of its label; the first that fits decides.
_ROLES: Final = tuple(
    (name, kind, re.compile(words))
    for name, kind, words in (
        ("left leg", EMG, rf"(?=.*(?:{_LEG}))(?=.*(?:{_LEFT}|gauche|links|\blat))"),
        ("right leg", EMG, rf"(?=.*(?:{_LEG}))(?=.*(?:{_RIGHT}|droit|rechts|\brat))"),
        ("leg", EMG, _LEG),
        ("chin", EMG, ""),
        ("ecg", ECG, ""),
        ("nasal pressure", RESP, r"pres|cann|ptaf|\bnasal|\bnas\b"),
        ("thermistor", RESP, r"therm|\boral|oronas"),
        ("thorax", RESP, r"^(?!.*induct).*(?:tho|\bthx|chest)"),
        ("abdomen", RESP, r"^(?!.*induct).*abd"),
        ("flow", RESP, r"^(?!.*(?:limit|rip)).*(?:flow|\bair\b)"),
        ("spo2", SPO2, r"^(?!.*b-b)"),
        ("snore", SOUND, r"snor|ronfl|schnarch"),
    )
)
ROLES: Final = tuple(name for name, _, _ in _ROLES)


@dataclass(frozen=True, slots=True)
class ElectrodePair:
    """What a channel of electrodes measures: the voltage between two of them.

    Attributes
    ----------
    active : str
        The electrode, in its name of today: C3, T7, E1 (left eye), M2.
    reference : str
        The other one; "M1M2" for linked mastoids or ears; "" for the recorder's own reference,
        which labels leave out or call Ref.
    """

    active: str
    reference: str = COMMON


def electrode_pair(label: str) -> ElectrodePair:
    """Read a label: "EEG C3-A2" and "C3:M2" are C3 against M2, "LOC" and "EOG(L)" are E1."""
    bare = re.sub(r"^(?:EEG|EOG)\((.+-.+)\)$", r"\1", bare_label(label))
    glued = _GLUED.fullmatch(bare)
    parts = list(glued.groups()) if glued else electrodes_of(_without_mean(bare))
    reference = _electrode(parts[1]) if len(parts) > 1 else COMMON
    if is_left_eog(label) or is_right_eog(label):
        eye = "E1" if is_left_eog(label) else "E2"
        # In "EOG(L)" and "EOG left" the second word is the eye's and not a reference.
        known = re.fullmatch(rf"{REFERENCE}", parts[-1]) if len(parts) > 1 else None
        return ElectrodePair(eye, _electrode(parts[-1]) if known else COMMON)
    return ElectrodePair(_electrode(parts[0]), reference)


def _without_mean(bare: str) -> str:
    """C3-(M1+M2)/2 is C3-M1+M2."""
    return re.sub(r"\(([^()]+\+[^()]+)\)/\d+$", r"\1", bare)


def _electrode(name: str) -> str:
    name = name.strip("'")
    return _ELECTRODES.get(re.sub(r"^X\d?$", "X", name), name)


def role_of(channel: Channel) -> str:
    """What a channel that is no EEG or EOG is for: "chin", "left leg", "flow", ...; "" if unknown.

    A bare "EMG" is the chin's.
    """
    label = channel.label.lower().replace("_", " ")
    roles = (name for name, kind, words in _ROLES if kind == channel.kind and words.search(label))
    return next(roles, "")


def pairs_of(channels: Iterable[Channel]) -> dict[str, ElectrodePair]:
    """The electrodes of every channel by its label, with what only neighbours tell.

    DREAMS recordings call the eyes P8 and P18; of other channels P8 is a site of the 10-10 system.
    """
    channels = tuple(channels)
    pairs = {channel.label: electrode_pair(channel.label) for channel in channels}
    eyes = find_eog_pair(channels)
    for label, eye in zip(eyes or (), ("E1", "E2"), strict=False):
        pairs[label] = ElectrodePair(eye, pairs[label].reference)
    for channel in channels:
        active = pairs[channel.label].active
        if channel.kind != EOG and active in ("E1", "E2"):
            # Grid electrodes are called E1 and E2, too.
            pairs[channel.label] = ElectrodePair(channel.label, COMMON)
    return pairs
