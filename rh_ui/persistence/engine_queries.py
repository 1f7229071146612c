"""Reads of the engine: the runs of all people, as this and other processes work on them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import and_, func, or_, select

from rh_ui.domain import OutputState, Pause, Task, TaskState
from rh_ui.persistence.database import Database
from rh_ui.persistence.row_mapping import QueueRow, pause_of, queue_row_of
from rh_ui.persistence.schema import outputs, pauses, tasks
from rh_ui.persistence.statements import runs_of

ACTIVE: Final = tuple(
    state.value
    for state in TaskState
    if not state.is_final and state not in (TaskState.ASKING, TaskState.UNKNOWN)
)
"""States in which the engine works on a run; results may exist in them."""
OPEN: Final = tuple(state.value for state in TaskState if not state.is_final)
QUEUE_COLUMNS: Final = (
    tasks.c.id, tasks.c.state, tasks.c.site, tasks.c.account, tasks.c.worker, tasks.c.endpoint,
    tasks.c.submitter, tasks.c.priority, tasks.c.submitted_at,
)  # fmt: skip


class EngineQueries:
    """Reads from one database; safe to use from many threads. Every method raises StorageFault."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def unfinished_of(self, worker: str) -> list[str]:
        """The unfinished tasks of a process, oldest first."""
        query = select(tasks.c.id).where(tasks.c.state.in_(ACTIVE), tasks.c.worker == worker)
        with self._database.read() as connection:
            return list(connection.execute(query.order_by(tasks.c.id)).scalars())

    def webhook_digest(self, task_id: str) -> str:
        """The digest of the secret of a task's last attempt; empty without a secret or without the task."""
        with self._database.read() as connection:
            found = connection.execute(select(tasks.c.hook).where(tasks.c.id == task_id)).scalar_one_or_none()
        return found or ""

    def named_by_webhook(self, given_up: Collection[str]) -> list[Task]:
        """Tasks with an unknown outcome, or closed with one of these error codes, for which a webhook named
        an id."""
        closed = and_(tasks.c.state == TaskState.FAILED.value, tasks.c.error_code.in_(given_up))
        unknown = tasks.c.state == TaskState.UNKNOWN.value
        told = (or_(unknown, closed), tasks.c.heard != "", tasks.c.remote_id == "")
        with self._database.read() as connection:
            return runs_of(connection, select(tasks).where(*told))

    def cancel_wishes(self, worker: str) -> list[str]:
        """Running tasks of a process that somebody wants to cancel, perhaps through another process."""
        query = select(tasks.c.id).where(
            tasks.c.state == TaskState.RUNNING.value, tasks.c.worker == worker, tasks.c.cancel_asked
        )
        with self._database.read() as connection:
            return list(connection.execute(query).scalars())

    def queue_rows(self, uncertain_since: datetime) -> list[QueueRow]:
        """The runs of all processes that wait, or that have or may have a slot at the service, oldest first.
        An unknown outcome counts if it was sent after `uncertain_since`."""
        uncertain = and_(tasks.c.state == TaskState.UNKNOWN.value, tasks.c.submitted_at > uncertain_since)
        query = select(*QUEUE_COLUMNS).where(or_(tasks.c.state.in_(ACTIVE), uncertain)).order_by(tasks.c.id)
        with self._database.read() as connection:
            return [queue_row_of(row) for row in connection.execute(query).mappings()]

    def open_count(self, site: str, account: str) -> int:
        """The number of runs of this account that are not over, sent or not: what waits for an answer or in
        another program gets the present key only as long as this one is known, too."""
        still = (tasks.c.state.in_(OPEN), tasks.c.site == site, tasks.c.account == account)
        with self._database.read() as connection:
            return int(connection.execute(select(func.count()).where(*still)).scalar_one())

    def pauses(self) -> list[Pause]:
        """The accounts that are paused for want of money."""
        with self._database.read() as connection:
            return [pause_of(row) for row in connection.execute(select(pauses)).mappings()]

    def changed_by_others(self, worker: str, since: datetime) -> set[tuple[str, datetime]]:
        """The runs of other processes, whatever became of them, that changed after `since`: each with the
        time of its last change."""
        query = select(tasks.c.id, tasks.c.updated_at).where(
            tasks.c.updated_at > since, or_(tasks.c.worker.is_(None), tasks.c.worker != worker)
        )
        with self._database.read() as connection:
            return {(row.id, row.updated_at) for row in connection.execute(query)}

    def without_thumbnail(self, limit: int) -> list[str]:
        """Stored results whose thumbnail was not drawn yet, newest first."""
        query = (
            select(outputs.c.id)
            .where(outputs.c.state == OutputState.SAVED.value, outputs.c.thumb_key == "")
            .order_by(outputs.c.id.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            return list(connection.execute(query).scalars())
