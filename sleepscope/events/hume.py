"""Stages of Hume (Saletin & Greer), a toolbox for MATLAB: ``stageData`` or ``mrk``."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from sleepscope.constants import EPOCH_SECONDS, UNSCORED
from sleepscope.errors import EventFileError
from sleepscope.events.event_file import EventFile, Source, check_epoch
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.events.mat_file import MatValue, is_mat, is_mat_7_3, read_mat
from sleepscope.events.stages import stage_of

NAME = "Hume stages (MATLAB)"

_MOST_EPOCHS = 200_000


def sniff(head: bytes) -> bool:
    """Whether the file is MATLAB's."""
    return is_mat(head) or is_mat_7_3(head)


def read(source: Source) -> EventFile:
    """Read the stages, coded as Rechtschaffen & Kales do; all else is movement or unscored.

    Raises
    ------
    EventFileError
        If the file is of MATLAB 7.3, damaged or holds no stages of Hume.
    """
    if is_mat_7_3(source.head):
        raise EventFileError(
            f"{source.name} is a MATLAB 7.3 file; save it in MATLAB with the option '-v7' to open "
            "it here."
        )
    variables = read_mat(source.raw(), source.name)
    scored = variables.get("stageData")
    fields: Mapping[str, MatValue] = scored if isinstance(scored, Mapping) else variables
    codes = fields.get("stages", fields.get("mrk"))
    if not isinstance(codes, np.ndarray) or not len(codes):
        held = ", ".join(sorted(variables)[:8])
        with_what = f"with the variables {held[:200]}" if held else "without variables"
        raise EventFileError(
            f"{source.name} is a MATLAB file {with_what}; the stages of Hume "
            "are in stageData.stages or mrk."
        )
    if len(codes) > _MOST_EPOCHS:
        raise EventFileError(
            f"{source.name} holds {len(codes)} stages; a recording has at most {_MOST_EPOCHS}."
        )
    epoch, notices = _epoch_seconds(fields, source)
    stages = tuple(stage_of(f"{code:g}") or UNSCORED for code in codes.tolist())
    hypnogram = Hypnogram(stages, epoch, _start(fields), source.scorer)
    return EventFile(source.path, "Hume stages", (), hypnogram, notices)


def _epoch_seconds(fields: Mapping[str, MatValue], source: Source) -> tuple[float, tuple[str, ...]]:
    value = _number(fields, "win")
    if value is None:
        return EPOCH_SECONDS, (
            f"{source.name} does not say how long an epoch is: 30 s were taken.",
        )
    check_epoch(value, source)
    return value, ()


def _start(fields: Mapping[str, MatValue]) -> float:
    """Start of the first epoch, s: Hume counts its samples from 1."""
    onset, sfreq = _number(fields, "onsets"), _number(fields, "srate")
    if onset is None or sfreq is None or sfreq <= 0 or not 1 <= onset <= 1e9 * sfreq:
        return 0.0
    return (onset - 1) / sfreq


def _number(fields: Mapping[str, MatValue], name: str) -> float | None:
    value = fields.get(name)
    if not isinstance(value, np.ndarray) or not len(value) or not math.isfinite(value[0]):
        return None
    return float(value[0])
