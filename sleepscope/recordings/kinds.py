"""What a channel measures, guessed from how laboratories label it.

Labels follow the 10-20 system (electrode names such as C3, CZ, FPZ, references M1, M2, A1, A2) and
the recommended derivations of the AASM Manual for the Scoring of Sleep, v3 (2023), II.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sleepscope.recordings.channel import Channel
from sleepscope.recordings.units import MICROVOLT

EEG, EOG, EMG, ECG, RESP = "EEG", "EOG", "EMG", "ECG", "RESP"
SPO2, BODY, SOUND, OTHER = "SPO2", "BODY", "SOUND", "OTHER"
KINDS = (EEG, EOG, EMG, ECG, RESP, SPO2, BODY, SOUND, OTHER)

# 10-20 and 10-10 electrode sites, and the mastoid, ear and common references.
_SITE = r"(?:N?FP|AF|F|FT|FC|T|TP|C|CP|P|PO|O|I)(?:Z|10|[1-9])"
_REFERENCE = r"(?:[AM][12]|M1M2|A1A2|A1\+A2|M1\+M2|LM|RM|REF|LE|AVG?|CLE|AR|TP9|TP10)"
_ELECTRODE = re.compile(rf"(?:{_SITE}|{_REFERENCE})")
_EEG_LABEL = re.compile(rf"{_SITE}(?:'|H|P)?(?:[-/:_]?\(?(?:{_SITE}|{_REFERENCE}|X\d?)\)?)*")
_EYE = r"(?:LOC|ROC|LEOG|REOG|EOGL|EOGR|E[12LR]|LEFTEYE|RIGHTEYE|LEYE|REYE|EYEL|EYER)"
_EYE_LABEL = re.compile(rf"{_EYE}(?:[-/:_ (].*|A[12]|M[12])?")
_LEFT = re.compile(r"(?:LOC|LEOG|EOGL|E1|EL|LEFTEYE|LEYE|EYEL)(?:[-/:_(].*|A[12]|M[12])?")
_RIGHT = re.compile(r"(?:ROC|REOG|EOGR|E2|ER|RIGHTEYE|REYE|EYER)(?:[-/:_(].*|A[12]|M[12])?")

# Words, in the order in which they decide; matched against the label in lower case.
_WORDS: tuple[tuple[str, str], ...] = (
    (
        OTHER,
        r"\bimp\b|imp.?.?dance|impedan|\(imp\)|battery|bluetoo|voltage \(|light\b|lux\b|"
        r"marker|\bevent|status|trigger|\bdc\d*\b|^stim",
    ),
    (SPO2, r"sp ?o2|sa ?o2|satur|oxymet|oximet|\bosat"),
    (EOG, r"\beog|eog\b|ocul"),
    (ECG, r"\becg|\bekg|ecg\b|ekg\b"),
    (
        EMG,
        r"\bemg|emg\b|\bchin|chin\d*\b|\bment|submen|\bleg\b|\bleg[lr/]|leg\d*\b|tibia|"
        r"\b[lr]?lat\b|\brat\b|\bplm|\b[lr]leg|jambe|\bkinn|\bbein|masset|\bchn",
    ),
    (SOUND, r"snor|sound|audio|\bmic\b|microph|ronfl|schnarch"),
    (
        RESP,
        r"resp|flow|thor|chest|abd|effort|nasal|nas\b|therm|\brip|cannula|canule|airf|pleth(?!y)|"
        r"ptaf|pnasal|cpap|pap\b|breath|phase|\bco2|etco2|induct",
    ),
    (BODY, r"\bpos|body|posit|axis|activ|elevation|accel|actigr|gyro|movement"),
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
        words = transducer.lower()
        kind = next((k for k, pattern in _WORD_PATTERNS[1:-1] if pattern.search(words)), OTHER)
    voltage = unit in (MICROVOLT, "")
    if kind in _ELECTRICAL and not voltage:
        return OTHER
    return kind


def _kind_of_label(label: str) -> str:
    words = label.lower()
    first = next((k for k, pattern in _WORD_PATTERNS if pattern.search(words)), None)
    if first is not None and first != EEG:
        return first
    bare = _bare(label)
    if _EYE_LABEL.fullmatch(bare):
        return EOG
    if first == EEG or _EEG_LABEL.fullmatch(bare) or _ELECTRODE.fullmatch(bare):
        return EEG
    return EMG if _NOX_CHIN.fullmatch(bare) else OTHER


def _bare(label: str) -> str:
    """The label in capitals, without blanks, type prefix and the number of a repeated label."""
    text = re.sub(r" \(\d+\)$", "", label.strip()).upper()
    text = re.sub(r"^(?:EEG|EOG)[\s:_-]+(?=\S)", "", text)
    return re.sub(r"\s+", "", text)


def is_left_eog(label: str) -> bool:
    """Whether a label names the left eye's channel (LOC, E1, EOG left, ...)."""
    return _is_eye(label, _LEFT, r"\bleft\b|\bl\b|links|gauche")


def is_right_eog(label: str) -> bool:
    """Whether a label names the right eye's channel (ROC, E2, EOG right, ...)."""
    return _is_eye(label, _RIGHT, r"\bright\b|\br\b|rechts|droit")


def _is_eye(label: str, pattern: re.Pattern[str], side: str) -> bool:
    if _kind_of_label(label) != EOG:
        return False
    return bool(pattern.fullmatch(_bare(label)) or re.search(side, label.lower()))


def find_eog_pair(channels: Iterable[Channel]) -> tuple[str, str] | None:
    """Labels of the left and the right EOG channel, or None where there is no pair.

    Of several, those against a reference (E1-M2, LOC-A2) come before bare electrodes, and two of
    the same rate before two of different rates.
    """
    eogs = [c for c in channels if c.kind == EOG]
    pairs = [
        (left, right)
        for left in eogs
        if is_left_eog(left.label)
        for right in eogs
        if is_right_eog(right.label) and right.label != left.label
    ]
    if not pairs:
        return None

    def rank(pair: tuple[Channel, Channel]) -> tuple[bool, int]:
        return pair[0].sfreq != pair[1].sfreq, -sum(_is_derived(c.label) for c in pair)

    left, right = min(pairs, key=rank)
    return left.label, right.label


def _is_derived(label: str) -> bool:
    """Whether a label names a reference beside the electrode."""
    return bool(re.search(r"[-/:]", _bare(label)))


def spindle_channels(channels: Iterable[Channel]) -> tuple[str, ...]:
    """Labels of the EEG channels, those in which spindles are looked for first in front.

    Central derivations come first, then parietal, frontal and the rest; referenced derivations
    before bare electrodes. Electrodes that only serve as references (M1, A2) are left out.
    """
    eegs = [c.label for c in channels if c.kind == EEG and not is_reference(c.label)]
    return tuple(sorted(eegs, key=_spindle_rank))


def is_reference(label: str) -> bool:
    """Whether a label names a lone reference electrode (M1, A2, M1M2, ...)."""
    return re.fullmatch(_REFERENCE, _bare(label)) is not None


def _spindle_rank(label: str) -> tuple[int, bool]:
    site = re.split(r"[-/:_(]", _bare(label))[0]
    rank = _SPINDLE_SITES.index(site) if site in _SPINDLE_SITES else len(_SPINDLE_SITES)
    return rank, not _is_derived(label)
