"""The forms of apps, workflows and quick creations that were opened here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    delete,
    func,
    or_,
    select,
    union_all,
    update,
)

from rh_ui.domain import FormRecord, RunKind
from rh_ui.errors import NotFound
from rh_ui.people import RunOwner, Scope
from rh_ui.persistence.database import Database
from rh_ui.persistence.repositories.base import row_count
from rh_ui.persistence.repositories.projects import require_open
from rh_ui.persistence.schema import forms, tasks
from rh_ui.persistence.schema_team import form_people, form_projects
from rh_ui.persistence.statements import insert_or, within

MOST: Final = 1000
"""The most forms in a list; people open some dozens."""
_FACES: Final = tuple(column for column in forms.c if column.name != "source")


class SavedFormRepository:
    """Safe to use from many threads. Every method raises StorageFault."""

    def __init__(
        self, database: Database, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database = database
        self._now = now

    def save(self, record: FormRecord, person: str = "") -> None:
        """Save a form, or its new source, and put it into the list of `person`, if there are people; whether
        it is a favourite stays."""
        made = {
            "kind": record.kind.value,
            "remote_id": record.id,
            "site": record.site,
            "face": dict(record.face),
            "source": dict(record.source),
            "changed_at": self._now(),
        }
        fresh = {"path": record.path, "favourite": record.favourite, "made_at": self._now()}
        with self._database.write() as connection:
            adding = insert_or(connection, forms).values(made | fresh)
            connection.execute(adding.on_conflict_do_update(index_elements=[forms.c.path], set_=made))
            if person:
                self._put(connection, record.path, person, {"at": self._now()})

    def _put(self, connection: Connection, path: str, person: str, change: Mapping[str, Any]) -> None:
        """Put a form into a person's list; one that is there changes."""
        listed = {"path": path, "person": person, "favourite": False, "at": self._now(), **change}
        putting = insert_or(connection, form_people).values(listed)
        key = [form_people.c.path, form_people.c.person]
        connection.execute(putting.on_conflict_do_update(index_elements=key, set_=change))

    def get(self, path: str) -> FormRecord:
        """Raises NotFound."""
        with self._database.read() as connection:
            row = connection.execute(select(forms).where(forms.c.path == path)).mappings().one_or_none()
        if row is None:
            raise NotFound(f"There is no form with the path “{path}” here.")
        return _record(row, row["source"])

    def is_seen(self, path: str, scope: Scope) -> bool:
        """Whether a form is in a person's list or that of a project that they see, or made a run that they
        see."""
        ran = select(tasks.c.id).where(tasks.c.endpoint == path, within(scope)).limit(1)
        listed = select(forms.c.path).where(forms.c.path == path, _listed(scope))
        with self._database.read() as connection:
            return any(connection.execute(query).first() is not None for query in (listed, ran))

    def is_others(self, path: str, scope: Scope) -> bool:
        """Whether a form is in the list of another person, or of a project that is not among these."""
        people, projects = form_people.c, form_projects.c
        others = (
            select(people.path).where(people.path == path, people.person != scope.person),
            select(projects.path).where(projects.path == path, projects.project.not_in(scope.projects)),
        )
        with self._database.read() as connection:
            return any(connection.execute(query.limit(1)).first() is not None for query in others)

    def projects_of(self, path: str, scope: Scope) -> tuple[str, ...]:
        """The projects in whose lists a form is, as far as they are seen."""
        with self._database.read() as connection:
            return _projects_of(connection, [path], scope).get(path, ())

    def list_seen(self, sites: Collection[str], scope: Scope) -> list[FormRecord]:
        """The same as `list_of`, for the list of one person and those of the projects that they see."""
        mine = func.coalesce(form_people.c.favourite, False).label("mine")
        own = and_(form_people.c.path == forms.c.path, form_people.c.person == scope.person)
        query = (
            select(*_FACES, mine)
            .outerjoin(form_people, own)
            .where(forms.c.site.in_(sites), _listed(scope))
            .order_by(mine.desc(), func.coalesce(form_people.c.at, forms.c.changed_at).desc(), forms.c.path)
            .limit(MOST)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
            projects = _projects_of(connection, [row["path"] for row in rows], scope)
        return [
            replace(_record(row, {}), favourite=bool(row["mine"]), projects=projects.get(row["path"], ()))
            for row in rows
        ]

    def put_into(self, path: str, project: str, person: str) -> None:
        """Put a form into the list of a project, too. Raises NotFound and MoveRefused where the person may
        not add to the project."""
        row = {"path": path, "project": project, "at": self._now()}
        with self._database.write() as connection:
            require_open(connection, RunOwner(person, project), until_commit=True)
            connection.execute(insert_or(connection, form_projects).values(row).on_conflict_do_nothing())

    def take_out(self, path: str, project: str, person: str) -> None:
        """Take a form out of the list of a project; one that is in no other list stays in the list of the
        person. Raises as `put_into`."""
        with self._database.write() as connection:
            require_open(connection, RunOwner(person, project), until_commit=True)
            there = form_projects.c.path == path, form_projects.c.project == project
            if row_count(connection.execute(delete(form_projects).where(*there))) and not _is_listed(
                connection, path
            ):
                self._put(connection, path, person, {"at": self._now()})

    def list_of(self, sites: Collection[str]) -> list[FormRecord]:
        """The forms of these sites without their sources: favourites first, then newest first."""
        query = (
            select(*_FACES)
            .where(forms.c.site.in_(sites))
            .order_by(forms.c.favourite.desc(), forms.c.changed_at.desc(), forms.c.path)
            .limit(MOST)
        )
        with self._database.read() as connection:
            return [_record(row, {}) for row in connection.execute(query).mappings()]

    def set_favourite(self, path: str, *, favourite: bool, person: str = "") -> None:
        """With people, the form is put into the list of one of them."""
        with self._database.write() as connection:
            if person:
                self._put(connection, path, person, {"favourite": favourite})
            else:
                connection.execute(update(forms).where(forms.c.path == path).values(favourite=favourite))

    def remove(self, path: str, person: str = "") -> None:
        """Delete a form; its runs stay. With people, it leaves the list of one of them, and is deleted when
        it is in no other list."""
        with self._database.write() as connection:
            if person:
                listed = form_people.c.path == path, form_people.c.person == person
                connection.execute(delete(form_people).where(*listed))
            if not person or not _is_listed(connection, path):
                connection.execute(delete(forms).where(forms.c.path == path))


def _is_listed(connection: Connection, path: str) -> bool:
    lists = [select(table.c.path).where(table.c.path == path) for table in (form_people, form_projects)]
    return connection.execute(union_all(*lists).limit(1)).first() is not None


def _listed(scope: Scope) -> ColumnElement[bool]:
    """The forms in somebody's list and in those of the projects that they see."""
    own = select(form_people.c.path).where(form_people.c.person == scope.person)
    of_projects = select(form_projects.c.path).where(form_projects.c.project.in_(scope.projects))
    return or_(forms.c.path.in_(own), forms.c.path.in_(of_projects))


def _projects_of(connection: Connection, paths: Collection[str], scope: Scope) -> dict[str, tuple[str, ...]]:
    """The projects in whose lists these forms are, oldest first, as far as they are seen."""
    query = (
        select(form_projects.c.path, form_projects.c.project)
        .where(form_projects.c.path.in_(paths), form_projects.c.project.in_(scope.projects))
        .order_by(form_projects.c.at, form_projects.c.project)
    )
    found: dict[str, tuple[str, ...]] = {}
    for row in connection.execute(query):
        found[row.path] = (*found.get(row.path, ()), row.project)
    return found


def _record(row: RowMapping, source: dict[str, Any]) -> FormRecord:
    return FormRecord(
        path=row["path"],
        kind=RunKind(row["kind"]),
        id=row["remote_id"],
        site=row["site"],
        face=row["face"],
        source=source,
        favourite=bool(row["favourite"]),
    )
