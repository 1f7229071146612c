"""Which files the rows refer to, and the change of a row when its file is moved."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Text, cast, select, text, update

from rh_ui.domain import INPUT_PREFIX, JsonValue, Output, TaskState
from rh_ui.persistence.database import Database
from rh_ui.persistence.input_holders import forget_inputs
from rh_ui.persistence.row_mapping import output_of
from rh_ui.persistence.schema import outputs, tasks
from rh_ui.persistence.schema_team import start_values

CHUNK: Final = 500
"""Keys in one statement; databases limit the number of values."""
_INPUT: Final = re.compile(re.escape(INPUT_PREFIX) + r"([0-9a-f]{64}\.[a-z0-9]{1,8})")
_FINAL: Final = tuple(state.value for state in TaskState if state.is_final)


class FileReferences:
    """Safe to use from many threads. Every method raises StorageFault."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def outputs_at(self, keys: Sequence[str]) -> list[Output]:
        """The results whose files have these keys."""
        found: list[Output] = []
        with self._database.read() as connection:
            for start in range(0, len(keys), CHUNK):
                there = select(outputs).where(outputs.c.file_key.in_(keys[start : start + CHUNK]))
                found += [output_of(row) for row in connection.execute(there).mappings()]
        return found

    def moved(self, output: Output, file_key: str, thumb_key: str) -> bool:
        """A result's files are elsewhere from now on. False: its row no longer says what `output` says."""
        same = (
            outputs.c.id == output.id,
            outputs.c.file_key == output.file_key,
            outputs.c.thumb_key == output.thumb_key,
        )
        # A file whose name was simplified keeps the name that it should have.
        plain = output.name != output.file_key.rpartition("/")[2]
        name = output.name if plain else file_key.rpartition("/")[2]
        values = {"file_key": file_key, "thumb_key": thumb_key, "name": name}
        with self._database.write() as connection:
            return connection.execute(update(outputs).where(*same).values(values)).rowcount == 1

    def forget_pictures(self, thumb_keys: Sequence[str]) -> None:
        """These thumbnails are deleted: no row refers to them any more, and they are drawn again when
        needed."""
        with self._database.write() as connection:
            for start in range(0, len(thumb_keys), CHUNK):
                there = outputs.c.thumb_key.in_(thumb_keys[start : start + CHUNK])
                connection.execute(update(outputs).where(there).values(thumb_key=""))

    def unfinished(self) -> set[str]:
        """The ids of the runs that may still change."""
        with self._database.read() as connection:
            return set(connection.execute(select(tasks.c.id).where(tasks.c.state.not_in(_FINAL))).scalars())

    def inputs_in_use(self) -> set[str]:
        """The inputs of all runs, in whatever state, and of all start values, as `<sha256>.<extension>`."""
        with self._database.read() as connection:
            return run_inputs(connection) | _start_inputs(connection)

    def without_inputs(self, names: Iterable[str], remove: Callable[[str], bool]) -> None:
        """Call `remove` for those of these inputs that no run and no start values have; it answers whether
        the file is deleted. Until it returns neither is added, so that none can refer to a deleted file. Keep
        it short: every writer waits."""
        with self._database.write() as connection:
            if self._database.dialect == "postgresql":
                connection.execute(text("LOCK TABLE tasks, start_values IN SHARE MODE"))
            used = run_inputs(connection) | _start_inputs(connection)
            forget_inputs(connection, [name for name in names if name not in used and remove(name)])

    def database_bytes(self) -> int:
        """The size of the database on its disk, in bytes."""
        size = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        if self._database.dialect == "postgresql":
            size = "SELECT pg_database_size(current_database())"
        with self._database.read() as connection:
            return int(connection.execute(text(size)).scalar_one())


def texts_in(value: JsonValue) -> Iterator[str]:
    """The texts of a body, however deep they lie."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts_in(item)


def run_inputs(connection: Connection, *where: ColumnElement[bool]) -> set[str]:
    """The inputs of the runs that are as `where` says, as `<sha256>.<extension>`."""
    return _inputs_in(connection, tasks.c.params, *where)


def project_inputs(connection: Connection, project: str) -> set[str]:
    """The inputs of a project's runs and start values."""
    of_runs = run_inputs(connection, tasks.c.project == project)
    return of_runs | _start_inputs(connection, start_values.c.project == project)


def _start_inputs(connection: Connection, *where: ColumnElement[bool]) -> set[str]:
    return _inputs_in(connection, start_values.c.params, *where)


def _inputs_in(connection: Connection, params: ColumnElement[Any], *where: ColumnElement[bool]) -> set[str]:
    written = cast(params, Text).label("written")
    found: set[str] = set()
    query = select(written).where(written.contains(INPUT_PREFIX), *where)
    for row in connection.execute(query).yield_per(1000):
        found.update(_INPUT.findall(row.written))
    return found
