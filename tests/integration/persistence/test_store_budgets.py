"""Budgets where runs are queued: what is held, what is spent, who is refused, and never one run too many."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import insert, select, update

from rh_ui.budget_rules import CORRECTION, GRANT, Adjustment, Window
from rh_ui.domain import Charged, Money, TaskState, new_id
from rh_ui.errors import BudgetRefused
from rh_ui.people import COINS, NOBODY, Budget, Holder, Period, RunOwner
from rh_ui.persistence.database import Database
from rh_ui.persistence.repositories.repositories import Repositories, open_repositories
from rh_ui.persistence.schema import tasks
from rh_ui.persistence.schema_team import budgets, holds
from tests.integration.persistence.belonging import belong
from tests.integration.persistence.budget_program import PROJECT
from tests.integration.persistence.test_store_repositories import new_task

S = TaskState
ANNA = RunOwner("anna")
SHANGHAI = "Asia/Shanghai"
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
"""20:00 in Shanghai, a Monday."""


class Clock:
    """The time of the repositories."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def team(database: Database, clock: Clock) -> Repositories:
    return open_repositories(database, now=clock)


def budget(amount: str = "1", **more: object) -> Budget:
    made = Budget(new_id(), Holder.PERSON, "anna", Period.DAY, SHANGHAI, Decimal(amount), "CNY")
    return replace(made, **more)  # type: ignore[arg-type]


def order(
    team: Repositories, number: int, price: str | None = "0.4", owner: RunOwner = ANNA, unit: str = "CNY"
) -> str:
    money = None if price is None else Money(Decimal(price), unit)
    return team.tasks.add(new_task(number, owner=owner, estimate=money))[0].id


def refused(
    team: Repositories, number: int, price: str | None = "0.4", owner: RunOwner = ANNA, unit: str = "CNY"
) -> BudgetRefused:
    with pytest.raises(BudgetRefused) as fault:
        order(team, number, price, owner, unit)
    return fault.value


def end(
    team: Repositories,
    task_id: str,
    becomes: TaskState = S.DONE,
    *,
    charged: Charged = Charged.YES,
    cost: str | None = None,
    unit: str = "CNY",
    coins: str | None = None,
    was: TaskState = S.QUEUED,
) -> None:
    assert team.tasks.move(
        task_id,
        was,
        becomes,
        charged=charged,
        finished_at=team.tasks._now(),
        cost=None if cost is None else Money(Decimal(cost), unit),
        coins=None if coins is None else Decimal(coins),
    )


def left(team: Repositories, owner: RunOwner = ANNA) -> list[Decimal]:
    return [each.left for each in team.budgets.standings(owner)]


def held(database: Database) -> dict[tuple[str, str], Decimal]:
    with database.read() as connection:
        return {(row.task_id, row.unit): row.amount for row in connection.execute(select(holds))}


def test_a_run_holds_its_price_until_it_ends(team: Repositories, database: Database) -> None:
    team.budgets.put(budget())
    first, second = order(team, 1), order(team, 2)
    assert left(team) == [Decimal("0.2")]
    stop = refused(team, 3).stop
    assert (stop.needed, stop.left, stop.limit) == (Decimal("0.4"), Decimal("0.2"), Decimal(1))
    each = Decimal("0.4")
    assert held(database) == {(first, "CNY"): each, (second, "CNY"): each}, "nothing of the third"
    end(team, first, cost="0.1")
    assert left(team) == [Decimal("0.5")], "now what it cost counts"
    end(team, second, S.CANCELLED, charged=Charged.NO)
    assert left(team) == [Decimal("0.9")]
    order(team, 4, "0.9")
    refused(team, 5, "0.00000001")
    order(team, 6, "0"), "what costs nothing runs"


def test_a_refused_order_may_come_again_with_its_id(team: Repositories) -> None:
    team.budgets.put(budget("0.1"))
    with pytest.raises(BudgetRefused):
        team.tasks.add(new_task(1, owner=ANNA, request_id="r", estimate=Money(Decimal(1), "CNY")))
    team.budgets.put(budget("1"))
    made = team.tasks.add(new_task(1, owner=ANNA, request_id="r", estimate=Money(Decimal(1), "CNY")))
    again = team.tasks.add(new_task(2, owner=ANNA, request_id="r", estimate=Money(Decimal(1), "CNY")))
    assert (made[1], again[1], again[0].id) == (True, False, made[0].id), (
        "the second is the same order, and holds nothing"
    )
    assert left(team) == [Decimal(0)]


@pytest.mark.parametrize(
    ("state", "charged"),
    [
        (S.UNKNOWN, Charged.MAYBE),
        (S.RUNNING, Charged.MAYBE),
        (S.DOWNLOADING, Charged.YES),
        (S.DONE, Charged.YES),
        (S.DONE, Charged.MAYBE),
        (S.FAILED, Charged.MAYBE),
    ],
)
def test_what_was_or_may_have_been_charged_keeps_its_hold(
    team: Repositories, state: TaskState, charged: Charged
) -> None:
    team.budgets.put(budget())
    end(team, order(team, 1), state, charged=charged)
    assert left(team) == [Decimal("0.6")]


def test_a_late_answer_opens_the_hold_again(team: Repositories) -> None:
    """Also where the run seemed to have cost nothing, or less."""
    team.budgets.put(budget())
    task = order(team, 1)
    end(team, task, S.CANCELLED, charged=Charged.NO, cost="0")
    assert left(team) == [Decimal(1)]
    assert team.tasks.move(task, S.CANCELLED, S.RUNNING, charged=Charged.MAYBE, finished_at=None)
    assert left(team) == [Decimal("0.6")]
    end(team, task, was=S.RUNNING, cost="1.5")
    assert left(team) == [Decimal("-0.5")], "the ledger goes below zero and says so"
    stop = refused(team, 2, "0.1").stop
    assert stop.left == Decimal("-0.5")


def test_a_budget_that_comes_later_knows_what_runs(team: Repositories) -> None:
    order(team, 1)
    team.budgets.put(budget("0.5"))
    assert left(team) == [Decimal("0.1")]
    refused(team, 2)


def test_the_window_is_the_day_of_its_zone(team: Repositories, clock: Clock) -> None:
    team.budgets.put(budget())
    ended, open_ = order(team, 1, "0.5"), order(team, 2, "0.5")
    end(team, ended, cost="0.5")
    clock.now = datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC)
    stop = refused(team, 3).stop
    assert stop.renews.isoformat() == "2026-12-01T00:00:00+08:00"
    clock.now = datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert left(team) == [Decimal("0.5")], "what is open counts in every window, what ended by its end"
    end(team, open_, cost="0.5")
    assert left(team) == [Decimal("0.5")], "it ended in the new day"
    clock.now += timedelta(days=1)
    assert left(team) == [Decimal(1)]


def test_all_budgets_apply_and_the_one_that_stops_is_named(team: Repositories, database: Database) -> None:
    belong(database, [RunOwner("anna", PROJECT), RunOwner("somebody else", PROJECT)])
    team.budgets.put(budget("5"))
    team.budgets.put(budget("0.6", holder=Holder.PROJECT, holder_id=PROJECT, period=Period.MONTH))
    team.budgets.put(budget("0.2", holder=Holder.TOKEN, holder_id="t1", period=Period.WEEK))
    owner = RunOwner("anna", PROJECT, "t1")
    stop = refused(team, 1, owner=owner).stop
    assert (stop.holder, stop.period, stop.left) == ("token", "week", Decimal("0.2"))
    order(team, 2, owner=RunOwner("anna", PROJECT))
    fault = refused(team, 3, owner=RunOwner("somebody else", PROJECT))
    assert (fault.stop.name, fault.stop.left) == ("Film", Decimal("0.2"))
    assert "The budget of the project Film for the month is 0.6 CNY, and 0.2 of it are left" in str(fault)
    order(team, 4), "not in the project"
    assert left(team, owner) == [Decimal("4.2"), Decimal("0.2"), Decimal("0.2")]


def test_somebody_never_seen_before_has_the_budget_of_everybody(team: Repositories) -> None:
    """litellm#40095: the first use by somebody without a row had no limit."""
    team.budgets.put(budget("0.5", holder_id=""))
    stranger = RunOwner("never seen before")
    order(team, 1, owner=stranger)
    assert refused(team, 2, owner=stranger).stop.holder_id == "never seen before"
    order(team, 3, owner=ANNA), "each has it for themselves"
    team.budgets.put(budget("5"))
    order(team, 4, owner=ANNA), "one of her own takes its place"
    assert left(team) == [Decimal("4.2")]


def test_without_a_budget_there_is_no_limit(team: Repositories) -> None:
    team.budgets.put(budget("0"))
    order(team, 1, "1000", RunOwner("bert"))
    order(team, 2, None, RunOwner("bert"))
    refused(team, 3, "0.01")


@pytest.mark.parametrize(
    ("price", "unit"),
    [(None, "CNY"), ("-3", "CNY"), ("0.1", "USD"), ("0.1", "XXX")],
)
def test_a_price_that_is_not_known_needs_a_switch(
    team: Repositories, database: Database, price: str | None, unit: str
) -> None:
    """Also a wrong one: it must neither raise what is left nor lock anybody out of other models."""
    team.budgets.put(budget())
    fault = refused(team, 1, price, unit=unit)
    assert fault.code == "budget-unpriced"
    assert left(team) == [Decimal(1)]
    order(team, 2, "0.1")
    team.budgets.put(budget(unpriced=Decimal("0.5")))
    task = order(team, 3, price, unit=unit)
    assert held(database)[task, "CNY"] == Decimal("0.5")
    assert left(team) == [Decimal("0.4")]
    assert refused(team, 4, price, unit=unit).code == "budget"
    end(team, task, cost="0.3")
    assert left(team) == [Decimal("0.6")]


def test_coins_are_apart(team: Repositories) -> None:
    team.budgets.put(budget("100", unit=COINS, unpriced=Decimal(40)))
    team.budgets.put(budget("2"))
    assert sorted(left(team)) == [Decimal(2), Decimal(100)]
    task = order(team, 1)
    assert sorted(left(team)) == [Decimal("1.6"), Decimal(60)]
    end(team, task, coins="55")
    assert sorted(left(team)) == [Decimal("1.6"), Decimal(45)], (
        "in money its hold stays: nothing is converted"
    )


def adjustment(kind: str, amount: str, **more: object) -> Adjustment:
    made = Adjustment(new_id(), kind, Holder.PERSON, "anna", Decimal(amount), "CNY", NOW, "boss")
    return replace(made, **more)  # type: ignore[arg-type]


def test_a_grant_ends(team: Repositories, clock: Clock) -> None:
    team.budgets.put(budget())
    friday = NOW + timedelta(days=4)
    team.budgets.adjust(
        [adjustment(GRANT, "20", until=friday), adjustment(GRANT, "7", until=friday, unit="USD")]
    )
    assert left(team) == [Decimal(21)]
    order(team, 1, "15")
    clock.now = friday - timedelta(microseconds=1)
    assert left(team) == [Decimal(6)]
    clock.now = friday
    assert left(team) == [Decimal(-14)]
    refused(team, 2, "0.01")


def test_a_correction_counts_in_its_window(team: Repositories, clock: Clock) -> None:
    team.budgets.put(budget())
    end(team, order(team, 1, "1"), cost="1")
    team.budgets.adjust([adjustment(CORRECTION, "0.75", task_id="task-0001")])
    assert left(team) == [Decimal("0.75")]
    team.budgets.adjust([adjustment(CORRECTION, "-0.5"), adjustment(CORRECTION, "9", holder_id="bert")])
    assert left(team) == [Decimal("0.25")]
    clock.now += timedelta(days=1)
    assert left(team) == [Decimal(1)]


def test_one_bad_row_does_not_hide_the_others(team: Repositories, database: Database) -> None:
    """litellm#37457: one bad row in a batch, and nothing of it was counted."""
    team.budgets.put(budget("10"))
    good = [order(team, number, "1") for number in (1, 2)]
    end(team, good[0], cost="1")
    bad_rows: list[dict[str, object]] = [
        {"cost_amount": None, "cost_currency": "CNY", "charged": "yes"},
        {"cost_amount": Decimal(-5), "cost_currency": "CNY", "charged": "yes"},
        {"cost_amount": Decimal(3), "cost_currency": "???", "charged": "yes"},
        {"cost_amount": None, "cost_currency": "", "estimate_amount": None, "charged": "maybe"},
    ]
    for number, values in enumerate(bad_rows, 3):
        bad = order(team, number, "0.5")
        end(team, bad)
        with database.write() as connection:
            connection.execute(update(tasks).where(tasks.c.id == bad).values(values))
    with database.write() as connection:
        connection.execute(insert(holds).values(task_id=good[1], unit="???", amount=Decimal(99)))
    assert left(team) == [Decimal(6)], "the bad ones count what they hold"
    day = Window(NOW - timedelta(days=1), NOW + timedelta(days=1))
    assert team.budgets.sums(day, "anna")["anna"]["CNY"] == Decimal(4)


def test_runs_of_an_older_version_hold_what_they_were_estimated_at(
    team: Repositories, database: Database
) -> None:
    """They had no holds, and get a person when the first admin is made."""
    for number, state in enumerate([S.RUNNING, S.UNKNOWN, S.DONE, S.CANCELLED]):
        task = order(team, number, "0.1", NOBODY)
        if state.is_final:
            end(team, task, state, charged=Charged.NO if state is S.CANCELLED else Charged.MAYBE)
        else:
            assert team.tasks.move(task, S.QUEUED, state)
    order(team, 9, None, NOBODY)
    assert held(database) == {}
    with database.write() as connection:
        connection.execute(update(tasks).values(person="anna"))
    team.budgets.put(budget())
    assert left(team) == [Decimal("0.7")]


def test_one_that_was_made_elsewhere_holds_nothing(team: Repositories, database: Database) -> None:
    team.budgets.put(budget("0"))
    team.tasks.add(new_task(1, owner=ANNA, remote_id="2009191190196789249", estimate=None))
    assert held(database) == {}


def test_without_people_nothing_is_asked(team: Repositories, statements: list[str]) -> None:
    team.tasks.add(new_task(1))
    assert not [said for said in statements if "budgets" in said or "holds" in said or "advisory" in said]
    assert len([said for said in statements if "BEGIN" not in said]) == 1
    statements.clear()
    team.tasks.add(new_task(2, owner=ANNA))
    assert [said for said in statements if "budgets" in said], "so this test sees them"


def test_holds_are_those_of_the_open_runs_and_go_with_them(team: Repositories, database: Database) -> None:
    task = order(team, 1)
    with database.write() as connection:
        connection.execute(tasks.delete().where(tasks.c.id == task))
    assert held(database) == {}


# PostgreSQL chooses by what is in the table.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_index_is_used(team: Repositories, database: Database, statements: list[str]) -> None:
    team.budgets.put(budget())
    team.budgets.standings(ANNA)
    asked = next(said for said in statements if "AS spent" in said)
    with database.read() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", tuple("x" * asked.count("?"))).all()
    used = [row[3] for row in plan if "tasks" in row[3]]
    assert len(used) == 2 and all("ix_tasks_person_spend (person=? AND state=?" in row for row in used)


def test_a_budget_is_replaced_by_one_of_the_same_holder_period_and_unit(team: Repositories) -> None:
    first = team.budgets.put(budget("1"))
    second = team.budgets.put(budget("2", zone="UTC", unpriced=Decimal(3)))
    assert second.id == first.id and team.budgets.every() == [second]
    assert (second.amount, second.zone, second.unpriced) == (Decimal(2), "UTC", Decimal(3))
    team.budgets.put(budget("9", period=Period.MONTH))
    team.budgets.remove(first.id)
    assert [each.period for each in team.budgets.every()] == [Period.MONTH]


def test_an_unreadable_budget_stops_only_its_holder(team: Repositories, database: Database) -> None:
    with database.write() as connection:
        row = {
            "id": "x",
            "holder": "person",
            "holder_id": "bert",
            "period": "day",
            "zone": "Mars/Base",
            "amount": Decimal(1),
            "unit": "CNY",
        }
        connection.execute(insert(budgets).values(row))
    team.budgets.put(budget())
    order(team, 1)
