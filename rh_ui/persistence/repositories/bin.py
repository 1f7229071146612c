"""The bin: results that somebody deleted, until they are brought back or deleted for good."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, case, delete, func, select, update

from rh_ui.domain import Output, OutputState, TaskState
from rh_ui.errors import MoveRefused
from rh_ui.people import AuditEntry, RunOwner, Scope
from rh_ui.persistence.repositories.audit import add_entries
from rh_ui.persistence.repositories.base import Repository, row_count
from rh_ui.persistence.row_mapping import output_of
from rh_ui.persistence.schema import outputs, tasks
from rh_ui.persistence.schema_marks import marks
from rh_ui.persistence.statements import within

_ENDED: Final = tuple(state.value for state in TaskState if state.is_final)
_IN_BIN: Final = outputs.c.binned_at.is_not(None), outputs.c.deleted_at.is_(None)
_BACK: Final = case((outputs.c.file_key != "", OutputState.SAVED.value), else_=OutputState.FAILED.value)


@dataclass(frozen=True, slots=True)
class Binned:
    """A result in the bin."""

    output: Output
    at: datetime
    by: str
    """The id of whoever put it there; empty where there are no people."""
    owner: RunOwner


@dataclass(frozen=True, slots=True)
class BinTotals:
    """What is in the bin: all of it, and what lies there since before a moment."""

    results: int
    bytes: int
    old: int


class BinRepository(Repository):
    """See Repository."""

    def put(self, ids: Sequence[str], person: str) -> int:
        """Put these results into the bin; those that are there already, or were forgotten, stay as they are.
        Returns how many went. Raises MoveRefused where the run of one has not ended; then nothing is changed.
        """
        those = outputs.c.id.in_(ids)
        gone = {"state": OutputState.FORGOTTEN.value, "binned_at": self._now(), "binned_by": person}
        here = outputs.c.binned_at.is_(None), outputs.c.state != OutputState.FORGOTTEN.value
        with self._database.write() as connection:
            # first: a run that is opened again at this moment waits, and then finds them gone
            runs = self._touch(connection, those)
            ended = select(func.count()).where(tasks.c.id.in_(_runs(those)), tasks.c.state.in_(_ENDED))
            if connection.execute(ended).scalar_one() < runs:
                raise MoveRefused("A run of these is still under way.", "bin-running")
            count = row_count(connection.execute(update(outputs).where(those, *here).values(gone)))
        self._changed()
        return count

    def restore(self, ids: Sequence[str]) -> int:
        """Bring these back, as they were. Returns how many came."""
        those = and_(outputs.c.id.in_(ids), *_IN_BIN)
        back = {"state": _BACK, "binned_at": None, "binned_by": ""}
        with self._database.write() as connection:
            self._touch(connection, those)
            count = row_count(connection.execute(update(outputs).where(those).values(back)))
        self._changed()
        return count

    def listed(
        self, scope: Scope | None, limit: int, offset: int, before: datetime | None = None
    ) -> list[Binned]:
        """What somebody sees of the bin, the latest first; with `before` only what was put there earlier."""
        aged = [] if before is None else [outputs.c.binned_at < before]
        query = (
            select(outputs, tasks.c.person, tasks.c.project)
            .join(tasks)
            .where(*_IN_BIN, *aged, *_seen(scope))
            .order_by(outputs.c.binned_at.desc(), outputs.c.id.desc())
            .limit(limit)
            .offset(offset)
        )
        with self._database.read() as connection:
            return [
                Binned(
                    output_of(row),
                    row["binned_at"],
                    row["binned_by"],
                    RunOwner(row["person"], row["project"]),
                )
                for row in connection.execute(query).mappings()
            ]

    def totals(self, scope: Scope | None, before: datetime) -> BinTotals:
        """What somebody sees of the bin, counted; `old`: what was put there before this moment."""
        old = func.sum(case((outputs.c.binned_at < before, 1), else_=0))
        query = (
            select(func.count(), func.sum(outputs.c.size), old)
            .select_from(outputs.join(tasks))
            .where(*_IN_BIN, *_seen(scope))
        )
        with self._database.read() as connection:
            count, size, aged = connection.execute(query).one()
        return BinTotals(int(count), int(size or 0), int(aged or 0))

    def taking_room(self, scope: Scope | None, limit: int, offset: int, *, oldest: bool) -> list[Binned]:
        """The stored results that somebody sees, the largest or the oldest first; `at`: since when."""
        stored = outputs.c.file_key != "", outputs.c.state == OutputState.SAVED.value
        order = (outputs.c.id,) if oldest else (outputs.c.size.desc().nulls_last(), outputs.c.id)
        query = (
            select(outputs, tasks.c.person, tasks.c.project)
            .join(tasks)
            .where(*stored, *_seen(scope))
            .order_by(*order)
            .limit(limit)
            .offset(offset)
        )
        with self._database.read() as connection:
            return [
                Binned(output_of(row), row["created_at"], "", RunOwner(row["person"], row["project"]))
                for row in connection.execute(query).mappings()
            ]

    def stored(self, scope: Scope | None) -> BinTotals:
        """What somebody sees of the stored results, counted."""
        here = outputs.c.file_key != "", outputs.c.state == OutputState.SAVED.value
        query = select(func.count(), func.sum(outputs.c.size)).select_from(outputs.join(tasks))
        with self._database.read() as connection:
            count, size = connection.execute(query.where(*here, *_seen(scope))).one()
        return BinTotals(int(count), int(size or 0), 0)

    def within(self, ids: Sequence[str]) -> list[Output]:
        """Those of these that are in the bin."""
        with self._database.read() as connection:
            query = select(outputs).where(outputs.c.id.in_(ids), *_IN_BIN).order_by(outputs.c.id)
            return [output_of(row) for row in connection.execute(query).mappings()]

    def condemn(self, ids: Sequence[str], entries: Iterable[AuditEntry]) -> int:
        """From now on these of the bin can't be brought back; their files are still to be removed (`bury`).
        Returns how many they are."""
        those = and_(outputs.c.id.in_(ids), *_IN_BIN)
        with self._database.write() as connection:
            self._touch(connection, those)
            count = row_count(connection.execute(update(outputs).where(those).values(deleted_at=self._now())))
            if count:
                add_entries(connection, entries)
        self._changed()
        return count

    def condemned(self, limit: int) -> list[Output]:
        """Results that are deleted for good, and whose files are still to be removed."""
        query = (
            select(outputs)
            .where(outputs.c.binned_at.is_not(None), outputs.c.deleted_at.is_not(None))
            .order_by(outputs.c.binned_at)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [output_of(row) for row in connection.execute(query).mappings()]

    def bury(self, output: Output, remove: Callable[[Output], object]) -> None:
        """Remove the files of one that is condemned, unless another result has the same file, and then all
        that its row tells. What stays is its id, its place in its run and what kind it was."""
        others = select(func.count()).where(
            outputs.c.file_key == output.file_key, outputs.c.id != output.id, outputs.c.file_key != ""
        )
        empty: dict[str, Any] = {
            "file_key": "", "thumb_key": "", "name": "", "mime": "", "sha256": "", "remote_url": "",
            "text": None, "size": None, "width": None, "height": None, "seconds": None, "binned_at": None,
            "binned_by": "",
        }  # fmt: skip
        with self._database.write() as connection:
            if not connection.execute(others).scalar_one():
                remove(output)
            connection.execute(update(outputs).where(outputs.c.id == output.id).values(empty))
            connection.execute(delete(marks).where(marks.c.output_id == output.id))

    def _touch(self, connection: Connection, those: ColumnElement[bool]) -> int:
        """Show the change to pages of other processes. Returns the number of runs."""
        touched = update(tasks).where(tasks.c.id.in_(_runs(those))).values(updated_at=self._now())
        return row_count(connection.execute(touched))


def _runs(those: ColumnElement[bool]) -> Any:
    return select(outputs.c.task_id).where(those)


def _seen(scope: Scope | None) -> Sequence[ColumnElement[bool]]:
    return [] if scope is None else [within(scope)]
