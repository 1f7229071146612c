"""Accounts that wait for money."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import and_, delete, insert, select, update

from rh_ui.domain import Money, Pause
from rh_ui.persistence.repositories.base import Repository, row_count
from rh_ui.persistence.schema import pauses


class PauseRepository(Repository):
    """One row a paused account; as Repository."""

    def add(self, pause: Pause) -> bool:
        """Remember that an account waits for money; False: it did so already."""
        same = and_(pauses.c.site == pause.site, pauses.c.account == pause.account)
        with self._database.write() as connection:
            if connection.execute(select(pauses.c.code).where(same)).first() is not None:
                return False
            values = {"site": pause.site, "account": pause.account, "code": pause.code, "since": pause.since}
            connection.execute(insert(pauses).values(values))
        self._changed()
        return True

    def record_balance(self, site: str, account: str, money: Money | None, coins: Decimal | None) -> None:
        """What a paused account holds, for comparison; the first look at each purse counts."""
        mine = and_(pauses.c.site == site, pauses.c.account == account)
        with self._database.write() as connection:
            if money is not None:
                seen = {"amount": money.amount, "currency": money.currency}
                connection.execute(update(pauses).where(mine, pauses.c.amount.is_(None)).values(seen))
            if coins is not None:
                connection.execute(update(pauses).where(mine, pauses.c.coins.is_(None)).values(coins=coins))

    def remove(self, site: str, account: str, since: datetime | None = None) -> bool:
        """The account goes on; False: it was not paused, or (where told) not since then."""
        mine = and_(pauses.c.site == site, pauses.c.account == account)
        if since is not None:
            mine = and_(mine, pauses.c.since == since)
        with self._database.write() as connection:
            ended = row_count(connection.execute(delete(pauses).where(mine))) == 1
        if ended:
            self._changed()
        return ended
