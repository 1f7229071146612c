"""What is learned about a run after it was given up, or after the service called it cancelled."""

from __future__ import annotations

import logging
from typing import Final, Unpack

from rh_ui.domain import Charged, Task, TaskState
from rh_ui.engine.context import EngineContext
from rh_ui.engine.own_tasks import account_of
from rh_ui.engine.state_machine import Event, after, was_given_up, was_stopped_there
from rh_ui.persistence.row_mapping import TaskChange

log: Final = logging.getLogger(__name__)
RACES: Final = 4
"""How often a late proof is tried again when a person or another process changed the task first."""


class LateProofs:
    """Applies late proofs. Thread-safe. Raises StorageFault."""

    def __init__(self, context: EngineContext) -> None:
        self._tasks = context.repositories.tasks
        self._history = context.history
        self._clients = context.clients
        self._own = context.own_tasks

    def apply(
        self, task: Task, event: Event, *, interrupted: bool = False, **change: Unpack[TaskChange]
    ) -> bool:
        """Apply a proof to a task that was given up; only if it is about the same attempt."""
        for _ in range(RACES):
            now = self._history.task(task.id)
            if now.submitted_at != task.submitted_at:
                return False
            if now.state is TaskState.SUBMITTING and interrupted:
                becomes = after(now.state, Event.ACCEPT)
            elif now.state is TaskState.UNKNOWN or (was_given_up(now) and event is Event.FIND):
                becomes = after(now.state, event)
            else:
                return False
            if self._tasks.move(now.id, now.state, becomes, **change):
                return True
        return False

    def apply_id(self, task: Task, remote_id: str, *, interrupted: bool = False) -> bool:
        """The id of a task that was given up as unknown, or that a person closed meanwhile.

        `interrupted`: also of a task that is still being sent, because its process is gone.
        """
        found = self.apply(
            task,
            Event.FIND,
            interrupted=interrupted,
            owner=None if self._clients.get(account_of(task)) is None else self._own.worker,
            remote_id=remote_id,
            charged=Charged.MAYBE,
            error=None,
            note="",
            finished_at=None,
        )
        if found:
            log.info("task %s: a late answer gives its id: %s", task.id, remote_id)
        return found

    def reopen(self, task: Task) -> bool:
        """The service says that a task which ended as cancelled succeeded or still runs."""
        found = was_stopped_there(task) and self._tasks.move(
            task.id,
            task.state,
            after(task.state, Event.FIND),
            owner=self._own.worker,
            charged=Charged.MAYBE,
            error=None,
            note="",
            cancel_asked=False,
            finished_at=None,
        )
        if found:
            log.warning("task %s: reported as cancelled, but succeeded", task.id)
        return found
