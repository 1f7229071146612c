"""An order that came before (docs/decisions/0023): just now, with the same request id, through several
programs."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from sqlalchemy import update

from rh_ui.domain import TaskState
from rh_ui.errors import OrderRefused
from rh_ui.persistence.database import Database, open_database
from rh_ui.persistence.repositories.repositories import Repositories, open_repositories
from rh_ui.persistence.run_queries import RunQueries
from rh_ui.persistence.schema import tasks
from tests.integration.persistence.test_store_repositories import new_task
from tests.postgres import Postgres

NOBODY: frozenset[str] = frozenset()


def asked(store: Repositories, number: int, seen: frozenset[str] | None = NOBODY, **more: object) -> str:
    """The id of the run for an order; all orders are equal."""
    return store.tasks.add(new_task(number, order_digest="kite", seen=seen, **more))[0].id


def age(database: Database, task_id: str, seconds: float) -> None:
    with database.write() as connection:
        older = tasks.c.asked_at - seconds
        connection.execute(update(tasks).where(tasks.c.id == task_id).values(asked_at=older))


def test_an_equal_order_of_a_moment_ago_is_the_same_run(store: Repositories, history: RunQueries) -> None:
    first = asked(store, 1)
    assert asked(store, 2) == first
    assert store.tasks.add(new_task(3, order_digest="another kite", seen=NOBODY))[1]
    assert history.count() == 2


@pytest.mark.parametrize("seconds", [10.1, -3600.0], ids=["older", "the clock was set back"])
def test_later_it_is_another_one(store: Repositories, database: Database, seconds: float) -> None:
    first = asked(store, 1)
    age(database, first, 9)
    assert asked(store, 2) == first
    age(database, first, seconds)
    assert asked(store, 3) != first


def test_one_that_was_seen_is_repeated_on_purpose(store: Repositories) -> None:
    first = asked(store, 1)
    second = asked(store, 2, frozenset([first]))
    assert second != first
    assert asked(store, 3, frozenset([first])) == second, "this one was not seen yet"


@pytest.mark.parametrize("state", [TaskState.CANCELLED, TaskState.FAILED])
def test_one_that_ended_without_a_result_holds_nothing_back(store: Repositories, state: TaskState) -> None:
    first = asked(store, 1)
    assert store.tasks.move(first, TaskState.QUEUED, state)
    assert asked(store, 2) != first


def test_orders_that_are_each_meant_are_each_a_run(store: Repositories) -> None:
    ids = [asked(store, number, None, request_id=f"r{number}") for number in range(3)]
    assert len(set(ids)) == 3


def test_a_request_id_keeps_its_run_when_the_moment_is_over(store: Repositories, database: Database) -> None:
    """Its answer was lost, and it is sent once more much later."""
    first = asked(store, 1, request_id="r1")
    assert asked(store, 2, request_id="r2") == first
    age(database, first, 600)
    assert asked(store, 3, request_id="r2") == first
    assert asked(store, 4, request_id="r1") == first
    assert asked(store, 5, request_id="r3") != first


def test_a_request_id_with_another_order_is_refused(store: Repositories, history: RunQueries) -> None:
    first = asked(store, 1, None, request_id="r")
    with pytest.raises(OrderRefused, match="belongs to another order"):
        store.tasks.add(new_task(2, order_digest="another kite", request_id="r"))
    assert asked(store, 3, None, request_id="r") == first
    assert history.count() == 1


def test_a_run_of_an_older_version_is_found_by_its_request_id(
    store: Repositories, database: Database
) -> None:
    first = asked(store, 1, request_id="r")
    with database.write() as connection:
        connection.execute(update(tasks).values(likeness="", asked_at=None))
    assert asked(store, 2, request_id="r") == first
    assert asked(store, 3) != first


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_programs_that_are_asked_at_once_make_one_run(
    kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Four programs on one database, and four threads on one SQLite file."""
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('at-once')}/studio.db"
        opened = [open_database(url)] * 4
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.new_database()
        opened = [open_database(url) for _ in range(4)]
    with ExitStack() as closing, ThreadPoolExecutor(4) as hands:
        for each in opened:
            closing.callback(each.close)
        for turn in range(20):
            gate = threading.Barrier(4)

            def press(at: int, turn: int = turn, gate: threading.Barrier = gate) -> str:
                gate.wait()
                number = 10 * turn + at
                new = new_task(number, order_digest=f"turn {turn}", seen=NOBODY, request_id=f"r{number}")
                return open_repositories(opened[at]).tasks.add(new)[0].id

            assert len(set(hands.map(press, range(4)))) == 1
        assert RunQueries(opened[0]).count() == 20
