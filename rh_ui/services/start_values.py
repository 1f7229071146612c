"""A project's start values: with what the form of a model starts where its next run goes into the project."""

from __future__ import annotations

import copy
import json
from typing import Final, Self

from rh_ui.domain import INPUT_PREFIX, Params, StartForm
from rh_ui.engine.inputs import kept_refs
from rh_ui.errors import ArgumentRefused
from rh_ui.people import OWNER, Action, AuditEntry, Caller
from rh_ui.persistence.repositories.projects import ProjectRepository, no_such_project
from rh_ui.persistence.repositories.start_values import NewStart, StartValueRepository
from rh_ui.services.access import refuse_in_a_look
from rh_ui.services.audit_log import AuditLog
from rh_ui.services.input_service import InputService
from rh_ui.storage.library import Library

LARGEST: Final = 200_000
"""Characters of the start values of one model."""


class StartValues:
    """Thread-safe. Methods raise StorageFault."""

    def __init__(
        self,
        repository: StartValueRepository,
        inputs: InputService,
        projects: ProjectRepository,
        library: Library,
        audit: AuditLog,
    ) -> None:
        self._repository = repository
        self._inputs = inputs
        self._projects = projects
        self._library = library
        self._audit = audit
        self._caller = OWNER

    def of(self, caller: Caller, inputs: InputService) -> Self:
        """The same for a caller: those of the projects that they see, and their inputs."""
        bound = copy.copy(self)
        bound._caller, bound._inputs = caller, inputs
        return bound

    def forms(self) -> list[StartForm]:
        """Which models have start values, in which projects."""
        return self._repository.listed(list(self._caller.projects or ()))

    def params(self, project: str, endpoint: str) -> Params:
        """The values by key, as a run would send them; null: the field is left empty. Raises NotFound."""
        if project not in (self._caller.projects or ()):
            raise no_such_project()
        return self._repository.params(project, self._paths(endpoint))

    def save(self, project: str, endpoint: str, params: Params | None, begins: bool | None) -> None:
        """Save the start values of a model, and whether the project begins its tab with the model; None: as
        before. Raises NotFound, PayloadRefused for a value that its field does not take, ArgumentRefused for
        too many, MoveRefused for a closed project, and RightRefused in a look."""
        self._refuse_unless_belongs(project)
        found = self._inputs.catalog.get(endpoint)
        stored = None if params is None else self._inputs.part(found, params)
        if len(json.dumps(stored, ensure_ascii=False)) > LARGEST:
            raise ArgumentRefused(f"Start values have at most {LARGEST:,} characters", "too_long")
        refs = kept_refs(found, stored or {})
        names = [ref.removeprefix(INPUT_PREFIX) for ref in refs]
        new = NewStart(project, self._paths(endpoint), found.modality.value, stored, begins, names)
        self._repository.put(
            new, self._caller.person,
            self._told(project, found.title), lambda: [self._library.input_info(ref) for ref in refs],
        )  # fmt: skip

    def forget(self, project: str, endpoint: str) -> None:
        """Raises NotFound, MoveRefused for a closed project, and RightRefused in a look."""
        self._refuse_unless_belongs(project)
        told = self._told(project, endpoint)
        self._repository.forget(project, self._paths(endpoint), self._caller.person, told)

    def _paths(self, endpoint: str) -> tuple[str, ...]:
        """The present path of a model, and those that it had before."""
        found = self._inputs.catalog.find(endpoint)
        return (endpoint, *(found.formerly if found else ()))

    def _refuse_unless_belongs(self, project: str) -> None:
        refuse_in_a_look(self._caller)
        if not self._caller.belongs_to(project):
            raise no_such_project()

    def _told(self, project: str, model: str) -> list[AuditEntry]:
        details = {"name": self._projects.get(project).name, "starts": f"start values: {model}"}
        return [self._audit.entry(self._caller, Action.PROJECT_CHANGED, project, details=details)]
