"""The user's own LoRAs at the service, by account."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, insert, select

from rh_ui.domain import Lora
from rh_ui.persistence.database import Database
from rh_ui.persistence.schema import loras

MOST: Final = 500
CHUNK: Final = 500


def holders_of(database: Database, files: Collection[str]) -> dict[str, set[tuple[str, str]]]:
    """By LoRA, the accounts (site, fingerprint) in whose list it is. Raises StorageFault."""
    query = select(loras.c.file, loras.c.site, loras.c.account)
    asked, found = list(files), dict[str, set[tuple[str, str]]]()
    with database.read() as connection:
        for start in range(0, len(asked), CHUNK):
            for row in connection.execute(query.where(loras.c.file.in_(asked[start : start + CHUNK]))):
                found.setdefault(row.file, set()).add((row.site, row.account))
    return found


class LoraRepository:
    """The LoRAs of one account. Safe to use from many threads. Every method raises StorageFault."""

    def __init__(
        self,
        database: Database,
        site: str,
        account: str,
        former: Collection[str] = (),
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`former`: the fingerprints of keys that the account had before."""
        self._database = database
        self._site = site
        self._mine = and_(loras.c.site == site, loras.c.account.in_([account, *former]))
        self._account = account
        self._now = now

    def save(self, file: str, name: str, size: int) -> None:
        """The service has the LoRA; one that is in the list gets the new name."""
        row = {"site": self._site, "account": self._account, "file": file, "name": name, "size": size}
        with self._database.write() as connection:
            connection.execute(delete(loras).where(self._one(file)))
            connection.execute(insert(loras).values(**row, at=self._now()))

    def list_all(self) -> list[Lora]:
        """Newest first."""
        query = select(loras).where(self._mine).order_by(loras.c.at.desc(), loras.c.file).limit(MOST)
        with self._database.read() as connection:
            rows = connection.execute(query).mappings()
            return [Lora(row["file"], row["name"], row["size"], row["at"]) for row in rows]

    def remove(self, file: str) -> None:
        """Remove it from the list; the service keeps it."""
        with self._database.write() as connection:
            connection.execute(delete(loras).where(self._one(file)))

    def _one(self, file: str) -> ColumnElement[bool]:
        return and_(self._mine, loras.c.file == file)
