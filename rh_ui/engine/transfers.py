"""How far large files are on their way, up or down.

In memory only: a database write per block would cost more than the file, and a restart begins it anew."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Final

LARGE: Final = 5 * 1024 * 1024
"""Bytes from which on a file is worth a bar."""


class TransferProgress:
    """Thread-safe; a transfer is known by an input's ref or a result's id."""

    def __init__(self, changed: Callable[[], object]) -> None:
        """`changed` is called for every block that is through."""
        self._changed = changed
        self._lock = threading.Lock()
        self._moving: dict[str, tuple[int, int]] = {}

    def report(self, name: str, done: int, total: int | None) -> None:
        """So many of `total` bytes are through."""
        if total is None or total < LARGE:
            return
        with self._lock:
            self._moving[name] = (done, total)
        self._changed()

    def end(self, name: str) -> None:
        """It is through, or broke off."""
        with self._lock:
            self._moving.pop(name, None)

    def percent(self, names: Iterable[str]) -> int | None:
        """How much of those that are on their way is through; None where none of them is large."""
        with self._lock:
            known = [self._moving[name] for name in names if name in self._moving]
        if not known:
            return None
        return 100 * sum(done for done, _ in known) // sum(total for _, total in known)
