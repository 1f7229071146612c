"""Accounts that are paused for want of money."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import and_, delete, insert, select, update

from rh_ui.domain import Money, Pause
from rh_ui.persistence.repositories.base import Repository, row_count
from rh_ui.persistence.schema import pauses


class PauseRepository(Repository):
    """One row per paused account; see Repository."""

    def add(self, pause: Pause) -> bool:
        """Pause an account; False: it was paused already."""
        same = and_(pauses.c.site == pause.site, pauses.c.account == pause.account)
        with self._database.write() as connection:
            if connection.execute(select(pauses.c.code).where(same)).first() is not None:
                return False
            values = {"site": pause.site, "account": pause.account, "code": pause.code, "since": pause.since}
            connection.execute(insert(pauses).values(values))
        self._changed()
        return True

    def record_balance(self, site: str, account: str, money: Money | None, coins: Decimal | None) -> None:
        """The money of a paused account, for comparison; only the first figure of each purse is kept."""
        mine = and_(pauses.c.site == site, pauses.c.account == account)
        with self._database.write() as connection:
            if money is not None:
                seen = {"amount": money.amount, "currency": money.currency}
                connection.execute(update(pauses).where(mine, pauses.c.amount.is_(None)).values(seen))
            if coins is not None:
                connection.execute(update(pauses).where(mine, pauses.c.coins.is_(None)).values(coins=coins))

    def remove(self, site: str, account: str, since: datetime | None = None) -> bool:
        """End the pause of an account. False: it was not paused, or its pause did not begin at `since`."""
        mine = and_(pauses.c.site == site, pauses.c.account == account)
        if since is not None:
            mine = and_(mine, pauses.c.since == since)
        with self._database.write() as connection:
            ended = row_count(connection.execute(delete(pauses).where(mine))) == 1
        if ended:
            self._changed()
        return ended
