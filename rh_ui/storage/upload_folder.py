"""The folder of uploads that are not kept yet: limits their size and removes old ones."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from rh_ui.errors import UploadRefused
from rh_ui.storage.file_store import StoredObject, discard, files_in, free_bytes

LARGEST: Final = 2100 * 1024 * 1024
"""Larger than the largest LoRA (2 GiB) and the largest file any model takes (500 MB), so that the page's own
limits apply first."""
HOUR: Final = 3600.0
LEFT: Final = timedelta(hours=1)
"""An unused upload may be removed after this time."""
LOOK: Final = 1024 * 1024
"""An upload is checked again after so many bytes."""


def upload_at(folder: Path, path: object) -> Path | None:
    """The file at this path, if it is in the folder of uploads; None for any other."""
    if not isinstance(path, str) or "\0" in path:
        return None
    home = Path(os.path.realpath(folder))
    try:
        found = Path(os.path.realpath(path))
        is_ours = found.is_relative_to(home) and found.is_file()
    except (OSError, ValueError):  # a name that no file system accepts
        return None
    return found if is_ours else None


class Arrival:
    """One upload in progress; always call `end`."""

    def __init__(self, inbox: Inbox, who: str, announced: int | None) -> None:
        self.who: Final = who
        self.announced: Final = announced
        self.came = 0
        self._inbox = inbox
        self._weighed = 0

    @property
    def to_come(self) -> int:
        """Announced bytes that are still missing."""
        return max(0, (self.announced or 0) - self.came)

    def take(self, size: int) -> None:
        """Count received bytes. Raises UploadRefused if the upload must stop."""
        self.came += size
        if self.came - self._weighed >= LOOK:
            self._weighed = self.came
            self._inbox.weigh(self)

    def end(self) -> None:
        self._inbox.leave(self)


class Inbox:
    """The folder of uploads, used by this process only. Thread-safe."""

    def __init__(
        self,
        folder: Path,
        *,
        reserve: int,
        share: int,
        clock: Callable[[], float] = time.monotonic,
        free: Callable[[Path], int] = free_bytes,
    ) -> None:
        """`reserve`: bytes that stay free on the disk. `share`: bytes that one visitor may upload within an
        hour; 0: no limit."""
        self._folder = folder
        self._reserve = reserve
        self._share = share
        self._clock = clock
        self._free = free
        self._lock = threading.Lock()
        self._coming: set[Arrival] = set()
        self._came: dict[str, deque[tuple[float, int]]] = {}

    def begin(self, who: str, announced: int | None) -> Arrival:
        """Start an upload. Raises UploadRefused if there is no room for it."""
        arrival = Arrival(self, who, announced)
        with self._lock:
            self._judge(arrival)
            self._coming.add(arrival)
        return arrival

    def weigh(self, arrival: Arrival) -> None:
        """Check a running upload again. Raises UploadRefused."""
        with self._lock:
            self._judge(arrival)

    def leave(self, arrival: Arrival) -> None:
        """The upload is complete or broken off. After the last one, the remains of broken ones are
        removed."""
        with self._lock:
            self._coming.discard(arrival)
            if self._share:
                self._came.setdefault(arrival.who, deque()).append((self._clock(), arrival.came))
            if not self._coming:
                self._sweep()

    def start(self) -> None:
        """Empty the folder: uploads of an earlier process are of no use."""
        with self._lock:
            for file in self.files():
                discard(self._folder / file.key)
            for folder in (each for each in _listed(self._folder) if each.is_dir()):
                _remove_if_empty(folder)

    def find(self, path: str) -> Path | None:
        """The upload at this path; None for any other file."""
        return upload_at(self._folder, path)

    def files(self) -> Iterator[StoredObject]:
        return files_in(self._folder, self._folder)

    def clear(self, keep: Collection[Path] = ()) -> list[StoredObject]:
        """Remove old unused uploads except `keep`; returns the removed ones."""
        before = datetime.now(UTC) - LEFT
        kept = {path.resolve() for path in keep}
        with self._lock:
            coming = bool(self._coming)
            old = [
                file
                for file in self.files()
                if file.modified < before
                and (self._folder / file.key).resolve() not in kept
                and not (coming and "/" not in file.key)
            ]
            for file in old:
                self._away(self._folder / file.key)
        return old

    def _away(self, path: Path) -> None:
        discard(path)
        if path.parent != self._folder:
            _remove_if_empty(path.parent)

    def _judge(self, arrival: Arrival) -> None:
        size = max(arrival.announced or 0, arrival.came)
        if size > LARGEST:
            raise UploadRefused(
                "This file is larger than any model takes. Choose a smaller one. Nothing was sent.",
                "upload-large",
            )
        others = [other for other in self._coming if other is not arrival]
        pending = sum(other.to_come for other in others) + arrival.to_come
        if self._free(self._folder) - pending < self._reserve:
            raise UploadRefused(
                "The disk of this page is nearly full, so the file was not taken. Nothing was charged. Make "
                "room on the disk, or choose a smaller file.",
                "upload-room",
            )
        theirs = sum(max(one.announced or 0, one.came) for one in others if one.who == arrival.who)
        if self._share and size + theirs + self._lately(arrival.who) > self._share:
            raise UploadRefused(
                "You have brought in as much as one visitor may within an hour, so the file was not taken. "
                "Nothing was charged. Try again later.",
                "upload-share",
            )

    def _lately(self, who: str) -> int:
        since = self._clock() - HOUR
        for name in [*self._came]:
            told = self._came[name]
            while told and told[0][0] < since:
                told.popleft()
            if not told:
                del self._came[name]
        return sum(size for _, size in self._came.get(who, ()))

    def _sweep(self) -> None:
        """Remove incomplete uploads: files beside the folders that hold complete ones."""
        for path in _listed(self._folder):
            if path.is_file():
                discard(path)


def _listed(folder: Path) -> list[Path]:
    try:
        return [*folder.iterdir()]
    except OSError:
        return []


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return
