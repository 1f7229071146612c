"""The one step that can cost money. Written so that no way through it sends the same task twice.

Before the POST the move to `submitting` is committed; afterwards every path commits what is known: an id, a
proof that nothing was accepted, or that it is not known.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from rh_ui.catalog.payload import replace_media
from rh_ui.client.api import Client
from rh_ui.client.replies import Accepted, RemoteStatus
from rh_ui.domain import Charged, Params, Task, TaskError, TaskState
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
from rh_ui.tasks.inputs import Links, kept_refs
from rh_ui.tasks.lifecycle import Event
from rh_ui.tasks.parts import Parts, Router, Stage, account_of, utc_now

log: Final = logging.getLogger(__name__)
OVER: Final = frozenset({RemoteStatus.SUCCESS, RemoteStatus.FAILED, RemoteStatus.CANCELLED})
"""Some answers to a submit already tell the end (API sheet §1)."""
BROKE: Final = "The program met a fault of its own while it sent this run."


class Submitting:
    """Sends a prepared task, once."""

    def __init__(self, parts: Parts, router: Router, links: Links) -> None:
        self._parts = parts
        self._router = router
        self._links = links
        self._answers: dict[str, Callable[[], None]] = {}
        """What is known of a POST that went out, until the database has it."""

    def run(self, task_id: str) -> None:
        """One POST at most. Run again after a StorageFault, it writes down the answer it has."""
        if task_id in self._answers:
            self._settle(task_id)
            return
        task = self._parts.history.task(task_id)
        client = self._parts.client(task)
        if task.state not in (TaskState.CLAIMED, TaskState.UPLOADING) or client is None:
            self._router.left(account_of(task), task_id)
            return
        try:
            body = self._body(task, client)
        except NotFound as fault:
            self._parts.fail(task, "no-such-model", str(fault))
            self._router.left(account_of(task), task_id)
            return
        if body is None:
            self._router.go(Stage.PREPARE, task_id)
        elif self._parts.stopping.is_set():
            return
        elif not self._router.may_send(account_of(task)):
            self._parts.move(task, Event.RELEASE, owner=None, upload_done=0)
            self._router.give_back(account_of(task), task_id)
        elif self._parts.move(
            task, Event.SEND, submitted_at=utc_now(), charged=Charged.MAYBE, sent=body, note=""
        ):
            self._answers[task_id] = self._send(replace(task, state=TaskState.SUBMITTING), client, body)
            self._settle(task_id)
        else:
            self._router.left(account_of(task), task_id)

    def settle_all(self) -> None:
        """At the stop: write down what could not be written before."""
        for task_id in list(self._answers):
            try:
                self._settle(task_id)
            except StorageFault:
                log.exception("task %s: the answer to its submit is lost with this program", task_id)

    def broke(self, task_id: str) -> bool:
        """After a surprise: True when a POST may have gone out without an answer; it is unknown then."""
        if task_id in self._answers:
            return False
        return self._parts.journal.move(
            task_id,
            TaskState.SUBMITTING,
            TaskState.UNKNOWN,
            charged=Charged.MAYBE,
            error=TaskError("outcome-unknown", BROKE, Charged.MAYBE),
        )

    def _settle(self, task_id: str) -> None:
        """Raises StorageFault; the answer is kept for another try then, and never sent for again."""
        self._answers[task_id]()
        del self._answers[task_id]

    def _body(self, task: Task, client: Client) -> Params | None:
        """The body as it goes out; None when a link has grown stale since the upload."""
        endpoint = self._parts.catalog.get(task.endpoint)
        links: dict[str, str] = {}
        for ref in kept_refs(endpoint, task.params):
            link = self._links.known(ref, client)
            if link is None:
                return None
            links[ref] = link
        return replace_media(endpoint, task.params, links)

    def _send(self, task: Task, client: Client, body: Params) -> Callable[[], None]:
        """The POST. What to do with its answer comes back as a call that may be made more than once."""
        log.info("task %s: submitting to %s", task.id, task.endpoint)
        try:
            accepted = client.submit(task.endpoint, body)
        except NotSent as fault:
            return partial(self._turned_away, task, "not-sent", str(fault))
        except Busy as fault:
            return partial(self._turned_away, task, f"capacity:{fault.code[:40]}", str(fault))
        except NoBalance as fault:
            return partial(self._turned_away, task, "no-balance", str(fault))
        except Refused as fault:
            return partial(self._refused, task, fault.code, fault.message or str(fault))
        except PayloadRefused as fault:
            return partial(self._refused, task, "payload", str(fault))
        except OutcomeUnknown as fault:
            return partial(self._outcome_unknown, task, str(fault))
        # Said in the log first: the id must survive even when the database can't take it.
        log.info("task %s: accepted as %s", task.id, accepted.remote_id)
        return partial(self._accepted, task, accepted)

    def _accepted(self, task: Task, accepted: Accepted) -> None:
        self._parts.move(task, Event.ACCEPT, remote_id=accepted.remote_id, charged=Charged.MAYBE, note="")
        running = self._parts.history.task(task.id)
        self._router.accepted(account_of(task))
        if running.state is TaskState.RUNNING:
            over = accepted.task.status in OVER
            self._router.watch(running, 0.0 if over else self._parts.cadence.poll(0.0))

    def _turned_away(self, task: Task, note: str, why: str) -> None:
        log.info("task %s: not accepted, waits: %s", task.id, why)
        self._parts.move(
            task, Event.TURN_AWAY, owner=None, submitted_at=None, charged=Charged.NO, note=note, upload_done=0
        )
        queued = self._parts.history.task(task.id)
        if queued.cancel_asked and self._parts.journal.move(
            queued.id, TaskState.QUEUED, TaskState.CANCELLED, finished_at=utc_now(), note=""
        ):
            self._router.left(account_of(task), task.id)
        else:
            self._router.turned_away(account_of(task), task.id, note)

    def _refused(self, task: Task, code: str, message: str) -> None:
        log.warning("task %s: refused: %s %s", task.id, code, message)
        self._parts.fail(task, code, message)
        self._router.left(account_of(task), task.id)

    def _outcome_unknown(self, task: Task, message: str) -> None:
        log.error("task %s: outcome unknown: %s", task.id, message)
        error = TaskError("outcome-unknown", message, Charged.MAYBE)
        self._parts.move(task, Event.LOSE_ANSWER, error=error, charged=Charged.MAYBE, note="")
        self._router.left(account_of(task), task.id)
