"""A separate database for each test, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from rh_ui.persistence.database import Database, open_database
from rh_ui.persistence.repositories.repositories import Repositories, open_repositories
from rh_ui.persistence.run_queries import RunQueries
from tests import databases
from tests.postgres import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return databases.in_folder(tmp_path)
    server: Postgres = request.getfixturevalue("postgres")
    return server.cleaned_database()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    """What the database is asked, as it is asked."""
    with statements_of(database) as seen:
        yield seen


@contextmanager
def statements_of(database: Database) -> Iterator[list[str]]:
    """The same for a part of a test."""
    seen: list[str] = []

    def saw(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    event.listen(database._engine, "before_cursor_execute", saw)
    yield seen
    event.remove(database._engine, "before_cursor_execute", saw)


@pytest.fixture
def store(database: Database) -> Repositories:
    return open_repositories(database)


@pytest.fixture
def history(database: Database) -> RunQueries:
    return RunQueries(database)
