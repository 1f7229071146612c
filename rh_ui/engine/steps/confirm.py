"""Asks the service about what a webhook said before it is believed: the id of a run whose outcome is unknown,
or that a run which ended as cancelled succeeded.

The id may be the only one of a paid run. It is dropped only when the service repeatedly does not know it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final

from rh_ui.domain import Charged, RunFault, Task, TaskError, TaskState
from rh_ui.engine.context import EngineContext, Stage, StepRouter
from rh_ui.engine.late_proofs import LateProofs
from rh_ui.engine.own_tasks import account_of
from rh_ui.engine.remote_query import NOT_KNOWN, ask_about
from rh_ui.engine.state_machine import GIVEN_UP, Event, was_given_up, was_stopped_there
from rh_ui.errors import Refused, Unreachable
from rh_ui.persistence.database_clock import utc_now
from rh_ui.runninghub.client import Client
from rh_ui.runninghub.replies import RemoteStatus, RemoteTask

log: Final = logging.getLogger(__name__)
HERE_TWICE: Final = "This run was brought in by its id meanwhile; its results and its cost are with that one."
ALIVE: Final = frozenset({RemoteStatus.QUEUED, RemoteStatus.RUNNING, RemoteStatus.SUCCESS})
"""The states of a task that was not cancelled after all."""


@dataclass(slots=True)
class _Confirmation:
    """What is remembered between two questions about one id."""

    remote_id: str
    due: float = 0.0
    """No question before this time, whatever wakes this step."""
    not_known: int = 0
    trouble: int = 0
    said: str = ""
    """The last problem that was logged."""


class ConfirmStep:
    """Runs beside a task's other steps."""

    def __init__(self, context: EngineContext, router: StepRouter, proofs: LateProofs) -> None:
        self._history = context.history
        self._webhooks = context.repositories.webhooks
        self._retry = context.retry
        self._clock = context.clock
        self._clients = context.clients
        self._router = router
        self._proofs = proofs
        self._asked: dict[str, _Confirmation] = {}

    def schedule_confirmations(self) -> None:
        """Schedule the runs with an id from a webhook that nobody has confirmed: another process may have
        received it, or it came before the answer to the submit."""
        for task in self._history.named_by_webhook(GIVEN_UP):
            if account_of(task) in self._clients:
                self._router.schedule(Stage.CONFIRM, task.id)

    def run(self, task_id: str) -> float | None:
        """Ask once. Returns the seconds until the next question, or None."""
        task = self._history.task(task_id)
        client = self._clients.get(account_of(task))
        stopped = was_stopped_there(task)
        told = task.heard if task.state is TaskState.UNKNOWN or was_given_up(task) else ""
        remote_id = task.remote_id if stopped else told
        if not remote_id or client is None or (not stopped and self._is_double(task)):
            self._asked.pop(task_id, None)
            return None
        asked = self._asked.get(task_id)
        if asked is None or asked.remote_id != remote_id:
            asked = self._asked[task_id] = _Confirmation(remote_id)
        if (wait := asked.due - self._clock()) > 0:
            return wait
        remote, again = self._ask(task, client, asked)
        if again is not None:
            asked.due = self._clock() + again
            return again
        self._asked.pop(task_id, None)
        if remote is not None and stopped and remote.status in ALIVE:
            self.reopen(task)
        # Read again: the run may have been imported while the service was asked.
        elif remote is not None and not stopped and not self._is_double(task):
            self._found(task, remote_id)
        return None

    def reopen(self, task: Task) -> bool:
        """Collect the results of a run that counted as cancelled but succeeded. Raises StorageFault."""
        reopened = self._proofs.reopen(task)
        if reopened:
            self._router.start_polling(self._history.task(task.id))
        return reopened

    def _found(self, task: Task, remote_id: str) -> None:
        if self._proofs.apply_id(task, remote_id):
            self._router.start_polling(self._history.task(task.id))

    def _ask(
        self, task: Task, client: Client, asked: _Confirmation
    ) -> tuple[RemoteTask | None, float | None]:
        """The task if the service has it; otherwise the seconds until the next question, or neither."""
        try:
            remote = ask_about(client, asked.remote_id)
        except Refused as fault:
            if fault.code not in NOT_KNOWN:
                return None, self._no_answer(task, asked, fault.code, fault)
            return None, self._not_known(task, asked, fault)
        except Unreachable as fault:
            return None, self._no_answer(task, asked, "unreachable", fault, fault.retry_after)
        if not remote.knows(asked.remote_id):
            return None, self._no_answer(task, asked, "nothing", "the answer does not contain it")
        return remote, None

    def _not_known(self, task: Task, asked: _Confirmation, fault: Refused) -> float | None:
        asked.not_known += 1
        if asked.not_known < self._retry.timings.lost_confirmations:
            return self._retry.trouble(asked.not_known)
        log.error("task %s: a webhook gave the id %s, which is no task: %s", task.id, asked.remote_id, fault)
        if not task.remote_id:
            self._webhooks.forget_remote_id(task.id, asked.remote_id)
        return None

    def _no_answer(
        self, task: Task, asked: _Confirmation, code: str, why: object, retry_after: float | None = None
    ) -> float:
        asked.trouble += 1
        if asked.said != code:
            asked.said = code
            log.warning(
                "task %s: a webhook gave the id %s, which is not confirmed yet: %s",
                task.id,
                asked.remote_id,
                why,
            )
        return self._retry.trouble(asked.trouble, retry_after)

    def _is_double(self, task: Task) -> bool:
        """Whether another run has the id from the webhook already; then its outcome is no longer unknown."""
        other = self._history.task_with_remote_id(task.site, task.heard)
        if other is None or other.id == task.id:
            return False
        log.error("task %s: a webhook gave the id %s, which is run %s here", task.id, task.heard, other.id)
        error = TaskError(RunFault.HERE_TWICE, HERE_TWICE, Charged.NO)
        if not self._proofs.apply(
            task, Event.GIVE_UP, error=error, charged=Charged.NO, note="", finished_at=utc_now()
        ):
            self._webhooks.forget_remote_id(task.id, task.heard)
        self._router.release_slot(account_of(task), task.id)
        return True
