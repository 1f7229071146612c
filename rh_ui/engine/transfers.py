"""The progress of large files, up and down.

In memory only: a database write per block would cost more than the file, and a restart begins the transfer
again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Final

LARGE: Final = 5 * 1024 * 1024
"""Bytes from which a file gets a progress bar."""


class TransferProgress:
    """Thread-safe. A transfer is known by the ref of an input or the id of a result."""

    def __init__(self, changed: Callable[[], object]) -> None:
        """`changed` is called after every block."""
        self._changed = changed
        self._lock = threading.Lock()
        self._moving: dict[str, tuple[int, int]] = {}

    def report(self, name: str, done: int, total: int | None) -> None:
        """`done` of `total` bytes are transferred."""
        if total is None or total < LARGE:
            return
        with self._lock:
            self._moving[name] = (done, total)
        self._changed()

    def end(self, name: str) -> None:
        """The transfer is finished, or failed."""
        with self._lock:
            self._moving.pop(name, None)

    def percent(self, names: Iterable[str]) -> int | None:
        """How much of the transfers in progress is done, in percent; None where none of them is large."""
        with self._lock:
            known = [self._moving[name] for name in names if name in self._moving]
        if not known:
            return None
        return 100 * sum(done for done, _ in known) // sum(total for _, total in known)
