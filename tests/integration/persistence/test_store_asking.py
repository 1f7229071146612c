"""Runs that ask an admin: when they do, and that whoever answers first counts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Final

import pytest

from rh_ui.budget_rules import ASKS_FOR
from rh_ui.domain import Charged, Money, Task, TaskState, new_id
from rh_ui.errors import BudgetRefused
from rh_ui.people import COINS, Action, AuditEntry, Budget, Holder, Period, RunOwner
from rh_ui.persistence.database import Database, open_database
from rh_ui.persistence.repositories.audit import AuditRepository
from rh_ui.persistence.repositories.repositories import Repositories, open_repositories
from rh_ui.persistence.run_queries import RunQueries
from tests.integration.persistence.belonging import belong
from tests.integration.persistence.test_store_orders import age
from tests.integration.persistence.test_store_repositories import new_task
from tests.postgres import Postgres

S = TaskState
DAY: Final = ASKS_FOR.total_seconds()
ANN: Final = RunOwner("ann", "film")
BOB: Final = RunOwner("bob", "film")


@pytest.fixture
def store(database: Database) -> Repositories:
    belong(database, [ANN, BOB])
    return open_repositories(database)


def allow(
    store: Repositories,
    ask_above: str | None,
    *,
    holder: Holder = Holder.PERSON,
    holder_id: str = "ann",
    amount: str = "100",
    unit: str = "CNY",
    unpriced: str | None = None,
    period: Period = Period.DAY,
) -> None:
    above, held = (None if each is None else Decimal(each) for each in (ask_above, unpriced))
    made = Budget(new_id(), holder, holder_id, period, "UTC", Decimal(amount), unit, held, above)
    store.budgets.put(made)


def order(store: Repositories, number: int, price: str | None, **more: object) -> Task:
    estimate = None if price is None else Money(Decimal(price), "CNY")
    return store.tasks.add(new_task(number, estimate=estimate, **{"owner": ANN, **more}))[0]


def told(person: str, task: Task) -> list[AuditEntry]:
    at = datetime.now(UTC)
    return [AuditEntry(at, person, person, Action.APPROVED, task.id, task.owner.person, id=new_id())]


def test_a_run_asks_only_above_the_price(store: Repositories, history: RunQueries) -> None:
    allow(store, "20")
    assert order(store, 1, "20").state is S.QUEUED
    asks = order(store, 2, "20.00000001")
    assert asks.state is S.ASKING and asks.note == "asks:20 CNY"
    until = asks.asks_until
    assert until and abs(until - datetime.now(UTC) - timedelta(hours=24)) < timedelta(minutes=1)
    assert order(store, 3, "20.00000001", by_admin=True).state is S.QUEUED
    assert order(store, 4, "30", owner=BOB).state is S.QUEUED, "it is Ann's budget"
    assert [task.id for task in store.asking_runs.oldest(10)] == [asks.id] and store.asking_runs.count() == 1
    assert history.task(asks.id) == asks


def test_of_all_budgets_the_lowest_price_counts(store: Repositories) -> None:
    allow(store, "20")
    allow(store, None, period=Period.WEEK)
    allow(store, "5", holder=Holder.PROJECT, holder_id="film")
    assert order(store, 1, "6").note == "asks:5 CNY"
    assert order(store, 2, "6", owner=RunOwner("ann")).state is S.QUEUED
    assert order(store, 3, "6", owner=BOB).state is S.ASKING


def test_what_is_over_the_budget_is_refused_and_asks_nobody(store: Repositories) -> None:
    allow(store, "20", amount="50")
    with pytest.raises(BudgetRefused):
        order(store, 1, "51")
    assert order(store, 2, "30").state is S.ASKING
    with pytest.raises(BudgetRefused):
        order(store, 3, "30")


def test_without_a_price_the_hold_counts(store: Repositories) -> None:
    allow(store, "20", unpriced="30")
    assert order(store, 1, None).note == "asks:20 CNY"
    allow(store, "20", unpriced="20")
    assert order(store, 2, None).state is S.QUEUED
    allow(store, "100", unit=COINS, unpriced="101", amount="1000")
    assert order(store, 3, "1").note == "asks:100 coins"
    allow(store, "0", unpriced="0")
    allow(store, None, unit=COINS, unpriced="101", amount="1000")
    assert order(store, 4, "0").state is S.QUEUED, "what costs nothing asks nobody"


def test_it_holds_its_amount_until_it_ends(store: Repositories) -> None:
    allow(store, "20")

    def left() -> Decimal:
        return store.budgets.standings(ANN)[0].left

    asks = order(store, 1, "30")
    assert left() == 70
    assert store.asking_runs.answer(asks.id, S.QUEUED, told("ada", asks), owner="me", note="")
    assert left() == 70
    declined = order(store, 2, "40")
    assert left() == 30
    assert store.asking_runs.answer(
        declined.id, S.CANCELLED, (), charged=Charged.NO, finished_at=datetime.now(UTC)
    )
    assert left() == 70


def test_after_a_day_it_can_only_end(store: Repositories, history: RunQueries, database: Database) -> None:
    allow(store, "20")
    asks = order(store, 1, "30")
    age(database, asks.id, DAY - 60)
    assert store.asking_runs.over() == [] and not store.asking_runs.end(asks.id, S.CANCELLED)
    age(database, asks.id, 61)
    assert not store.asking_runs.answer(asks.id, S.QUEUED, told("ada", asks))
    assert history.task(asks.id).state is S.ASKING
    assert AuditRepository(database).page("", 10) == [], "what was not done is not told"
    assert store.asking_runs.over() == [asks.id]
    assert store.asking_runs.end(asks.id, S.CANCELLED)
    assert not store.asking_runs.end(asks.id, S.CANCELLED)
    assert history.task(asks.id).state is S.CANCELLED


def test_whoever_answers_first_counts(store: Repositories, history: RunQueries, database: Database) -> None:
    """Admins say yes and no, and the person takes it back, all at once."""
    allow(store, "20", amount="100000")
    for number in range(8):
        asks = order(store, number, "30")
        gate = Barrier(4)

        def answer(who: str, becomes: TaskState, asks: Task = asks, gate: Barrier = gate) -> bool:
            gate.wait()
            if not who:
                return store.tasks.move(asks.id, S.ASKING, becomes)
            return store.asking_runs.answer(asks.id, becomes, told(who, asks))

        hands = [("ada", S.QUEUED), ("eve", S.QUEUED), ("max", S.CANCELLED), ("", S.CANCELLED)]
        with ThreadPoolExecutor(4) as pool:
            did = list(pool.map(lambda hand: answer(*hand), hands))
        assert did.count(True) == 1
        assert history.task(asks.id).state is hands[did.index(True)][1]
        entries = [each for each in AuditRepository(database).page("", 100) if each.target == asks.id]
        first = hands[did.index(True)][0]
        assert [each.person for each in entries] == ([first] if first else [])


def test_two_programs_answer_once(postgres: Postgres) -> None:
    url = postgres.new_database()
    with ExitStack() as closing, ThreadPoolExecutor(2) as hands:
        stores = []
        for _ in range(2):
            database = open_database(url)
            closing.callback(database.close)
            stores.append(open_repositories(database))
        belong(database, [ANN])
        allow(stores[0], "20", amount="100000")
        for number in range(8):
            asks = order(stores[number % 2], number, "30")
            gate = Barrier(2)

            def yes(one: Repositories, asks: Task = asks, gate: Barrier = gate) -> bool:
                gate.wait()
                return one.asking_runs.answer(asks.id, S.QUEUED, told("ada", asks))

            assert sorted(hands.map(yes, stores)) == [False, True]
