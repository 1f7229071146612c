"""Invitations: links that work once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from rh_ui.errors import PersonRefused
from rh_ui.people import AuditEntry, Invitation, Role
from rh_ui.persistence.repositories.audit import add_entries
from rh_ui.persistence.repositories.base import Repository, row_count
from rh_ui.persistence.repositories.people import NewPerson, add_person, alone, is_admin
from rh_ui.persistence.schema_team import invitations, project_people, projects


class InvitationRepository(Repository):
    """See Repository."""

    def add(self, invitation: Invitation, entries: Iterable[AuditEntry]) -> bool:
        """False: whoever makes it is no admin any more, so their invitations were withdrawn."""
        row = asdict(invitation) | {"role": invitation.role.value}
        with self._database.write() as connection:
            alone(connection, self._database)
            if invitation.made_by and not is_admin(connection, invitation.made_by):
                return False
            connection.execute(insert(invitations).values(row))
            add_entries(connection, entries)
        return True

    def get(self, digest: str) -> Invitation | None:
        query = select(invitations).where(invitations.c.digest == digest)
        with self._database.read() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return None if row is None else _invitation(row)

    def open(self) -> list[Invitation]:
        """Those that can still be accepted, newest first."""
        query = (
            select(invitations)
            .where(invitations.c.used_by == "", invitations.c.ends_at > self._now())
            .order_by(invitations.c.made_at.desc(), invitations.c.digest)
        )
        with self._database.read() as connection:
            return [_invitation(row) for row in connection.execute(query).mappings()]

    def accept(self, invitation: Invitation, new: NewPerson, entries: Iterable[AuditEntry]) -> None:
        """Add the person, who belongs to the invitation's project from now on. Raises PersonRefused if the
        invitation was used or withdrawn meanwhile, or if somebody has this name."""
        unused = invitations.c.digest == invitation.digest, invitations.c.used_by == ""
        with self._database.write() as connection:
            alone(connection, self._database)
            using = update(invitations).where(*unused).values(used_by=new.person.id)
            if not row_count(connection.execute(using)):
                raise invitation_over()
            add_person(connection, new, entries)
            _add_to_project(connection, invitation.project, new.person.id)
        self._changed()

    def withdraw(self, digest: str, entries: Iterable[AuditEntry]) -> bool:
        """False: it was used or withdrawn before."""
        unused = invitations.c.digest == digest, invitations.c.used_by == ""
        with self._database.write() as connection:
            if not row_count(connection.execute(delete(invitations).where(*unused))):
                return False
            add_entries(connection, entries)
        return True


def invitation_over() -> PersonRefused:
    return PersonRefused(
        "This invitation was used or withdrawn, or it has ended. Ask an admin for a new one.",
        "invitation-over",
    )


def _add_to_project(connection: Connection, project: str, person_id: str) -> None:
    """A project that was removed or closed since then takes nobody."""
    there = select(projects.c.id).where(projects.c.id == project, projects.c.closed.is_(False))
    if connection.execute(there).first() is not None:
        connection.execute(insert(project_people).values(project=project, person=person_id))


def _invitation(row: RowMapping) -> Invitation:
    return Invitation(**{**row, "role": Role(row["role"])})
