"""Whether SQLite's file is still the same: empty or gone at the start, gone or replaced while the program
runs.

SQLite would make a new file in its place, or go on writing into a file that no folder contains any more; then
what is paid for is lost when the program ends.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rh_ui.quarantine import Notice, set_aside

BESIDE: Final = ("-wal", "-shm", "-journal")
"""SQLite's own files beside a database; beside another database they would damage it."""


class FileWatch:
    """Watches one open file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known = _identity(file)

    def trouble(self) -> str:
        """`gone` or `replaced`; empty when all is well."""
        now = _identity(self._file)
        if now is None:
            return "gone"
        return "" if now == self._known else "replaced"


def before_opening(file: Path) -> list[Notice]:
    """Set aside a file that is not a database, and report a database that existed and is gone. Raises
    OSError."""
    told: list[Notice] = []
    # made by another program at this moment, or by one that was killed then
    being_made = file.with_name(f"{file.name}-journal").exists()
    if file.exists() and file.stat().st_size == 0 and not being_made:
        told.append(Notice("history-empty", {"kept": set_aside(file)}))
    elif not file.exists() and _note(file).exists():
        told.append(Notice("history-gone", {"file": file.name, "seen": _seen(file)}))
    if not file.exists():
        for path in _companions(file):
            set_aside(path)
    return told


def after_opening(file: Path) -> None:
    """Record that there is a history here. A failure is harmless: a missing database is then not reported."""
    try:
        _note(file).write_text(json.dumps({"seen": datetime.now(UTC).isoformat()}), encoding="utf-8")
    except OSError:
        return


def _note(file: Path) -> Path:
    return file.with_name(f".{file.name}.seen")


def _seen(file: Path) -> str:
    """The day of the last start with this file; empty where it can't be read."""
    try:
        told = json.loads(_note(file).read_text(encoding="utf-8"))
        return datetime.fromisoformat(told["seen"]).date().isoformat()
    except (OSError, ValueError, TypeError, KeyError):
        return ""


def _companions(file: Path) -> Iterator[Path]:
    for tail in BESIDE:
        path = file.with_name(f"{file.name}{tail}")
        if path.exists():
            yield path


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        seen = file.stat()
    except OSError:
        return None
    return seen.st_dev, seen.st_ino
