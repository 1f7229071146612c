"""The forms of apps, workflows and quick creations that were opened here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, delete, select, update

from rh_ui.domain import FormRecord, RunKind
from rh_ui.errors import NotFound
from rh_ui.people import Scope
from rh_ui.persistence.database import Database
from rh_ui.persistence.schema import forms, tasks
from rh_ui.persistence.schema_team import form_people
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
        """Whether a form is in a person's list, or made a run that they see."""
        listed = form_people.c.path == path, form_people.c.person == scope.person
        ran = select(tasks.c.id).where(tasks.c.endpoint == path, within(scope))
        with self._database.read() as connection:
            found = connection.execute(select(form_people.c.path).where(*listed)).first()
            return found is not None or connection.execute(ran.limit(1)).first() is not None

    def holders(self, path: str) -> frozenset[str]:
        """The people in whose lists a form is."""
        query = select(form_people.c.person).where(form_people.c.path == path)
        with self._database.read() as connection:
            return frozenset(connection.execute(query).scalars())

    def list_of_person(self, site: str, person: str) -> list[FormRecord]:
        """The same as `list_of`, for the list of one person."""
        mine = form_people.c.favourite.label("mine")
        query = (
            select(*_FACES, mine)
            .join(form_people, form_people.c.path == forms.c.path)
            .where(forms.c.site == site, form_people.c.person == person)
            .order_by(mine.desc(), form_people.c.at.desc(), forms.c.path)
            .limit(MOST)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).mappings()
            return [replace(_record(row, {}), favourite=bool(row["mine"])) for row in rows]

    def list_of(self, site: str) -> list[FormRecord]:
        """The forms of one site without their sources: favourites first, then newest first."""
        query = (
            select(*_FACES)
            .where(forms.c.site == site)
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
        it is in nobody's."""
        with self._database.write() as connection:
            if person:
                listed = form_people.c.path == path, form_people.c.person == person
                connection.execute(delete(form_people).where(*listed))
            if not person or not _is_listed(connection, path):
                connection.execute(delete(forms).where(forms.c.path == path))


def _is_listed(connection: Connection, path: str) -> bool:
    query = select(form_people.c.person).where(form_people.c.path == path).limit(1)
    return connection.execute(query).first() is not None


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
