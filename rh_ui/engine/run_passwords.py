"""The access passwords of waiting runs: in memory only, lost when the program ends."""

from __future__ import annotations

import threading


class RunPasswords:
    """Thread-safe. A password is never in a repr, the log, the database or the page."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._passwords: dict[str, str] = {}

    def keep(self, task_id: str, password: str) -> None:
        with self._lock:
            self._passwords[task_id] = password

    def get(self, task_id: str) -> str:
        """The password; empty where there is none."""
        with self._lock:
            return self._passwords.get(task_id, "")

    def forget(self, task_id: str) -> None:
        with self._lock:
            self._passwords.pop(task_id, None)
