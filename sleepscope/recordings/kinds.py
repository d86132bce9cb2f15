"""What a channel measures, guessed from how laboratories label it.

Labels follow the 10-20 system (electrode names such as C3, CZ, FPZ, references M1, M2, A1, A2) and
the recommended derivations of the AASM Manual for the Scoring of Sleep, v3 (2023), II.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from sleepscope.recordings.channel import Channel
from sleepscope.recordings.units import MICROVOLT

EEG, EOG, EMG, ECG, RESP = "EEG", "EOG", "EMG", "ECG", "RESP"
SPO2, BODY, SOUND, OTHER = "SPO2", "BODY", "SOUND", "OTHER"

# 10-20 and 10-10 electrode sites, and the mastoid, ear and common references.
SITE = r"(?:N?FP|AF|F|FT|FC|T|TP|C|CP|P|PO|O|I)(?:Z|10|[1-9])"
REFERENCE = r"(?:[AM][12]|M1M2|A1A2|A1\+A2|M1\+M2|LM|RM|REF|LE|AVG?|CLE|AR)"
_EEG_LABEL = re.compile(
    rf"(?:{SITE}|{REFERENCE})[H'P]?(?:[-/:_]?\(?(?:{SITE}|{REFERENCE}|X\d?)\)?)*"
)
_LEFT_EYE = re.compile(r"(?:LOC|LEOG|EOGL|EOG1|E1|EL|LEFTEYE|LEYE|EYEL)(?:[AM][12])?")
_RIGHT_EYE = re.compile(r"(?:ROC|REOG|EOGR|EOG2|E2|ER|RIGHTEYE|REYE|EYER)(?:[AM][12])?")
_LEFT_WORD = re.compile(r"\b(?:left|l|links|gauche|sin|sx)\b")
_RIGHT_WORD = re.compile(r"\b(?:right|r|rechts|droit|dx)\b")

# Words, in the order in which they decide; searched in the label in lower case.
_WORDS: tuple[tuple[str, str], ...] = (
    (
        OTHER,
        r"\bimp\b|imp.{1,2}dance|battery|bluetoo|voltage \(|\blight\b|\blux\b|marker|\bevent"
        r"|status|trigger|\bdc\d*\b|\bstim| off\b|temp|rectal",
    ),
    (SPO2, r"sp ?o2|sa ?o2|satur|ox[iy]met|o2 ?sat|\bosat|\bsat\b"),
    (EOG, r"\beog|eog\b|ocul"),
    (ECG, r"\b[ek][ck]g|e[ck]g\b"),
    (
        EMG,
        r"\bemg|emg\b|(?<!ma)chin|\bment|submen|\b[lr]?leg|\b[lr]leg|tibia|\btib\b|\b[lr]at\d?\b"
        r"|\bplm|jambe|\bkinn\b|\bbein|masset|\b[ds]x1-[ds]x2",
    ),
    (SOUND, r"snor|sound|audio|\bmic\b|microph|ronfl|schnarch"),
    (
        RESP,
        r"resp|flow|\btho|\bthx|thor|chest|abd|effort|nasal|\bnas\b|therm|\brip\b|can+ul|\bair\b"
        r"|ptaf|cpap|\bpap\b|breath|\bphase|\b(?:et)?co2|induct|\bpres|\bsum\b",
    ),
    (BODY, r"\bpos|\bbody|axis|activ|elevation|accel|actigr|gyro|movement|gravity"),
    (EEG, r"\beeg|eeg\b"),
)
_WORD_PATTERNS = tuple((kind, re.compile(words)) for kind, words in _WORDS)
# Kinds that are measured as a voltage between electrodes.
_ELECTRICAL = (EEG, EOG, EMG, ECG)
# Nox recorders call the three chin electrodes 1, 2 and F.
_NOX_CHIN = re.compile(r"(?:1|2|F)(?:-[12F])?")

# DREAMS calls the left and the right eye's electrodes P8 and P18 (Devuyst et al. 2011,
# doi:10.1109/IEMBS.2011.6090522); P8 alone is a site of the 10-10 system.
_DREAMS_LEFT, _DREAMS_RIGHT = re.compile(r"P8(?:-.*)?"), re.compile(r"P18(?:-.*)?")

# Derivations in which spindles are largest, in order: De Gennaro & Ferrara 2003,
# doi:10.1053/smrv.2002.0252 (centro-parietal, then frontal sites).
_SPINDLE_SITES = ("C3", "CZ", "C4", "CPZ", "PZ", "P3", "P4", "FZ", "F3", "F4", "FPZ", "FP1", "FP2")


def channel_kind(label: str, unit: str = "", transducer: str = "") -> str:
    """Guess what a channel measures.

    Parameters
    ----------
    label, unit, transducer : str
        As in the file; ``unit`` as SleepScope shows it ("µV" for voltages).

    Returns
    -------
    str
        One of ``KINDS``.
    """
    kind = _kind_of_label(label)
    if kind == OTHER and transducer:
        kind = _kind_of_words(transducer) or OTHER
    return OTHER if kind in _ELECTRICAL and unit not in (MICROVOLT, "") else kind


def settled_kinds(channels: Iterable[Channel]) -> tuple[Channel, ...]:
    """The channels with those kinds changed that only their neighbours tell.

    P8 beside P18 is an eye in DREAMS recordings, not the 10-10 site.
    """
    channels = tuple(channels)
    bare = [bare_label(c.label) for c in channels]
    if not any(_DREAMS_RIGHT.fullmatch(b) for b in bare):
        return channels
    return tuple(
        replace(c, kind=EOG)
        if c.unit == MICROVOLT and (_DREAMS_LEFT.fullmatch(b) or _DREAMS_RIGHT.fullmatch(b))
        else c
        for c, b in zip(channels, bare, strict=True)
    )


def _kind_of_words(text: str) -> str | None:
    words = text.lower().replace("_", " ")
    return next((kind for kind, pattern in _WORD_PATTERNS if pattern.search(words)), None)


def _kind_of_label(label: str) -> str:
    kind = _kind_of_words(label)
    if kind is not None and kind != EEG:
        return kind
    bare = bare_label(label)
    first = electrodes_of(bare)[0]
    if _LEFT_EYE.fullmatch(first) or _RIGHT_EYE.fullmatch(first):
        return EOG
    if kind == EEG or _EEG_LABEL.fullmatch(bare):
        return EEG
    return EMG if _NOX_CHIN.fullmatch(bare) else OTHER


def bare_label(label: str) -> str:
    """The label in capitals, without blanks, type prefix and the number of a repeated label."""
    text = re.sub(r" \(\d+\)$", "", label.strip()).upper()
    text = re.sub(r"^(?:EEG|EOG)[\s:_-]+(?=\S{2})", "", text)
    return re.sub(r"\s+", "", text)


def electrodes_of(bare: str) -> list[str]:
    """The electrodes of a derivation: C3-M2 is C3 and M2."""
    return [part for part in re.split(r"[-/:_()]", bare) if part] or [bare]


def is_left_eog(label: str) -> bool:
    """Whether a label names the left eye's channel (LOC, E1-M2, EOG left, ...)."""
    return _is_eye(label, _LEFT_EYE, _RIGHT_EYE, _LEFT_WORD)


def is_right_eog(label: str) -> bool:
    """Whether a label names the right eye's channel (ROC, E2-M2, EOG right, ...)."""
    return _is_eye(label, _RIGHT_EYE, _LEFT_EYE, _RIGHT_WORD)


def _is_eye(
    label: str, eye: re.Pattern[str], other_eye: re.Pattern[str], side: re.Pattern[str]
) -> bool:
    if _kind_of_label(label) != EOG:
        return False
    first, *rest = electrodes_of(bare_label(label))
    if any(other_eye.fullmatch(electrode) for electrode in (first, *rest)):
        return False  # from eye to eye: neither side
    return bool(eye.fullmatch(first) or side.search(label.lower().replace("_", " ")))


def find_eog_pair(channels: Iterable[Channel]) -> tuple[str, str] | None:
    """Labels of the left and the right EOG channel, or None where there is no pair.

    Of several, those against a reference (E1-M2, LOC-A2) come before bare electrodes, and two of
    the same rate before two of different rates.
    """
    eogs = [c for c in channels if c.kind == EOG]
    pairs = [
        (left, right)
        for left in eogs
        if is_left_eog(left.label) or _DREAMS_LEFT.fullmatch(bare_label(left.label))
        for right in eogs
        if is_right_eog(right.label) or _DREAMS_RIGHT.fullmatch(bare_label(right.label))
    ]
    if not pairs:
        return None

    def rank(pair: tuple[Channel, Channel]) -> tuple[bool, int]:
        return pair[0].sfreq != pair[1].sfreq, -sum(_is_derived(c.label) for c in pair)

    left, right = min(pairs, key=rank)
    return left.label, right.label


def _is_derived(label: str) -> bool:
    """Whether a label names a reference beside the electrode."""
    return len(electrodes_of(bare_label(label))) > 1


def spindle_channels(channels: Iterable[Channel]) -> tuple[str, ...]:
    """Labels of the EEG channels, those in which spindles are looked for first in front.

    Central derivations come first, then parietal, frontal and the rest; referenced derivations
    before bare electrodes. Electrodes that only serve as references (M1, A2) are left out.
    """
    eegs = [c.label for c in channels if c.kind == EEG and not is_reference(c.label)]
    return tuple(sorted(eegs, key=_spindle_rank))


def is_reference(label: str) -> bool:
    """Whether a label names nothing but reference electrodes (M1, A2, M1M2, A2-CLE, ...)."""
    return all(re.fullmatch(REFERENCE, part) for part in electrodes_of(bare_label(label)))


def _spindle_rank(label: str) -> tuple[int, bool]:
    site = re.sub(rf"{REFERENCE}$", "", electrodes_of(bare_label(label))[0])
    rank = _SPINDLE_SITES.index(site) if site in _SPINDLE_SITES else len(_SPINDLE_SITES)
    return rank, not _is_derived(label)
