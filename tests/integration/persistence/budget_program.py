"""A program of its own on a shared database: its members press all at once.

`python -m` with the address of the database, the first number and the count of runs; prints how many were
made and how many were told why not."""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from rh_ui.errors import BudgetRefused
from rh_ui.people import RunOwner
from rh_ui.persistence.database import Database, open_database
from rh_ui.persistence.repositories.repositories import Repositories, open_repositories
from tests.integration.persistence.belonging import belong
from tests.integration.persistence.test_store_repositories import new_task

PROJECT = "film"


def with_members(database: Database, count: int) -> None:
    """Store so many members of the project."""
    belong(database, [RunOwner(f"member-{number}", PROJECT) for number in range(count)])


def pressed(store: Repositories, first: int, count: int) -> tuple[int, int]:
    """How many of so many members got a run, and how many were told why not."""
    gate = threading.Barrier(count)

    def press(number: int) -> bool:
        order = new_task(number, owner=RunOwner(f"member-{number}", PROJECT))
        gate.wait()
        try:
            return store.tasks.add(order)[1]
        except BudgetRefused:
            return False

    with ThreadPoolExecutor(count) as hands:
        made = sum(hands.map(press, range(first, first + count)))
    return made, count - made


def main() -> None:
    url, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    database = open_database(url)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    made, told = pressed(open_repositories(database), first, count)
    sys.stdout.write(f"{made} {told}\n")
    database.close()


if __name__ == "__main__":
    main()
