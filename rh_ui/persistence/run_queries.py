"""Every read of a page: domain records for lists, pandas frames for tables, in which ids stay text."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from statistics import median
from typing import Any, Final

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, not_, or_, select

from rh_ui.domain import (
    Cost,
    Modality,
    Output,
    OutputKind,
    OutputState,
    Pause,
    Plan,
    ShownState,
    Task,
    TaskState,
    Unfetched,
)
from rh_ui.errors import NotFound
from rh_ui.persistence.database import Database
from rh_ui.persistence.row_mapping import (
    QueueRow,
    money_of,
    output_of,
    pause_of,
    plan_of,
    queue_row_of,
    task_of,
)
from rh_ui.persistence.schema import outputs, pauses, plans, tasks
from rh_ui.persistence.statements import WITHOUT_RESULTS, by_id, by_remote_id

COLUMNS: Final = (
    "id", "created", "model", "modality", "state", "prompt", "cost", "currency", "coins", "charged",
    "remote_id", "files",
)  # fmt: skip
_UNFETCHED: Final = tasks.c.note.in_([why.value for why in Unfetched])
_STATE: Final = case((_UNFETCHED, OutputState.UNFETCHED.value), else_=tasks.c.state).label("state")
RECENT_RUNS: Final = 25
"""The number of finished runs from which a model's usual time and cost are taken."""
ACTIVE: Final = tuple(
    state.value for state in TaskState if not state.is_final and state is not TaskState.UNKNOWN
)
"""States in which results may exist: they are listed in the move to downloading."""
QUEUE_COLUMNS: Final = (
    tasks.c.id, tasks.c.state, tasks.c.site, tasks.c.account, tasks.c.worker, tasks.c.endpoint,
    tasks.c.submitter, tasks.c.priority, tasks.c.submitted_at,
)  # fmt: skip


class RunQueries:
    """Reads from one database; safe to use from many threads. Every method raises StorageFault."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def task(self, task_id: str) -> Task:
        """One task with its outputs. Raises NotFound."""
        with self._database.read() as connection:
            found = by_id(connection, task_id)
        if found is None:
            raise NotFound(f"There is no run {task_id}.")
        return found

    def tasks(
        self,
        *,
        modality: Modality | None = None,
        states: Collection[TaskState] | None = None,
        limit: int | None = 50,
    ) -> list[Task]:
        """Tasks with their outputs, newest first; `limit` None returns all."""
        query = select(tasks).order_by(tasks.c.id.desc())
        if limit is not None:
            query = query.limit(limit)
        if modality is not None:
            query = query.where(tasks.c.modality == modality.value)
        if states is not None:
            query = query.where(tasks.c.state.in_([state.value for state in states]))
        with self._database.read() as connection:
            return _tasks(connection, query)

    def samples(self, endpoint: str, limit: int) -> list[Task]:
        """The newest finished runs of an endpoint that have a result to look at."""
        shown = select(outputs.c.task_id).where(
            outputs.c.task_id == tasks.c.id, outputs.c.state == OutputState.SAVED.value
        )
        query = (
            select(tasks)
            .where(tasks.c.endpoint == endpoint, tasks.c.state == TaskState.DONE.value, shown.exists())
            .order_by(tasks.c.id.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            return _tasks(connection, query)

    def finished_count(self, endpoint: str) -> int:
        query = select(func.count()).where(
            tasks.c.endpoint == endpoint, tasks.c.state == TaskState.DONE.value
        )
        with self._database.read() as connection:
            return _number(connection, query)

    def recent_endpoints(self, modality: Modality, limit: int) -> list[str]:
        """The paths of the endpoints that were used last, the latest first."""
        last = func.max(tasks.c.id)
        query = (
            select(tasks.c.endpoint)
            .where(tasks.c.modality == modality.value)
            .group_by(tasks.c.endpoint)
            .order_by(last.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            return [row.endpoint for row in connection.execute(query)]

    @property
    def trouble(self) -> str:
        """See Database.trouble."""
        return self._database.trouble

    def active_count(self) -> int:
        """The number of tasks that the engine works on; one with an unknown outcome waits for a person
        instead."""
        with self._database.read() as connection:
            return _number(connection, select(func.count()).where(tasks.c.state.in_(ACTIVE)))

    def unknown_count(self) -> int:
        """The number of tasks whose outcome a person has to settle."""
        with self._database.read() as connection:
            return _number(connection, select(func.count()).where(tasks.c.state == TaskState.UNKNOWN.value))

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
            return _tasks(connection, select(tasks).where(*told))

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

    def pauses(self) -> list[Pause]:
        """The accounts that are paused for want of money."""
        with self._database.read() as connection:
            return [pause_of(row) for row in connection.execute(select(pauses)).mappings()]

    def pulse_of_others(self, worker: str) -> tuple[int, datetime | None]:
        """A value that changes when runs of other processes change."""
        query = select(func.count(), func.max(tasks.c.updated_at)).where(
            tasks.c.state.in_(ACTIVE), tasks.c.worker != worker
        )
        with self._database.read() as connection:
            count, latest = connection.execute(query).one()
        return count, latest

    def task_with_remote_id(self, site: str, remote_id: str) -> Task | None:
        """The task with this remote id at this site; None without one."""
        with self._database.read() as connection:
            return by_remote_id(connection, site, remote_id)

    def output(self, output_id: str) -> Output:
        """One result. Raises NotFound."""
        with self._database.read() as connection:
            row = (
                connection.execute(select(outputs).where(outputs.c.id == output_id)).mappings().one_or_none()
            )
        if row is None:
            raise NotFound(f"There is no result {output_id}.")
        return output_of(row)

    def outputs(
        self, *, kind: OutputKind | None = None, search: str = "", limit: int = 50, offset: int = 0
    ) -> list[Output]:
        """Results that were stored once: newest run first, in the service's order, without hidden ones."""
        query = (
            select(outputs)
            .join(tasks, tasks.c.id == outputs.c.task_id)
            .where(outputs.c.file_key != "", outputs.c.state != OutputState.FORGOTTEN.value)
            .order_by(outputs.c.task_id.desc(), outputs.c.position)
            .limit(limit)
            .offset(offset)
        )
        if kind is not None:
            query = query.where(outputs.c.kind == kind.value)
        query = query.where(*_filters(search, None, None))
        with self._database.read() as connection:
            return [output_of(row) for row in connection.execute(query).mappings()]

    def chosen(self, ids: Sequence[str]) -> list[tuple[Output, Task]]:
        """These results with their runs, in this order; missing ones are left out."""
        found: dict[str, tuple[Output, Task]] = {}
        with self._database.read() as connection:
            for start in range(0, len(ids), 500):
                mine = select(outputs.c.task_id).where(outputs.c.id.in_(ids[start : start + 500]))
                for task in _tasks(connection, select(tasks).where(tasks.c.id.in_(mine))):
                    found |= {output.id: (output, task) for output in task.outputs}
        return [found[output_id] for output_id in dict.fromkeys(ids) if output_id in found]

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

    def page(
        self,
        *,
        offset: int,
        limit: int,
        search: str = "",
        modality: Modality | None = None,
        state: ShownState | None = None,
    ) -> pd.DataFrame:
        """A page of runs, newest first, with the columns COLUMNS.

        `created` is an aware UTC time, `cost` and `coins` are Decimals or None, `files` the number of stored
        results; everything else is text, and a missing remote id is empty.
        """
        shown = (
            select(
                tasks.c.id,
                tasks.c.created_at,
                tasks.c.endpoint,
                tasks.c.modality,
                _STATE,
                tasks.c.prompt,
                tasks.c.cost_amount,
                tasks.c.cost_currency,
                tasks.c.cost_coins,
                tasks.c.charged,
                tasks.c.remote_id,
            )
            .where(*_filters(search, modality, state))
            .order_by(tasks.c.id.desc())
            .limit(limit)
            .offset(offset)
        )
        with self._database.read() as connection:
            rows = connection.execute(shown).all()
            files = _saved_files(connection, [row.id for row in rows])
        return _frame([(*row, files.get(row.id, 0)) for row in rows])

    def count(
        self, *, search: str = "", modality: Modality | None = None, state: ShownState | None = None
    ) -> int:
        """The number of runs that match the same filters."""
        query = select(func.count()).select_from(tasks).where(*_filters(search, modality, state))
        with self._database.read() as connection:
            return _number(connection, query)

    def plan(self, task_id: str) -> Plan | None:
        """What a run of an app or a workflow sends; None for a run of a model."""
        with self._database.read() as connection:
            told = connection.execute(select(plans.c.plan).where(plans.c.task_id == task_id)).scalar()
        return None if told is None else plan_of(told)

    def costs(self, endpoint: str) -> list[Cost]:
        """The known costs of the latest runs, newest first."""
        query = (
            select(tasks.c.cost_amount, tasks.c.cost_currency, tasks.c.cost_coins)
            .where(
                tasks.c.endpoint == endpoint,
                tasks.c.state == TaskState.DONE.value,
                or_(tasks.c.cost_amount.is_not(None), tasks.c.cost_coins.is_not(None)),
            )
            .order_by(tasks.c.id.desc())
            .limit(RECENT_RUNS)
        )
        with self._database.read() as connection:
            found = connection.execute(query).all()
        return [Cost(money_of(amount, currency), coins) for amount, currency, coins in found]

    def typical_seconds(self, endpoint: str) -> float | None:
        """The median time from submit to finished file of the latest runs, in seconds; None without any."""
        query = (
            select(tasks.c.submitted_at, tasks.c.finished_at)
            .where(
                tasks.c.endpoint == endpoint,
                tasks.c.state == TaskState.DONE.value,
                tasks.c.submitted_at.is_not(None),
                tasks.c.finished_at.is_not(None),
            )
            .order_by(tasks.c.id.desc())
            .limit(RECENT_RUNS)
        )
        with self._database.read() as connection:
            spans = [_seconds(row.submitted_at, row.finished_at) for row in connection.execute(query)]
        return median(spans) if spans else None


def _tasks(connection: Connection, query: Select[Any]) -> list[Task]:
    rows = connection.execute(query).mappings().all()
    made: dict[str, list[Output]] = {row["id"]: [] for row in rows}
    ids = [row["id"] for row in rows if row["state"] not in WITHOUT_RESULTS]
    for start in range(0, len(ids), 500):
        chunk = (
            select(outputs)
            .where(outputs.c.task_id.in_(ids[start : start + 500]))
            .order_by(outputs.c.task_id, outputs.c.position)
        )
        for row in connection.execute(chunk).mappings():
            made[row["task_id"]].append(output_of(row))
    return [task_of(row, made[row["id"]]) for row in rows]


def _filters(
    search: str, modality: Modality | None, state: ShownState | None
) -> Sequence[ColumnElement[bool]]:
    """Every word of the search must be in the prompt, the model's path or one of the ids."""
    found: list[ColumnElement[bool]] = []
    if modality is not None:
        found.append(tasks.c.modality == modality.value)
    if state is OutputState.UNFETCHED:
        found.append(_UNFETCHED)
    elif state is not None:
        found += [tasks.c.state == state.value, not_(_UNFETCHED)]
    columns = (tasks.c.prompt, tasks.c.endpoint, tasks.c.remote_id, tasks.c.id)
    words = [or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in search.split()]
    return [*found, and_(*words)] if words else found


def _saved_files(connection: Connection, task_ids: Sequence[str]) -> dict[str, int]:
    counts = (
        select(outputs.c.task_id, func.count().label("files"))
        .where(outputs.c.task_id.in_(task_ids), outputs.c.state == OutputState.SAVED.value)
        .group_by(outputs.c.task_id)
    )
    return {row.task_id: row.files for row in connection.execute(counts)}


def _frame(rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    """Sets the type of each column: pandas would turn ids into floats where one is missing."""
    columns = dict(zip(COLUMNS, zip(*rows, strict=True), strict=True)) if rows else {}
    frame: dict[str, pd.Series[Any]] = {}
    for name in COLUMNS:
        values = list(columns.get(name, ()))
        if name == "created":
            frame[name] = pd.Series(pd.to_datetime(values, utc=True), dtype="datetime64[us, UTC]")
        elif name in ("cost", "coins"):
            frame[name] = pd.Series(values, dtype="object")
        elif name == "files":
            frame[name] = pd.Series(values, dtype="int64")
        else:
            frame[name] = pd.Series(values, dtype="str")
    return pd.DataFrame(frame)


def _number(connection: Connection, query: Select[Any]) -> int:
    return int(connection.execute(query).scalar_one())


def _seconds(start: datetime, end: datetime) -> float:
    return max(0.0, (end - start).total_seconds())
