"""Webhooks: the service reports the end of a run (API sheet §7).

A message decides nothing: it only makes the engine ask about the run at once. By the secret in its address,
it names the id that the attempt got at the service. If the service confirms that id, an unknown outcome ends
as with a late answer.
"""

from __future__ import annotations

import hmac
import logging
from dataclasses import replace
from typing import Final

from rh_ui.domain import Task, TaskState
from rh_ui.engine.diagnosis import missing_key
from rh_ui.engine.engine import Engine
from rh_ui.engine.remote_query import in_time
from rh_ui.engine.state_machine import was_stopped_there
from rh_ui.engine.webhook_url import digest, new_webhook, redact_secret
from rh_ui.errors import MoveRefused
from rh_ui.persistence.repositories.webhooks import WebhookRepository
from rh_ui.persistence.run_queries import RunQueries
from rh_ui.runninghub import account
from rh_ui.runninghub.client import Client
from rh_ui.runninghub.replies_runs import Webhook, told_id

log: Final = logging.getLogger(__name__)
NOBODY: Final = "-" * 64
"""Compared where no digest is stored; no digest equals it."""


class WebhookReceiver:
    """Handles the messages, and asks the service about their delivery. Thread-safe."""

    def __init__(
        self, webhooks: WebhookRepository, history: RunQueries, engine: Engine, public_url: str = ""
    ) -> None:
        """`public_url`: where the service reaches this page; empty: nowhere."""
        self._webhooks = webhooks
        self._history = history
        self._engine = engine
        self._public_url = public_url

    def verify_secret(self, task_id: str, secret: str) -> bool:
        """Whether the sender has the secret of the task's last attempt; a constant-time comparison. Raises
        StorageFault."""
        known = self._history.webhook_digest(task_id)
        return hmac.compare_digest(known or NOBODY, digest(secret))

    def handle(self, task_id: str, secret: str, content: bytes) -> None:
        """Handle a message from a sender who has the secret; a repeated message does nothing. Raises
        StorageFault."""
        named = told_id(content)
        new = named and self._webhooks.record_remote_id(task_id, digest(secret), named)
        task = self._history.task(task_id)
        if named and not new and not was_stopped_there(task):
            return
        log.info("task %s: a webhook reports its end as %s", task_id, named or "no task")
        if task.state is not TaskState.RUNNING:
            self._engine.confirm_webhook(task)
        elif named and task.remote_id != named:
            log.error("task %s: has the id %s, but a webhook names %s", task_id, task.remote_id, named)
        elif task.worker == self._engine.worker:
            self._engine.poll_now(task_id)

    def message(self, task: Task) -> Webhook | None:
        """The delivery of the message about a task; None if none was requested. Raises MoveRefused,
        KeyRefused, Refused, Unreachable."""
        client = self._client(task)
        found = in_time(self._engine, client, lambda: account.webhook(client, task.remote_id))
        return found and replace(found, answer=redact_secret(found.answer))

    def resend(self, task: Task) -> None:
        """Have the message sent once more, to the present address of this page and with a new secret. Raises
        as `message`."""
        client, found = self._client(task), self.message(task)
        if found is None:
            raise MoveRefused("RunningHub has no message about this run.", "hook-none")
        webhook = new_webhook(self._public_url if task.hooked else "", task.id, task.endpoint)
        if webhook.url:
            self._webhooks.replace_secret(task.id, webhook.digest)
        in_time(self._engine, client, lambda: account.resend_webhook(client, found.id, webhook.url))

    def _client(self, task: Task) -> Client:
        client = self._engine.client_of(task)
        if not task.remote_id:
            raise MoveRefused("RunningHub has not named this run yet.", "hook-none")
        if client is None:
            raise missing_key()
        return client
