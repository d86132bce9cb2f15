"""What a recording is called in files for others: file names often hold a patient's name.

One rule: what is exported never names the recording's file. It says "recording 3f9a2c1d", the
beginning of a checksum of its contents, by which whoever has the file finds it again under any
name. The file's name stays in what belongs to this machine alone: in the review beside the
recording, in settings and in the folder of a training run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from weakref import WeakKeyDictionary

from sleepscope.errors import RecordingError
from sleepscope.recordings.derivation import DerivedRecording
from sleepscope.recordings.identity import recording_identity
from sleepscope.recordings.recording import Recording
from sleepscope.recordings.source_files import source_files

CODE_LENGTH = 8
# What a scorer is called whose file of marks had the name of the recording alone.
NAMELESS = "marks"
_BREAK = r"[\s_.+\-]"
_hashes: WeakKeyDictionary[Recording, str] = WeakKeyDictionary()


def content_hash(recording: Recording) -> str:
    """Checksum of the contents, as in the review; "" where the file cannot be read any more."""
    if isinstance(recording, DerivedRecording):
        return content_hash(recording.source)
    if recording not in _hashes:
        try:
            _hashes[recording] = recording_identity(recording).content_hash
        except RecordingError:
            return ""
    return _hashes[recording]


def neutral_name(recording: Recording) -> str:
    """ "recording 3f9a2c1d": tells recordings apart and says nothing of a person."""
    return f"recording {content_hash(recording)[:CODE_LENGTH]}".strip()


def file_stems(recording: Recording) -> tuple[str, ...]:
    """Names of the files of a recording without their endings, the longest first."""
    paths = (recording.path, *source_files(recording))
    return tuple(sorted({path.stem for path in paths} - {""}, key=lambda s: (-len(s), s)))


def neutral_scorers(scorers: Iterable[str], stems: Iterable[str]) -> dict[str, str]:
    """Each scorer's name without the recording's, where it is called after a file of marks.

    "file:Miller-expert1" beside Miller.edf becomes "file:expert1"; people and models keep their
    names, and names that were different stay different.
    """
    stems = tuple(stems)
    found: dict[str, str] = {}
    for scorer in dict.fromkeys(scorers):
        wanted = name = _without(scorer, stems)
        number = 1
        while name in found.values():
            number += 1
            name = f"{wanted} {number}"
        found[scorer] = name
    return found


def _without(scorer: str, stems: tuple[str, ...]) -> str:
    # A consensus names its members, so that the prefix may stand anywhere.
    if "file:" not in scorer:
        return scorer
    for stem in stems:
        word = rf"{re.escape(stem)}(?![^\W_])"
        anywhere = re.compile(rf"(?<=file:){word}{_BREAK}*|{_BREAK}+{word}", re.IGNORECASE)
        scorer = anywhere.sub("", scorer)
    return re.sub(r"file:(?!\w)", f"file:{NAMELESS}", scorer)
