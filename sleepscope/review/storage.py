"""Whether a folder lies on a network share, where SQLite's write-ahead log is not safe."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

# File systems whose files other computers may write at the same time, as mount tables name them.
# The write-ahead log keeps its index in shared memory, which ends at the edge of one computer
# (https://www.sqlite.org/wal.html, section 1).
NETWORK_FILE_SYSTEMS: Final = frozenset(
    {
        "9p",
        "afpfs",
        "afs",
        "ceph",
        "cifs",
        "davfs",
        "fuse.davfs2",
        "fuse.glusterfs",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.sshfs",
        "glusterfs",
        "gpfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "smb3",
        "smbfs",
        "vboxsf",
        "webdav",
    }
)
_DRIVE_REMOTE: Final = 4  # GetDriveTypeW, winbase.h


def is_on_network(folder: Path) -> bool:
    """Whether files in a folder are kept by another computer; False where nobody says so."""
    if sys.platform == "win32":
        import ctypes

        root = folder.resolve().anchor
        is_remote = ctypes.windll.kernel32.GetDriveTypeW(root) == _DRIVE_REMOTE
        return root.startswith("\\\\") or is_remote
    try:
        return file_system(folder.resolve(), _mounts()) in NETWORK_FILE_SYSTEMS
    except (OSError, subprocess.SubprocessError):
        return False


def file_system(folder: Path, mounts: Iterable[tuple[str, str]]) -> str:
    """Type of the file system that a folder is in.

    Parameters
    ----------
    folder : Path
        Absolute, without links.
    mounts : iterable of (mount point, type)
        In the order they were mounted: the last of several on one point is the one seen.
    """
    found, longest = "", -1
    for point, name in mounts:
        if len(point) >= longest and folder.is_relative_to(point):
            found, longest = name, len(point)
    return found


def _mounts() -> list[tuple[str, str]]:
    if sys.platform == "darwin":
        listed = subprocess.run(
            ["/sbin/mount"], capture_output=True, text=True, check=True, timeout=5
        )
        return re.findall(r" on (.+) \((\w+)[,)]", listed.stdout)
    return read_mount_table(Path("/proc/self/mountinfo").read_text(encoding="utf-8"))


def read_mount_table(text: str) -> list[tuple[str, str]]:
    """Mount points and types in the words of Linux, see proc_pid_mountinfo(5)."""
    mounts = []
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        point = re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), before.split()[4])
        mounts.append((point, after.split()[0]))
    return mounts
