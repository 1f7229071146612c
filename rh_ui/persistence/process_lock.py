"""One process per data folder and per SQLite file: locks that the system releases when their holder ends."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Final

from filelock import FileLock, Timeout

from rh_ui.errors import StartRefused

LOCK_NAME: Final = ".rh-ui.lock"


class FolderLock:
    """A lock that is held; call release() or leave the `with` block."""

    def __init__(self, lock: FileLock) -> None:
        self._lock = lock

    def release(self) -> None:
        self._lock.release()

    def __enter__(self) -> FolderLock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def lock_folder(folder: Path) -> FolderLock:
    """Lock the folder for this process. Raises StartRefused when another process has it, or it can't be
    written.

    A killed process leaves no lock behind, so that a restart on the same machine works at once.
    """
    return _lock(folder, LOCK_NAME, f"works in {folder}", "--data-dir")


def lock_database(file: Path) -> FolderLock:
    """Lock a SQLite file outside the data folder. Raises StartRefused as lock_folder does."""
    return _lock(file.parent, f".{file.name}.lock", f"uses the database {file}", "RH_UI_DATABASE_URL")


def _lock(folder: Path, name: str, does: str, knob: str) -> FolderLock:
    lock = FileLock(folder / name, timeout=0, mode=0o600, thread_local=False)
    try:
        lock.acquire()
    except Timeout as fault:
        raise StartRefused(
            f"Another RunningHub UI already {does}. Use that one, stop it first, "
            f"or start this one with another place for its data ({knob})."
        ) from fault
    except OSError as fault:
        raise StartRefused(
            f"The data folder {folder} can't be written ({fault.strerror or fault}). Change its rights, "
            f"or start with another one ({knob})."
        ) from fault
    return FolderLock(lock)
