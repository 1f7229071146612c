"""What the service tells by itself when a run ends (API sheet §7).

A message decides nothing: the run is asked about as ever, only at once. But it proves, by the secret in its
address, which task the attempt became; so it ends an unknown outcome as a late answer does.
"""

from __future__ import annotations

import hmac
import logging
from dataclasses import replace
from typing import Final, Protocol

from rh_ui.domain import Task, TaskState
from rh_ui.engine.context import EngineContext, Stage, StepRouter
from rh_ui.engine.diagnosis import keyless
from rh_ui.engine.remote_query import Background, in_time
from rh_ui.engine.steps.submit import SubmitStep
from rh_ui.engine.webhook_url import digest, new_hook, silenced
from rh_ui.errors import MoveRefused
from rh_ui.runninghub import account
from rh_ui.runninghub.client import Client
from rh_ui.runninghub.replies_runs import Webhook, told_id

log: Final = logging.getLogger(__name__)
NOBODY: Final = "-" * 64
"""No digest; compared in its place where there is none."""


class Desk(StepRouter, Background, Protocol):
    """The engine, as far as it is needed here."""


class WebhookReceiver:
    """Takes the messages, and asks what became of them; thread-safe."""

    def __init__(self, parts: EngineContext, engine: Desk, submitting: SubmitStep) -> None:
        self._parts = parts
        self._engine = engine
        self._submitting = submitting

    def proves(self, task_id: str, secret: str) -> bool:
        """Whether the sender has the secret of the task's last attempt; every wrong one takes equally long.
        Raises StorageFault."""
        known = self._parts.history.hook(task_id)
        return hmac.compare_digest(known or NOBODY, digest(secret))

    def take(self, task_id: str, secret: str, content: bytes) -> None:
        """A message of one who has the secret; told again, it does nothing. Raises StorageFault."""
        named = told_id(content)
        if named and not self._parts.journal.hear(task_id, digest(secret), named):
            return
        task = self._parts.history.task(task_id)
        log.info("task %s: told of its end as %s", task_id, named or "no task")
        if task.state is not TaskState.RUNNING:
            self._submitting.heard(task)
        elif named and task.remote_id != named:
            log.error("task %s: followed as %s, but told of as %s", task_id, task.remote_id, named)
        elif self._parts.mine(task):
            self._engine.go(Stage.POLL, task_id)

    def message(self, task: Task) -> Webhook | None:
        """What became of the message about a task; None where none was asked for. Raises MoveRefused,
        KeyRefused, Refused, Unreachable."""
        client = self._client(task)
        found = in_time(self._engine, lambda: account.webhook(client, task.remote_id))
        return found and replace(found, answer=silenced(found.answer))

    def send_again(self, task: Task) -> None:
        """Have it delivered once more; ours to where this page is now, under a new secret. Raises as
        `message`."""
        client, found = self._client(task), self.message(task)
        if found is None:
            raise MoveRefused("RunningHub has no message about this run.", "hook-none")
        hook = new_hook(self._parts.public if task.hooked else "", task.id, task.endpoint)
        if hook.url:
            self._parts.journal.change_hook(task.id, hook.digest)
        in_time(self._engine, lambda: account.resend_webhook(client, found.id, hook.url))

    def _client(self, task: Task) -> Client:
        client = self._parts.client(task)
        if not task.remote_id:
            raise MoveRefused("RunningHub has not named this run yet.", "hook-none")
        if client is None:
            raise keyless()
        return client
