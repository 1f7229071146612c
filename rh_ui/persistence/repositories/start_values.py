"""With what the forms of a project start."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Text, cast, delete, select, update

from rh_ui.domain import Params, StartForm
from rh_ui.errors import NotFound
from rh_ui.people import AuditEntry, RunOwner
from rh_ui.persistence.input_holders import hold_inputs
from rh_ui.persistence.repositories.audit import add_entries
from rh_ui.persistence.repositories.base import Repository
from rh_ui.persistence.repositories.projects import require_open
from rh_ui.persistence.schema_team import start_values
from rh_ui.persistence.statements import insert_or

_HAS_VALUES: Final = (cast(start_values.c.params, Text) != "{}").label("has_values")
_FACTS: Final = (*(column for column in start_values.c if column.name != "params"), _HAS_VALUES)


@dataclass(frozen=True, slots=True)
class NewStart:
    """The start values of a model to store."""

    project: str
    paths: Sequence[str]
    """Of the model: the present one, then those that it had before. What is stored under one of these goes
    over to the present one."""
    modality: str
    params: Params | None
    """None: as before."""
    begins: bool | None
    """Whether the project begins its tab with the model; None: as before."""
    inputs: Sequence[str]
    """The kept inputs in `params`, as `<sha256>.<extension>`."""


class StartValueRepository(Repository):
    """See Repository."""

    def listed(self, projects: Collection[str]) -> list[StartForm]:
        """Those of these projects, by project and model."""
        query = (
            select(*_FACTS)
            .where(start_values.c.project.in_(projects))
            .order_by(start_values.c.project, start_values.c.endpoint)
        )
        with self._database.read() as connection:
            return [StartForm(**row) for row in connection.execute(query).mappings()]

    def params(self, project: str, paths: Sequence[str]) -> Params:
        """`paths`: as in NewStart. Raises NotFound."""
        with self._database.read() as connection:
            found = connection.execute(_of_model(project, paths)).first()
        if found is None:
            raise NotFound("There are no start values of this model here.")
        params: Params = found.params
        return params

    def put(
        self,
        new: NewStart,
        person: str,
        entries: Iterable[AuditEntry],
        still_right: Callable[[], object],
    ) -> None:
        """Store the start values of a model in place of earlier ones; the project holds their inputs from now
        on. Raises NotFound and MoveRefused where the person may not add to the project.

        `still_right` is called before the commit, while no clean-up can delete the inputs; if it raises,
        nothing is stored.
        """
        now = self._now()
        change: dict[str, Any] = {"modality": new.modality}
        change |= {} if new.params is None else {"params": new.params, "at": now}
        change |= {} if new.begins is None else {"begins": new.begins}
        path = new.paths[0]
        row = {"project": new.project, "endpoint": path, "params": {}, "begins": False, "at": now}
        tab = start_values.c.project == new.project, start_values.c.modality == new.modality
        with self._database.write() as connection:
            require_open(connection, RunOwner(person, new.project), until_commit=True)
            there = connection.execute(_of_model(new.project, new.paths)).first()
            if there is not None and there.endpoint != path:
                moving = update(start_values).where(*_among(new.project, [there.endpoint]))
                connection.execute(moving.values(endpoint=path))
            if new.begins:
                connection.execute(update(start_values).where(*tab).values(begins=False))
            adding = insert_or(connection, start_values).values(row | change)
            index = [start_values.c.project, start_values.c.endpoint]
            connection.execute(adding.on_conflict_do_update(index_elements=index, set_=change))
            hold_inputs(connection, new.inputs, RunOwner(project=new.project))
            still_right()
            add_entries(connection, entries)
        self._changed()

    def forget(self, project: str, paths: Sequence[str], person: str, entries: Iterable[AuditEntry]) -> None:
        """Raises NotFound and MoveRefused as `put`."""
        with self._database.write() as connection:
            require_open(connection, RunOwner(person, project), until_commit=True)
            connection.execute(delete(start_values).where(*_among(project, paths)))
            add_entries(connection, entries)
        self._changed()


def _among(project: str, paths: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    return start_values.c.project == project, start_values.c.endpoint.in_(paths)


def _of_model(project: str, paths: Sequence[str]) -> Select[tuple[Any, ...]]:
    """What is stored of a model: that of its present path, or else the newest."""
    is_former = start_values.c.endpoint != paths[0]
    return select(start_values).where(*_among(project, paths)).order_by(is_former, start_values.c.at.desc())
