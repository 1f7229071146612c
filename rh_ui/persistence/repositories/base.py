"""What repositories share: the database, the clock, and the call after a change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, update

from rh_ui.persistence.database import Database
from rh_ui.persistence.database_clock import utc_now
from rh_ui.persistence.schema import tasks


def do_nothing() -> None:
    """The default of the calls that a repository makes."""


class Repository:
    """Writes to one database; safe to use from many threads. Every method raises StorageFault."""

    def __init__(
        self,
        database: Database,
        changed: Callable[[], object] = do_nothing,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """`changed` is called after every commit that a page could show."""
        self._database = database
        self._changed = changed
        self._now = now

    def _update_tasks(self, where: ColumnElement[bool], values: Mapping[str, Any]) -> int:
        """Returns the number of changed tasks. The new `updated_at` shows the change to pages of other
        processes."""
        with self._database.write() as connection:
            columns = {"updated_at": self._now(), **values}
            count = row_count(connection.execute(update(tasks).where(where).values(columns)))
        if count:
            self._changed()
        return count


def row_count(result: Any) -> int:
    return int(result.rowcount)
