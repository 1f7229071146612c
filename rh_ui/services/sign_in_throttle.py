"""Counts wrong passwords, per name and per address, and says when the next try counts.

In the memory of this program: several programs on one database count apart.
"""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from rh_ui.errors import SignInRefused

WINDOW: Final = 15
"""Minutes."""
PER_NAME: Final = RateLimitItemPerMinute(10, WINDOW, "name")
PER_PLACE: Final = RateLimitItemPerMinute(30, WINDOW, "place")
NOTED: Final = RateLimitItemPerMinute(1, 1, "noted")


class Attempt:
    """One try; call `wrong` if the password is wrong."""

    def __init__(self) -> None:
        self.failed = False

    def wrong(self) -> None:
        self.failed = True


class SignInThrottle:
    """Thread-safe."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._lock = threading.Lock()
        self._trying: Counter[tuple[RateLimitItemPerMinute, str]] = Counter()

    @contextmanager
    def attempt(self, name: str, place: str = "") -> Iterator[Attempt]:
        """A try with this name from this address (empty: that one does not count). Raises SignInRefused where
        too many were wrong.

        Tries under way count as wrong until they end; otherwise many at once would all be let in.
        """
        counted = [(PER_NAME, name), *([(PER_PLACE, place)] if place else [])]
        with self._lock:
            for item, key in counted:
                self._refuse_full(item, key)
            self._trying.update(counted)
        attempt = Attempt()
        try:
            yield attempt
        finally:
            with self._lock:
                self._trying.subtract(counted)
                self._trying += Counter()  # drops those that are down to zero
                if attempt.failed:
                    for item, key in counted:
                        self._limiter.hit(item, key)

    def is_first(self, name: str) -> bool:
        """Whether this is the first call for the name within a minute."""
        return self._limiter.hit(NOTED, name)

    def _refuse_full(self, item: RateLimitItemPerMinute, key: str) -> None:
        window = self._limiter.get_window_stats(item, key)
        if window.remaining - self._trying[item, key] > 0:
            return
        minutes = max(1, math.ceil((window.reset_time - time.time()) / 60))
        raise SignInRefused(
            f"Too many wrong passwords. Try again in {minutes} min.", "sign-in-often", minutes
        )
