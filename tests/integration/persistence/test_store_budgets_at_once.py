"""Fifty members press at once against a budget for ten: ten run, forty are told, none is over."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import func, select, text

from rh_ui.domain import Task, new_id
from rh_ui.people import Budget, Holder, Period, RunOwner
from rh_ui.persistence.database import Database, open_database
from rh_ui.persistence.repositories.repositories import Repositories, open_repositories
from rh_ui.persistence.schema import tasks
from rh_ui.persistence.schema_team import holds
from tests.integration.persistence.budget_program import PROJECT, pressed, with_members
from tests.integration.persistence.test_store_repositories import new_task
from tests.postgres import Postgres

ROOT: Final = Path(__file__).parents[3]


def budget(amount: str, holder: Holder = Holder.PROJECT, holder_id: str = PROJECT) -> Budget:
    return Budget(new_id(), holder, holder_id, Period.MONTH, "Asia/Shanghai", Decimal(amount), "CNY")


@pytest.mark.parametrize("holder", [Holder.PERSON, Holder.PROJECT])
def test_fifty_press_at_once_and_ten_run(store: Repositories, database: Database, holder: Holder) -> None:
    """For the project, and for each of the members who all have plenty."""
    with_members(database, 50)
    store.budgets.put(budget("1"))
    if holder is Holder.PERSON:
        store.budgets.put(budget("1000", Holder.PERSON, ""))
    assert pressed(store, 0, 50) == (10, 40)
    with database.read() as connection:
        assert connection.execute(select(func.sum(holds.c.amount))).scalar_one() == Decimal(1)


def test_an_order_that_comes_twice_at_once_is_one_run_and_not_refused(postgres: Postgres) -> None:
    """The second comes while the first, which takes all that is left, is about to be stored."""
    database = open_database(postgres.new_database())
    with_members(database, 1)
    store = open_repositories(database)
    store.budgets.put(budget("0.1"))
    order = new_task(1, request_id="once", owner=RunOwner("member-0", PROJECT))
    with ThreadPoolExecutor(1) as other:
        second: list[Future[tuple[Task, bool]]] = []

        def come_again() -> None:
            second.append(other.submit(store.tasks.add, replace(order, id=new_id())))
            while not second[0].done() and not waits(database):
                pass

        first, made = store.tasks.add(order, come_again)
        assert made and second[0].result() == (first, False)
    database.close()


def waits(database: Database) -> bool:
    """Whether somebody waits for a lock of ours."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    with database.read() as connection:
        return bool(connection.execute(waiting).scalar_one())


def test_two_programs_on_one_database_let_ten_run(postgres: Postgres) -> None:
    url = postgres.new_database()
    database = open_database(url)
    with_members(database, 50)
    store = open_repositories(database)
    store.budgets.put(budget("1"))
    programs = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.integration.persistence.budget_program", url, str(first), "25"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for first in (0, 25)
    ]
    try:
        for program in programs:
            assert program.stdout is not None and program.stdout.readline() == "ready\n"
        told = [program.communicate("go\n", timeout=60)[0].split() for program in programs]
    finally:
        for program in programs:
            program.kill()
    assert sum(int(made) for made, _ in told) == 10 and sum(int(told_) for _, told_ in told) == 40
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(tasks)).scalar_one() == 10
    database.close()
