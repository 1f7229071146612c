"""Statements that the journal makes often, built once: to build one takes longer than to run it."""

from __future__ import annotations

from functools import cache
from typing import Final

from sqlalchemy import ColumnElement, Connection, Update, bindparam, insert, select, update

from rh_ui.domain import Task
from rh_ui.store.records import output_of, task_of
from rh_ui.store.tables import outputs, tasks

ADDING: Final = insert(tasks).returning(tasks)
"""One more row, told back with its defaults."""
ONE: Final = select(tasks).where(tasks.c.id == bindparam("of"))


@cache
def moving_statement(columns: frozenset[str], *, whose: bool) -> Update:
    """A move by compare-and-set that writes these columns, each from the value `to_<column>`.

    The row is `of`, if its state is `was` (and its worker `mine`, when it matters `whose` it is)."""
    where = [tasks.c.id == bindparam("of"), tasks.c.state == bindparam("was")]
    if whose:
        where.append(tasks.c.worker == bindparam("mine"))
    written = {name: bindparam(f"to_{name}", type_=tasks.c[name].type) for name in columns}
    return update(tasks).where(*where).values(written)


def by_request(connection: Connection, request_id: str) -> Task | None:
    """The task that was made for this request; None without one."""
    return _first(connection, tasks.c.request_id == request_id) if request_id else None


def by_remote_id(connection: Connection, site: str, remote_id: str) -> Task | None:
    """The task that has this remote id at this site; None without one."""
    if not remote_id:
        return None
    return _first(connection, tasks.c.remote_id == remote_id, tasks.c.site == site)


def _first(connection: Connection, *where: ColumnElement[bool]) -> Task | None:
    row = connection.execute(select(tasks).where(*where).order_by(tasks.c.id).limit(1)).mappings().first()
    if row is None:
        return None
    made = select(outputs).where(outputs.c.task_id == row["id"]).order_by(outputs.c.position)
    return task_of(row, [output_of(found) for found in connection.execute(made).mappings()])
