"""The feed of changes: a counter that grows after every commit that a page could show. It does not say what
changed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType


class ChangeFeed:
    """Thread-safe; one per process."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._version = 0
        self._callbacks: dict[int, Callable[[], object]] = {}
        self._next = 0

    @property
    def version(self) -> int:
        return self._version

    def publish(self) -> None:
        with self._condition:
            self._version += 1
            self._condition.notify_all()
            callbacks = list(self._callbacks.items())
        for number, callback in callbacks:
            try:
                callback()
            # The event loop of the subscriber is closed; the commit must not fail because of it.
            except RuntimeError:
                self._forget(number)

    def wait_after(self, version: int, timeout: float | None = None) -> int:
        """Wait until the counter is above `version` or `timeout` seconds have passed. Returns the counter."""
        with self._condition:
            self._condition.wait_for(lambda: self._version > version, timeout)
            return self._version

    def subscribe(self, callback: Callable[[], object] | None = None) -> Subscription:
        """Subscribe to the feed. `callback` runs in the thread that made the change and must return at once;
        for asyncio pass `lambda: loop.call_soon_threadsafe(event.set)`."""
        with self._condition:
            number = self._next
            self._next += 1
            if callback is not None:
                self._callbacks[number] = callback
            return Subscription(self, number, self._version)

    def _forget(self, number: int) -> None:
        with self._condition:
            self._callbacks.pop(number, None)


class Subscription:
    """One subscriber; call close() at the end."""

    def __init__(self, changes: ChangeFeed, number: int, version: int) -> None:
        self._changes = changes
        self._number = number
        self._seen = version

    def wait(self, timeout: float | None = None) -> bool:
        """True when something changed since the last call; False when `timeout` seconds passed without a
        change."""
        version = self._changes.wait_after(self._seen, timeout)
        changed = version > self._seen
        self._seen = version
        return changed

    def close(self) -> None:
        self._changes._forget(self._number)

    def __enter__(self) -> Subscription:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
