"""Takes over the tasks that no living process has, and continues each where it was left."""

from __future__ import annotations

import logging
from typing import Final

from rh_ui.domain import Task, TaskState
from rh_ui.engine.context import EngineContext, Stage
from rh_ui.engine.handovers import HANDOVERS
from rh_ui.engine.own_tasks import account_of
from rh_ui.engine.recovery import PLAN, NextStep
from rh_ui.engine.router import TaskRouter
from rh_ui.engine.scheduler import Scheduler
from rh_ui.persistence.leases import Leases

log: Final = logging.getLogger(__name__)


class Takeover:
    """Used at the start, and regularly while other processes work on the same database."""

    def __init__(
        self, context: EngineContext, leases: Leases, router: TaskRouter, scheduler: Scheduler
    ) -> None:
        self._own = context.own_tasks
        self._tasks = context.repositories.tasks
        self._history = context.history
        self._clients = context.clients
        self._retry = context.retry
        self._leases = leases
        self._router = router
        self._admission = router.admission
        self._submit = router.steps.submit
        self._scheduler = scheduler

    def adopt(self) -> None:
        """Take over every task whose process is gone, and continue it. Raises StorageFault."""
        ids = set(
            self._leases.adopt(
                self._own.worker,
                silent=self._retry.timings.lease,
                accounts=list(self._clients),
                handovers=HANDOVERS,
                left="other-account",
            )
        )
        if not ids:
            return
        log.info("continuing %d runs", len(ids))
        steps = {decision.becomes: decision.step for decision in PLAN.values()}
        followed = [state for state, step in steps.items() if step is not NextStep.LEAVE]
        for task in reversed(self._history.tasks(states=followed, limit=None)):
            if task.id in ids:
                self._go_on(task, steps[task.state])
        self._tasks.announce()

    def may_take(self, task: Task) -> bool:
        """Whether this process may work on the task: it belongs to it, it has the key of the account, or no
        other process follows it. Raises StorageFault."""
        mine = self._own.is_ours(task) or account_of(task) in self._clients
        return mine or not self._leases.lives(task.worker)

    def resume_if_idle(self, task: Task) -> None:
        """Resume the task if its next step was not scheduled. Raises StorageFault."""
        waits = task.state is TaskState.QUEUED and self._admission.holds(account_of(task), task.id)
        if waits or not self._own.is_ours(task) or self._scheduler.knows(task.id):
            return
        if task.state in (TaskState.CLAIMED, TaskState.UPLOADING):
            self._router.schedule(Stage.PREPARE, task.id)
        elif task.state is TaskState.SUBMITTING:
            self._submit.mark_broken(task.id)
        elif task.state is not TaskState.RUNNING or account_of(task) in self._clients:
            log.warning("task %s: nothing was scheduled for it, continued", task.id)
            self._go_on(task, PLAN[task.state].step)

    def _go_on(self, task: Task, step: NextStep) -> None:
        if step is NextStep.QUEUE:
            self._admission.enqueue(task)
        elif step is NextStep.POLL:
            first_interval = self._retry.timings.poll_steps[0][1]
            self._router.start_polling(task, self._retry.spread(first_interval))
        elif step is NextStep.DOWNLOAD:
            self._router.schedule(Stage.DOWNLOAD, task.id)
