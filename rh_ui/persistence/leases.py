"""Which process works on which tasks: one row a process, renewed by a heartbeat; dead ones lose their tasks.

Only the database's clock measures ages: a process whose own clock jumps neither loses its tasks nor takes
those of others. On SQLite a lock on the folder already proves that nobody else works there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, case, delete, func, insert, or_, select, text, tuple_, update

from rh_ui.domain import TaskState
from rh_ui.persistence.database import Database
from rh_ui.persistence.database_clock import utc_now
from rh_ui.persistence.row_mapping import TaskChange, change_columns
from rh_ui.persistence.schema import tasks, workers

ONE_AT_A_TIME: Final = text("LOCK TABLE workers IN SHARE ROW EXCLUSIVE MODE")
"""A process that looks for dead ones waits for another that does so, or that renews its lease."""


@dataclass(frozen=True, slots=True)
class Handover:
    """What becomes of the tasks in one state when the process that had them is gone."""

    was: TaskState
    becomes: TaskState
    change: TaskChange
    follow: bool = True
    """Somebody goes on with them; without it they are only told apart (an unknown outcome)."""
    needs_key: bool = True
    """Only who has the account's key can go on with them; a result's link needs none."""


class Leases:
    """The worker rows of one database. Every method raises StorageFault."""

    def __init__(self, database: Database, now: Callable[[], datetime] = utc_now) -> None:
        """`now` is asked on SQLite only, which has no clock of its own."""
        self._database = database
        self._now = now

    @property
    def alone(self) -> bool:
        """No second process can work on this database."""
        return self._database.dialect == "sqlite"

    def acquire(self, worker: str, host: str, pid: int) -> None:
        """Sign in."""
        with self._database.write() as connection:
            now = self._moment(connection)
            connection.execute(
                insert(workers).values(id=worker, host=host, pid=pid, started_at=now, seen_at=now)
            )

    def renew(self, worker: str) -> bool:
        """The heartbeat. False: the row is gone, and what it had belongs to others."""
        seen = self._now() if self.alone else func.clock_timestamp()
        with self._database.write() as connection:
            result = connection.execute(update(workers).where(workers.c.id == worker).values(seen_at=seen))
        return int(result.rowcount) == 1

    def release(self, worker: str) -> None:
        """Sign off: other processes may take the tasks that are left."""
        with self._database.write() as connection:
            connection.execute(delete(workers).where(workers.c.id == worker))

    def lives(self, worker: str) -> bool:
        """Whether a process is signed in."""
        with self._database.read() as connection:
            return _signed_in(connection, worker)

    def adopt(
        self,
        worker: str,
        *,
        silent: float,
        accounts: Collection[tuple[str, str]],
        handovers: Sequence[Handover],
        left: str,
    ) -> list[str]:
        """Give `worker` every task that no living process has; their ids, oldest first. Without a row of its
        own it gets nothing: it was given up itself.

        A process is given up when its row is `silent` seconds old (on SQLite at once: it can't live). Tasks
        of an account that is not among `accounts` (site, fingerprint) stay for whoever has its key; `left` is
        the note that says so.
        """
        taken: list[str] = []
        with self._database.write() as connection:
            if not self.alone:
                connection.execute(ONE_AT_A_TIME)
            others = workers.c.id != worker
            if self.alone:
                connection.execute(delete(workers).where(others))
            elif not _signed_in(connection, worker):
                return []
            else:
                oldest = self._moment(connection) - timedelta(seconds=silent)
                connection.execute(delete(workers).where(others, workers.c.seen_at < oldest))
            nobody = or_(tasks.c.worker.is_(None), tasks.c.worker.not_in(select(workers.c.id)))
            for handover in handovers:
                where = [tasks.c.state == handover.was.value, nobody]
                columns = change_columns(handover.change) | {"state": handover.becomes.value}
                if handover.follow:
                    columns["worker"] = worker
                    kept = case((tasks.c.note == left, ""), else_=tasks.c.note)
                    columns.setdefault("note", kept)
                    if handover.needs_key:
                        where.append(tuple_(tasks.c.site, tasks.c.account).in_(list(accounts)))
                if handover.was is not handover.becomes:
                    columns["updated_at"] = self._now()
                found = connection.execute(update(tasks).where(*where).values(columns).returning(tasks.c.id))
                taken += found.scalars()
            followed = [handover.was.value for handover in handovers if handover.follow]
            waits = [tasks.c.state.in_(followed), nobody, tasks.c.note != left]
            connection.execute(update(tasks).where(*waits).values(note=left))
        return sorted(taken)

    def _moment(self, connection: Connection) -> datetime:
        if self.alone:
            return self._now()
        moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return moment


def _signed_in(connection: Connection, worker: str) -> bool:
    return bool(connection.execute(select(func.count()).where(workers.c.id == worker)).scalar_one())
