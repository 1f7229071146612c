"""The one step that can cost money. No path through it sends the same task twice.

Before the POST the move to `submitting` is committed. After it, every path commits what is known: an id, a
proof that nothing was accepted, or that it is not known. An answer also counts when it comes after the task
was given up as unknown (this process was halted, or its database was away): it is a proof.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from rh_ui.domain import Charged, RunFault, Task, TaskError, TaskState
from rh_ui.engine.context import EngineContext, Stage, StepRouter
from rh_ui.engine.late_proofs import LateProofs
from rh_ui.engine.node_errors import message_with_inputs
from rh_ui.engine.own_tasks import account_of
from rh_ui.engine.queue.admission import why_it_waits
from rh_ui.engine.queue.rate_limiter import NO_BALANCE
from rh_ui.engine.request_builder import PasswordGone, RemoteRequest, RequestBuilder
from rh_ui.engine.state_machine import Event
from rh_ui.engine.webhook_url import new_webhook, redact_secret
from rh_ui.errors import (
    Busy,
    NoBalance,
    NotFound,
    NotSent,
    OutcomeUnknown,
    PayloadRefused,
    Refused,
    StorageFault,
)
from rh_ui.persistence.database_clock import utc_now
from rh_ui.persistence.outbox import AnswerOutbox, PendingAcceptance
from rh_ui.persistence.row_mapping import TaskChange
from rh_ui.runninghub.client import Client
from rh_ui.runninghub.replies import Accepted, RemoteStatus

log: Final = logging.getLogger(__name__)
OVER: Final = frozenset({RemoteStatus.SUCCESS, RemoteStatus.FAILED, RemoteStatus.CANCELLED})
"""Some answers to a submit already say that the run has ended (API sheet §1)."""
NO_LEASE: Final = "This program was halted before it could send the run, and another one took over."
PASSWORD_GONE: Final = (
    "This run needs an access password, and passwords are not kept over a restart. Nothing was sent and "
    "nothing was charged: use its settings again and enter the password."
)
BROKE: Final = "The program met a fault of its own while it sent this run."


class SubmitStep:
    """Sends a prepared task, once."""

    def __init__(
        self,
        context: EngineContext,
        router: StepRouter,
        requests: RequestBuilder,
        outbox: AnswerOutbox,
        proofs: LateProofs,
    ) -> None:
        self._tasks = context.repositories.tasks
        self._history = context.history
        self._retry = context.retry
        self._own = context.own_tasks
        self._clients = context.clients
        self._stopping = context.stopping
        self._passwords = context.passwords
        self._lease = context.lease
        self._settings = context.settings
        self._router = router
        self._requests = requests
        self._outbox = outbox
        self._proofs = proofs
        self._answers: dict[str, Callable[[], None]] = {}
        """What is known about a POST that was sent, until it is in the database."""

    def run(self, task_id: str) -> None:
        """Makes at most one POST. Called again after a StorageFault, it writes the answer it has."""
        if task_id in self._answers:
            self._write_answer(task_id)
            return
        task = self._history.task(task_id)
        client = self._clients.get(account_of(task))
        ready = task.state in (TaskState.CLAIMED, TaskState.UPLOADING) and self._own.is_ours(task)
        if not ready or client is None:
            self._router.release_slot(account_of(task), task_id)
            return
        try:
            request = self._requests.of(task, client)
        except NotFound as fault:
            self._end_unsent(task, RunFault.NO_SUCH_MODEL, str(fault))
            return
        except PayloadRefused as fault:
            self._end_unsent(task, RunFault.WITHDRAWN, str(fault))
            return
        except PasswordGone:
            self._end_unsent(task, RunFault.PASSWORD_GONE, PASSWORD_GONE)
            return
        if task.cancel_asked:
            # The cancel came while an earlier submit was refused, and this program ended at that moment.
            self._own.move(task, Event.CANCEL, finished_at=utc_now(), charged=Charged.NO, note="")
            self._router.release_slot(account_of(task), task_id)
        elif request is None:
            self._router.schedule(Stage.PREPARE, task_id)
        elif self._stopping.is_set():
            return
        elif not self._router.may_send(account_of(task)):
            self._own.move(task, Event.RELEASE, upload_done=0)
            self._router.requeue_unsent(task)
        else:
            self._send_once(task, client, request)

    def _send_once(self, task: Task, client: Client, request: RemoteRequest) -> None:
        """Commits the move to `submitting`, then makes the POST, the only place with the secret of the
        webhook."""
        webhook, now = new_webhook(self._settings.public_url, task.id, task.endpoint), utc_now()
        if self._own.move(
            task, Event.SEND, submitted_at=now, charged=Charged.MAYBE, sent=request.body, note="",
            hook=webhook.digest, heard="",
        ):  # fmt: skip
            sending = replace(task, state=TaskState.SUBMITTING, submitted_at=now)
            self._answers[task.id] = self._send(
                sending, client, replace(request, body=webhook.add_to(request.body))
            )
            self._write_answer(task.id)
        else:
            self._router.release_slot(account_of(task), task.id)

    @property
    def unsettled(self) -> list[str]:
        """Tasks whose answer is not in the database yet."""
        return list(self._answers)

    def recover_answers(self) -> None:
        """At the start: write the ids that the database did not take in an earlier run of the program."""
        for answer in self._outbox.answers():
            try:
                task = self._history.task(answer.task_id)
            except NotFound:
                self._outbox.set_aside(answer)
                continue
            found = replace(task, submitted_at=answer.submitted_at)
            if self._proofs.apply_id(found, answer.remote_id, interrupted=True):
                self._router.start_polling(self._history.task(task.id))
            self._outbox.remove(answer.task_id)

    def write_answers(self) -> None:
        """At the stop: write the answers that could not be written before."""
        for task_id in self.unsettled:
            try:
                self._write_answer(task_id)
            except StorageFault:
                log.exception("task %s: the answer to its submit is lost when this program ends", task_id)

    def mark_broken(self, task_id: str) -> bool:
        """After an unexpected error: True when a POST may have been sent without an answer; the outcome is
        unknown then."""
        if task_id in self._answers:
            return False
        broke = self._tasks.move(
            task_id,
            TaskState.SUBMITTING,
            TaskState.UNKNOWN,
            charged=Charged.MAYBE,
            error=TaskError(RunFault.OUTCOME_UNKNOWN, BROKE, Charged.MAYBE),
        )
        if broke:
            self._router.mark_uncertain(self._history.task(task_id))
        return broke

    def _write_answer(self, task_id: str) -> None:
        """Raises StorageFault; the answer is then kept for another try, and the task is never sent again."""
        answer = self._answers.get(task_id)
        if answer is not None:
            answer()
            self._answers.pop(task_id, None)

    def _end_unsent(self, task: Task, code: str, message: str) -> None:
        self._own.fail(task, code, message)
        self._router.release_slot(account_of(task), task.id)

    def _send(self, task: Task, client: Client, request: RemoteRequest) -> Callable[[], None]:
        """Make the POST. Returns a call that writes its answer; it may be called more than once."""
        log.info("task %s: submitting to %s", task.id, task.endpoint)
        # A process that lost its lease may have a new one by now, which does not cover this task.
        if not self._lease.is_valid() or not self._own.is_ours(task):
            return partial(self._requeue_after_refusal, task, "not-sent", NO_LEASE)
        try:
            accepted = request.send(client)
        except NotSent as fault:
            return partial(self._requeue_after_refusal, task, "not-sent", redact_secret(str(fault)))
        except Busy as fault:
            note = why_it_waits(fault.code[:40])
            return partial(self._requeue_after_refusal, task, note, redact_secret(str(fault)))
        except NoBalance as fault:
            return partial(
                self._requeue_after_refusal,
                task,
                f"{NO_BALANCE}:{fault.code[:20]}",
                redact_secret(str(fault)),
            )
        except Refused as fault:
            return partial(self._refused, task, fault.code, redact_secret(message_with_inputs(fault)))
        except PayloadRefused as fault:
            return partial(self._refused, task, "payload", redact_secret(str(fault)))
        except OutcomeUnknown as fault:
            return partial(self._outcome_unknown, task, redact_secret(str(fault)))
        # The log comes first: the id must survive even when the database can't take it.
        log.info("task %s: accepted as %s", task.id, accepted.remote_id)
        return partial(self._accepted, task, accepted)

    def _accepted(self, task: Task, accepted: Accepted) -> None:
        try:
            taken = self._own.move(
                task, Event.ACCEPT, remote_id=accepted.remote_id, charged=Charged.MAYBE, note=""
            )
            if not taken and not self._proofs.apply_id(task, accepted.remote_id):
                self._log_other_id(task, accepted.remote_id)
        except StorageFault:
            self._write_to_outbox(task, accepted.remote_id)
            raise
        self._outbox.remove(task.id)
        self._passwords.forget(task.id)
        if taken:
            running = replace(task, state=TaskState.RUNNING, remote_id=accepted.remote_id)
        else:
            running = self._history.task(task.id)
        self._router.record_accepted(task)
        if running.state is TaskState.RUNNING:
            over = accepted.task.status in OVER
            self._router.start_polling(running, 0.0 if over else self._retry.poll(0.0))

    def _requeue_after_refusal(self, task: Task, note: str, why: str) -> None:
        log.info("task %s: not accepted, waits: %s", task.id, why)
        change: TaskChange = {
            "owner": self._own.worker,
            "submitted_at": None,
            "charged": Charged.NO,
            "error": None,
            "note": note,
            "upload_done": 0,
        }
        if not self._own.move(task, Event.TURN_AWAY, **change):
            self._proofs.apply(task, Event.TURN_AWAY, **change)
        queued = self._history.task(task.id)
        if not self._own.is_ours(queued):
            return  # Another process has it by now.
        if queued.cancel_asked and self._tasks.move(
            queued.id, TaskState.QUEUED, TaskState.CANCELLED, finished_at=utc_now(), note=""
        ):
            self._router.release_slot(account_of(task), task.id)
        else:
            self._router.requeue_after_refusal(queued, note)

    def _refused(self, task: Task, code: str, message: str) -> None:
        log.warning("task %s: refused: %s %s", task.id, code, message)
        self._requests.forget_rejected_inputs(code, task.id)
        if not self._own.fail(task, code, message):
            error = TaskError(code, message, Charged.NO)
            self._proofs.apply(task, Event.REFUSE, error=error, charged=Charged.NO, finished_at=utc_now())
        self._router.release_slot(account_of(task), task.id)

    def _log_other_id(self, task: Task, remote_id: str) -> None:
        """A late answer for a task that already runs: the same id, unless a person named another one."""
        now = self._history.task(task.id)
        if now.submitted_at == task.submitted_at and now.remote_id not in ("", remote_id):
            log.error("task %s: accepted as %s, but it has the id %s", task.id, remote_id, now.remote_id)

    def _write_to_outbox(self, task: Task, remote_id: str) -> None:
        """The database is away: the id must not be lost with this process."""
        if task.submitted_at is None:
            return
        try:
            self._outbox.save(PendingAcceptance(task.id, remote_id, task.submitted_at))
        except StorageFault as fault:
            log.error("task %s: its id %s is stored nowhere else: %s", task.id, remote_id, fault)

    def _outcome_unknown(self, task: Task, message: str) -> None:
        log.error("task %s: outcome unknown: %s", task.id, message)
        error = TaskError(RunFault.OUTCOME_UNKNOWN, message, Charged.MAYBE)
        self._own.move(task, Event.LOSE_ANSWER, error=error, charged=Charged.MAYBE, note="")
        self._router.mark_uncertain(task)
        self._router.schedule(Stage.CONFIRM, task.id)
