"""Whether an order came before: checked in the transaction that would queue it (docs/decisions/0023)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, func, insert, select

from rh_ui.domain import Task, TaskState
from rh_ui.errors import OrderRefused
from rh_ui.persistence.database_clock import DatabaseClock
from rh_ui.persistence.row_mapping import NewTask
from rh_ui.persistence.schema import repeats, tasks
from rh_ui.persistence.statements import by_id, by_remote_id, by_request

MOMENT: Final = 10.0
"""Seconds for which an equal order that nobody has seen yet counts as the same one."""
WITHOUT_FRUIT: Final = (TaskState.FAILED.value, TaskState.CANCELLED.value)


def earlier_run(connection: Connection, new: NewTask) -> Task | None:
    """The existing run of this order, if there is one. Raises OrderRefused for a request id that belongs to
    another order; nothing is written then."""
    known = _asked_before(connection, new)
    if known is not None:
        _refuse_other(connection, known, new)
        return known
    known = by_remote_id(connection, new.site, new.remote_id)
    if known is None and new.seen is not None:
        known = _equal(connection, new, new.seen)
        if known is not None and new.request_id:
            # The id may come again after that time.
            row = {"request_id": new.request_key, "task_id": known.id}
            connection.execute(insert(repeats).values(row))
    return known


def _asked_before(connection: Connection, new: NewTask) -> Task | None:
    """The run of the same request; also of one that was made before there were people."""
    known = by_request(connection, new.request_key)
    if known is None and new.request_key != new.request_id:
        earlier = by_request(connection, new.request_id)
        known = earlier if earlier and earlier.owner.person == new.owner.person else None
    return known


def _refuse_other(connection: Connection, known: Task, new: NewTask) -> None:
    """Raise OrderRefused unless both orders are equal; a run of an older version has no digest to compare."""
    likeness = connection.execute(select(tasks.c.likeness).where(tasks.c.id == known.id)).scalar_one()
    if likeness not in ("", new.order_digest, new.former_digest):
        raise OrderRefused(
            "This request id belongs to another order already. Nothing was sent and nothing was charged; "
            "give each order an id of its own."
        )


def _equal(connection: Connection, new: NewTask, seen: frozenset[str]) -> Task | None:
    if connection.dialect.name == "postgresql":
        # Two programs get the order at the same time: the second one looks after the first one has written.
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(new.order_digest))))
    newest = (
        select(tasks.c.id, tasks.c.state, (DatabaseClock() - tasks.c.asked_at).label("age"))
        .where(tasks.c.likeness == new.order_digest)
        .order_by(tasks.c.id.desc())
        .limit(1)
    )
    row = connection.execute(newest).one_or_none()
    # the first condition also covers a clock that was set back
    if row is None or row.age is None or abs(row.age) >= MOMENT:
        return None
    if row.id in seen or row.state in WITHOUT_FRUIT:
        return None
    return by_id(connection, row.id)
