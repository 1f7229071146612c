"""People, their password hashes, and the first admin, who gets what was there before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)

from rh_ui.errors import NotFound, PersonRefused
from rh_ui.people import AuditEntry, Person, PersonState, Role, RunOwner
from rh_ui.persistence.database import Database
from rh_ui.persistence.file_references import run_inputs
from rh_ui.persistence.input_holders import hold_inputs
from rh_ui.persistence.repositories.audit import add_entries
from rh_ui.persistence.repositories.base import Repository, row_count
from rh_ui.persistence.schema import forms, tasks
from rh_ui.persistence.schema_marks import marks
from rh_ui.persistence.schema_team import form_people, invitations, people, sessions, tokens

ONE_AT_A_TIME: Final = 0x72685F7065
"""The number of our advisory lock on PostgreSQL for changes of people; SQLite has one writer anyway."""

_ADMINS: Final = select(people.c.id).where(
    people.c.role == Role.ADMIN.value, people.c.state == PersonState.ACTIVE.value
)


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A row to add."""

    person: Person
    key: str
    """The name in one case and width."""
    password: str = ""
    """The hash; empty: none."""


@dataclass(frozen=True, slots=True)
class Change:
    """What to write about a person, decided from what is there."""

    values: Mapping[str, Any]
    entries: Sequence[AuditEntry] = ()
    ends_sessions_but: str | None = None
    """End their sessions but this one (empty: all); None: end none."""
    ends_tokens: bool = False
    withdrawn: Callable[[str], AuditEntry] | None = None
    """Withdraw the invitations that they made and nobody used, each with this entry (by its digest)."""


class PeopleRepository(Repository):
    """See Repository."""

    def exist(self) -> bool:
        with self._database.read() as connection:
            return _any(connection)

    def get(self, person_id: str) -> Person | None:
        return self._one(people.c.id == person_id)

    def by_subject(self, subject: str) -> Person | None:
        return self._one(people.c.subject == subject)

    def all(self) -> list[Person]:
        """Oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(people).order_by(people.c.id)).mappings()
            return [person_of(row) for row in rows]

    def with_password(self, key: str) -> tuple[Person, str] | None:
        """The person with this name, and the hash of their password (empty: none)."""
        with self._database.read() as connection:
            row = connection.execute(select(people).where(people.c.name_key == key)).mappings().one_or_none()
        return None if row is None else (person_of(row), row["password"])

    def add_first(self, new: NewPerson, inputs: Iterable[str], entry: AuditEntry) -> bool:
        """Add the first person, and give them all runs, kept forms and inputs; `inputs`: further ones, which
        no run has. False: there is somebody already."""
        with self._database.write() as connection:
            alone(connection, self._database)
            if _any(connection):
                return False
            add_person(connection, new, [entry])
            _give_everything(connection, new.person, inputs)
        self._changed()
        return True

    def give_ownerless_runs(self) -> int:
        """Give runs that are nobody's, and their inputs, to the first person, as `add_first` does: one may
        have been ordered while that was done. Returns how many there were."""
        first = select(people.c.id).order_by(people.c.id).limit(1)
        with self._database.write() as connection:
            return _give_runs(connection, connection.execute(first).scalar_one())

    def add(self, new: NewPerson, entries: Sequence[AuditEntry]) -> None:
        """Raises PersonRefused if somebody has this name."""
        with self._database.write() as connection:
            alone(connection, self._database)
            add_person(connection, new, entries)
        self._changed()

    def add_of_company(self, new: NewPerson, entries: Sequence[AuditEntry]) -> Person:
        """Add somebody whom the company sends, if nobody has their subject; the person who has it. Raises
        PersonRefused if somebody has this name."""
        with self._database.write() as connection:
            alone(connection, self._database)
            there = select(people).where(people.c.subject == new.person.subject)
            row = connection.execute(there).mappings().one_or_none()
            if row is not None:
                return person_of(row)
            add_person(connection, new, entries)
        self._changed()
        return new.person

    def change(self, person_id: str, decide: Callable[[Person, bool], Change]) -> Person:
        """Write what `decide` says of the person as they are; it is also told whether they are the only
        active admin. Raises NotFound, PersonRefused if somebody has the new name, and what `decide` raises.
        """
        with self._database.write() as connection:
            alone(connection, self._database)
            before = _get(connection, person_id)
            change = decide(before, not _another_admin(connection, person_id))
            if change.values:
                _refuse_taken(connection, str(change.values.get("name_key", "")), person_id)
                connection.execute(update(people).where(people.c.id == person_id).values(**change.values))
            end_sessions(connection, person_id, change.ends_sessions_but)
            if change.ends_tokens:
                ending = tokens.c.person == person_id, tokens.c.revoked_at.is_(None)
                connection.execute(update(tokens).where(*ending).values(revoked_at=self._now()))
            add_entries(connection, change.entries)
            if change.withdrawn is not None:
                gone = _withdraw_of(connection, person_id, self._now())
                add_entries(connection, map(change.withdrawn, gone))
            after = _get(connection, person_id)
        self._changed()
        return after

    def rehash(self, person_id: str, old: str, new: str) -> None:
        """Replace the hash of the same password."""
        same = people.c.id == person_id, people.c.password == old
        with self._database.write() as connection:
            connection.execute(update(people).where(*same).values(password=new))

    def _one(self, where: ColumnElement[bool]) -> Person | None:
        with self._database.read() as connection:
            row = connection.execute(select(people).where(where)).mappings().one_or_none()
        return None if row is None else person_of(row)


def alone(connection: Connection, database: Database) -> None:
    """Until the end of this transaction nobody else changes people."""
    if database.dialect == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))


def add_person(connection: Connection, new: NewPerson, entries: Iterable[AuditEntry]) -> None:
    """Add a row, after `alone`. Raises PersonRefused if somebody has this name."""
    _refuse_taken(connection, new.key, new.person.id)
    person = new.person
    connection.execute(
        insert(people).values(
            id=person.id, name=person.name, name_key=new.key, role=person.role.value,
            state=person.state.value, password=new.password, subject=person.subject or None,
            made_at=person.made_at, signed_in_at=person.signed_in_at,
        )
    )  # fmt: skip
    add_entries(connection, entries)


def end_sessions(connection: Connection, person_id: str, but: str | None) -> None:
    """End a person's sessions but this one; None: end none."""
    if but is not None:
        ending = sessions.c.person == person_id, sessions.c.id != but
        connection.execute(delete(sessions).where(*ending))


def is_admin(connection: Connection, person_id: str) -> bool:
    return connection.execute(_ADMINS.where(people.c.id == person_id)).first() is not None


def person_of(row: RowMapping) -> Person:
    return Person(
        id=row["id"], name=row["name"], role=Role(row["role"]), state=PersonState(row["state"]),
        made_at=row["made_at"], signed_in_at=row["signed_in_at"], has_password=bool(row["password"]),
        subject=row["subject"] or "",
    )  # fmt: skip


def _get(connection: Connection, person_id: str) -> Person:
    row = connection.execute(select(people).where(people.c.id == person_id)).mappings().one_or_none()
    if row is None:
        raise NotFound("There is no such person here.")
    return person_of(row)


def _any(connection: Connection) -> bool:
    return connection.execute(select(people.c.id).limit(1)).first() is not None


def _another_admin(connection: Connection, person_id: str) -> bool:
    return connection.execute(_ADMINS.where(people.c.id != person_id).limit(1)).first() is not None


def _withdraw_of(connection: Connection, person_id: str, now: datetime) -> list[str]:
    """The digests of their invitations that somebody could still have accepted."""
    unused = invitations.c.made_by == person_id, invitations.c.used_by == "", invitations.c.ends_at > now
    query = select(invitations.c.digest).where(*unused).order_by(invitations.c.made_at)
    found = list(connection.execute(query).scalars())
    connection.execute(delete(invitations).where(invitations.c.digest.in_(found)))
    return found


def _refuse_taken(connection: Connection, key: str, person_id: str) -> None:
    taken = select(people.c.id).where(people.c.name_key == key, people.c.id != person_id)
    if connection.execute(taken).first() is not None:
        raise PersonRefused("Somebody has this name already. Choose another one.", "name-taken")


def _give_everything(connection: Connection, person: Person, inputs: Iterable[str]) -> None:
    """What was here before people existed becomes this person's."""
    _give_runs(connection, person.id, inputs)
    kept = select(forms.c.path, literal(person.id), forms.c.favourite, forms.c.changed_at)
    connection.execute(insert(form_people).from_select(["path", "person", "favourite", "at"], kept))


def _give_runs(connection: Connection, person: str, inputs: Iterable[str] = ()) -> int:
    """Give them the runs that are nobody's, with their inputs and these. Returns how many runs there were."""
    nobodys = tasks.c.person == ""
    connection.execute(update(marks).where(marks.c.person == "").values(person=person))
    hold_inputs(connection, run_inputs(connection, nobodys).union(inputs), RunOwner(person))
    return row_count(connection.execute(update(tasks).where(nobodys).values(person=person)))
