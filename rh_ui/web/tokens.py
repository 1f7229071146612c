"""One-time tokens that prove that a request comes from a page which this program served."""

from __future__ import annotations

import secrets
import threading
from typing import Final

MOST: Final = 1000
"""The most open pages; the oldest tokens are forgotten."""


class PageTokens:
    """Thread-safe; in memory only."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[str, None] = {}

    def issue(self) -> str:
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._open[token] = None
            if len(self._open) > MOST:
                del self._open[next(iter(self._open))]
        return token

    def take(self, token: str) -> bool:
        """Whether the token is valid; it is used up then."""
        with self._lock:
            return self._open.pop(token, "") is None
