"""The queue of one account: which run goes next, and when to look again.

No I/O and no clock: the caller passes the time, in seconds on a monotonic clock. Thread-safe.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from rh_ui.domain import Money, Pause
from rh_ui.engine.queue.fair_queue import FairQueue, QueueEntry, QueuePosition
from rh_ui.engine.queue.rate_limiter import RateLimiter
from rh_ui.engine.queue.slots import Slots


class AccountQueue:
    """The waiting runs of one account, and its runs that have a slot."""

    def __init__(self, most: int | None = None) -> None:
        """`most`: the most runs at once, whatever the service allows."""
        self._lock = threading.Lock()
        self._waiting = FairQueue()
        self._slots = Slots()
        self._limiter = RateLimiter(most)
        self._shared: set[str] = set()
        """Waiting runs that other processes received; the first process with a free slot takes them."""
        self._pause: Pause | None = None

    def enqueue(self, entry: QueueEntry) -> None:
        """Wait for a slot, or change the place in the queue."""
        with self._lock:
            if entry.id not in self._slots:
                self._waiting.add(entry)

    def occupy_slot(self, entry: QueueEntry) -> None:
        """The run already has a slot: it was found running at the service after a restart."""
        with self._lock:
            self._waiting.remove(entry.id)
            self._slots.occupy(entry)

    def mark_uncertain(self, task_id: str, submitter: str, until: float) -> None:
        """The outcome is unknown: the run may have a slot, and counts as if it had one until then."""
        with self._lock:
            self._limiter.record_left(task_id)
            self._slots.mark_uncertain(task_id, submitter, until)

    def release(self, task_id: str) -> bool:
        """The run needs neither slot nor place any more. True when another run may now start."""
        with self._lock:
            self._waiting.remove(task_id)
            self._limiter.record_left(task_id)
            if self._slots.release(task_id):
                self._limiter.record_free_slot()
            return len(self._waiting) > 0

    def admit(self, now: float) -> str | None:
        """Give the next run a slot, if one is free."""
        with self._lock:
            entry = self._next(now)
            if entry is None:
                return None
            self._limiter.record_admitted(entry.id, len(self._slots))
            self._waiting.remove(entry.id)
            self._slots.occupy(entry)
            return entry.id

    def holds(self, task_id: str) -> bool:
        """Whether the run waits or has a slot."""
        with self._lock:
            return task_id in self._waiting or task_id in self._slots

    def record_accepted(self, task_id: str) -> None:
        """The service accepted a run: after refusals, one more run than before may try."""
        with self._lock:
            entry = self._slots.get(task_id)
            endpoint = None if entry is None else entry.endpoint
            self._limiter.record_accepted(task_id, endpoint, len(self._slots))

    def record_refusal(self, entry: QueueEntry) -> int:
        """The service has no capacity for the run: it waits again. Returns the number of refusals in a
        row."""
        with self._lock:
            self._requeue(entry)
            return self._limiter.record_refusal(len(self._slots))

    def record_busy_model(self, entry: QueueEntry) -> int:
        """The run's model, not the account, has no capacity: it waits again. Returns the number of times in a
        row."""
        with self._lock:
            self._requeue(entry)
            return self._limiter.record_busy_model(entry.endpoint)

    def hold_model(self, endpoint: str, until: float) -> list[str]:
        """No run of this model starts before `until`. Returns the ids of the runs that wait for it."""
        with self._lock:
            self._limiter.hold_model(endpoint, until)
            return self._waiting.of(endpoint)

    def requeue_unsent(self, entry: QueueEntry) -> None:
        """The run had a slot but was not sent: it waits again."""
        with self._lock:
            self._requeue(entry)

    def requeue_admitted(self, task_id: str) -> None:
        """As requeue_unsent, for a run that was only just admitted."""
        with self._lock:
            entry = self._slots.get(task_id)
            if entry is not None:
                self._requeue(entry)

    def hold(self, reason: str, until: float) -> None:
        """No run starts before `until`; then one may try."""
        with self._lock:
            self._limiter.hold(reason, until)

    def pause(self, pause: Pause | None) -> bool:
        """No run starts until a person or new money ends the pause (None); then one may try. A new pause
        replaces the one before. False: nothing changed."""
        with self._lock:
            if _which(pause) == _which(self._pause):
                return False
            if pause is None:
                self._limiter.restart(len(self._slots))
            self._pause = pause
            return True

    def record_balance(self, money: Money | None, coins: Decimal | None) -> None:
        """The money of a paused account; only the first figure of each purse is kept."""
        with self._lock:
            if (pause := self._pause) is not None:
                first = pause.coins if pause.coins is not None else coins
                self._pause = replace(pause, seen=pause.seen or money, coins=first)

    def record_limits(self, limit: int | None, running: int, now: float) -> None:
        """The service's own figures: the limit of the key, and how many runs it has, whoever sent them."""
        with self._lock:
            self._limiter.record_limits(limit, running, len(self._slots), now)

    def record_former_keys(self, taken: int) -> None:
        """The runs that still have a slot under a former key of the account."""
        with self._lock:
            self._limiter.record_former_keys(taken)

    def record_no_limits(self, now: float) -> None:
        """The service did not answer: the earlier figures still count."""
        with self._lock:
            self._limiter.record_no_limits(now)

    def sync(
        self,
        waiting: Sequence[QueueEntry],
        others: Mapping[str, str],
        uncertain: Mapping[str, tuple[str, float]],
    ) -> bool:
        """What other processes on the same database have: waiting runs, runs with a slot (run → submitter),
        and runs with an unknown outcome (run → submitter and until when it counts). True when a run may now
        start."""
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
        """Whether it is time to read the limit of the key: more than one run waits or has a slot, or may have
        one in another process (not `alone`)."""
        with self._lock:
            several = not alone or len(self._waiting) + len(self._slots) > 1
            return len(self._waiting) > 0 and several and self._limiter.limits_are_stale(now, every)

    def seconds_to_wait(self, now: float, every: float) -> float | None:
        """Seconds until the next look is worthwhile; None: not before a run is added or removed."""
        with self._lock:
            if not self._waiting or self._pause is not None:
                return None
            if (held_for := self._limiter.held_for(now)) > 0:
                return held_for
            if self._next(now) is not None:
                return 0.0
            ends = [*self._limiter.ends(), *self._slots.ends()]
            return min([every, *(end - now for end in ends if end > now)])

    def taken(self, now: float) -> int:
        """The slots in use."""
        with self._lock:
            self._slots.expire(now)
            return len(self._slots)

    def hold_reason(self, now: float) -> str:
        """Why no run starts; empty where only our own runs use the slots."""
        with self._lock:
            return self._limiter.hold_reason(now)

    def waiting_ids(self) -> list[str]:
        with self._lock:
            return self._waiting.ids()

    def positions(self) -> dict[str, QueuePosition]:
        """The place of each waiting run."""
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
        held = Counter(self._slots.submitters())
        return self._waiting.next(held, self._slots.turns, self._limiter.busy_models(now))

    def _requeue(self, entry: QueueEntry) -> None:
        """Back into the queue from a slot, or from an unknown outcome that was settled."""
        self._limiter.record_left(entry.id)
        self._slots.release(entry.id)
        self._waiting.add(entry)


def _which(pause: Pause | None) -> tuple[str, datetime] | None:
    """What identifies a pause; the account's money does not."""
    return None if pause is None else (pause.code, pause.since)
