"""The tasks that this process works on: their moves, and whether they still belong to it."""

from __future__ import annotations

from typing import TypeAlias, Unpack

from rh_ui.domain import Charged, Task, TaskError
from rh_ui.engine.state_machine import Event, after
from rh_ui.engine.worker_lease import WorkerLease
from rh_ui.persistence.database_clock import utc_now
from rh_ui.persistence.repositories.tasks import TaskRepository
from rh_ui.persistence.row_mapping import TaskChange

AccountKey: TypeAlias = tuple[str, str]
"""(site, fingerprint of the key). The site is the name that tasks store: the service's host URL, or a fixed
word for the demo, whose address changes at every start."""


def account_of(task: Task) -> AccountKey:
    return (task.site, task.account)


class OwnTasks:
    """Thread-safe. Every method raises StorageFault."""

    def __init__(self, tasks: TaskRepository, lease: WorkerLease) -> None:
        self._tasks = tasks
        self._lease = lease

    @property
    def worker(self) -> str:
        """The name of this process in the rows of tasks."""
        return self._lease.worker

    def is_ours(self, task: Task) -> bool:
        """Whether the task belongs to this process; a process that was halted for long may have lost it."""
        return task.worker == self.worker

    def move(self, task: Task, event: Event, **change: Unpack[TaskChange]) -> bool:
        """Move a task of ours; False when it is no longer in that state."""
        return self._tasks.move(task.id, task.state, after(task.state, event), worker=self.worker, **change)

    def fail(self, task: Task, code: str, message: str) -> bool:
        """End a task as failed, with nothing charged."""
        return self.move(
            task,
            Event.REFUSE,
            error=TaskError(code, message, Charged.NO),
            charged=Charged.NO,
            note="",
            finished_at=utc_now(),
        )
