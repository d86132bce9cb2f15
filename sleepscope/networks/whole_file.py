"""Write what a training keeps: all of a file or nothing."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def write_all(path: Path, content: bytes) -> None:
    """Put a file in its place once all of it is written; half of one would be taken for whole.

    Two processes may write the same file at once: the last one's stays. Exports, which people keep,
    are brought to the disk besides (``export.atomic_write``).

    Raises
    ------
    OSError
        If it cannot be written; what was there is untouched and nothing is left beside it.
    """
    rough = path.with_name(f"{os.getpid()}-{path.stem}.part")
    try:
        rough.write_bytes(content)
        rough.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            rough.unlink()
        raise
