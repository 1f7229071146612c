"""Tags of runs. A run takes its tags along: they are its project's, or, outside of projects, its person's."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, exists, func, select, update

from rh_ui.errors import MoveRefused
from rh_ui.marks import MOST_TAGS, Tag
from rh_ui.people import RunOwner, Scope
from rh_ui.persistence.repositories.base import Repository, row_count
from rh_ui.persistence.schema import tasks
from rh_ui.persistence.schema_marks import run_tags
from rh_ui.persistence.statements import insert_or, within

CHUNK: Final = 500


class TagRepository(Repository):
    """See Repository."""

    def of(self, task_ids: Sequence[str]) -> dict[str, list[str]]:
        """The tags of these runs, by the run's id; sorted."""
        found: dict[str, list[str]] = {}
        with self._database.read() as connection:
            for start in range(0, len(task_ids), CHUNK):
                there = run_tags.c.task_id.in_(task_ids[start : start + CHUNK])
                query = select(run_tags).where(there).order_by(run_tags.c.tag_key)
                for row in connection.execute(query):
                    found.setdefault(row.task_id, []).append(row.name)
        return found

    def listed(self, scope: Scope | None, limit: int) -> list[Tag]:
        """The tags of all runs that somebody sees, those of most runs first."""
        count = func.count().label("runs")
        query = (
            select(func.max(run_tags.c.name).label("name"), tasks.c.project, count)
            .join(tasks, tasks.c.id == run_tags.c.task_id)
            .where(*([] if scope is None else [within(scope)]))
            .group_by(run_tags.c.tag_key, tasks.c.project)
            .order_by(count.desc(), run_tags.c.tag_key, tasks.c.project)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [Tag(row.name, row.project, row.runs) for row in connection.execute(query)]

    def put(self, runs: Collection[str], add: Mapping[str, str], remove: Collection[str]) -> None:
        """Give these runs the tags `add` (names by key), and take `remove` (keys) away. A tag that the
        project or the person has is written as it is there. Raises MoveRefused where a run would have more
        than MOST_TAGS; then nothing is changed."""
        ids = sorted(set(runs))
        with self._database.write() as connection:
            # first: what is tagged at the same moment waits, and is counted
            touch = update(tasks).where(tasks.c.id.in_(ids)).values(updated_at=self._now())
            connection.execute(touch)
            chosen = run_tags.c.task_id.in_(ids), run_tags.c.tag_key.in_(set(remove) - set(add))
            connection.execute(delete(run_tags).where(*chosen))
            owners = select(tasks.c.id, tasks.c.person, tasks.c.project).where(tasks.c.id.in_(ids))
            rows = [
                {"task_id": row.id, "tag_key": key, "name": name}
                for row in connection.execute(owners).all()
                for key, name in _as_known(connection, add, RunOwner(row.person, row.project)).items()
            ]
            if rows:
                connection.execute(insert_or(connection, run_tags).on_conflict_do_nothing(), rows)
            counts = select(func.count()).where(run_tags.c.task_id.in_(ids)).group_by(run_tags.c.task_id)
            if any(count > MOST_TAGS for count in connection.execute(counts).scalars()):
                raise MoveRefused(f"A run has at most {MOST_TAGS} tags.", "too-many-tags")
        self._changed()

    def rename(self, owner: RunOwner, key: str, new_key: str, name: str) -> int:
        """Write a tag of a project, or of a person's private runs, differently. A run that has the new one
        already keeps it once. Returns the number of runs that had it."""
        theirs = _of(owner)
        other = run_tags.alias()
        has_both = exists().where(other.c.task_id == run_tags.c.task_id, other.c.tag_key == new_key)
        with self._database.write() as connection:
            had = run_tags.c.tag_key == key, theirs
            count = self._touch(connection, *had)
            if new_key != key:
                connection.execute(delete(run_tags).where(*had, has_both))
            connection.execute(update(run_tags).where(*had).values(tag_key=new_key))
            new = run_tags.c.tag_key == new_key, theirs
            connection.execute(update(run_tags).where(*new).values(name=name))
        self._changed()
        return count

    def remove(self, owner: RunOwner, key: str) -> int:
        """Take a tag from all runs of a project, or of a person's private ones. Returns their number."""
        had = run_tags.c.tag_key == key, _of(owner)
        with self._database.write() as connection:
            count = self._touch(connection, *had)
            connection.execute(delete(run_tags).where(*had))
        self._changed()
        return count

    def _touch(self, connection: Connection, *had: ColumnElement[bool]) -> int:
        """Show the change to pages of other processes."""
        runs = select(run_tags.c.task_id).where(*had)
        touched = update(tasks).where(tasks.c.id.in_(runs)).values(updated_at=self._now())
        return row_count(connection.execute(touched))


def _of(owner: RunOwner) -> ColumnElement[bool]:
    """The tags of a project's runs; of a person's private ones where the project is empty."""
    where = [tasks.c.project == owner.project]
    where += [] if owner.project else [tasks.c.person == owner.person]
    return run_tags.c.task_id.in_(select(tasks.c.id).where(*where))


def _as_known(connection: Connection, add: Mapping[str, str], owner: RunOwner) -> dict[str, str]:
    """The same tags, written as the project or the person writes them already."""
    known = (
        select(run_tags.c.tag_key, func.max(run_tags.c.name).label("name"))
        .where(run_tags.c.tag_key.in_(add), _of(owner))
        .group_by(run_tags.c.tag_key)
    )
    return {**add, **{row.tag_key: row.name for row in connection.execute(known)}}
