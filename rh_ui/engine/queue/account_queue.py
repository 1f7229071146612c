"""The queue of one account: which run goes next, and when it is worth looking again.

No I/O and no clock: moments are seconds on a clock that never jumps, handed in. Thread-safe.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from rh_ui.domain import Money, Pause
from rh_ui.engine.queue.fair_queue import FairQueue, QueueEntry, QueuePosition
from rh_ui.engine.queue.rate_limiter import RateLimiter
from rh_ui.engine.queue.slots import Slots


class AccountQueue:
    """The runs of one account that wait, and those that have a slot."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting = FairQueue()
        self._slots = Slots()
        self._limiter = RateLimiter()
        self._shared: set[str] = set()
        """Waiting runs that other processes took in; the process that has a free slot first takes them."""
        self._pause: Pause | None = None

    def enqueue(self, entry: QueueEntry) -> None:
        """Wait for a slot, or change the place in the queue."""
        with self._lock:
            if entry.id not in self._slots:
                self._waiting.add(entry)

    def occupy_slot(self, entry: QueueEntry) -> None:
        """It has a slot already: a run found at the service after a restart."""
        with self._lock:
            self._waiting.remove(entry.id)
            self._slots.occupy(entry)

    def mark_uncertain(self, task_id: str, submitter: str, until: float) -> None:
        """Its outcome is unknown: it may have a slot, and counts as if it had until then."""
        with self._lock:
            self._limiter.record_left(task_id)
            self._slots.mark_uncertain(task_id, submitter, until)

    def release(self, task_id: str) -> bool:
        """It needs neither slot nor turn any more. True when somebody may now follow."""
        with self._lock:
            self._waiting.remove(task_id)
            self._limiter.record_left(task_id)
            if self._slots.release(task_id):
                self._limiter.record_free_slot()
            return len(self._waiting) > 0

    def admit(self, now: float) -> str | None:
        """Give the next run a slot, if there is one."""
        with self._lock:
            entry = self._next(now)
            if entry is None:
                return None
            self._limiter.record_admitted(entry.id, len(self._slots))
            self._waiting.remove(entry.id)
            self._slots.occupy(entry)
            return entry.id

    def holds(self, task_id: str) -> bool:
        """Whether it waits, or has a slot."""
        with self._lock:
            return task_id in self._waiting or task_id in self._slots

    def record_accepted(self, task_id: str) -> None:
        """The service took one: after refusals, one more than before may try."""
        with self._lock:
            entry = self._slots.get(task_id)
            endpoint = None if entry is None else entry.endpoint
            self._limiter.record_accepted(task_id, endpoint, len(self._slots))

    def record_refusal(self, entry: QueueEntry) -> int:
        """The service has no capacity for it: it waits again. How many refusals in a row there were."""
        with self._lock:
            self._requeue(entry)
            return self._limiter.record_refusal(len(self._slots))

    def record_busy_model(self, entry: QueueEntry) -> int:
        """Its model, not the account, has no capacity: it waits again. How many times in a row that was."""
        with self._lock:
            self._requeue(entry)
            return self._limiter.record_busy_model(entry.endpoint)

    def hold_model(self, endpoint: str, until: float) -> list[str]:
        """No run of this model goes before `until`; the ones that wait for it."""
        with self._lock:
            self._limiter.hold_model(endpoint, until)
            return self._waiting.of(endpoint)

    def requeue_unsent(self, entry: QueueEntry) -> None:
        """It had a slot but was not sent: it waits again."""
        with self._lock:
            self._requeue(entry)

    def requeue_admitted(self, task_id: str) -> None:
        """As requeue_unsent, for one that was admitted a moment ago."""
        with self._lock:
            entry = self._slots.get(task_id)
            if entry is not None:
                self._requeue(entry)

    def hold(self, reason: str, until: float) -> None:
        """Nobody goes before `until`; then one may try."""
        with self._lock:
            self._limiter.hold(reason, until)

    def pause(self, pause: Pause | None) -> bool:
        """Nobody goes until a person, or money, ends it (None); then one may try. Another pause replaces the
        one before. False: it is so already."""
        with self._lock:
            if _which(pause) == _which(self._pause):
                return False
            if pause is None:
                self._limiter.restart(len(self._slots))
            self._pause = pause
            return True

    def record_balance(self, money: Money | None, coins: Decimal | None) -> None:
        """What the account holds while it is paused; only the first figure of each purse counts."""
        with self._lock:
            if (pause := self._pause) is not None:
                first = pause.coins if pause.coins is not None else coins
                self._pause = replace(pause, seen=pause.seen or money, coins=first)

    def record_limits(self, limit: int | None, running: int, now: float) -> None:
        """The service's own figures: the key's limit, and how many runs it has, whoever sent them."""
        with self._lock:
            self._limiter.record_limits(limit, running, len(self._slots), now)

    def record_no_limits(self, now: float) -> None:
        """The service did not answer: what was known before still counts."""
        with self._lock:
            self._limiter.record_no_limits(now)

    def sync(
        self,
        waiting: Sequence[QueueEntry],
        others: Mapping[str, str],
        uncertain: Mapping[str, tuple[str, float]],
    ) -> bool:
        """What other processes on the same database have: runs that wait, runs with a slot (run → submitter),
        and runs whose outcome is unknown. True when somebody may now go."""
        with self._lock:
            fewer = self._slots.sync(others, uncertain)
            shared = {entry.id for entry in waiting}
            elsewhere = {task_id for task_id in others if task_id not in self._slots}
            for task_id in {*elsewhere, *uncertain, *(self._shared - shared)}:
                self._waiting.remove(task_id)
            self._shared = shared
            new = [e for e in waiting if e.id not in self._slots and self._waiting.get(e.id) != e]
            for entry in new:
                self._waiting.add(entry)
            return (fewer or bool(new)) and len(self._waiting) > 0

    def wants_limits(self, now: float, every: float, *, alone: bool = True) -> bool:
        """Whether it is time to read the key's limit: more than one run waits or has a slot, or may have one
        in another process (not `alone`)."""
        with self._lock:
            several = not alone or len(self._waiting) + len(self._slots) > 1
            return len(self._waiting) > 0 and several and self._limiter.limits_are_stale(now, every)

    def seconds_to_wait(self, now: float, every: float) -> float | None:
        """Seconds until it is worth looking again; None: when somebody comes or leaves."""
        with self._lock:
            if not self._waiting or self._pause is not None:
                return None
            if (held_for := self._limiter.held_for(now)) > 0:
                return held_for
            if self._next(now) is not None:
                return 0.0
            ends = [*self._limiter.ends(), *self._slots.ends()]
            return min([every, *(end - now for end in ends if end > now)])

    def hold_reason(self, now: float) -> str:
        """Why nobody goes; empty where only our own runs are in the way."""
        with self._lock:
            return self._limiter.hold_reason(now)

    def waiting_ids(self) -> list[str]:
        with self._lock:
            return self._waiting.ids()

    def positions(self) -> dict[str, QueuePosition]:
        """Where each waiting run stands."""
        with self._lock:
            limit = self._limiter.learned_limit
            return self._waiting.order(self._slots.submitters(), self._slots.turns, limit)

    @property
    def paused(self) -> Pause | None:
        with self._lock:
            return self._pause

    @property
    def limit(self) -> int:
        """Slots for the runs of all our processes."""
        with self._lock:
            return self._limiter.limit

    @property
    def waiting(self) -> int:
        with self._lock:
            return len(self._waiting)

    def _next(self, now: float) -> QueueEntry | None:
        if self._pause is not None or self._limiter.held_for(now) > 0:
            return None
        self._slots.expire(now)
        if not self._limiter.may_admit(len(self._slots), now):
            return None
        held = self._slots.by_submitter()
        return self._waiting.next(held, self._slots.turns, self._limiter.busy_models(now))

    def _requeue(self, entry: QueueEntry) -> None:
        """From its slot into the queue again, or from an unknown outcome that is cleared up."""
        self._limiter.record_left(entry.id)
        self._slots.release(entry.id)
        self._waiting.add(entry)


def _which(pause: Pause | None) -> tuple[str, datetime] | None:
    """What tells one pause from another; what the account held meanwhile does not."""
    return None if pause is None else (pause.code, pause.since)
