"""What the accounts hold, read at the turn of each hour, so that a day's charges can be compared with it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Final

from rh_ui.engine.own_tasks import AccountKey
from rh_ui.engine.remote_query import Background
from rh_ui.errors import KeyRefused, ServiceFault, StorageFault
from rh_ui.persistence.database_clock import utc_now
from rh_ui.persistence.repositories.balances import BalanceRepository
from rh_ui.reconciliation import Reading, held_of
from rh_ui.runninghub.answer_values import decimal_of
from rh_ui.runninghub.client import Client
from rh_ui.runninghub.replies_account import Account

log: Final = logging.getLogger(__name__)
BETWEEN: Final = timedelta(minutes=15)
"""A change within an hour is stored after this time."""
MOST: Final = Decimal(10) ** 10
"""No database can store more."""


class Balances:
    """Thread-safe. Stores the first reading of each hour, and changes: at most four in an hour."""

    def __init__(
        self,
        repository: BalanceRepository,
        clients: Mapping[AccountKey, Client],
        background: Background,
        *,
        wanted: Callable[[], bool],
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """`clients`: by account; `wanted`: whether anybody is to compare them."""
        self._repository = repository
        self._clients = clients
        self._background = background
        self._wanted = wanted
        self._now = now
        self._lock = threading.Lock()
        self._asked: dict[AccountKey, datetime] = {}
        self._refused: set[AccountKey] = set()

    def note(self, account: AccountKey, told: Account) -> None:
        """The service said what an account holds. A fault of the database is in the log only."""
        self._refused.discard(account)
        if not self._wanted():
            return
        money, coins = told.money, decimal_of(told.coins)
        held = {unit: amount for unit, amount in held_of(money, coins).items() if abs(amount) < MOST}
        new = Reading(*account, self._now(), held)
        try:
            with self._lock:
                if held and _is_due(self._repository.last(*account), new):
                    self._repository.add(new)
        except StorageFault as fault:
            log.warning("what account %s holds could not be stored: %s", account[1], fault)

    def ask_where_due(self) -> None:
        """A chore: ask, in the background, for each account that has no reading in this hour; once an hour,
        and not after its key was refused. Raises StorageFault."""
        if not self._wanted():
            return
        hour = hour_of(self._now())
        for account, client in self._clients.items():
            if self._asked.get(account) == hour or account in self._refused:
                continue
            last = self._repository.last(*account)
            self._asked[account] = hour
            if last is None or hour_of(last.at) != hour:
                self._background.background(client, partial(self._ask, account, client))

    def _ask(self, account: AccountKey, client: Client) -> None:
        try:
            told = client.account()
        except KeyRefused:
            self._refused.add(account)
        except ServiceFault as fault:
            log.info("the balance of account %s could not be read: %s", account[1], fault)
        else:
            self.note(account, told)


def hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _is_due(last: Reading | None, new: Reading) -> bool:
    if last is None or hour_of(last.at) != hour_of(new.at):
        return True
    return last.held != new.held and new.at - last.at >= BETWEEN
