"""The data folder contains prompts and ids: only its owner may read it, whoever made it and whenever."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

log: Final = logging.getLogger(__name__)
FOLDER: Final = 0o700
FILE: Final = 0o600
BESIDE: Final = ("", "-wal", "-shm", "-journal")
"""The files that SQLite keeps beside a database, by their suffix; new ones get the permissions of the
database."""


def keep_private(folder: Path, folders: Iterable[str], files: Iterable[str]) -> bool:
    """Make our files and folders in a data folder private (`files`: prefixes of file names), and the folder
    itself if nothing else is in it. False: it contains other things, so the folder keeps its permissions."""
    inside, starts = set(folders), tuple(start for name in files for start in (name, f".{name}"))
    found = list(folder.iterdir())
    ours = [path for path in found if path.name in inside or path.name.startswith(starts)]
    for path in ours:
        _close(path)
    if len(ours) == len(found):
        _close(folder)
    return len(ours) == len(found)


def keep_database_private(file: Path) -> None:
    """Make the database and SQLite's files beside it private."""
    for end in BESIDE:
        beside = file.with_name(file.name + end)
        if beside.is_file():
            _close(beside)


@contextmanager
def made_private() -> Iterator[None]:
    """Files made inside the block are for this user only. For the start, while no other thread works."""
    before = os.umask(0o777 & ~FOLDER)
    try:
        yield
    finally:
        os.umask(before)


def _close(path: Path) -> None:
    wanted = FOLDER if path.is_dir() else FILE
    try:
        if not path.is_symlink() and path.stat().st_mode & 0o777 & ~wanted:
            path.chmod(wanted)
    except OSError as fault:
        log.warning("other users of this computer may read %s: %s", path.name, fault.strerror)
