"""The folder of uploads that are not kept yet: how much room they take, and which of them are removed."""

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
"""Above the largest LoRA (2 GiB) and the largest file any model takes (500 MB), so that the page's own limits
speak first."""
HOUR: Final = 3600.0
LEFT: Final = timedelta(hours=1)
"""An upload that nobody took for so long may go."""
LOOK: Final = 1024 * 1024
"""Bytes after which a file that is coming in is weighed again."""


def upload_at(folder: Path, path: object) -> Path | None:
    """The file at this path, where it lies in the folder of uploads; None for any other."""
    if not isinstance(path, str) or "\0" in path:
        return None
    home = Path(os.path.realpath(folder))
    try:
        found = Path(os.path.realpath(path))
        is_ours = found.is_relative_to(home) and found.is_file()
    except (OSError, ValueError):  # a name that no file system takes
        return None
    return found if is_ours else None


class Arrival:
    """One upload that is coming in; `end` it, whatever becomes of it."""

    def __init__(self, inbox: Inbox, who: str, announced: int | None) -> None:
        self.who: Final = who
        self.announced: Final = announced
        self.came = 0
        self._inbox = inbox
        self._weighed = 0

    @property
    def to_come(self) -> int:
        """Bytes, as far as they were announced."""
        return max(0, (self.announced or 0) - self.came)

    def take(self, size: int) -> None:
        """Count these bytes. Raises UploadRefused when the upload must stop."""
        self.came += size
        if self.came - self._weighed >= LOOK:
            self._weighed = self.came
            self._inbox.weigh(self)

    def end(self) -> None:
        self._inbox.leave(self)


class Inbox:
    """A folder that is this program's alone; thread-safe."""

    def __init__(
        self,
        folder: Path,
        *,
        reserve: int,
        share: int,
        clock: Callable[[], float] = time.monotonic,
        free: Callable[[Path], int] = free_bytes,
    ) -> None:
        """`reserve`: bytes that stay free on the disk. `share`: bytes that one visitor may bring in within an
        hour; 0: any number."""
        self._folder = folder
        self._reserve = reserve
        self._share = share
        self._clock = clock
        self._free = free
        self._lock = threading.Lock()
        self._coming: set[Arrival] = set()
        self._came: dict[str, deque[tuple[float, int]]] = {}

    def begin(self, who: str, announced: int | None) -> Arrival:
        """Let a file come in. Raises UploadRefused where there is no room for it."""
        arrival = Arrival(self, who, announced)
        with self._lock:
            self._judge(arrival)
            self._coming.add(arrival)
        return arrival

    def weigh(self, arrival: Arrival) -> None:
        """Look again, as it goes on. Raises UploadRefused."""
        with self._lock:
            self._judge(arrival)

    def leave(self, arrival: Arrival) -> None:
        """The upload is complete or broke off. After the last one, what broken ones left is removed."""
        with self._lock:
            self._coming.discard(arrival)
            if self._share:
                self._came.setdefault(arrival.who, deque()).append((self._clock(), arrival.came))
            if not self._coming:
                self._sweep()

    def start(self) -> None:
        """Nothing of a former program's is wanted any more."""
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
        """Remove what came long ago and nobody took, besides `keep`: what went."""
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
        """Whole uploads lie in folders of their own; what lies beside these is half of one."""
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
