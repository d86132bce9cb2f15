"""Channel labels of event files against those of recordings."""

from __future__ import annotations

import re
from collections.abc import Iterable

_KIND_PREFIX = re.compile(r"^(?:EEG|EOG|EMG|ECG|POL)[\s:_-]+(?=\S)", re.IGNORECASE)
# A1/A2 (ears) and M1/M2 (mastoids) name the same reference in sleep recordings.
_EAR = re.compile(r"(?<![a-z0-9])a([12])(?![0-9])")
_NOT_ONE_CHANNEL = {"", "*", ".", "n/a", "eogs", "all", "any", "none"}


def _plain(label: str) -> str:
    """A label without kind, blanks, case, and with one name for each reference."""
    bare = re.sub(r"\s+", "", _KIND_PREFIX.sub("", label.strip())).casefold()
    return _EAR.sub(r"m\1", bare.replace("/", "-").replace("_", "-"))


def channel_or_none(label: str | None) -> str | None:
    """The label as found, or None where it names no single channel ("EOGs", "n/a", "")."""
    text = (label or "").strip()
    return None if text.casefold() in _NOT_ONE_CHANNEL else text


def same_channel(first: str, second: str) -> bool:
    """Whether two labels name the same channel: case, blanks, "EEG " and A1/M1 do not matter."""
    return first == second or _plain(first) == _plain(second)


def find_channel(channel: str | None, labels: Iterable[str]) -> str | None:
    """Find the channel of a recording that an event file means.

    Tried in this order: the exact label; the same label but for case, blanks, a leading "EEG "
    (EOG, EMG, ECG, POL) and A1/A2 for M1/M2; the same electrode where one of the two labels
    leaves the reference out ("C3" for "C3-M2") and only one label fits.

    Parameters
    ----------
    channel : str or None
        As in the event file; None for an event of all channels.
    labels : iterable of str
        Labels of the recording.

    Returns
    -------
    str or None
        The recording's label; None if it has no such channel, or ``channel`` is None.
    """
    names = list(labels)
    if channel is None or channel in names:
        return channel
    wanted = _plain(channel)
    for name in names:
        if _plain(name) == wanted:
            return name
    electrode = wanted.split("-")[0]
    unreferenced = "-" not in wanted
    fitting = [
        name
        for name in names
        if _plain(name).split("-")[0] == electrode and (unreferenced or "-" not in _plain(name))
    ]
    return fitting[0] if len(fitting) == 1 else None
