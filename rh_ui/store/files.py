"""What the rows say about files: which ones they point to, and that one lies elsewhere now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select, update

from rh_ui.domain import Output
from rh_ui.store.database import Database
from rh_ui.store.records import output_of
from rh_ui.store.tables import outputs

CHUNK: Final = 500
"""Keys in one statement; databases limit the number of values."""


class Files:
    """Safe to use from many threads. Every method raises StorageFault."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def outputs_at(self, keys: Sequence[str]) -> list[Output]:
        """The results whose files lie at these keys."""
        found: list[Output] = []
        with self._database.read() as connection:
            for start in range(0, len(keys), CHUNK):
                there = select(outputs).where(outputs.c.file_key.in_(keys[start : start + CHUNK]))
                found += [output_of(row) for row in connection.execute(there).mappings()]
        return found

    def moved(self, output: Output, file_key: str, thumb_key: str) -> bool:
        """A result's files lie elsewhere from now on; False: they were not where `output` says any more."""
        same = (
            outputs.c.id == output.id,
            outputs.c.file_key == output.file_key,
            outputs.c.thumb_key == output.thumb_key,
        )
        values = {"file_key": file_key, "thumb_key": thumb_key, "name": file_key.rpartition("/")[2]}
        with self._database.write() as connection:
            return connection.execute(update(outputs).where(*same).values(values)).rowcount == 1
