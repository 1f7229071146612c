"""With what the forms of a project start."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, select, update

from rh_ui.domain import Params, StartForm
from rh_ui.errors import NotFound
from rh_ui.people import AuditEntry, RunOwner
from rh_ui.persistence.input_holders import hold_inputs
from rh_ui.persistence.repositories.audit import add_entries
from rh_ui.persistence.repositories.base import Repository
from rh_ui.persistence.repositories.projects import require_open
from rh_ui.persistence.schema_team import start_values
from rh_ui.persistence.statements import insert_or

_FACTS: Final = tuple(column for column in start_values.c if column.name != "params")


@dataclass(frozen=True, slots=True)
class NewStart:
    """The start values of a model to store."""

    project: str
    endpoint: str
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

    def params(self, project: str, endpoint: str) -> Params:
        """Raises NotFound."""
        query = select(start_values.c.params).where(
            start_values.c.project == project, start_values.c.endpoint == endpoint
        )
        with self._database.read() as connection:
            found = connection.execute(query).scalar_one_or_none()
        if found is None:
            raise NotFound("There are no start values of this model here.")
        params: Params = found
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
        row = {"project": new.project, "endpoint": new.endpoint, "params": {}, "begins": False, "at": now}
        tab = start_values.c.project == new.project, start_values.c.modality == new.modality
        with self._database.write() as connection:
            require_open(connection, RunOwner(person, new.project), until_commit=True)
            if new.begins:
                connection.execute(update(start_values).where(*tab).values(begins=False))
            adding = insert_or(connection, start_values).values(row | change)
            index = [start_values.c.project, start_values.c.endpoint]
            connection.execute(adding.on_conflict_do_update(index_elements=index, set_=change))
            hold_inputs(connection, new.inputs, RunOwner(project=new.project))
            still_right()
            add_entries(connection, entries)
        self._changed()

    def forget(self, project: str, endpoint: str, person: str, entries: Iterable[AuditEntry]) -> None:
        """Raises NotFound and MoveRefused as `put`."""
        with self._database.write() as connection:
            require_open(connection, RunOwner(person, project), until_commit=True)
            same = start_values.c.project == project, start_values.c.endpoint == endpoint
            connection.execute(delete(start_values).where(*same))
            add_entries(connection, entries)
        self._changed()
