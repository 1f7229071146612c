"""Whether the budgets allow a run: checked in the transaction that would queue it, and what it holds written
there (docs/decisions/0042)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    Table,
    and_,
    bindparam,
    case,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
)

from rh_ui.budget_rules import (
    CORRECTION,
    GRANT,
    Standing,
    applying,
    asked_about,
    asks_above,
    holds_of,
    refuse_over,
    window_of,
)
from rh_ui.domain import Charged, Money, TaskState
from rh_ui.errors import BudgetRefused
from rh_ui.people import COINS, Budget, Holder, Period, RunOwner
from rh_ui.persistence.columns import Amount
from rh_ui.persistence.schema import tasks
from rh_ui.persistence.schema_team import adjustments, budgets, holds, people, projects, tokens
from rh_ui.persistence.statements import of_holder

ASKS: Final = "asks"
"""The code of the note of a run that asks; its detail is the amount above which it does, and the unit."""
OPEN: Final = tuple(state.value for state in TaskState if not state.is_final)
ENDED: Final = tuple(state.value for state in TaskState if state.is_final)
LOCKS: Final = {Holder.PERSON: 1, Holder.PROJECT: 2, Holder.TOKEN: 3}
"""Our numbers of PostgreSQL's locks, in the order in which every transaction takes them."""
_NAMED: Final[Mapping[Holder, Table]] = {
    Holder.PERSON: people,
    Holder.PROJECT: projects,
    Holder.TOKEN: tokens,
}


@dataclass(frozen=True, slots=True)
class Admission:
    """What a run holds, by unit, and the note of one that asks an admin first; empty: it need not."""

    held: Mapping[str, Decimal]
    asks: str = ""


def wait_for_others(connection: Connection, owner: RunOwner) -> None:
    """On PostgreSQL no other run of the same person, project or token is stored from here until the commit;
    SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        for holder, holder_id in holders(owner):
            lock = func.pg_advisory_xact_lock(LOCKS[holder], func.hashtext(holder_id))
            connection.execute(select(lock))


def admit(connection: Connection, owner: RunOwner, price: Money | None, now: datetime) -> Admission:
    """What a run of this owner holds, and whether it asks. Raises BudgetRefused."""
    found = standings(connection, owner, now)
    try:
        held = holds_of(price, found)
        refuse_over(held, found)
    except BudgetRefused as refused:
        stop = refused.stop
        name = name_of(connection, Holder(stop.holder), stop.holder_id)
        raise BudgetRefused(replace(stop, name=name)) from None
    asked = asked_about(held, asks_above(found))
    return Admission(held, f"{ASKS}:{asked[0].normalize():f} {asked[1]}" if asked else "")


def store_holds(connection: Connection, task_id: str, held: Mapping[str, Decimal]) -> None:
    rows = [{"task_id": task_id, "unit": unit, "amount": amount} for unit, amount in held.items()]
    if rows:
        connection.execute(insert(holds), rows)


def holders(owner: RunOwner) -> list[tuple[Holder, str]]:
    """Who pays for a run: its person, its project and its token, those that there are."""
    each = ((holder, str(getattr(owner, holder.value))) for holder in LOCKS)
    return [(holder, holder_id) for holder, holder_id in each if holder_id]


def standings(connection: Connection, owner: RunOwner, now: datetime) -> list[Standing]:
    """Every budget that applies to runs of this owner, as it stands."""
    hers = [
        and_(budgets.c.holder == holder.value, budgets.c.holder_id == id_) for holder, id_ in holders(owner)
    ]
    for_all = and_(budgets.c.holder == Holder.PERSON.value, budgets.c.holder_id == "")
    rows = connection.execute(select(budgets).where(or_(for_all, *hers)).order_by(budgets.c.id)).mappings()
    return [standing(connection, budget, now) for budget in applying(map(budget_of, rows), owner.person)]


def standing(connection: Connection, budget: Budget, now: datetime) -> Standing:
    """One budget with a holder of its own, as it stands."""
    window = window_of(budget.period, budget.zone, now)
    values = {"of": budget.holder_id, "unit": budget.unit, "start": window.start, "now": now}
    found = connection.execute(spent_and_added(budget.holder, budget.unit == COINS), values).one()
    return Standing(budget, window, found.spent, found.added)


def name_of(connection: Connection, holder: Holder, holder_id: str) -> str:
    table = _NAMED[holder]
    return connection.execute(select(table.c.name).where(table.c.id == holder_id)).scalar_one_or_none() or ""


def budget_of(row: RowMapping) -> Budget:
    named: dict[str, Any] = {**row, "holder": Holder(row["holder"]), "period": Period(row["period"])}
    return Budget(**named)


def known_in(unit: ColumnElement[str] | None) -> tuple[ColumnElement[bool], Column[Decimal]]:
    """Whether a run's charge in this unit is known, and the charge; None: in coins."""
    paid = tasks.c.cost_coins if unit is None else tasks.c.cost_amount
    known = [tasks.c.charged == Charged.YES.value, paid >= Decimal(0)]
    if unit is not None:
        known.append(tasks.c.cost_currency == unit)
    return and_(*known), paid


def counted(unit: ColumnElement[str], *, coins: bool) -> ColumnElement[Decimal]:
    """What one run counts in this unit: its charge, if that is known in this unit; otherwise what it
    holds, as long as it is open, was charged or may have been. A run from before there were people holds what
    it was estimated at."""
    known, paid = known_in(None if coins else unit)
    zero = literal(Decimal(0), Amount)
    hold = select(holds.c.amount).where(holds.c.task_id == tasks.c.id, holds.c.unit == unit)
    estimate = case(
        (
            and_(tasks.c.estimate_currency == unit, tasks.c.estimate_amount >= Decimal(0)),
            tasks.c.estimate_amount,
        ),
        else_=zero,
    )
    return case(
        (known, paid),
        (
            or_(tasks.c.state.in_(OPEN), tasks.c.charged != Charged.NO.value),
            func.coalesce(hold.scalar_subquery(), estimate),
        ),
        else_=zero,
    )


@cache
def spent_and_added(holder: Holder, coins: bool) -> Select[Any]:
    """`spent`: what the runs of the holder `of` count, the open ones and those that ended since `start`.
    `added`: the holder's grants that last at `now`, and the corrections since `start`."""
    theirs = of_holder(tasks.c[holder.value], bindparam("of"))
    counts = counted(bindparam("unit"), coins=coins).label("counts")
    runs = union_all(
        select(counts).where(theirs, tasks.c.state.in_(OPEN)),
        select(counts).where(theirs, tasks.c.state.in_(ENDED), tasks.c.finished_at >= bindparam("start")),
    ).subquery()
    zero = literal(Decimal(0), Amount)
    spent = select(func.coalesce(func.sum(runs.c.counts), zero, type_=Amount))
    added = select(func.coalesce(func.sum(adjustments.c.amount), zero, type_=Amount)).where(
        adjustments.c.holder == holder.value,
        adjustments.c.holder_id == bindparam("of"),
        adjustments.c.unit == bindparam("unit"),
        or_(
            and_(adjustments.c.kind == CORRECTION, adjustments.c.at >= bindparam("start")),
            and_(
                adjustments.c.kind == GRANT,
                adjustments.c.at <= bindparam("now"),
                adjustments.c.until > bindparam("now"),
            ),
        ),
    )
    return select(spent.scalar_subquery().label("spent"), added.scalar_subquery().label("added"))
