"""What the accounts held, reading by reading; the old ones are dropped as new ones come."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, RowMapping, and_, delete, insert, select

from rh_ui.budget_rules import Window
from rh_ui.people import COINS
from rh_ui.persistence.repositories.base import Repository
from rh_ui.persistence.row_mapping import money_of
from rh_ui.persistence.schema_team import balance_readings
from rh_ui.reconciliation import Reading, held_of

KEPT: Final = timedelta(days=400)


class BalanceRepository(Repository):
    """See Repository."""

    def add(self, reading: Reading) -> None:
        """Store a reading, and drop those of the same account that are older than KEPT."""
        money = next(((unit, held) for unit, held in reading.held.items() if unit != COINS), None)
        values = {
            "site": reading.site, "account": reading.account, "at": reading.at,
            "currency": money[0] if money else "", "amount": money[1] if money else None,
            "coins": reading.held.get(COINS),
        }  # fmt: skip
        old = and_(_of(reading.site, reading.account), balance_readings.c.at < reading.at - KEPT)
        with self._database.write() as connection:
            connection.execute(delete(balance_readings).where(old))
            connection.execute(insert(balance_readings).values(values))

    def last(self, site: str, account: str) -> Reading | None:
        """The newest reading of an account."""
        newest = balance_readings.c.at.desc()
        query = select(balance_readings).where(_of(site, account)).order_by(newest).limit(1)
        with self._database.read() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return None if row is None else _reading(row)

    def readings(self, during: Window) -> list[Reading]:
        """Those of all accounts."""
        during_it = and_(balance_readings.c.at >= during.start, balance_readings.c.at <= during.end)
        with self._database.read() as connection:
            rows = connection.execute(select(balance_readings).where(during_it)).mappings()
            return [_reading(row) for row in rows]


def _of(site: str, account: str) -> ColumnElement[bool]:
    return and_(balance_readings.c.site == site, balance_readings.c.account == account)


def _reading(row: RowMapping) -> Reading:
    money = money_of(row["amount"], row["currency"])
    return Reading(row["site"], row["account"], row["at"], held_of(money, row["coins"]))
