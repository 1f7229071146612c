"""The audit log: entries are only ever added, where possible with what they tell of, in its transaction."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, RowMapping, insert, or_, select

from rh_ui.people import Action, AuditEntry
from rh_ui.persistence.repositories.base import Repository
from rh_ui.persistence.schema_team import audit


class AuditRepository(Repository):
    """See Repository."""

    def add(self, entry: AuditEntry) -> None:
        with self._database.write() as connection:
            add_entries(connection, [entry])

    def page(
        self, before: str, limit: int, *, person: str = "", owner: str = "", action: Action | None = None
    ) -> list[AuditEntry]:
        """Entries newest first: those older than the entry `before`; of what `person` did or what was done
        to them, or of what was done with things of `owner`. Empty: all."""
        query = select(audit).order_by(audit.c.id.desc()).limit(limit)
        if before:
            query = query.where(audit.c.id < before)
        if person:
            query = query.where(or_(audit.c.person == person, audit.c.target == person))
        if action:
            query = query.where(audit.c.action == action.value)
        if owner:
            query = query.where(audit.c.owner == owner)
        with self._database.read() as connection:
            return [_entry(row) for row in connection.execute(query).mappings()]


def add_entries(connection: Connection, entries: Iterable[AuditEntry]) -> None:
    """Add entries in the transaction of what they tell of."""
    rows = [
        {
            "id": entry.id, "at": entry.at, "person": entry.person, "name": entry.name,
            "action": entry.action.value, "target": entry.target, "owner": entry.owner,
            "details": dict(entry.details) if entry.details else None, "place": entry.place,
        }
        for entry in entries
    ]  # fmt: skip
    if rows:
        connection.execute(insert(audit), rows)


def _entry(row: RowMapping) -> AuditEntry:
    return AuditEntry(
        at=row["at"], person=row["person"], name=row["name"], action=Action(row["action"]),
        target=row["target"], owner=row["owner"], details=row["details"], place=row["place"], id=row["id"],
    )  # fmt: skip
