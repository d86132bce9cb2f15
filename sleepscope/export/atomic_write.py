"""Write files whole or not at all: what stood there before survives every failure."""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path

from sleepscope.errors import ExportError


def write_whole(contents: Mapping[Path, bytes]) -> None:
    """Write files together; none is put in its place before all are on the disk.

    Parameters
    ----------
    contents : mapping of Path to bytes
        In the order in which they are put in their places.

    Raises
    ------
    ExportError
        If a file cannot be written; the old ones are untouched and nothing is left beside them.
    """
    temporary: dict[Path, Path] = {}
    # A link stays a link: what it points to is replaced.
    targets = {path: Path(os.path.realpath(path)) for path in contents}
    path = next(iter(contents), Path())
    try:
        for path, content in contents.items():
            target = targets[path]
            temporary[path] = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.tmp")
            _write_synced(temporary[path], content)
            if target.exists():
                shutil.copymode(target, temporary[path])
        for path in contents:
            temporary[path].replace(targets[path])
        for folder in {target.parent for target in targets.values()}:
            _sync_folder(folder)
    except OSError as error:
        why = error.strerror or str(error)
        raise ExportError(
            f"{path.name} could not be written to {path.absolute().parent}: {why}; what was there "
            "before is untouched."
        ) from error
    finally:
        for left in temporary.values():
            with contextlib.suppress(OSError):
                left.unlink(missing_ok=True)


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Bring the new names to the disk; systems that cannot open a folder do so by themselves."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
