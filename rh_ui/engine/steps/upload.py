"""The step before the submit: uploads the files of a claimed task. Nothing here can cost money."""

from __future__ import annotations

import logging
from concurrent.futures import Future
from typing import Final

from rh_ui.catalog.validation import media_values
from rh_ui.domain import RUN_PREFIX, RunFault, Task, TaskState
from rh_ui.engine.context import EngineContext, Stage, StepRouter
from rh_ui.engine.inputs import UploadCache
from rh_ui.engine.node_errors import FileProblem
from rh_ui.engine.own_tasks import account_of
from rh_ui.engine.request_builder import files_of
from rh_ui.engine.scheduler import Scheduler
from rh_ui.engine.state_machine import Event
from rh_ui.errors import (
    Busy,
    FileFault,
    NotFound,
    Refused,
    ServiceFault,
    StorageFault,
    StudioError,
    Unreachable,
)
from rh_ui.persistence.row_mapping import Link
from rh_ui.runninghub.client import Client

log: Final = logging.getLogger(__name__)
TRANSFER: Final = "transfer"
"""The pool that uploads single files."""


class UploadStep:
    """Uploads the files of a task and passes it on to the submit."""

    def __init__(
        self, context: EngineContext, router: StepRouter, links: UploadCache, scheduler: Scheduler
    ) -> None:
        self._tasks = context.repositories.tasks
        self._history = context.history
        self._retry = context.retry
        self._own = context.own_tasks
        self._clients = context.clients
        self._stopping = context.stopping
        self._library = context.library
        self._catalog = context.catalog
        self._router = router
        self._links = links
        self._scheduler = scheduler
        self._tries: dict[str, int] = {}
        self._stuck: dict[str, str] = {}
        """By task, the input whose upload failed."""

    def run(self, task_id: str) -> float | None:
        """Seconds until the next attempt, or None when the task has moved on."""
        task = self._history.task(task_id)
        client = self._clients.get(account_of(task))
        ready = task.state in (TaskState.CLAIMED, TaskState.UPLOADING) and self._own.is_ours(task)
        if not ready or client is None:
            self._leave(task)
            return None
        if self._stopping.is_set():
            return None
        try:
            refs = files_of(task, self._catalog, self._history)
            if refs and not self._send_files(task, refs, client):
                self._leave(task)
                return None
        except (Busy, StorageFault) as fault:
            return self._try_later(task, fault)
        except Refused as fault:
            self._refuse(task, fault.code, fault.message)
        except ServiceFault as fault:
            return self._try_later(task, fault)
        except NotFound as fault:
            self._refuse(task, RunFault.INPUT_GONE, str(fault))
        except FileFault as fault:
            self._refuse(task, RunFault.INPUT, str(fault))
        else:
            self._tries.pop(task_id, None)
            self._router.schedule(Stage.SUBMIT, task_id)
        return None

    def _send_files(self, task: Task, refs: list[str], client: Client) -> bool:
        """Upload all files at once, each as its own transfer; raises the first fault. False: the task has
        moved."""
        if task.state is TaskState.CLAIMED and not self._own.move(
            task, Event.UPLOAD, upload_total=len(refs), upload_done=0, note=""
        ):
            return False

        named = task.endpoint.startswith(RUN_PREFIX)

        def transfer(ref: str) -> Future[Link]:
            return self._scheduler.background(TRANSFER, lambda: self._links.ensure(ref, client, named=named))

        for done, (ref, sent) in enumerate([(ref, transfer(ref)) for ref in refs], start=1):
            try:
                sent.result()
            except StudioError:
                self._stuck[task.id] = ref
                raise
            if len(refs) > 1:
                self._tasks.record_upload_progress(task.id, done)
        return True

    def _try_later(self, task: Task, trouble: StudioError) -> float | None:
        tries = self._tries[task.id] = self._tries.get(task.id, 0) + 1
        log.warning("task %s: upload failed (attempt %d): %s", task.id, tries, trouble)
        if tries >= self._retry.timings.upload_tries:
            current = self._history.task(task.id)
            self._refuse(current, RunFault.UPLOAD, f"The files could not be sent. {trouble}")
            return None
        self._tasks.note([task.id], "upload-retry")
        retry_after = trouble.retry_after if isinstance(trouble, Unreachable) else None
        return self._retry.trouble(tries, retry_after)

    def _refuse(self, task: Task, code: str, message: str) -> None:
        """`task` may have moved from claimed to uploading meanwhile."""
        log.warning("task %s: ended before the submit: %s %s", task.id, code, message)
        current = self._history.task(task.id)
        if current.state in (TaskState.CLAIMED, TaskState.UPLOADING):
            which = self._which(task)
            self._own.fail(current, code, "\n".join([message, which.line]) if which else message)
        self._leave(task)

    def _which(self, task: Task) -> FileProblem | None:
        """The file whose upload failed, under the user's name."""
        endpoint, ref = self._catalog.find(task.endpoint), self._stuck.get(task.id)
        if endpoint is None or ref is None:
            return None
        chosen = media_values(endpoint, task.params)
        key, at = next(((key, at) for key, at, value in chosen if value == ref), ("", None))
        if not key:
            return None
        try:
            name = self._library.input_info(ref).name
        except (NotFound, StorageFault):
            name = ""
        total = sum(field == key for field, _, _ in chosen)
        return FileProblem(key, (at or 0) + 1, total, name)

    def _leave(self, task: Task) -> None:
        self._tries.pop(task.id, None)
        self._stuck.pop(task.id, None)
        self._router.release_slot(account_of(task), task.id)
