"""What a person decides about a run whose outcome is unknown: the three choices on its card.

Each may be pressed twice, or at the same time as a late answer of the service arrives. The second press gets
the result of the first; no choice is lost, and none is carried out twice.
"""

from __future__ import annotations

import copy
import threading
from typing import Final, Self

from rh_ui.domain import Charged, RunFault, Task, TaskError, TaskState
from rh_ui.engine.engine import Engine
from rh_ui.engine.remote_query import no_such_task, parse_task_id, require_known
from rh_ui.engine.state_machine import Event, after, was_given_up
from rh_ui.errors import MoveRefused
from rh_ui.people import OWNER, Caller
from rh_ui.persistence.database_clock import utc_now
from rh_ui.persistence.repositories.tasks import TaskRepository
from rh_ui.persistence.run_queries import PageQueries
from rh_ui.services.access import changeable
from rh_ui.services.run_service import RunService

LOST: Final = TaskError(RunFault.LOST, "Marked as lost: RunningHub's records do not show it.", Charged.MAYBE)
RUN_AGAIN: Final = TaskError(RunFault.RUN_AGAIN, "Closed unresolved: it was run again.", Charged.MAYBE)


class UnknownOutcomes:
    """Carries out the choices. Thread-safe."""

    def __init__(self, tasks: TaskRepository, history: PageQueries, engine: Engine, runs: RunService) -> None:
        self._tasks = tasks
        self._all = self._history = history
        self._caller = OWNER
        self._engine = engine
        self._runs = runs
        self._one_at_a_time = threading.Lock()

    def of(self, caller: Caller, runs: RunService) -> Self:
        """The same for the runs that a caller sees and may change, and those that they order."""
        bound = copy.copy(self)
        bound._caller, bound._history = caller, self._all.of(caller.scope)
        bound._runs = runs
        return bound

    def resolve(self, task_id: str, action: str, remote_id: str = "") -> Task:
        """End an unknown outcome as a person decides.

        `found`: the service has the run under `remote_id` (digits), also after one of the other choices;
        `lost`: the service does not have it; `again`: close it and run the same once more (returns the new
        task). The same choice twice gives the same answer. Raises NotFound, NotYours, MoveRefused, and what
        RunService.order raises.
        """
        task = changeable(self._history, self._caller, task_id)
        if action == "found":
            return self._found(task, remote_id)
        if action == "lost":
            return self._lost(task)
        if action == "again":
            return self._again(task)
        raise MoveRefused("Say what became of it: found, lost, or again.")

    def _found(self, task: Task, remote_id: str) -> Task:
        """Ask the service first, so that a wrong id changes nothing. Also for a run that was given up
        before."""
        number = parse_task_id(remote_id)
        if task.remote_id == number:
            return task
        if task.state is not TaskState.UNKNOWN and not was_given_up(task):
            raise _over()
        client = self._engine.client_of(task)
        if client is not None:
            require_known(self._engine, client, number)
        with self._one_at_a_time:
            self._refuse_taken(task, number)
            moved = self._tasks.move(
                task.id,
                task.state,
                after(task.state, Event.FIND),
                owner=None if client is None else self._engine.worker,
                remote_id=number,
                charged=Charged.MAYBE,
                error=None,
                note="",
                cancel_asked=False,
                finished_at=None,
            )
        now = self._history.task(task.id)
        if moved:
            self._engine.start_polling(now)
        elif now.remote_id != number:
            raise _over()
        return now

    def _lost(self, task: Task) -> Task:
        self._close(task, LOST)
        return self._history.task(task.id)

    def _again(self, task: Task) -> Task:
        """Close it, then order the same once more."""
        self._runs.check_again(task)
        # Closed first: if a late answer or another choice was faster, no second run starts.
        self._close(task, RUN_AGAIN)
        return self._runs.run_again(task)

    def _close(self, task: Task, why: TaskError) -> None:
        """Close the run once. It may be closed already, for the same reason."""
        moved = task.state is TaskState.UNKNOWN and self._tasks.move(
            task.id,
            task.state,
            after(task.state, Event.GIVE_UP),
            error=why,
            charged=Charged.MAYBE,
            note="",
            cancel_asked=False,
            finished_at=utc_now(),
        )
        if moved:
            self._engine.forget(task)
        elif not _closed_as(self._history.task(task.id), why):
            raise _over()

    def _refuse_taken(self, task: Task, number: str) -> None:
        other = self._all.task_with_remote_id(task.site, number)
        if other is not None and not self._caller.sees(other.owner):
            raise no_such_task(number)
        if other is not None and other.id != task.id:
            raise MoveRefused("That id already belongs to another run here.", "resolve-taken")


def _closed_as(task: Task, why: TaskError) -> bool:
    return task.state is TaskState.FAILED and task.error is not None and task.error.code == why.code


def _over() -> MoveRefused:
    return MoveRefused("Only a run whose outcome is unknown can be resolved.", "resolve-over")
