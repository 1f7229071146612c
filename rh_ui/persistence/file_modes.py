"""Prompts and ids lie in the data folder: only its owner reads them, whoever made it and whenever."""

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
"""What SQLite keeps under a database's name; new ones get the rights of the database."""


def keep_private(folder: Path, folders: Iterable[str], files: Iterable[str]) -> bool:
    """Close what is ours in a data folder (`files`: how their names begin), and itself if nothing else is in
    it. One that was handed to us with other things in it stays as its owner left it; False says so."""
    inside, starts = set(folders), tuple(start for name in files for start in (name, f".{name}"))
    found = list(folder.iterdir())
    ours = [path for path in found if path.name in inside or path.name.startswith(starts)]
    for path in ours:
        _close(path)
    if len(ours) == len(found):
        _close(folder)
    return len(ours) == len(found)


def keep_database_private(file: Path) -> None:
    """The database and what lies beside it."""
    for end in BESIDE:
        beside = file.with_name(file.name + end)
        if beside.is_file():
            _close(beside)


@contextmanager
def made_private() -> Iterator[None]:
    """What is made inside the block is for this user alone. For the start, when no other thread works."""
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
        log.warning("others on this computer may read %s: %s", path.name, fault.strerror)
