"""What people think of results: each person's own favourites and ratings, and what they hid."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import delete, func, not_, select, update

from rh_ui.errors import NotFound
from rh_ui.marks import Mark, MarkChange
from rh_ui.people import Scope
from rh_ui.persistence.repositories.base import Repository
from rh_ui.persistence.schema import outputs, tasks
from rh_ui.persistence.schema_marks import marks
from rh_ui.persistence.statements import insert_or, within

CHUNK: Final = 500
"""Ids in one statement; databases limit the number of values."""


class MarkRepository(Repository):
    """See Repository."""

    def of(self, ids: Sequence[str], person: str) -> dict[str, Mark]:
        """A person's marks of these results, by id; none for those without."""
        found: dict[str, Mark] = {}
        with self._database.read() as connection:
            for start in range(0, len(ids), CHUNK):
                mine = marks.c.person == person, marks.c.output_id.in_(ids[start : start + CHUNK])
                for row in connection.execute(select(marks).where(*mine)):
                    found[row.output_id] = Mark(row.favourite, row.rating, row.hidden)
        return found

    def put(self, ids: Collection[str], person: str, scope: Scope | None, change: MarkChange) -> None:
        """Change a person's marks of these results. Raises NotFound where they don't see one of them; then
        nothing is changed."""
        values: dict[str, Any] = dict(change)
        if not values or not ids:
            return
        plain = {"favourite": False, "rating": 0, "hidden": False}
        # In one order: two programs that mark the same wait for each other, and never both.
        rows = [{"person": person, "output_id": each, **plain, **values} for each in sorted(set(ids))]
        empty = marks.c.person == person, not_(marks.c.favourite), marks.c.rating == 0, not_(marks.c.hidden)
        of_these = select(outputs.c.task_id).where(outputs.c.id.in_(ids))
        seen = select(func.count()).select_from(outputs.join(tasks)).where(outputs.c.id.in_(ids))
        with self._database.write() as connection:
            mine = seen if scope is None else seen.where(within(scope))
            if connection.execute(mine).scalar_one() < len(rows):
                raise NotFound("One of these results is not there.")
            index = [marks.c.person, marks.c.output_id]
            adding = insert_or(connection, marks).on_conflict_do_update(index_elements=index, set_=values)
            connection.execute(adding, rows)
            connection.execute(delete(marks).where(*empty, marks.c.output_id.in_(ids)))
            # shows the change to pages of other processes
            connection.execute(update(tasks).where(tasks.c.id.in_(of_these)).values(updated_at=self._now()))
        self._changed()
