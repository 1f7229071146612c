"""The forms of apps, workflows and quick creations that were opened here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import RowMapping, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from rh_ui.domain import FormRecord, RunKind
from rh_ui.errors import NotFound
from rh_ui.persistence.database import Database
from rh_ui.persistence.schema import forms

MOST: Final = 1000
"""The most forms in a list; people open some dozens."""
_INSERT: Final[dict[str, Callable[..., postgresql.Insert | sqlite.Insert]]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
_FACES: Final = tuple(column for column in forms.c if column.name != "source")


class SavedFormRepository:
    """Safe to use from many threads. Every method raises StorageFault."""

    def __init__(
        self, database: Database, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database = database
        self._now = now

    def save(self, record: FormRecord) -> None:
        """Save a form, or its new source; whether it is a favourite stays."""
        made = {
            "kind": record.kind.value,
            "remote_id": record.id,
            "site": record.site,
            "face": dict(record.face),
            "source": dict(record.source),
            "changed_at": self._now(),
        }
        fresh = {"path": record.path, "favourite": record.favourite, "made_at": self._now()}
        adding = _INSERT[self._database.dialect](forms).values(made | fresh)
        with self._database.write() as connection:
            connection.execute(adding.on_conflict_do_update(index_elements=[forms.c.path], set_=made))

    def get(self, path: str) -> FormRecord:
        """Raises NotFound."""
        with self._database.read() as connection:
            row = connection.execute(select(forms).where(forms.c.path == path)).mappings().one_or_none()
        if row is None:
            raise NotFound(f"There is no form with the path “{path}” here.")
        return _record(row, row["source"])

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

    def set_favourite(self, path: str, *, favourite: bool) -> None:
        with self._database.write() as connection:
            connection.execute(update(forms).where(forms.c.path == path).values(favourite=favourite))

    def remove(self, path: str) -> None:
        """Delete a form; its runs stay."""
        with self._database.write() as connection:
            connection.execute(delete(forms).where(forms.c.path == path))


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
