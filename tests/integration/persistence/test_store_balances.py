"""Readings of balances, and the runs that they are compared with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from rh_ui.budget_rules import Window
from rh_ui.domain import Charged, Money, TaskState
from rh_ui.people import COINS, RunOwner
from rh_ui.persistence.database import Database
from rh_ui.persistence.repositories.balances import KEPT, BalanceRepository
from rh_ui.persistence.repositories.repositories import Repositories
from rh_ui.reconciliation import Reading
from tests.integration.persistence.test_store_repositories import new_task

S = TaskState
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
ALL = Window(NOW - timedelta(days=1000), NOW + timedelta(days=1000))
DAY = Window(NOW, NOW + timedelta(days=1))


@pytest.fixture
def balances(database: Database) -> BalanceRepository:
    return BalanceRepository(database)


def reading(hours: float = 0, account: str = "a", **held: str) -> Reading:
    amounts = {unit: Decimal(amount) for unit, amount in held.items()}
    return Reading("https://site.example", account, NOW + timedelta(hours=hours), amounts)


def test_a_reading_comes_back_exactly(balances: BalanceRepository) -> None:
    every = [
        reading(0, CNY="1234567890.12345678"),
        reading(1, USD="-0.00000001", coins="17"),
        reading(2, coins="0"),
    ]
    for each in every:
        balances.add(each)
    assert sorted(balances.readings(ALL), key=lambda each: each.at) == every
    assert balances.last("https://site.example", "a") == every[-1]
    assert balances.last("https://site.example", "b") is None
    assert every[1].held == {"USD": Decimal("-0.00000001"), COINS: Decimal(17)}


def test_readings_are_found_by_their_time_and_kept_for_a_year(balances: BalanceRepository) -> None:
    for each in (reading(-24, CNY="3"), reading(0, CNY="2"), reading(24, CNY="1"), reading(0, "b", CNY="9")):
        balances.add(each)
    assert {(each.account, each.at) for each in balances.readings(DAY)} == {
        ("a", NOW), ("b", NOW), ("a", NOW + timedelta(days=1)),
    }  # fmt: skip
    balances.add(reading(KEPT.total_seconds() / 3600, CNY="0"))
    left = {(each.account, each.at) for each in balances.readings(ALL)}
    assert ("a", NOW - timedelta(days=1)) not in left
    assert {("a", NOW), ("b", NOW)} <= left, "a reading drops those of its own account"


def test_a_day_has_the_runs_that_ended_in_it_or_later_and_were_sent_before_its_end(
    store: Repositories,
) -> None:
    def put(number: int, state: TaskState, sent: float | None, ended: float | None) -> str:
        """A run that was sent and ended so many hours after the day began."""
        task, _ = store.tasks.add(new_task(number, owner=RunOwner("anna" if number % 2 else "")))
        moments = [None if hours is None else NOW + timedelta(hours=hours) for hours in (sent, ended)]
        assert store.tasks.move(
            task.id, S.QUEUED, state, charged=Charged.YES, cost=Money(Decimal("0.25"), "CNY"),
            submitted_at=moments[0], finished_at=moments[1],
        )  # fmt: skip
        return task.id

    inside = {
        put(1, S.DONE, 1, 2),
        put(2, S.FAILED, -1, 1),
        put(3, S.DONE, 23, 30),
        put(4, S.UNKNOWN, 2, None),
        put(5, S.RUNNING, 2, None),
        put(6, S.DONE, None, 3),
    }
    put(7, S.DONE, -2, -1)
    put(8, S.DONE, 25, 26)
    put(9, S.UNKNOWN, -1, None)
    put(10, S.RUNNING, 25, None)
    store.tasks.add(new_task(11))
    found = {run.task_id: run for run in store.budgets.sent(DAY)}
    assert found.keys() == inside
    run = found["task-0001"]
    assert (run.site, run.account) == ("https://www.runninghub.ai", "0123456789ab")
    assert (run.sent_at, run.ended_at) == (NOW + timedelta(hours=1), NOW + timedelta(hours=2))
    assert (run.estimate, run.charges) == (Money(Decimal("0.1"), "CNY"), {"CNY": Decimal("0.25")})
    assert found["task-0004"].state is S.UNKNOWN and found["task-0004"].ended_at is None
