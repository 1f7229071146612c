"""People and projects for runs that are given to them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import insert

from rh_ui.people import RunOwner
from rh_ui.persistence.database import Database
from rh_ui.persistence.schema_team import people, project_people, projects
from rh_ui.persistence.statements import insert_or

BEFORE: Final = datetime(2026, 1, 1, tzinfo=UTC)


def belong(database: Database, owners: Iterable[RunOwner]) -> None:
    """Store these people and projects, unless they are there; each person belongs to the project that they
    are named with."""
    with_both = sorted({(each.person, each.project) for each in owners if each.person and each.project})
    with database.write() as connection:
        for person in sorted({person for person, _ in with_both}):
            row = {"id": person, "name": person, "name_key": person, "role": "member", "state": "active"}
            adding = insert_or(connection, people).values(**row, made_at=BEFORE)
            connection.execute(adding.on_conflict_do_nothing())
        for project in sorted({project for _, project in with_both}):
            named = {"id": project, "name": project.capitalize(), "made_by": ""}
            connection.execute(insert(projects).values(**named, made_at=BEFORE))
        for person, project in with_both:
            connection.execute(insert(project_people).values(person=person, project=project))
