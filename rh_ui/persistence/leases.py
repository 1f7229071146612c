"""Which process works on which tasks: one row per process, renewed by a heartbeat. A dead process loses its
tasks.

Only the database's clock measures ages: a process whose own clock jumps neither loses its tasks nor takes
those of others. On SQLite a lock on the folder already proves that no other process works there.
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
"""A process that looks for dead ones waits for others that do the same or renew their lease."""


@dataclass(frozen=True, slots=True)
class Handover:
    """What happens to the tasks in one state when their process is gone."""

    was: TaskState
    becomes: TaskState
    change: TaskChange
    follow: bool = True
    """Whether somebody continues them; if not, only their state changes (an unknown outcome)."""
    needs_key: bool = True
    """Whether continuing needs the account's key; downloading a result does not."""


class Leases:
    """The worker rows of one database. Every method raises StorageFault."""

    def __init__(self, database: Database, now: Callable[[], datetime] = utc_now) -> None:
        """`now` is used on SQLite only, which has no clock of its own."""
        self._database = database
        self._now = now

    @property
    def alone(self) -> bool:
        """Whether no second process can work on this database."""
        return self._database.dialect == "sqlite"

    def acquire(self, worker: str, host: str, pid: int) -> None:
        """Register the process."""
        with self._database.write() as connection:
            now = self._moment(connection)
            connection.execute(
                insert(workers).values(id=worker, host=host, pid=pid, started_at=now, seen_at=now)
            )

    def renew(self, worker: str) -> bool:
        """The heartbeat. False: the row is gone, and its tasks belong to others."""
        seen = self._now() if self.alone else func.clock_timestamp()
        with self._database.write() as connection:
            result = connection.execute(update(workers).where(workers.c.id == worker).values(seen_at=seen))
        return int(result.rowcount) == 1

    def release(self, worker: str) -> None:
        """Remove the row: other processes may take the remaining tasks."""
        with self._database.write() as connection:
            connection.execute(delete(workers).where(workers.c.id == worker))

    def lives(self, worker: str) -> bool:
        """Whether a process is registered."""
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
        """Give `worker` every task that no living process has. Returns their ids, oldest first. A worker
        without a row gets nothing: others took it for dead.

        A process counts as dead when its row is `silent` seconds old (on SQLite at once, as it can't be
        alive). Tasks of an account that is not among `accounts` (site, fingerprint) stay for a process with
        its key and get the note `left`.
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
