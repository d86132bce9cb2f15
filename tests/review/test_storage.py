"""Where the write-ahead log is safe, and what is used where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from sleepscope.events.event import Event
from sleepscope.recordings.identity import RecordingIdentity
from sleepscope.review import ReviewFile, database
from sleepscope.review.storage import (
    NETWORK_FILE_SYSTEMS,
    file_system,
    is_on_network,
    read_mount_table,
)

TABLE = r"""22 27 0:21 / /proc rw,nosuid - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
41 27 0:44 / /mnt/sleep\040lab rw,relatime shared:2 - nfs4 server:/export rw,vers=4.2
42 41 0:45 / /mnt/sleep\040lab/fast rw - tmpfs tmpfs rw
43 27 0:46 / /home/ab/share rw - fuse.sshfs ab@server:/ rw
44 27 0:47 / /data rw - ext4 /dev/vdb rw
45 27 0:48 / /data rw - cifs //server/data rw
"""


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("/home/ab", "ext4"),
        ("/home/ab/share/nights", "fuse.sshfs"),
        ("/home/ab/shared", "ext4"),
        ("/mnt/sleep lab/2026", "nfs4"),
        ("/mnt/sleep lab/fast/x", "tmpfs"),
        ("/data/x", "cifs"),
    ],
)
def test_the_innermost_and_latest_mount_decides(folder: str, name: str) -> None:
    assert file_system(Path(folder), read_mount_table(TABLE)) == name


def test_network_file_systems_are_known_by_name() -> None:
    assert {"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p"} <= NETWORK_FILE_SYSTEMS
    assert not {"ext4", "xfs", "btrfs", "tmpfs", "overlay", "apfs"} & NETWORK_FILE_SYSTEMS


def test_a_folder_of_this_computer_is_local(tmp_path: Path) -> None:
    assert not is_on_network(tmp_path)


def test_a_network_share_gets_a_rollback_journal_and_keeps_every_edit(
    night: Path, identity: RecordingIdentity, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ReviewFile.open(night, identity, person="human:AB") as review:
        review.add_event(Event(1.0, 1.0, "spindle"))
    monkeypatch.setattr(database, "is_on_network", lambda _: True)
    with ReviewFile.open(night, identity, person="human:AB") as review:
        execute = review._database.connection.execute
        assert execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert execute("PRAGMA synchronous").fetchone() == (2,)
        review.add_event(Event(2.0, 1.0, "spindle"))
        with ReviewFile.open(night, identity, person="human:CD") as second:
            assert second.read_only
            assert len(second.event_set("human:AB").events) == 2
            review.add_event(Event(3.0, 1.0, "spindle"))
            second.refresh()
            assert len(second.event_set("human:AB").events) == 3
    monkeypatch.undo()
    with ReviewFile.open(night, identity) as review:
        assert review._database.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert len(review.event_set("human:AB").events) == 3
