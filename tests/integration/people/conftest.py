"""The services for people on a database of their own."""

from __future__ import annotations

import pytest

from rh_ui.persistence.database import Database
from tests.integration.persistence.conftest import database, database_url
from tests.team import Team

__all__ = ["database", "database_url"]


@pytest.fixture
def team(database: Database) -> Team:
    return Team(database)
