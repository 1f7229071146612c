"""The charges of a month beside what the service says: of each run, and of each account by day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from rh_ui.budget_rules import Window, window_of
from rh_ui.people import Caller, Period, Right
from rh_ui.persistence.database_clock import utc_now
from rh_ui.persistence.repositories.balances import BalanceRepository
from rh_ui.persistence.repositories.budgets import BudgetRepository
from rh_ui.reconciliation import NEAR, AccountDay, account_days
from rh_ui.services.budgets import check_zone
from rh_ui.services.people import need


@dataclass(frozen=True, slots=True)
class Compared:
    """The days of a month, or one day, that have begun, newest first."""

    window: Window
    days: tuple[AccountDay, ...]


class Reconciliation:
    """Thread-safe. Methods raise RightRefused, AmountRefused (no such time zone) and StorageFault."""

    def __init__(
        self, runs: BudgetRepository, balances: BalanceRepository, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._runs = runs
        self._balances = balances
        self._now = now

    def month(self, by: Caller, zone: str, moment: datetime) -> Compared:
        """Every account's days of the month of a time zone that this moment is in."""
        _check(by, zone)
        return self._compare(Period.MONTH, zone, moment)

    def day(self, by: Caller, zone: str, day: date) -> Compared:
        """One day of a time zone, of every account."""
        _check(by, zone)
        return self._compare(Period.DAY, zone, datetime.combine(day, time(12), ZoneInfo(zone)))

    def _compare(self, period: Period, zone: str, moment: datetime) -> Compared:
        window = window_of(period, zone, moment)
        wider = Window(window.start - NEAR, window.end + NEAR)
        runs, readings = self._runs.sent(wider), self._balances.readings(wider)
        return Compared(window, tuple(account_days(list(_days(window, zone)), runs, readings, self._now())))


def _check(by: Caller, zone: str) -> None:
    need(by, Right.MANAGE)
    check_zone(zone)


def _days(window: Window, zone: str) -> Iterator[tuple[date, Window]]:
    moment = window.start
    while moment < window.end:
        day = window_of(Period.DAY, zone, moment)
        yield moment.astimezone(ZoneInfo(zone)).date(), day
        moment = day.end
