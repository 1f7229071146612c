"""Decides who may start next: claims tasks from the queues of all accounts. account_queue has the rules of
one queue."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from rh_ui.domain import Money, Pause, Task, TaskState
from rh_ui.engine.context import NO_ROOM, EngineContext, Stage, StepRouter
from rh_ui.engine.own_tasks import AccountKey, account_of
from rh_ui.engine.queue.account_queue import AccountQueue
from rh_ui.engine.queue.fair_queue import QueueEntry, QueuePosition
from rh_ui.engine.queue.rate_limiter import FOR_A_MODEL, NO_BALANCE
from rh_ui.engine.scheduler import Job, Scheduler
from rh_ui.engine.state_machine import Event, after
from rh_ui.error_codes import Again, meaning_of
from rh_ui.errors import ServiceFault, StorageFault
from rh_ui.persistence.database_clock import utc_now
from rh_ui.persistence.row_mapping import QueueRow, SlotLimit
from rh_ui.runninghub.answer_values import decimal_of

log: Final = logging.getLogger(__name__)
POOL: Final = "admission"
SHORTEST_LOOK: Final = 0.05
"""The shortest time between two looks at one queue, in seconds."""
CAPACITY: Final = "capacity"
MODEL_BUSY: Final = "model-busy"


def why_it_waits(code: str) -> str:
    """The note of a run for which the service has no capacity now, made from the service's code."""
    return f"{MODEL_BUSY if code in FOR_A_MODEL else CAPACITY}:{code}"


def entry_of(task: Task | QueueRow) -> QueueEntry:
    return QueueEntry(task.id, task.submitter, task.endpoint, task.priority)


def _is_more(money: Money | None, before: Money | None) -> bool:
    if money is None or before is None or money.currency != before.currency:
        return False
    return money.amount > before.amount


class AdmissionControl:
    """One queue per account; claims tasks as slots become free. Thread-safe."""

    def __init__(self, context: EngineContext, router: StepRouter, scheduler: Scheduler) -> None:
        self._tasks = context.repositories.tasks
        self._pauses = context.repositories.pauses
        self._history = context.history
        self._retry = context.retry
        self._clock = context.clock
        self._own = context.own_tasks
        self._clients = context.clients
        self._successors = context.successors
        self._caps = context.caps
        self._lease = context.lease
        self._disk = context.disk
        self._router = router
        self._scheduler = scheduler
        self._lock = threading.Lock()
        self._queues: dict[AccountKey, AccountQueue] = {}
        self._crowded: set[AccountKey] = set()
        """Accounts whose runs have the note that the disk is full."""

    def enqueue(self, task: Task) -> None:
        """A queued task joins the queue, or changes its place there."""
        self._queue(account_of(task)).enqueue(entry_of(task))
        self._schedule(account_of(task))

    def occupy_slot(self, task: Task) -> None:
        """A task that already runs at the service takes a slot."""
        self._queue(account_of(task)).occupy_slot(entry_of(task))

    def release_slot(self, account: AccountKey, task_id: str) -> None:
        """The task needs neither slot nor place any more."""
        if self._queue(account).release(task_id):
            self._schedule(account)
        if (present := self._successors.get(account)) is not None:
            self._schedule(present)

    def mark_uncertain(self, task: Task) -> None:
        """It is not known whether the service runs the task: for a while it counts as if."""
        until = self._clock() + self._uncertain_for(task.submitted_at)
        self._queue(account_of(task)).mark_uncertain(task.id, task.submitter, until)
        self._schedule(account_of(task))

    def record_accepted(self, account: AccountKey, task_id: str) -> None:
        self._queue(account).record_accepted(task_id)
        self._schedule(account)

    def requeue_after_refusal(self, task: Task, note: str) -> None:
        """The service did not accept the task; `note` says why (`capacity:421`, `no-balance:416`,
        `not-sent`). A second report of the same refusal of money changes nothing. Raises StorageFault."""
        account, entry, retry = account_of(task), entry_of(task), self._retry
        queue, now = self._queue(account), self._clock()
        reason, _, code = note.partition(":")
        if reason == NO_BALANCE:
            queue.requeue_unsent(entry)
            self._pause(queue, Pause(*account, code, utc_now()))
        elif reason == MODEL_BUSY:
            waiting = queue.hold_model(entry.endpoint, now + retry.hold(queue.record_busy_model(entry)))
            self._tasks.note(waiting, note)
        else:
            why = code or reason
            queue.hold(why, now + retry.hold(queue.record_refusal(entry)))
        self._schedule(account)

    def resume(self, account: AccountKey) -> bool:
        """A paused account tries again, with one run first. False: it was not paused. Raises StorageFault."""
        ended = self._pauses.remove(*account)
        self._go_on(account, self._queue(account))
        return ended

    def _go_on(self, account: AccountKey, queue: AccountQueue) -> None:
        if queue.paused is not None:
            self._tasks.note(queue.waiting_ids(), "")
        if queue.pause(None):
            self._schedule(account)

    def _lift(self, account: AccountKey, queue: AccountQueue, pause: Pause) -> bool:
        """End this very pause. False: another program was refused meanwhile, and its pause counts."""
        if not self._pauses.remove(*account, since=pause.since):
            stored = {(found.site, found.account): found for found in self._history.pauses()}.get(account)
            if stored is not None:
                queue.pause(stored)
                return False
        self._go_on(account, queue)
        return True

    def pauses(self) -> list[tuple[Pause, int]]:
        """The accounts that are paused for want of money, each with the number of its waiting runs."""
        with self._lock:
            queues = dict(self._queues)
        ours = self._clients.keys() - self._successors.keys()
        found = [(queue.paused, queue.waiting) for key, queue in queues.items() if key in ours]
        return [(pause, waiting) for pause, waiting in found if pause is not None]

    def positions(self) -> dict[str, QueuePosition]:
        """The place of each waiting run in the queue of its account."""
        with self._lock:
            queues = [queue for key, queue in self._queues.items() if key in self._clients]
        return {task_id: place for queue in queues for task_id, place in queue.positions().items()}

    def sync_with_database(self) -> None:
        """Read what other processes have on the same accounts, and the stored pauses. Raises StorageFault."""
        found = self._history.queue_rows(self._uncertain_since())
        pauses = {(pause.site, pause.account): pause for pause in self._history.pauses()}
        for account in self._clients:
            queue = self._queue(account)
            follows = self._sync_queue(queue, [s for s in found if (s.site, s.account) == account])
            turned = queue.pause(pauses.get(account))
            if turned:
                self._tasks.announce()
            if turned or follows:
                self._schedule(account)

    def _sync_queue(self, queue: AccountQueue, found: Iterable[QueueRow]) -> bool:
        waiting, others, uncertain = [], {}, {}
        for row in found:
            if row.state is TaskState.UNKNOWN:
                until = self._clock() + self._uncertain_for(row.submitted_at)
                uncertain[row.id] = (row.submitter, until)
            elif row.worker != self._own.worker and row.state is TaskState.QUEUED:
                waiting.append(entry_of(row))
            elif row.worker != self._own.worker and row.state is not TaskState.DOWNLOADING:
                others[row.id] = row.submitter
        return queue.sync(waiting, others, uncertain)

    def forget_all(self) -> None:
        """The tasks belong to other processes now."""
        with self._lock:
            self._queues.clear()

    def may_send(self, account: AccountKey) -> bool:
        """False while the account is held: a task that is ready to be sent gives its slot back."""
        queue = self._queue(account)
        return queue.paused is None and not queue.hold_reason(self._clock()) and self._disk.has_space()

    def requeue_unsent(self, task: Task) -> None:
        """A task that was not sent waits again."""
        self._queue(account_of(task)).requeue_unsent(entry_of(task))
        self._schedule(account_of(task))

    def _queue(self, account: AccountKey) -> AccountQueue:
        with self._lock:
            if account not in self._queues:
                self._queues[account] = AccountQueue(self._caps.get(account))
            return self._queues[account]

    def _schedule(self, account: AccountKey) -> None:
        key = f"queue {account[0]} {account[1]}"
        self._scheduler.put(Job(key, POOL, lambda: self.admit(account)))

    def holds(self, account: AccountKey, task_id: str) -> bool:
        """Whether the task waits in its queue or has a slot."""
        return self._queue(account).holds(task_id)

    def admit(self, account: AccountKey) -> float | None:
        """Claim a task for every free slot. Returns the seconds until the next look is worthwhile, or
        None."""
        try:
            return self._admit(account)
        except StorageFault as fault:
            log.warning("the queue of account %s waits for the database: %s", account[1], fault)
            return self._retry.trouble(1)

    def _admit(self, account: AccountKey) -> float | None:
        queue = self._queue(account)
        every = self._retry.timings.status_every
        if self._clients.get(account) is None:
            self._tasks.note(queue.waiting_ids(), "other-account")
            return None
        if account in self._successors:
            self._hand_over(account, queue)
            return None
        if (pause := queue.paused) is not None and not self._may_resume(account, queue, pause):
            self._tasks.note(queue.waiting_ids(), f"{NO_BALANCE}:{pause.code}")
            return self._retry.timings.balance
        if not self._has_disk_space(account, queue):
            return self._retry.timings.room
        if account in self._caps:
            queue.record_former_keys(self._slots_of_former_keys(account))
        if queue.wants_limits(self._clock(), every, alone=self._lease.alone):
            self._read_limits(account, queue)
        while (task_id := queue.admit(self._clock())) is not None:
            if not self._claim(account, queue, task_id):
                return self._retry.timings.heartbeat
        now = self._clock()
        if why := queue.hold_reason(now):
            self._tasks.note(queue.waiting_ids(), f"{CAPACITY}:{why}" if why.isdigit() else why)
        wait = queue.seconds_to_wait(now, every)
        return None if wait is None else max(SHORTEST_LOOK, wait)

    def _slots_of_former_keys(self, account: AccountKey) -> int:
        former = [key for key, present in self._successors.items() if present == account]
        return sum(self._queue(key).taken(self._clock()) for key in former)

    def _hand_over(self, former: AccountKey, queue: AccountQueue) -> None:
        """Runs that wait for a former key get the one that is used now: nothing of them was sent. Another
        program's runs stay with it."""
        for task_id in queue.waiting_ids():
            self._tasks.change_account(task_id, self._own.worker, former, self._successors[former])
            task = self._history.task(task_id)
            waits = task.state is TaskState.QUEUED
            if waits and account_of(task) == former:
                continue
            queue.release(task_id)
            if waits and self._own.is_ours(task):
                self.enqueue(task)

    def _has_disk_space(self, account: AccountKey, queue: AccountQueue) -> bool:
        """False: the disk is so full that a result might not fit; the runs get a note that says so."""
        waiting = queue.waiting_ids()
        if not waiting:
            return True
        if not self._disk.has_space():
            self._crowded.add(account)
            self._tasks.note(waiting, NO_ROOM)
            return False
        if account in self._crowded:
            self._crowded.discard(account)
            self._tasks.note(waiting, "")
        return True

    def _claim(self, account: AccountKey, queue: AccountQueue, task_id: str) -> bool:
        """False: other processes took all slots meanwhile."""
        queued, worker = TaskState.QUEUED, self._own.worker
        limit = None if self._lease.alone else SlotLimit(queue.limit, self._uncertain_since())
        claim = after(queued, Event.CLAIM)
        if not self._lease.is_valid():
            queue.requeue_admitted(task_id)
            return False
        try:
            claimed = self._tasks.move(
                task_id, queued, claim, fingerprint=account[1], limit=limit, owner=worker, note=""
            )
            task = None if claimed else self._history.task(task_id)
        except StorageFault:
            queue.requeue_admitted(task_id)
            raise
        if task is None or (task.state is TaskState.CLAIMED and self._own.is_ours(task)):
            self._router.schedule(Stage.SUBMIT, task_id)
        elif task.state is TaskState.QUEUED:
            queue.requeue_admitted(task_id)
            return False
        else:
            queue.release(task_id)
        return True

    def _pause(self, queue: AccountQueue, pause: Pause) -> None:
        if queue.paused is None and queue.pause(pause):
            log.warning("account %s is paused: the service wants money (%s)", pause.account, pause.code)
        self._pauses.add(pause)

    def _may_resume(self, account: AccountKey, queue: AccountQueue, pause: Pause) -> bool:
        """Whether a paused account goes on: it has more money, or its refusal may have passed by itself."""
        if self._has_new_money(account, queue, pause):
            return True
        waited = (utc_now() - pause.since).total_seconds()
        # Negative: the clock was set back, perhaps for long.
        if meaning_of(pause.code).again is not Again.ITSELF or 0 <= waited < self._retry.timings.allowance:
            return False
        log.info("account %s tries again: the refusal %s may have passed", account[1], pause.code)
        return self._lift(account, queue, pause)

    def _has_new_money(self, account: AccountKey, queue: AccountQueue, pause: Pause) -> bool:
        """Whether a paused account has more money than when it was first read after the refusal."""
        try:
            told = self._clients[account].account()
        except ServiceFault as fault:
            log.info("the balance of account %s could not be read: %s", account[1], fault)
            return False
        money, coins = told.money, decimal_of(told.coins)
        if _is_more(money, pause.seen) or (
            coins is not None and pause.coins is not None and coins > pause.coins
        ):
            log.info("account %s has more money than before: its runs go on", account[1])
            return self._lift(account, queue, pause)
        if (money and pause.seen is None) or (coins is not None and pause.coins is None):
            self._pauses.record_balance(*account, money, coins)
            queue.record_balance(money, coins)
        return False

    def _read_limits(self, account: AccountKey, queue: AccountQueue) -> None:
        now = self._clock()
        try:
            status = self._clients[account].queue_status()
        except ServiceFault as fault:
            log.info("the limit of account %s could not be read: %s", account[1], fault)
            queue.record_no_limits(now)
            return
        queue.record_limits(status.limit, status.running + status.queued, now)

    def _uncertain_since(self) -> datetime:
        return utc_now() - timedelta(seconds=self._retry.timings.doubt)

    def _uncertain_for(self, submitted_at: datetime | None) -> float:
        """Seconds for which an unknown outcome still counts as a run at the service."""
        doubt = self._retry.timings.doubt
        age = 0.0 if submitted_at is None else (utc_now() - submitted_at).total_seconds()
        return min(doubt, max(0.0, doubt - age))
