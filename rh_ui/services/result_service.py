"""Results of runs: fetch missing files again, hide lost ones, draw thumbnails."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Self

from rh_ui.domain import Output, OutputState, Task, TaskState
from rh_ui.engine.diagnosis import missing_key
from rh_ui.engine.engine import Engine
from rh_ui.engine.remote_query import require_known
from rh_ui.engine.state_machine import Event, after, was_stopped_there
from rh_ui.engine.steps.confirm import ALIVE
from rh_ui.errors import MoveRefused
from rh_ui.people import OWNER, Caller
from rh_ui.persistence.repositories.outputs import OutputRepository
from rh_ui.persistence.repositories.tasks import TaskRepository
from rh_ui.persistence.run_queries import PageQueries
from rh_ui.services.access import changeable
from rh_ui.services.file_availability import LOST, FileAvailability


class ResultService:
    """Thread-safe; nothing here starts a new run."""

    def __init__(
        self,
        tasks: TaskRepository,
        outputs: OutputRepository,
        history: PageQueries,
        engine: Engine,
        availability: FileAvailability,
    ) -> None:
        self._tasks = tasks
        self._outputs = outputs
        self._history = history
        self._engine = engine
        self._availability = availability
        self._caller = OWNER

    def of(self, caller: Caller) -> Self:
        """The same for the runs that a caller sees, and what they may do with them."""
        bound = copy.copy(self)
        bound._caller, bound._history = caller, self._history.of(caller.scope)
        return bound

    def retry_files(self, task_id: str) -> Task:
        """Fetch the missing files of a run again; of a run that is downloading, at once. Raises NotFound,
        NotYours, MoveRefused."""
        task = changeable(self._history, self._caller, task_id)
        if task.state is TaskState.RUNNING:
            if task.worker != self._engine.worker:
                raise _followed_elsewhere()
            self._engine.poll_now(task_id)
            return task
        if was_stopped_there(task):
            return self._collect_after_all(task)
        seen = [self._availability.check_remote(output) for output in task.outputs]
        if all(output.state in (OutputState.SAVED, OutputState.FORGOTTEN) for output in seen):
            raise MoveRefused("No file of this run is missing.", "files-here")
        if not self._engine.may_take(task):
            raise _followed_elsewhere()
        if self._take(task, [output.id for output in seen if output.state is OutputState.MISSING]):
            self._engine.fetch_now(task_id)
        return self._history.task(task_id)

    def _take(self, task: Task, missing: list[str]) -> bool:
        """Take the run over to fetch its files. False: it has moved on meanwhile."""
        worker = self._engine.worker
        if task.state is not TaskState.DOWNLOADING:
            after(task.state, Event.REOPEN)
            return self._tasks.reopen(task.id, task.state, owner=worker, missing=missing)
        # Another program on this database may wait for disk space or for its next try: this one fetches now.
        return task.worker == worker or self._tasks.take_over(task.id, task.state, worker)

    def _collect_after_all(self, task: Task) -> Task:
        client = self._engine.client_of(task)
        if client is None:
            raise missing_key()
        if require_known(self._engine, client, task.remote_id).status in ALIVE:
            self._engine.reopen(task)
            return self._history.task(task.id)
        raise MoveRefused("RunningHub still lists no result of this run.", "still-cancelled")

    def hide(self, output_id: str) -> None:
        """Hide a result whose file is lost; its run stays. Raises NotFound, NotYours, and MoveRefused when
        the file is stored."""
        output = self._changeable(output_id)
        if output.state is OutputState.FORGOTTEN:
            return  # done in another tab just before
        if self._availability.check_remote(output).state not in LOST:
            raise MoveRefused("The file of this result is here; it stays in sight.", "file-here")
        if self._outputs.set_state(output, OutputState.FORGOTTEN):
            self._engine.abandon(output)

    def show(self, output_id: str) -> None:
        """Show a hidden result again. Raises NotFound, NotYours."""
        output = self._changeable(output_id)
        if output.state is OutputState.FORGOTTEN and not self._outputs.is_binned(output_id):
            kept = OutputState.SAVED if output.file_key else OutputState.FAILED
            self._outputs.set_state(output, kept)

    def _changeable(self, output_id: str) -> Output:
        output = self._history.output(output_id)
        changeable(self._history, self._caller, output.task_id)
        return output

    def request_thumbnails(self, outputs: Iterable[Output]) -> None:
        """Draw the missing thumbnails of results that somebody looks at."""
        saved = (output for output in outputs if output.state is OutputState.SAVED)
        self._engine.request_thumbnails([output.id for output in saved if not output.thumb_key])

    def redraw_thumbnail(self, output_id: str) -> None:
        """Draw a thumbnail again that is not where it should be."""
        self._outputs.set_thumbnail(output_id, "")
        self._engine.draw_thumbnail(output_id)


def _followed_elsewhere() -> MoveRefused:
    return MoveRefused("Another program follows this run and asks by itself.", "followed-elsewhere")
