"""Runs that wait for an admin's yes. Whoever is first counts: an admin, the person, or the end of the time,
measured by the database's clock."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Unpack

from sqlalchemy import ColumnElement, and_, func, select, update

from rh_ui.budget_rules import ASKS_FOR
from rh_ui.domain import Task, TaskState
from rh_ui.people import AuditEntry
from rh_ui.persistence.database_clock import DatabaseClock
from rh_ui.persistence.repositories.audit import add_entries
from rh_ui.persistence.repositories.base import Repository, row_count
from rh_ui.persistence.row_mapping import TaskChange, change_columns
from rh_ui.persistence.schema import tasks
from rh_ui.persistence.statements import runs_of

_ASKS: Final = tasks.c.state == TaskState.ASKING.value


class AskingRuns(Repository):
    """See Repository."""

    def count(self) -> int:
        with self._database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(tasks).where(_ASKS)).scalar_one())

    def oldest(self, limit: int) -> list[Task]:
        """Those that wait longest, the oldest first."""
        with self._database.read() as connection:
            return runs_of(connection, select(tasks).where(_ASKS).order_by(tasks.c.id).limit(limit))

    def answer(
        self, task_id: str, becomes: TaskState, told: Iterable[AuditEntry], **change: Unpack[TaskChange]
    ) -> bool:
        """Move a run as an admin says, with the entries of the audit log. False: it asks no more, and nothing
        happened."""
        columns = change_columns(change) | {"state": becomes.value, "updated_at": self._now()}
        asks = (tasks.c.id == task_id, _ASKS, ~_is_over())
        with self._database.write() as connection:
            moved = row_count(connection.execute(update(tasks).where(*asks).values(columns))) == 1
            if moved:
                add_entries(connection, told)
        if moved:
            self._changed()
        return moved

    def over(self) -> list[str]:
        """Those whose time is over."""
        with self._database.read() as connection:
            return list(connection.execute(select(tasks.c.id).where(_ASKS, _is_over())).scalars())

    def end(self, task_id: str, becomes: TaskState, **change: Unpack[TaskChange]) -> bool:
        """End one whose time is over. False: it asks no more."""
        where = and_(tasks.c.id == task_id, _ASKS, _is_over())
        return self._update_tasks(where, change_columns(change) | {"state": becomes.value}) == 1


def _is_over() -> ColumnElement[bool]:
    return tasks.c.asked_at <= DatabaseClock() - ASKS_FOR.total_seconds()
