"""How much space the files take, and which of them may be deleted: never one that a row refers to."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Final

from rh_ui.errors import NotFound
from rh_ui.persistence.database_clock import utc_now
from rh_ui.persistence.file_references import FileReferences
from rh_ui.storage.file_names import BESIDE
from rh_ui.storage.file_store import StoredObject
from rh_ui.storage.library import Library
from rh_ui.storage.upload_folder import Inbox

STALE: Final = timedelta(days=1)
"""A partial download that was not touched for this long is not resumed."""
OLD: Final = timedelta(days=30)
"""An input that no run uses is kept for this long: a form in some browser may still name it."""
AT_ONCE: Final = 16
"""Files that are deleted in one step, while writers wait."""
_FOLDERS: Final = ("outputs", "inputs", "thumbs")
_STAGED: Final = re.compile(r"(.+)-\d+(?:\.part(?:\.note)?)?")
_PASSING: Final = re.compile(r"\.[0-9a-f]{32}\.part")
_NOTE: Final = ".meta.json"
_NOTES: Final = (_NOTE, BESIDE)


@dataclass(frozen=True, slots=True)
class FileTotals:
    """A number of files and their size."""

    files: int = 0
    size: int = 0
    """Bytes."""


@dataclass(frozen=True, slots=True)
class StorageUsage:
    """How much space each kind of file takes."""

    results: FileTotals
    spare: FileTotals
    inputs: FileTotals
    pictures: FileTotals
    parts: FileTotals
    uploads: FileTotals
    database: int
    """Bytes."""
    free: int | None
    """Bytes; None in an object store."""


class StorageCleanup:
    """Every method may take seconds and raises StorageFault. Thread-safe; one clean-up at a time."""

    def __init__(
        self, library: Library, files: FileReferences, inbox: Inbox, wanted: Callable[[], Collection[Path]]
    ) -> None:
        """`wanted`: files of the inbox that are still needed elsewhere."""
        self._library = library
        self._files = files
        self._inbox = inbox
        self._wanted = wanted
        self._lock = threading.Lock()

    def usage(self) -> StorageUsage:
        whole = {folder: [*self._library.files(folder)] for folder in _FOLDERS}
        passing = [file for found in whole.values() for file in found if _is_passing(file)]
        sums = {name: _sum(file for file in found if not _is_passing(file)) for name, found in whole.items()}
        return StorageUsage(
            results=sums["outputs"],
            spare=_sum(self._library.spare_files()),
            inputs=sums["inputs"],
            pictures=sums["thumbs"],
            parts=_sum([*passing, *self._library.staged()]),
            uploads=_sum(self._inbox.files()),
            database=self._files.database_bytes(),
            free=self._library.free(),
        )

    def clear_thumbnails(self) -> FileTotals:
        """Delete the thumbnails; each is drawn again when it is needed."""
        began = utc_now()
        with self._lock:
            old = [file for file in self._library.files("thumbs") if file.modified < began]
            self._files.forget_pictures([file.key for file in old])
            for file in old:
                self._library.remove(file.key)
        return _sum(old)

    def clear_partial_downloads(self) -> FileTotals:
        """Delete old partial downloads, and files that a stop of the program left half written."""
        before = utc_now() - STALE
        with self._lock:
            busy = self._files.unfinished()
            staged = [file for file in self._library.staged() if file.modified < before]
            staged = [file for file in staged if _whose(file) not in busy]
            for file in staged:
                self._library.unstage(file.key)
            everywhere = chain.from_iterable(self._library.files(folder) for folder in _FOLDERS)
            passing = [file for file in everywhere if file.modified < before and _is_passing(file)]
            for file in passing:
                self._library.remove(file.key)
        return _sum([*staged, *passing])

    def clear_uploads(self) -> FileTotals:
        """Delete what browsers uploaded long ago; each file that a form took is kept as an input."""
        return _sum(self._inbox.clear(self._wanted()))

    def clear_inputs(self, keep: Collection[str] = ()) -> FileTotals:
        """Delete the inputs that were chosen long ago and that no run used. `keep`: the names of further
        inputs to keep, as `<sha256>.<extension>`."""
        before = utc_now() - OLD
        gone: list[StoredObject] = []
        with self._lock:
            there = {file.key: file for file in self._library.files("inputs")}
            used = self._files.inputs_in_use().union(keep)

            def remove(name: str) -> bool:
                key = f"inputs/{name}"
                if not self._is_old(key, before):  # It may have been chosen again just now.
                    return False
                for file in (there[key], there.get(f"{key}{_NOTE}")):
                    if file is not None:
                        self._library.remove(file.key)
                        gone.append(file)
                return True

            old = [key.removeprefix("inputs/") for key, file in there.items() if file.modified < before]
            names = [name for name in old if not name.endswith(_NOTE) and name not in used]
            for start in range(0, len(names), AT_ONCE):
                self._files.without_inputs(names[start : start + AT_ONCE], remove)
        return _sum(gone)

    def _is_old(self, key: str, before: datetime) -> bool:
        try:
            return self._library.modified(key) < before
        except NotFound:
            return False


def _whose(staged: StoredObject) -> str:
    """The id of the run that a partial download belongs to; empty for none."""
    named = _STAGED.fullmatch(staged.key)
    return named[1] if named else ""


def _sum(files: Iterable[StoredObject]) -> FileTotals:
    """A note beside a file does not count as a file, but its bytes do."""
    sizes = {file.key: file.size for file in files}
    notes = [
        key for key in sizes if any(key.endswith(tail) and key.removesuffix(tail) in sizes for tail in _NOTES)
    ]
    return FileTotals(len(sizes) - len(notes), sum(sizes.values()))


def _is_passing(file: StoredObject) -> bool:
    return _PASSING.fullmatch(file.key.rpartition("/")[2]) is not None
