"""Where a SQLite file may be: on a local disk, because locks do not work on a network file system."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Final

MOUNTS: Final = Path("/proc/self/mounts")
"""Linux's table of file systems; where it is missing, nothing is known and nothing is refused."""
NETWORK: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "afs", "davfs", "ceph", "glusterfs", "lustre"}
    | {"beegfs", "gpfs", "ocfs2", "gfs2"}
)
NETWORK_FUSE: Final = frozenset(
    {"sshfs", "s3fs", "rclone", "gcsfuse", "glusterfs", "ceph", "juicefs", "goofys", "mount-s3", "blobfuse2"}
)
"""The network file systems after `fuse.`; other kinds (an encrypted folder, a squashed one) are local."""
_ESCAPED: Final = re.compile(r"\\([0-7]{3})")


def network_filesystem(path: Path, mounts: Path = MOUNTS) -> str:
    """The kind of network file system (`nfs4`, `cifs` …) that holds the path; empty for a local one."""
    try:
        table = mounts.read_text("utf-8", "surrogateescape")
    except OSError:
        return ""
    place = PurePosixPath(path.resolve())
    found = (-1, "")
    for line in table.splitlines():
        parts = line.split(" ")
        if len(parts) < 3:
            continue
        root = PurePosixPath(_ESCAPED.sub(lambda octal: chr(int(octal[1], 8)), parts[1]))
        if place.is_relative_to(root) and len(root.parts) >= found[0]:
            # a later mount at the same place hides the earlier one
            found = (len(root.parts), parts[2].lower())
    kind = found[1]
    return kind if kind in NETWORK or kind.removeprefix("fuse.") in NETWORK_FUSE else ""
