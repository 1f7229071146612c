"""What the engine repeats: the heartbeat, the search for idle tasks, and chores of other parts."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from rh_ui.engine.context import EngineContext, Stage
from rh_ui.engine.router import TaskRouter
from rh_ui.engine.scheduler import Job, Scheduler
from rh_ui.engine.takeover import Takeover
from rh_ui.persistence.database_clock import utc_now

log: Final = logging.getLogger(__name__)
LEASE: Final = "lease"
"""The heartbeat's own pool: a slow answer of the service must not delay it."""
SWEEP: Final = "sweep"
CHORES: Final = "chores"
EACH_HEARTBEAT: Final = "each-heartbeat"
LOOK_BACK: Final = timedelta(minutes=1)
"""How far the clocks of processes may differ, and one heartbeat be late, before a change is missed."""


class Rounds:
    """Each round is a job that the scheduler repeats. A round that fails is tried again the next time."""

    def __init__(
        self, context: EngineContext, router: TaskRouter, scheduler: Scheduler, takeover: Takeover
    ) -> None:
        self._history = context.history
        self._tasks = context.repositories.tasks
        self._lease = context.lease
        self._disk = context.disk
        self._timings = context.retry.timings
        self._router = router
        self._steps = router.steps
        self._admission = router.admission
        self._scheduler = scheduler
        self._takeover = takeover
        self._chores: list[Callable[[], object]] = []
        self._each_heartbeat: list[Callable[[], object]] = []
        self._had_space = True
        self._seen_of_others: set[tuple[str, datetime]] = set()

    def add_chores(self, *chores: Callable[[], object]) -> None:
        self._chores.extend(chores)

    def add_heartbeat_tasks(self, *tasks: Callable[[], object]) -> None:
        """Add short tasks for changes that open pages must learn soon although nobody asks."""
        self._each_heartbeat.extend(tasks)

    def start(self) -> None:
        self._start_sweep_and_chores()
        if not self._lease.alone:
            self._scheduler.put(Job(LEASE, LEASE, self.heartbeat), self._timings.heartbeat)

    def heartbeat(self) -> float:
        """Renew the lease, and see what other processes changed."""
        try:
            if not self._lease.renew():
                self.start_over()
            self._takeover.adopt()
            self._admission.sync_with_database()
            self._announce_changes_of_others()
            for task_id in self._history.cancel_wishes(self._lease.worker):
                self.cancel(task_id)
        except Exception:
            log.exception("the heartbeat failed")
        return self._timings.heartbeat

    def _announce_changes_of_others(self) -> None:
        """The open pages of this process show the runs of the others too, also one that began and ended since
        the last heartbeat."""
        found = self._history.changed_by_others(self._lease.worker, utc_now() - LOOK_BACK)
        if found - self._seen_of_others:
            self._tasks.announce()
        self._seen_of_others = found

    def cancel(self, task_id: str) -> None:
        """Ask the service to cancel the task; at once if it runs there."""
        if self._steps.poll.cancel(task_id):
            self._router.schedule(Stage.POLL, task_id)

    def sweep(self) -> float:
        """Resume tasks whose next step was not scheduled."""
        try:
            self._steps.confirm.schedule_confirmations()
            for task_id in self._history.unfinished_of(self._lease.worker):
                if not self._scheduler.knows(task_id):
                    self._takeover.resume_if_idle(self._history.task(task_id))
        except Exception:
            log.exception("the sweep failed")
        return self._timings.sweep

    def start_over(self) -> None:
        """This process was silent for too long, and others have its tasks. Forget them and get a new
        lease."""
        log.warning("this process was silent for so long that others took over its runs")
        self._scheduler.clear()
        self._admission.forget_all()
        self._steps.forget_all()
        self._steps.thumbnails.start()
        self._lease.acquire()
        self._start_sweep_and_chores()
        for task_id in self._steps.submit.unsettled:
            self._router.schedule(Stage.SUBMIT, task_id)

    def _start_sweep_and_chores(self) -> None:
        self._scheduler.put(Job(SWEEP, SWEEP, self.sweep), self._timings.sweep)
        self._scheduler.put(Job(CHORES, CHORES, self._do_chores))
        self._scheduler.put(Job(EACH_HEARTBEAT, SWEEP, self._do_each_heartbeat))

    def _do_each_heartbeat(self) -> float:
        _do(self._each_heartbeat)
        return self._timings.heartbeat

    def _do_chores(self) -> float:
        _do(self._chores)
        has_space = self._disk.has_space()
        if has_space != self._had_space:  # Open pages say when the disk is full, and when that is over.
            self._had_space = has_space
            self._tasks.announce()
        return self._timings.sweep


def _do(chores: Sequence[Callable[[], object]]) -> None:
    for chore in chores:
        try:
            chore()
        except Exception:
            log.exception("a chore failed")
