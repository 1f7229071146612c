"""The waiting line of one account: how many runs it may have at the service, and when to try again.

No I/O and no clock: moments are seconds on a clock that never jumps, handed in. Thread-safe.
"""

from __future__ import annotations

import heapq
import threading
from typing import Final

FIRST_GUESS: Final = 30
"""Runs at once where the service does not tell its limit (API sheet §11: 30, 50 or 100 for shared keys)."""
FOR_A_PLACE: Final = frozenset({"421", "1520", "415"})
"""Refusals that end as soon as one of the own runs ends (API sheet §9); others are a matter of time."""


class Lane:
    """The runs of one account that wait, and those that have a place."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: set[str] = set()
        self._line: list[str] = []
        """The waiting ones by age: ids sort by time. Those who left stay in until it is their turn."""
        self._placed: set[str] = set()
        self._told: int | None = None
        self._others = 0
        self._elsewhere = 0
        self._learned: int | None = None
        self._held_until = 0.0
        self._why = ""
        self._refusals = 0
        self._probe = False
        self._asked_at: float | None = None

    def join(self, task_id: str) -> None:
        """Stand in line; the oldest is first."""
        with self._lock:
            if task_id not in self._placed:
                self._stand(task_id)

    def place(self, task_id: str) -> None:
        """It has a place already: a run found at the service after a restart."""
        with self._lock:
            self._waiting.discard(task_id)
            self._placed.add(task_id)

    def leave(self, task_id: str) -> bool:
        """Its place, or its turn, is free. True when somebody may now follow."""
        with self._lock:
            self._waiting.discard(task_id)
            if task_id in self._placed:
                self._placed.discard(task_id)
                if self._why in FOR_A_PLACE:
                    self._held_until = 0.0
            return bool(self._waiting)

    def admit(self, now: float) -> str | None:
        """Give the next one a place, if there is one."""
        with self._lock:
            if not self._waiting or now < self._held_until or not self._has_room():
                return None
            if self._learned is not None and len(self._placed) >= self._learned:
                self._probe = False
            while (task_id := heapq.heappop(self._line)) not in self._waiting:
                continue
            self._waiting.discard(task_id)
            self._placed.add(task_id)
            return task_id

    def holds(self, task_id: str) -> bool:
        """Whether it waits, or has a place."""
        with self._lock:
            return task_id in self._waiting or task_id in self._placed

    def accepted(self) -> None:
        """The service took one: after refusals, one more than before may try."""
        with self._lock:
            self._refusals = 0
            self._why = ""
            if self._learned is not None:
                self._learned = max(self._learned, len(self._placed))
                self._probe = True

    def refused(self, task_id: str, why: str) -> int:
        """The service turned it away: it waits again. How many refusals in a row there were."""
        with self._lock:
            self._placed.discard(task_id)
            self._stand(task_id)
            self._why = why
            self._learned = max(1, len(self._placed))
            self._refusals += 1
            return self._refusals

    def give_back(self, task_id: str) -> None:
        """It had a place but was not sent: it waits again."""
        with self._lock:
            self._placed.discard(task_id)
            self._stand(task_id)

    def hold(self, why: str, until: float) -> None:
        """Nobody goes before `until`, for the reason `why`; then one may try."""
        with self._lock:
            self._why = why
            self._held_until = until
            self._probe = True

    def told(self, limit: int | None, others: int, now: float) -> None:
        """The service's own figures: the key's limit, and how many runs of other programs use it."""
        with self._lock:
            self._asked_at = now
            self._told = limit
            self._others = max(0, others)

    def elsewhere(self, runs: int) -> bool:
        """So many places are taken by other processes on the same database. True when some of them left."""
        with self._lock:
            fewer = runs < self._elsewhere
            self._elsewhere = runs
            return fewer and bool(self._waiting)

    def wants_figures(self, now: float, every: float) -> bool:
        """Whether it is time to read the key's limit: more than one run waits or has a place."""
        with self._lock:
            stale = self._asked_at is None or now - self._asked_at >= every
            return bool(self._waiting) and len(self._waiting) + len(self._placed) > 1 and stale

    def wait(self, now: float, every: float) -> float | None:
        """Seconds until it is worth looking again; None: when somebody comes or leaves."""
        with self._lock:
            if not self._waiting:
                return None
            if now < self._held_until:
                return self._held_until - now
            return 0.0 if self._has_room() else every

    def held(self, now: float) -> tuple[str, list[str]]:
        """Why nobody goes (empty: nothing but the own runs), and who waits."""
        with self._lock:
            return (self._why if now < self._held_until else ""), list(self._waiting)

    @property
    def why(self) -> str:
        with self._lock:
            return self._why

    @property
    def placed(self) -> int:
        with self._lock:
            return len(self._placed)

    def _stand(self, task_id: str) -> None:
        if task_id not in self._waiting:
            self._waiting.add(task_id)
            heapq.heappush(self._line, task_id)

    def _has_room(self) -> bool:
        placed = len(self._placed)
        others = max(self._others, self._elsewhere)
        told = max(1, (FIRST_GUESS if self._told is None else self._told) - others)
        return placed < told and (self._learned is None or placed < self._learned or self._probe)
