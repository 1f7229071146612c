"""Limits calls to at most one per second, however often they are requested."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

EVERY: Final = 1.0
"""Seconds between two calls."""


class Throttle:
    """Thread-safe."""

    def __init__(self, call: Callable[[], object], clock: Callable[[], float] = time.monotonic) -> None:
        self._call = call
        self._clock = clock
        self._lock = threading.Lock()
        self._last = -EVERY

    def __call__(self) -> None:
        with self._lock:
            now = self._clock()
            if now - self._last < EVERY:
                return
            self._last = now
        self._call()
