"""Real runs beside what the emulator says of their usage and of the balance, and when the balance is read."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, Final

import pytest

from rh_ui.budget_rules import Window, window_of
from rh_ui.domain import Charged, Money, Task
from rh_ui.errors import RightRefused
from rh_ui.people import Caller, Period, Role
from rh_ui.persistence.database_clock import utc_now
from rh_ui.persistence.repositories.balances import BalanceRepository
from rh_ui.reconciliation import AccountDay, UnitCheck, Verdict, Why
from rh_ui.runninghub.client import Client
from rh_ui.runninghub.replies_account import Account
from rh_ui.services.balances import Balances
from rh_ui.services.people import as_caller
from tests.integration.engine.workshop import PICTURE, Workshop
from tests.team import WORD

HOUR: Final = timedelta(hours=1)
_AT: Final = utc_now().hour
ZONE: Final = f"Etc/GMT{_AT - 12:+d}" if _AT != 12 else "Etc/GMT"
"""Where it is about noon, so that no test runs over midnight."""


class Desk:
    """An admin, and the readings of the account."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self.time = window_of(Period.DAY, ZONE, utc_now()).start
        self.store = BalanceRepository(workshop.database)
        self.people = False
        self.balances = self.watch({workshop.account: workshop.client})
        self.ada = as_caller(workshop.services.people.first_admin("Ada", WORD))
        self.people = True

    def watch(self, clients: dict[tuple[str, str], Client]) -> Balances:
        return Balances(
            self.store, clients, self.workshop.engine, wanted=lambda: self.people, now=lambda: self.time
        )

    def held(self) -> list[Decimal]:
        """What was read, in its order."""
        every = self.store.readings(Window(self.time - 99 * HOUR, self.time + 99 * HOUR))
        return [reading.held["CNY"] for reading in sorted(every, key=lambda reading: reading.at)]

    def read(self, at: datetime | None = None) -> None:
        """The balance is read now; the reading is one of this moment."""
        self.time = at or self.time
        self.balances.note(self.workshop.account, self.workshop.client.account())

    def day(self) -> AccountDay:
        """Today, up to now."""
        self.read(utc_now())
        (found,) = self.workshop.services.reconciliation.month(self.ada, ZONE, utc_now()).days
        return found

    def unit(self) -> UnitCheck:
        (unit,) = self.day().units
        return unit


@pytest.fixture
def desk(workshop: Workshop) -> Desk:
    made = Desk(workshop)
    made.read()
    return made


def picture(workshop: Workshop) -> Task:
    task = workshop.reach(workshop.submit(PICTURE))
    assert task.estimate is not None and task.estimate.currency == "CNY"
    return task


def says(workshop: Workshop, usage: Any) -> None:
    workshop.emulator.fault("query", "set", when="SUCCESS", times=-1, value={"usage": usage})


def test_a_real_run_agrees_with_its_price_and_with_the_balance(workshop: Workshop, desk: Desk) -> None:
    task = picture(workshop)
    assert task.cost == task.estimate
    found = desk.day()
    assert found.counts == {Verdict.AGREED: 1}
    (unit,) = found.units
    assert task.cost is not None
    assert (unit.verdict, unit.charged, unit.fell) == (Verdict.AGREED, task.cost.amount, task.cost.amount)
    assert (found.site, found.account) == workshop.account


def test_a_run_that_was_charged_more_differs_and_so_does_the_account(workshop: Workshop, desk: Desk) -> None:
    says(workshop, {"consumeMoney": None, "consumeCoins": None, "thirdPartyConsumeMoney": "9.5"})
    task = picture(workshop)
    assert task.cost == Money(Decimal("9.5"), "CNY") and task.estimate is not None
    found = desk.day()
    (check,) = found.checks
    assert (check.verdict, check.by) == (Verdict.DIFFERS, Decimal("9.5") - task.estimate.amount)
    assert check.expected == task.estimate.amount
    (unit,) = found.units
    assert (unit.verdict, unit.by) == (Verdict.DIFFERS, task.estimate.amount - Decimal("9.5"))


def test_a_run_without_a_usage_is_not_known_and_the_difference_is_not_guessed(
    workshop: Workshop, desk: Desk
) -> None:
    says(workshop, None)
    task = picture(workshop)
    assert task.charged is Charged.MAYBE and task.estimate is not None
    found = desk.day()
    assert [(check.verdict, check.why) for check in found.checks] == [(Verdict.UNKNOWN, Why.CHARGE)]
    (unit,) = found.units
    assert (unit.verdict, unit.why, unit.fell) == (Verdict.UNKNOWN, Why.CHARGE, task.estimate.amount)


def test_a_failure_costs_nothing_and_agrees(workshop: Workshop, desk: Desk) -> None:
    workshop.emulator.script(settings={"failed_usage": "null"})
    workshop.emulator.fault("submit", "fail")
    task = picture(workshop)
    assert task.charged is Charged.NO
    found = desk.day()
    assert found.counts == {Verdict.AGREED: 1} and found.units == ()


def test_a_top_up_is_what_left_the_balance_too_little(workshop: Workshop, desk: Desk) -> None:
    task = picture(workshop)
    assert task.cost is not None
    before = Decimal(workshop.emulator.balance())
    workshop.emulator.script(accounts={workshop.emulator.key: {"balance": str(before + 100)}})
    unit = desk.unit()
    assert (unit.verdict, unit.by, unit.charged) == (Verdict.DIFFERS, Decimal(-100), task.cost.amount)


def test_only_admins_compare(workshop: Workshop, desk: Desk) -> None:
    reconciliation = workshop.services.reconciliation
    for by in (Caller("ben", Role.MEMBER), Caller("gil", Role.GUEST)):
        with pytest.raises(RightRefused):
            reconciliation.month(by, ZONE, utc_now())
        with pytest.raises(RightRefused):
            reconciliation.day(by, ZONE, utc_now().date())


def test_the_chore_asks_once_an_hour_and_where_no_page_did(workshop: Workshop, desk: Desk) -> None:
    def asked() -> int:
        return len(workshop.requests("account"))

    before = asked()
    desk.balances.ask_where_due()
    desk.time += HOUR - timedelta(seconds=1)
    desk.balances.ask_where_due()
    assert asked() == before, "this hour has a reading"
    desk.time += timedelta(seconds=1)
    desk.balances.ask_where_due()
    desk.balances.ask_where_due()
    workshop.until(lambda: len(desk.held()) == 2, "a second reading")
    desk.balances.ask_where_due()
    assert asked() == before + 1
    workshop.emulator.fault("account", "html502", times=-1)
    desk.time += HOUR
    desk.balances.ask_where_due()
    workshop.until(lambda: asked() > before + 1, "asked in vain")
    desk.balances.ask_where_due()
    assert len(desk.held()) == 2


def test_nothing_is_asked_or_stored_where_there_are_no_people(workshop: Workshop) -> None:
    desk = Desk(workshop)
    desk.people = False
    before = len(workshop.requests("account"))
    desk.balances.ask_where_due()
    assert len(workshop.requests("account")) == before
    desk.read()
    assert desk.held() == []


def test_a_refused_key_is_not_asked_again_until_it_works(workshop: Workshop, desk: Desk) -> None:
    wrong = Client(workshop.emulator.url, "no-such-key")
    account = ("demo", wrong.fingerprint)
    watch = desk.watch({account: wrong, workshop.account: workshop.client})
    asked = len(workshop.requests("account"))
    for _ in range(3):
        desk.time += HOUR
        read = len(desk.held()) + 1
        watch.ask_where_due()
        workshop.until(partial(lambda count: len(desk.held()) == count, read), "the other one is read")
        workshop.until(lambda: watch._refused == {account}, "it was refused")
    assert len(workshop.requests("account")) == asked + 3 + 1
    assert desk.store.last(*account) is None
    watch.note(account, Account(Money(Decimal(5), "CNY"), "", 0, ""))
    assert watch._refused == set() and desk.store.last(*account) is not None


def test_a_change_is_stored_after_a_quarter_of_an_hour_and_the_same_only_next_hour(
    workshop: Workshop, desk: Desk
) -> None:
    def note(minutes: int, money: str) -> None:
        desk.time = start + timedelta(minutes=minutes)
        desk.balances.note(workshop.account, Account(Money(Decimal(money), "CNY"), "", 0, ""))

    start, first = desk.time, desk.held()
    note(5, "7")
    note(14, "7")
    assert desk.held() == first
    note(15, "7")
    note(16, "6")
    note(59, "7")
    assert desk.held() == [*first, Decimal(7)]
    note(60, "7")
    assert desk.held() == [*first, Decimal(7), Decimal(7)]


@pytest.mark.parametrize(
    "odd", [Account(None, "", 0, ""), Account(Money(Decimal(10) ** 20, "CNY"), "x", 0, ""),
            Account(Money(Decimal(1), "BITCOIN"), "", 0, "")],
)  # fmt: skip
def test_what_can_t_be_stored_is_left_out(workshop: Workshop, desk: Desk, odd: Account) -> None:
    before = desk.held()
    desk.time += HOUR
    desk.balances.note(workshop.account, odd)
    assert desk.held() == before


def test_what_a_page_asks_is_stored_too(workshop: Workshop) -> None:
    workshop.services.people.first_admin("Ada", WORD)
    workshop.services.account.view(wait=30)
    last = BalanceRepository(workshop.database).last(*workshop.account)
    assert last is not None and last.held["CNY"] == Decimal(workshop.emulator.balance())
