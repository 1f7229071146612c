"""Projects, and the people who belong to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, insert, or_, select, update

from rh_ui.errors import MoveRefused, NotFound
from rh_ui.people import AuditEntry, PersonState, Project, RunOwner
from rh_ui.persistence.repositories.audit import add_entries
from rh_ui.persistence.repositories.base import Repository
from rh_ui.persistence.schema_team import people, project_people, projects
from rh_ui.persistence.statements import insert_or


class ProjectRepository(Repository):
    """See Repository."""

    def of_person(self, person: str) -> dict[str, bool]:
        """The projects that a person sees, by id: those that they belong to (True), and shared ones."""
        belongs = select(project_people.c.project).where(
            project_people.c.project == projects.c.id, project_people.c.person == person
        )
        query = select(projects.c.id, belongs.exists().label("belongs")).where(
            or_(projects.c.shared, belongs.exists())
        )
        with self._database.read() as connection:
            return {row.id: bool(row.belongs) for row in connection.execute(query)}

    def all(self) -> list[Project]:
        """Oldest first."""
        with self._database.read() as connection:
            return _projects(connection)

    def get(self, project_id: str) -> Project:
        """Raises NotFound."""
        with self._database.read() as connection:
            found = _projects(connection, projects.c.id == project_id)
        if not found:
            raise no_such_project()
        return found[0]

    def account_of(self, project_id: str) -> str:
        """The name of its account; empty for none, and for no such project."""
        query = select(projects.c.account).where(projects.c.id == project_id)
        with self._database.read() as connection:
            return connection.execute(query).scalar_one_or_none() or ""

    def names(self) -> dict[str, str]:
        """The names of all projects by id."""
        with self._database.read() as connection:
            return {row.id: row.name for row in connection.execute(select(projects.c.id, projects.c.name))}

    def people(self) -> dict[str, tuple[str, PersonState]]:
        """The names of all people by id, also of those who left, and their states."""
        with self._database.read() as connection:
            rows = connection.execute(select(people.c.id, people.c.name, people.c.state))
            return {row.id: (row.name, PersonState(row.state)) for row in rows}

    def add(self, project: Project, by: str, entries: Iterable[AuditEntry] = ()) -> None:
        """Store a new project, to which `by` belongs."""
        row = {
            "id": project.id, "name": project.name, "shared": project.shared, "closed": project.closed,
            "account": project.account, "made_by": by, "made_at": project.made_at,
        }  # fmt: skip
        with self._database.write() as connection:
            connection.execute(insert(projects).values(row))
            connection.execute(insert(project_people).values(project=project.id, person=by))
            add_entries(connection, entries)
        self._changed()

    def change(self, project_id: str, values: Mapping[str, Any], entries: Iterable[AuditEntry] = ()) -> None:
        """Change `name`, `shared`, `closed` or `account`."""
        changing = update(projects).where(projects.c.id == project_id).values(dict(values))
        with self._database.write() as connection:
            connection.execute(changing)
            add_entries(connection, entries)
        self._changed()

    def add_person(self, project_id: str, person: str, entries: Iterable[AuditEntry] = ()) -> None:
        """From now on the person belongs to the project."""
        row = {"project": project_id, "person": person}
        with self._database.write() as connection:
            connection.execute(insert_or(connection, project_people).values(row).on_conflict_do_nothing())
            add_entries(connection, entries)
        self._changed()

    def remove_person(self, project_id: str, person: str, entries: Iterable[AuditEntry] = ()) -> None:
        """The person no longer belongs to the project; their runs stay in it."""
        same = project_people.c.project == project_id, project_people.c.person == person
        with self._database.write() as connection:
            connection.execute(delete(project_people).where(*same))
            add_entries(connection, entries)
        self._changed()


def require_open(connection: Connection, owner: RunOwner, *, until_commit: bool = False) -> None:
    """Raises NotFound unless the person belongs to the project of their run, and MoveRefused if it is closed.
    `until_commit`: nor can either change until then."""
    if not owner.project:
        return
    there = (
        select(projects.c.closed)
        .join(project_people, project_people.c.project == projects.c.id)
        .where(projects.c.id == owner.project, project_people.c.person == owner.person)
    )
    locked = there.with_for_update(read=True) if until_commit else there
    closed = connection.execute(locked).scalar_one_or_none()
    if closed is None:
        raise no_such_project()
    if closed:
        raise MoveRefused("This project is closed: no new runs go into it.", "project-closed")


def no_such_project() -> NotFound:
    return NotFound("There is no such project, or you do not belong to it.")


def _projects(connection: Connection, *where: ColumnElement[bool]) -> list[Project]:
    query = select(projects).where(*where).order_by(projects.c.made_at, projects.c.id)
    found = {row["id"]: _project(row) for row in connection.execute(query).mappings()}
    belonging = select(project_people.c.project, project_people.c.person)
    people_of: dict[str, set[str]] = {project_id: set() for project_id in found}
    for row in connection.execute(belonging.where(project_people.c.project.in_(found))):
        people_of[row.project].add(row.person)
    return [replace(each, people=frozenset(people_of[each.id])) for each in found.values()]


def _project(row: RowMapping) -> Project:
    return Project(
        id=row["id"], name=row["name"], shared=bool(row["shared"]), made_at=row["made_at"],
        closed=bool(row["closed"]), account=row["account"],
    )  # fmt: skip
