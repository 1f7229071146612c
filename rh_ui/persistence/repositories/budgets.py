"""Budgets, what admins grant and correct, and what runs hold and cost; budget_admission checks a new run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from rh_ui.budget_rules import GRANT, UNITS, Adjustment, RunMoney, Standing, Window
from rh_ui.domain import Charged, TaskState
from rh_ui.errors import NotFound
from rh_ui.people import COINS, AuditEntry, Budget, Holder, RunOwner
from rh_ui.persistence.budget_admission import (
    ENDED,
    OPEN,
    budget_of,
    counted,
    known_in,
    standing,
    standings,
)
from rh_ui.persistence.repositories.audit import add_entries
from rh_ui.persistence.repositories.base import Repository, row_count
from rh_ui.persistence.row_mapping import money_of
from rh_ui.persistence.schema import tasks
from rh_ui.persistence.schema_team import adjustments, budgets, holds, people, projects, tokens
from rh_ui.persistence.statements import of_holder

CHUNK: Final = 500
"""Ids in one statement; databases limit the number of values."""
_MONEY: Final = (
    tasks.c.id, tasks.c.person, tasks.c.project, tasks.c.token, tasks.c.endpoint, tasks.c.state,
    tasks.c.created_at, tasks.c.finished_at, tasks.c.charged, tasks.c.cost_amount,
    tasks.c.cost_currency, tasks.c.cost_coins, tasks.c.estimate_amount, tasks.c.estimate_currency,
    tasks.c.site, tasks.c.account, tasks.c.submitted_at,
)  # fmt: skip

_NAMES: Final[Mapping[Holder, Select[Any]]] = {
    Holder.PERSON: select(people.c.id, people.c.name),
    Holder.PROJECT: select(projects.c.id, projects.c.name),
    Holder.TOKEN: select(tokens.c.id, (people.c.name + ": " + tokens.c.name).label("name")).join(people),
}


class BudgetRepository(Repository):
    """See Repository. Every amount is exact."""

    def every(self) -> list[Budget]:
        """All budgets, those of one holder together."""
        order = (budgets.c.holder, budgets.c.holder_id, budgets.c.unit, budgets.c.period)
        with self._database.read() as connection:
            return [budget_of(row) for row in connection.execute(select(budgets).order_by(*order)).mappings()]

    def get(self, budget_id: str) -> Budget:
        """Raises NotFound."""
        with self._database.read() as connection:
            row = (
                connection.execute(select(budgets).where(budgets.c.id == budget_id)).mappings().one_or_none()
            )
        if row is None:
            raise NotFound("There is no such budget.")
        return budget_of(row)

    def put(self, budget: Budget, told: Iterable[AuditEntry] = ()) -> Budget:
        """Store the budget in place of the one of the same holder, period and unit; that one's id stays.
        `told`: entries of the audit log, here and below."""
        values = {**asdict(budget), "holder": budget.holder.value, "period": budget.period.value}
        same = [budgets.c[key] == values[key] for key in ("holder", "holder_id", "period", "unit")]
        with self._database.write() as connection:
            known = connection.execute(select(budgets.c.id).where(*same)).scalar_one_or_none()
            if known is None:
                connection.execute(insert(budgets).values(values))
            else:
                values["id"] = known
                connection.execute(update(budgets).where(budgets.c.id == known).values(values))
            row = connection.execute(select(budgets).where(*same)).mappings().one()
            add_entries(connection, told)
        self._changed()
        return budget_of(row)

    def remove(self, budget_id: str, told: Iterable[AuditEntry] = ()) -> bool:
        """False: it is gone already."""
        with self._database.write() as connection:
            removed = row_count(connection.execute(delete(budgets).where(budgets.c.id == budget_id))) == 1
            if removed:
                add_entries(connection, told)
        if removed:
            self._changed()
        return removed

    def standings(self, owner: RunOwner) -> list[Standing]:
        """Every budget that applies to runs of this owner, as it stands now."""
        with self._database.read() as connection:
            return standings(connection, owner, self._now())

    def standings_of(self, found: Iterable[Budget]) -> list[Standing]:
        """These budgets as they stand now, without those for everybody."""
        with self._database.read() as connection:
            now = self._now()
            return [standing(connection, budget, now) for budget in found if budget.holder_id]

    def owner_of(self, task_id: str) -> RunOwner:
        """Raises NotFound."""
        columns = (tasks.c.person, tasks.c.project, tasks.c.token)
        with self._database.read() as connection:
            row = connection.execute(select(*columns).where(tasks.c.id == task_id)).one_or_none()
        if row is None:
            raise NotFound(f"There is no run {task_id}.")
        return RunOwner(*row)

    def held(self, task_ids: Collection[str]) -> dict[str, dict[str, Decimal]]:
        """What these runs hold, by id and unit."""
        with self._database.read() as connection:
            return _held(connection, task_ids)

    def adjust(self, made: Iterable[Adjustment], told: Iterable[AuditEntry] = ()) -> None:
        """Add these lines, all or none."""
        rows = [{**asdict(row), "holder": row.holder.value} for row in made]
        with self._database.write() as connection:
            connection.execute(insert(adjustments), rows)
            add_entries(connection, told)
        self._changed()

    def adjustments(self, during: Window, person: str = "") -> list[Adjustment]:
        """The lines made during this time, newest first; of one person, or everybody's. A correction is there
        once, as its person's."""
        where = [adjustments.c.at >= during.start, adjustments.c.at < during.end]
        if person:
            where += [adjustments.c.holder == Holder.PERSON.value, adjustments.c.holder_id == person]
        else:
            of_person = adjustments.c.holder == Holder.PERSON.value
            where.append(or_(adjustments.c.kind == GRANT, of_person))
        query = select(adjustments).where(*where).order_by(adjustments.c.at.desc(), adjustments.c.id.desc())
        with self._database.read() as connection:
            return [_adjustment(row) for row in connection.execute(query).mappings()]

    def runs(self, during: Window, person: str = "", limit: int | None = None) -> list[RunMoney]:
        """The runs that count during this time, newest first; of one person, or everybody's."""
        query = select(*_MONEY).where(self._counts(during, person)).order_by(tasks.c.id.desc()).limit(limit)
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
            held = _held(connection, [row["id"] for row in rows])
        return [_run_money(row, held.get(row["id"], {})) for row in rows]

    def sent(self, during: Window) -> list[RunMoney]:
        """Everybody's runs that ended during this time or later, and were sent before its end, and those that
        were sent during it and are open; also those from before there were people."""
        ended = and_(
            tasks.c.state.in_(ENDED),
            tasks.c.finished_at >= during.start,
            func.coalesce(tasks.c.submitted_at, tasks.c.finished_at) < during.end,
        )
        open_ = and_(
            tasks.c.state.in_(OPEN), tasks.c.submitted_at >= during.start, tasks.c.submitted_at < during.end
        )
        query = select(*_MONEY).where(or_(ended, open_)).order_by(tasks.c.id.desc())
        with self._database.read() as connection:
            return [_run_money(row, {}) for row in connection.execute(query).mappings()]

    def sums(self, during: Window, person: str = "") -> dict[str, dict[str, Decimal | int]]:
        """What each person's runs count during this time, by unit, and under `unknown` how many were or may
        have been charged without a known amount."""
        unknown = and_(
            tasks.c.state.in_(ENDED),
            tasks.c.charged != Charged.NO.value,
            *(~func.coalesce(known_in(unit)[0], False) for unit in (tasks.c.cost_currency, None)),
        )
        each = [func.sum(counted(literal(unit), coins=unit == COINS)).label(unit) for unit in UNITS]
        count = func.count().filter(unknown).label("unknown")
        query = (
            select(tasks.c.person, *each, count).where(self._counts(during, person)).group_by(tasks.c.person)
        )
        with self._database.read() as connection:
            return {row["person"]: _sum(row) for row in connection.execute(query).mappings()}

    def names(self, wanted: Iterable[tuple[Holder, str]] | None = None) -> dict[tuple[Holder, str], str]:
        """What these people, projects and tokens are called, or all; a token by its person, too. Who is not
        there is left out."""
        each = None if wanted is None else list(wanted)
        found: dict[tuple[Holder, str], str] = {}
        with self._database.read() as connection:
            for holder, query in _NAMES.items():
                ids = [id_ for of, id_ in each or () if of is holder]
                if each is None or ids:
                    asked = query if each is None else query.where(query.selected_columns.id.in_(ids))
                    found |= {(holder, row.id): row.name for row in connection.execute(asked)}
        return found

    def _counts(self, during: Window, person: str) -> ColumnElement[bool]:
        whose = of_holder(tasks.c.person, person) if person else tasks.c.person != ""
        ended = and_(
            tasks.c.state.in_(ENDED), tasks.c.finished_at >= during.start, tasks.c.finished_at < during.end
        )
        now = during.start <= self._now() < during.end
        return and_(whose, or_(ended, tasks.c.state.in_(OPEN)) if now else ended)


def _sum(row: RowMapping) -> dict[str, Decimal | int]:
    return {unit: row[unit] or Decimal(0) for unit in UNITS} | {"unknown": row["unknown"]}


def _held(connection: Connection, ids: Collection[str]) -> dict[str, dict[str, Decimal]]:
    found: dict[str, dict[str, Decimal]] = {}
    listed = list(ids)
    for start in range(0, len(listed), CHUNK):
        query = select(holds).where(holds.c.task_id.in_(listed[start : start + CHUNK])).order_by(holds.c.unit)
        for row in connection.execute(query):
            found.setdefault(row.task_id, {})[row.unit] = row.amount
    return found


def _run_money(row: RowMapping, held: dict[str, Decimal]) -> RunMoney:
    estimate = (row["estimate_currency"], row["estimate_amount"])
    if estimate[0] in UNITS and estimate[1] is not None and estimate[1] >= 0:
        held = {estimate[0]: estimate[1]} | held
    paid = {row["cost_currency"]: row["cost_amount"], COINS: row["cost_coins"]}
    charged = Charged(row["charged"])
    known = charged is Charged.YES
    return RunMoney(
        task_id=row["id"],
        owner=RunOwner(row["person"], row["project"], row["token"]),
        endpoint=row["endpoint"],
        ordered_at=row["created_at"],
        ended_at=None if row["state"] in OPEN else row["finished_at"],
        charged=charged,
        charges={
            unit: sum_ for unit, sum_ in paid.items() if known and unit and sum_ is not None and sum_ >= 0
        },
        held=held,
        state=TaskState(row["state"]),
        estimate=money_of(row["estimate_amount"], row["estimate_currency"]),
        site=row["site"],
        account=row["account"],
        sent_at=row["submitted_at"],
    )


def _adjustment(row: RowMapping) -> Adjustment:
    return Adjustment(**{**row, "holder": Holder(row["holder"])})
