"""Where a SQLite file may lie: on a disk of this machine, for locks don't hold on a network file system."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Final

MOUNTS: Final = Path("/proc/self/mounts")
"""Linux's table of file systems; where there is none, nothing is known and nothing is refused."""
NETWORK: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "afs", "davfs", "ceph", "glusterfs", "lustre"}
    | {"beegfs", "gpfs", "ocfs2", "gfs2"}
)
NETWORK_FUSE: Final = frozenset(
    {"sshfs", "s3fs", "rclone", "gcsfuse", "glusterfs", "ceph", "juicefs", "goofys", "mount-s3", "blobfuse2"}
)
"""What lies behind `fuse.`; other kinds (an encrypted folder, a squashed one) are local."""
_ESCAPED: Final = re.compile(r"\\([0-7]{3})")


def network_filesystem(path: Path, mounts: Path = MOUNTS) -> str:
    """The kind of network file system (`nfs4`, `cifs` …) the path lies on; empty for a local one."""
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
            found = (len(root.parts), parts[2].lower())  # a later mount of the same place lies over it
    kind = found[1]
    return kind if kind in NETWORK or kind.removeprefix("fuse.") in NETWORK_FUSE else ""
