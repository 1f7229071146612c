"""Which file is downloaded next: slots, shared between hosts and between runs. No I/O.

A slow store has few slots, and only for a limited time (see runninghub.download.Bounds). A file that was slow
before waits for one of the few slots for slow files.
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
"""Slots at the same time: in all, for one host, for one run, and for files that were slow before."""


@dataclass(frozen=True, slots=True)
class SlotRequest:
    """A file to download."""

    key: object
    """Identifies the attempt; each attempt has a new key."""
    run: str
    host: str
    slow: bool
    start: Callable[[], None]
    """Called once, when the file has a slot."""


class DownloadSlots:
    """Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[object, SlotRequest] = {}
        self._busy: dict[object, SlotRequest] = {}

    def request(self, requests: Iterable[SlotRequest]) -> None:
        """Start these downloads, each as soon as it has a slot."""
        with self._lock:
            self._waiting.update((request.key, request) for request in requests)
            started = self._fill()
        for request in started:
            request.start()

    def release(self, keys: Iterable[object]) -> bool:
        """These no longer need a slot, whether they have one or wait for it. True: one of them still waited,
        and is never started."""
        waited = False
        with self._lock:
            for key in keys:
                waited |= self._waiting.pop(key, None) is not None
                self._busy.pop(key, None)
            started = self._fill()
        for request in started:
            request.start()
        return waited

    def _fill(self) -> list[SlotRequest]:
        started = []
        while (request := self._next()) is not None:
            self._busy[request.key] = self._waiting.pop(request.key)
            started.append(request)
        return started

    def _next(self) -> SlotRequest | None:
        """Of the files that may start, the one whose host and run have the fewest slots; then the oldest."""
        if len(self._busy) >= MOST:
            return None
        hosts = Counter(wanted.host for wanted in self._busy.values())
        runs = Counter(wanted.run for wanted in self._busy.values())
        slow = sum(wanted.slow for wanted in self._busy.values())
        able = [
            wanted
            for wanted in self._waiting.values()
            if hosts[wanted.host] < PER_HOST
            and runs[wanted.run] < PER_RUN
            and not (wanted.slow and slow >= SLOW)
        ]
        return min(able, key=lambda wanted: (wanted.slow, runs[wanted.run], hosts[wanted.host]), default=None)
