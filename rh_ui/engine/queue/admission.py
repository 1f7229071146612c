"""Who may start next: the waiting lines of all accounts, carried out. One line's rules are in capacity."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from rh_ui.domain import Pause, Task, TaskState
from rh_ui.engine.context import NO_ROOM, AccountKey, EngineContext, Stage, StepRouter, account_of, utc_now
from rh_ui.engine.queue.account_queue import FOR_A_MODEL, NO_BALANCE, AccountQueue
from rh_ui.engine.queue.fair_queue import QueueEntry, QueuePosition
from rh_ui.engine.scheduler import Job, Scheduler
from rh_ui.engine.state_machine import Event, after
from rh_ui.errors import ServiceFault, StorageFault
from rh_ui.persistence.row_mapping import QueueRow, SlotLimit

log: Final = logging.getLogger(__name__)
POOL: Final = "lanes"
SHORTEST_LOOK: Final = 0.05
"""Seconds between two looks at one line, at least."""
CAPACITY: Final = "capacity"
MODEL_BUSY: Final = "model-busy"


def why_it_waits(code: str) -> str:
    """The note of a run that the service has no capacity for now, by the service's code."""
    return f"{MODEL_BUSY if code in FOR_A_MODEL else CAPACITY}:{code}"


def ticket_of(task: Task | QueueRow) -> QueueEntry:
    return QueueEntry(task.id, task.submitter, task.endpoint, task.priority)


class AdmissionControl:
    """One line per account; claims tasks as places become free."""

    def __init__(self, parts: EngineContext, router: StepRouter, scheduler: Scheduler) -> None:
        self._parts = parts
        self._router = router
        self._scheduler = scheduler
        self._lock = threading.Lock()
        self._lanes: dict[AccountKey, AccountQueue] = {}
        self._crowded: set[AccountKey] = set()
        """Whose runs were told to wait for room on the disk."""

    def join(self, task: Task) -> None:
        """A queued task waits for its turn, or has a new place in line."""
        self._lane(account_of(task)).join(ticket_of(task))
        self._look(account_of(task))

    def place(self, task: Task) -> None:
        """A task that the service already runs takes a place."""
        self._lane(account_of(task)).place(ticket_of(task))

    def leave(self, account: AccountKey, task_id: str) -> None:
        """A task needs neither place nor turn any more."""
        if self._lane(account).leave(task_id):
            self._look(account)

    def doubt(self, task: Task) -> None:
        """Nobody knows whether the service runs it: for a while it counts as if."""
        until = self._parts.clock() + self._doubt_left(task.submitted_at)
        self._lane(account_of(task)).doubt(task.id, task.submitter, until)
        self._look(account_of(task))

    def accepted(self, account: AccountKey, task_id: str) -> None:
        self._lane(account).accepted(task_id, self._parts.clock())
        self._look(account)

    def turned_away(self, task: Task, note: str) -> None:
        """The service did not take it; `note` says why (`capacity:421`, `no-balance:416`, `not-sent`).
        Raises StorageFault; told again, it is no second refusal of money."""
        account, ticket, cadence = account_of(task), ticket_of(task), self._parts.cadence
        lane, now = self._lane(account), self._parts.clock()
        reason, _, code = note.partition(":")
        if reason == NO_BALANCE:
            lane.give_back(ticket)
            self._pause(lane, Pause(*account, code, utc_now()))
        elif reason == MODEL_BUSY:
            waiting = lane.rest(ticket.endpoint, now + cadence.hold(lane.busy(ticket)))
            self._parts.journal.note(waiting, note)
        else:
            why = code or reason
            lane.hold(why, now + cadence.hold(lane.refused(ticket, why)))
        self._look(account)

    def resume(self, account: AccountKey) -> bool:
        """A paused account tries again, one run first. False: it was not paused. Raises StorageFault."""
        lane = self._lane(account)
        ended = self._parts.journal.resume(*account)
        if lane.paused is not None:
            self._parts.journal.note(lane.held(0.0)[1], "")
        if lane.pause(None):
            self._look(account)
        return ended

    def pauses(self) -> list[tuple[Pause, int]]:
        """The accounts that wait for money, and how many runs wait with each."""
        with self._lock:
            lanes = dict(self._lanes)
        found = [(lane.paused, lane.waiting) for key, lane in lanes.items() if key in self._parts.clients]
        return [(pause, waiting) for pause, waiting in found if pause is not None]

    def order(self) -> dict[str, QueuePosition]:
        """Where each waiting run stands in the line of its account."""
        with self._lock:
            lanes = [lane for key, lane in self._lanes.items() if key in self._parts.clients]
        return {task_id: place for lane in lanes for task_id, place in lane.order().items()}

    def survey(self) -> None:
        """Look at what other processes have on the same accounts, and what is stored. Raises StorageFault."""
        found = self._parts.history.unfinished(self._doubtful_since())
        pauses = {(pause.site, pause.account): pause for pause in self._parts.history.pauses()}
        for account in self._parts.clients:
            lane = self._lane(account)
            follows = self._share(lane, [s for s in found if (s.site, s.account) == account])
            turned = lane.pause(pauses.get(account))
            if turned:
                self._parts.journal.announce()
            if turned or follows:
                self._look(account)

    def _share(self, lane: AccountQueue, found: Iterable[QueueRow]) -> bool:
        waiting, placed, doubts = [], {}, {}
        for standing in found:
            if standing.state is TaskState.UNKNOWN:
                until = self._parts.clock() + self._doubt_left(standing.submitted_at)
                doubts[standing.id] = (standing.submitter, until)
            elif standing.worker == self._parts.worker:
                continue
            elif standing.state is TaskState.QUEUED:
                waiting.append(ticket_of(standing))
            elif standing.state is not TaskState.DOWNLOADING:
                placed[standing.id] = standing.submitter
        return lane.survey(waiting, placed, doubts)

    def forget_all(self) -> None:
        """The tasks belong to others."""
        with self._lock:
            self._lanes.clear()

    def may_send(self, account: AccountKey) -> bool:
        """False while the line is held: a task that is ready gives its place back."""
        lane = self._lane(account)
        return lane.paused is None and not lane.held(self._parts.clock())[0] and self._parts.has_room()

    def give_back(self, task: Task) -> None:
        """A task that was not sent waits again."""
        self._lane(account_of(task)).give_back(ticket_of(task))
        self._look(account_of(task))

    def _lane(self, account: AccountKey) -> AccountQueue:
        with self._lock:
            return self._lanes.setdefault(account, AccountQueue())

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
        if (pause := lane.paused) is not None and not self._goes_on(account, lane, pause):
            self._parts.journal.note(lane.held(0.0)[1], f"{NO_BALANCE}:{pause.code}")
            return self._parts.cadence.pace.balance
        if not self._finds_room(account, lane):
            return self._parts.cadence.pace.room
        if lane.wants_figures(self._parts.clock(), every, alone=self._parts.lease.alone):
            self._read_figures(account, lane)
        while (task_id := lane.admit(self._parts.clock())) is not None:
            if not self._claim(account, lane, task_id):
                return self._parts.cadence.pace.heartbeat
        now = self._parts.clock()
        why, waiting = lane.held(now)
        if why:
            self._parts.journal.note(waiting, f"{CAPACITY}:{why}" if why.isdigit() else why)
        wait = lane.wait(now, every)
        return None if wait is None else max(SHORTEST_LOOK, wait)

    def _finds_room(self, account: AccountKey, lane: AccountQueue) -> bool:
        """False: the disk is so full that a result might not fit, and the runs say that they wait."""
        _, waiting = lane.held(0.0)
        if not waiting:
            return True
        if not self._parts.has_room():
            self._crowded.add(account)
            self._parts.journal.note(waiting, NO_ROOM)
            return False
        if account in self._crowded:
            self._crowded.discard(account)
            self._parts.journal.note(waiting, "")
        return True

    def _claim(self, account: AccountKey, lane: AccountQueue, task_id: str) -> bool:
        """False: other processes have all places after all."""
        queued, worker = TaskState.QUEUED, self._parts.worker
        room = None if self._parts.lease.alone else SlotLimit(lane.limit, self._doubtful_since())
        claim = after(queued, Event.CLAIM)
        if not self._parts.lease.sure():
            lane.come_back(task_id)
            return False
        try:
            claimed = self._parts.journal.move(task_id, queued, claim, room=room, owner=worker, note="")
            task = None if claimed else self._parts.history.task(task_id)
        except StorageFault:
            lane.come_back(task_id)
            raise
        if task is None or (task.state is TaskState.CLAIMED and self._parts.mine(task)):
            self._router.go(Stage.SUBMIT, task_id)
        elif task.state is TaskState.QUEUED:
            lane.come_back(task_id)
            return False
        else:
            lane.leave(task_id)
        return True

    def _pause(self, lane: AccountQueue, pause: Pause) -> None:
        if lane.pause(pause):
            log.warning("account %s is paused: no money is left (%s)", pause.account, pause.code)
        self._parts.journal.pause(pause)

    def _goes_on(self, account: AccountKey, lane: AccountQueue, pause: Pause) -> bool:
        """Whether a paused account holds more than at the first look after the refusal: then it goes on."""
        try:
            money = self._parts.clients[account].account().money
        except ServiceFault as fault:
            log.info("what account %s holds could not be read: %s", account[1], fault)
            return False
        if money is None:
            return False
        if pause.seen is None:
            self._parts.journal.saw_money(*account, money)
            lane.saw(money)
            return False
        if money.currency != pause.seen.currency or money.amount <= pause.seen.amount:
            return False
        log.info("account %s holds more money than before: its runs go on", account[1])
        self.resume(account)
        return True

    def _read_figures(self, account: AccountKey, lane: AccountQueue) -> None:
        now = self._parts.clock()
        try:
            status = self._parts.clients[account].queue_status()
        except ServiceFault as fault:
            log.info("the limit of account %s could not be read: %s", account[1], fault)
            lane.not_told(now)
            return
        lane.told(status.limit, status.running + status.queued, now)

    def _doubtful_since(self) -> datetime:
        return utc_now() - timedelta(seconds=self._parts.cadence.pace.doubt)

    def _doubt_left(self, submitted_at: datetime | None) -> float:
        """Seconds for which an unknown outcome still counts as a run at the service."""
        doubt = self._parts.cadence.pace.doubt
        age = 0.0 if submitted_at is None else (utc_now() - submitted_at).total_seconds()
        return min(doubt, max(0.0, doubt - age))
