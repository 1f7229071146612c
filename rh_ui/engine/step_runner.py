"""Runs one step of a task. Whatever happens in it, the task is not lost and nothing is sent twice."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from rh_ui.domain import RunFault, TaskState
from rh_ui.engine.context import EngineContext, Stage, StepRouter, Stopping
from rh_ui.engine.own_tasks import account_of
from rh_ui.engine.steps.steps import Steps
from rh_ui.errors import StorageFault

log: Final = logging.getLogger(__name__)
Step = Callable[[str], float | None]
"""Works on the task with this id. Returns the seconds until the next attempt, or None when the task has moved
on."""


class StepRunner:
    """The body of the worker loop. Thread-safe, since a task has one step at a time."""

    def __init__(self, context: EngineContext, router: StepRouter, steps: Steps) -> None:
        self._history = context.history
        self._retry = context.retry
        self._own = context.own_tasks
        self._router = router
        self._submit = steps.submit
        self._download = steps.download
        self._crashes: dict[tuple[Stage, str], int] = {}
        """Crashes by stage and task: a confirm runs beside the task's other steps."""

    def run(self, stage: Stage, step: Step, task_id: str) -> float | None:
        """Seconds until the same step runs again, or None."""
        try:
            again = step(task_id)
        except Stopping:
            return None
        except Exception as fault:
            log.exception("task %s: the step %s broke", task_id, stage)
            return self._after_crash(stage, task_id, fault)
        if again is None:
            self._crashes.pop((stage, task_id), None)
        return again

    def _after_crash(self, stage: Stage, task_id: str, fault: Exception) -> float | None:
        times = self._crashes[stage, task_id] = self._crashes.get((stage, task_id), 0) + 1
        pause = self._retry.trouble(times)
        patient = isinstance(fault, StorageFault) or times < self._retry.timings.crash_tries
        try:
            if stage is Stage.SUBMIT and self._submit.mark_broken(task_id):
                return None
            if stage in (Stage.POLL, Stage.CONFIRM) or patient:
                return pause
            self._give_up(stage, task_id)
        except StorageFault:
            log.warning("task %s: the database can't be reached", task_id)
            return pause
        self._crashes.pop((stage, task_id), None)
        return None

    def _give_up(self, stage: Stage, task_id: str) -> None:
        if stage is Stage.DOWNLOAD:
            self._download.give_up(task_id)
            return
        task = self._history.task(task_id)
        if task.state in (TaskState.CLAIMED, TaskState.UPLOADING):
            self._own.fail(task, RunFault.INTERNAL, "This program broke before the run was sent.")
        self._router.release_slot(account_of(task), task_id)
