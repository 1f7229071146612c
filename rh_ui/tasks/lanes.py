"""Who may start next: the waiting lines of all accounts, carried out. One line's rules are in capacity."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from typing import Final

from rh_ui.domain import TaskState
from rh_ui.errors import Refused, ServiceFault, StorageFault
from rh_ui.tasks.capacity import FOR_A_PLACE, Lane
from rh_ui.tasks.lifecycle import Event, after
from rh_ui.tasks.parts import AccountKey, Parts, Router, Stage
from rh_ui.tasks.schedule import Job, Scheduler

log: Final = logging.getLogger(__name__)
POOL: Final = "lanes"
NO_BALANCE: Final = "no-balance"
SHORTEST_LOOK: Final = 0.05
"""Seconds between two looks at one line, at least."""


class Lanes:
    """One line per account; claims tasks as places become free."""

    def __init__(self, parts: Parts, router: Router, scheduler: Scheduler) -> None:
        self._parts = parts
        self._router = router
        self._scheduler = scheduler
        self._lock = threading.Lock()
        self._lanes: dict[AccountKey, Lane] = {}

    def join(self, account: AccountKey, task_id: str) -> None:
        """A queued task waits for its turn."""
        self._lane(account).join(task_id)
        self._look(account)

    def place(self, account: AccountKey, task_id: str) -> None:
        """A task that the service already runs takes a place."""
        self._lane(account).place(task_id)

    def leave(self, account: AccountKey, task_id: str) -> None:
        """A task needs neither place nor turn any more."""
        if self._lane(account).leave(task_id):
            self._look(account)

    def accepted(self, account: AccountKey) -> None:
        self._lane(account).accepted()
        self._look(account)

    def turned_away(self, account: AccountKey, task_id: str, note: str) -> None:
        """The service did not take it; `note` says why (`capacity:421`, `no-balance`, `not-sent`)."""
        lane = self._lane(account)
        why = note.removeprefix("capacity:")
        times = lane.refused(task_id, why)
        pace = self._parts.cadence.pace
        pause = pace.balance if why == NO_BALANCE else self._parts.cadence.hold(times)
        lane.hold(why, self._parts.clock() + pause)
        self._look(account)

    def elsewhere(self, placed: Mapping[AccountKey, int]) -> None:
        """How many runs other processes have on the same accounts."""
        with self._lock:
            lanes = dict(self._lanes)
        for account, lane in lanes.items():
            if lane.elsewhere(placed.get(account, 0)):
                self._look(account)

    def forget_all(self) -> None:
        """The tasks belong to others."""
        with self._lock:
            self._lanes.clear()

    def may_send(self, account: AccountKey) -> bool:
        """False while the line is held: a task that is ready gives its place back."""
        return not self._lane(account).held(self._parts.clock())[0]

    def give_back(self, account: AccountKey, task_id: str) -> None:
        """A task that was not sent waits again."""
        self._lane(account).give_back(task_id)
        self._look(account)

    def _lane(self, account: AccountKey) -> Lane:
        with self._lock:
            return self._lanes.setdefault(account, Lane())

    def _look(self, account: AccountKey) -> None:
        key = f"lane {account[0]} {account[1]}"
        self._scheduler.put(Job(key, POOL, lambda: self.look(account)))

    def holds(self, account: AccountKey, task_id: str) -> bool:
        """Whether the task waits in its line, or has a place."""
        return self._lane(account).holds(task_id)

    def look(self, account: AccountKey) -> float | None:
        """Claim for every free place. Seconds until it is worth looking again, or None."""
        try:
            return self._admit(account)
        except StorageFault as fault:
            log.warning("the line of account %s waits for the database: %s", account[1], fault)
            return self._parts.cadence.trouble(1)

    def _admit(self, account: AccountKey) -> float | None:
        lane = self._lane(account)
        every = self._parts.cadence.pace.status_every
        if self._parts.clients.get(account) is None:
            self._parts.journal.note(lane.held(0.0)[1], "other-account")
            return None
        if lane.wants_figures(self._parts.clock(), every):
            self._read_figures(account, lane)
        if lane.why == NO_BALANCE and not lane.held(self._parts.clock())[0] and not self._has_money(account):
            lane.hold(NO_BALANCE, self._parts.clock() + self._parts.cadence.pace.balance)
        while (task_id := lane.admit(self._parts.clock())) is not None:
            self._claim(account, lane, task_id)
        now = self._parts.clock()
        why, waiting = lane.held(now)
        if why:
            self._parts.journal.note(waiting, _note(why))
        wait = lane.wait(now, every)
        return None if wait is None else max(SHORTEST_LOOK, wait)

    def _claim(self, account: AccountKey, lane: Lane, task_id: str) -> None:
        queued, worker = TaskState.QUEUED, self._parts.worker
        try:
            claimed = self._parts.journal.move(
                task_id, queued, after(queued, Event.CLAIM), worker=worker, note=""
            ) or self._claimed_before(task_id)
        except StorageFault:
            lane.give_back(task_id)
            raise
        if claimed:
            self._router.go(Stage.PREPARE, task_id)
        else:
            lane.leave(task_id)

    def _claimed_before(self, task_id: str) -> bool:
        """Whether the database took a claim after all, and only its answer got lost."""
        task = self._parts.history.task(task_id)
        return task.state is TaskState.CLAIMED and self._parts.mine(task)

    def _read_figures(self, account: AccountKey, lane: Lane) -> None:
        now = self._parts.clock()
        try:
            status = self._parts.clients[account].queue_status()
        except ServiceFault as fault:
            log.info("the limit of account %s could not be read: %s", account[1], fault)
            lane.told(None, 0, now)
            return
        lane.told(status.limit, status.running + status.queued - lane.placed, now)

    def _has_money(self, account: AccountKey) -> bool:
        """Whether it is worth trying: there is money, or the service does not tell."""
        try:
            money = self._parts.clients[account].account().money
        except Refused:
            return True
        except ServiceFault:
            return False
        return money is None or money.amount > 0


def _note(why: str) -> str:
    return f"capacity:{why}" if why.isdigit() or why in FOR_A_PLACE else why
