"""Statements that several modules need; those of every run are built once, because building one takes longer
than running it."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from rh_ui.domain import Output, OutputState, Task, TaskState
from rh_ui.people import Scope
from rh_ui.persistence.row_mapping import output_of, task_of
from rh_ui.persistence.schema import ledger, outputs, pauses, repeats, tasks

WITHOUT_RESULTS: Final = frozenset(
    state.value
    for state in TaskState
    if state is TaskState.UNKNOWN or not (state.is_final or state is TaskState.DOWNLOADING)
)
"""The states in which a task can't have results yet."""
HOLDING_A_SLOT: Final = tuple(
    state.value for state in (TaskState.CLAIMED, TaskState.UPLOADING, TaskState.SUBMITTING, TaskState.RUNNING)
)
"""The states in which a task has a slot at the service, or is about to get one."""

INSERT_TASK: Final = insert(tasks).returning(tasks)
"""One new row, returned with its defaults."""
SELECT_TASK: Final = select(tasks).where(tasks.c.id == bindparam("of"))
SELECT_OUTPUTS: Final = (
    select(outputs).where(outputs.c.task_id == bindparam("of")).order_by(outputs.c.position)
)

_THEIRS: Final = select(tasks.c.id).where(
    tasks.c.id == outputs.c.task_id, tasks.c.worker == bindparam("mine")
)
UPDATE_OUTPUT: Final = update(outputs).where(
    outputs.c.id == bindparam("of"), outputs.c.state != OutputState.SAVED.value, _THEIRS.exists()
)
"""Write what is now known about the result `of`, if its task belongs to `mine` and its file is not stored
yet."""
INSERT_OUTPUTS: Final = insert(outputs)
INSERT_LEDGER: Final = insert(ledger)
UPDATE_LEDGER: Final = update(ledger).where(
    ledger.c.site == bindparam("at_site"), ledger.c.remote_id == bindparam("of")
)
"""Write the cost of the task `of` of a site, if it has an entry already."""

SELECT_ACCOUNT: Final = select(tasks.c.site, tasks.c.account).where(tasks.c.id == bindparam("of"))
SELECT_PAUSE: Final = select(pauses.c.code).where(
    pauses.c.site == bindparam("at_site"), pauses.c.account == bindparam("whose")
)
COUNT_TAKEN_SLOTS: Final = select(func.count()).where(
    tasks.c.site == bindparam("at_site"),
    tasks.c.account == bindparam("whose"),
    or_(
        tasks.c.state.in_(HOLDING_A_SLOT),
        and_(tasks.c.state == TaskState.UNKNOWN.value, tasks.c.submitted_at > bindparam("uncertain_since")),
    ),
)
"""The slots of an account in use; unknown outcomes count if they were sent after `uncertain_since`."""


@cache
def move_statement(columns: frozenset[str], *, whose: bool, at: bool = False) -> Update:
    """A move by compare-and-set that writes these columns, each from the value `to_<column>`.

    Changes the row `of` if its state is `was` and, with `whose`, its worker is `mine`, and, with `at`, its
    account is `pays`.
    """
    where = [tasks.c.id == bindparam("of"), tasks.c.state == bindparam("was")]
    if whose:
        where.append(tasks.c.worker == bindparam("mine"))
    if at:
        where.append(tasks.c.account == bindparam("pays"))
    written = {name: bindparam(f"to_{name}", type_=tasks.c[name].type) for name in columns}
    return update(tasks).where(*where).values(written)


def insert_or(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that can say what happens where there is such a row already: `on_conflict_do_…`."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def by_id(connection: Connection, task_id: str, *where: ColumnElement[bool]) -> Task | None:
    """The task with this id and its results; None without one that is also as `where` says."""
    wanted = SELECT_TASK.where(*where) if where else SELECT_TASK
    row = connection.execute(wanted, {"of": task_id}).mappings().one_or_none()
    return None if row is None else _with_results(connection, row)


def by_request(connection: Connection, request_id: str) -> Task | None:
    """The task that this request made or repeated; None without one."""
    if not request_id:
        return None
    came_to = select(repeats.c.task_id).where(repeats.c.request_id == request_id).scalar_subquery()
    made = _first(connection, tasks.c.request_id == request_id)
    return made or _first(connection, tasks.c.id == came_to)


def by_remote_id(
    connection: Connection, site: str, remote_id: str, *where: ColumnElement[bool]
) -> Task | None:
    """The task with this remote id at this site; None without one that is also as `where` says."""
    if not remote_id:
        return None
    return _first(connection, tasks.c.remote_id == remote_id, tasks.c.site == site, *where)


def _first(connection: Connection, *where: ColumnElement[bool]) -> Task | None:
    row = connection.execute(select(tasks).where(*where).order_by(tasks.c.id).limit(1)).mappings().first()
    return None if row is None else _with_results(connection, row)


def _with_results(connection: Connection, row: RowMapping) -> Task:
    if row["state"] in WITHOUT_RESULTS:
        return task_of(row)
    return task_of(
        row, [output_of(found) for found in connection.execute(SELECT_OUTPUTS, {"of": row["id"]}).mappings()]
    )


def runs_of(connection: Connection, query: Select[Any]) -> list[Task]:
    """The tasks that a query of rows finds, with their results."""
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


def within(scope: Scope) -> ColumnElement[bool]:
    """The runs that somebody sees: their own, and those of these projects. For queries that find few runs by
    something else: it uses no index, so that databases don't begin with all that somebody sees."""
    person, project = (func.coalesce(column, "") for column in (tasks.c.person, tasks.c.project))
    own = person == scope.person
    return or_(own, project.in_(sorted(scope.projects))) if scope.projects else own


def parts_of(scope: Scope) -> list[ColumnElement[bool]]:
    """The same in parts, each of which has an index by which it is read newest first. No run is in two."""
    projects = sorted(scope.projects)
    own = of_holder(tasks.c.person, scope.person)
    return [
        and_(own, tasks.c.project.not_in(projects)) if projects else own,
        *(of_holder(tasks.c.project, each) for each in projects),
    ]


def of_holder(column: ColumnElement[str], holder: str | ColumnElement[str]) -> ColumnElement[bool]:
    """The runs of a person, a project or a token. Indexes of these columns leave out the runs that have none,
    so databases use them only for a query that leaves them out, too."""
    return and_(column == holder, column != literal_column("''"))
