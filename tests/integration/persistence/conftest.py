"""A separate database for each test, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rh_ui.persistence.database import Database, open_database
from rh_ui.persistence.repositories.repositories import Repositories, open_repositories
from rh_ui.persistence.run_queries import RunQueries
from tests.postgres import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/studio.db"
    server: Postgres = request.getfixturevalue("postgres")
    return server.cleaned_database()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def store(database: Database) -> Repositories:
    return open_repositories(database)


@pytest.fixture
def history(database: Database) -> RunQueries:
    return RunQueries(database)
