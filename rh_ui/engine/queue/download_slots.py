"""Who fetches a file next: the slots for downloads, shared between hosts and between runs. No I/O.

A store that sends a byte now and then holds few of them, and not for long (see runninghub.download.Bounds); a
file that was found slow waits for one of the few slots for such.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

MOST: Final = 16
PER_HOST: Final = 12
PER_RUN: Final = 6
SLOW: Final = 4
"""Slots at once: in all, for one host, for one run, and for files that were slow before."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A file that is to be fetched."""

    key: object
    """By which it is known; a new one for each try."""
    run: str
    host: str
    slow: bool
    start: Callable[[], None]
    """Called once, when it has a slot."""


class DownloadSlots:
    """Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[object, Wish] = {}
        self._busy: dict[object, Wish] = {}

    def ask(self, wishes: Iterable[Wish]) -> None:
        """Start these, each as soon as it has a slot."""
        with self._lock:
            self._waiting.update((wish.key, wish) for wish in wishes)
            started = self._fill()
        for wish in started:
            wish.start()

    def leave(self, keys: Iterable[object]) -> bool:
        """These need no slot any more, whether they have one or wait for it. True: one of them waited, and is
        never started."""
        waited = False
        with self._lock:
            for key in keys:
                waited |= self._waiting.pop(key, None) is not None
                self._busy.pop(key, None)
            started = self._fill()
        for wish in started:
            wish.start()
        return waited

    def _fill(self) -> list[Wish]:
        started = []
        while (wish := self._next()) is not None:
            self._busy[wish.key] = self._waiting.pop(wish.key)
            started.append(wish)
        return started

    def _next(self) -> Wish | None:
        """Of those that may start, the one whose host and run have the fewest slots; then the oldest."""
        if len(self._busy) >= MOST:
            return None
        hosts = Counter(wish.host for wish in self._busy.values())
        runs = Counter(wish.run for wish in self._busy.values())
        slow = sum(wish.slow for wish in self._busy.values())
        able = [
            wish
            for wish in self._waiting.values()
            if hosts[wish.host] < PER_HOST and runs[wish.run] < PER_RUN and not (wish.slow and slow >= SLOW)
        ]
        return min(able, key=lambda wish: (wish.slow, runs[wish.run], hosts[wish.host]), default=None)
