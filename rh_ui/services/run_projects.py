"""Puts runs that have ended into projects."""

from __future__ import annotations

import copy
from typing import Self

from rh_ui.domain import Task
from rh_ui.errors import NotYours
from rh_ui.people import OWNER, Action, Caller
from rh_ui.persistence.repositories.projects import ProjectRepository, no_such_project
from rh_ui.persistence.repositories.run_owners import RunOwnerRepository, not_ended
from rh_ui.persistence.run_queries import PageQueries
from rh_ui.services.access import changeable
from rh_ui.services.audit_log import AuditLog


def may_move(caller: Caller, task: Task) -> bool:
    """Whether the caller may put a run that they see into another project: it is theirs, or they are an
    admin, and it has ended."""
    return bool(caller.person) and caller.may_give(task.owner) and task.state.is_final


class RunProjects:
    """Thread-safe. Methods raise StorageFault."""

    def __init__(
        self,
        repository: RunOwnerRepository,
        projects: ProjectRepository,
        history: PageQueries,
        audit: AuditLog,
    ) -> None:
        self._repository = repository
        self._projects = projects
        self._history = history
        self._audit = audit
        self._caller = OWNER

    def of(self, caller: Caller) -> Self:
        """The same for a caller."""
        bound = copy.copy(self)
        bound._caller, bound._history = caller, self._history.of(caller.scope)
        return bound

    def put(self, task_id: str, project: str) -> Task:
        """Put an ended run into a project to which the caller belongs. From now on its people see it, and
        what it was charged counts for the project. Raises NotFound, NotYours, MoveRefused for a run that has
        not ended and a project that is closed, and RightRefused in a look."""
        caller, task = self._caller, changeable(self._history, self._caller, task_id)
        if not caller.may_give(task.owner):
            raise NotYours
        if not caller.belongs_to(project):
            raise no_such_project()
        if not task.state.is_final:
            raise not_ended()
        if task.owner.project == project:
            return task
        names = self._projects.names()
        before, name = names.get(task.owner.project, ""), names.get(project, "")
        details = {"before": before, "name": name} if before else {"name": name}
        told = self._audit.entry(caller, Action.RUN_MOVED, task.id, task.owner.person, details)
        self._repository.put(task, project, caller.person, [told])
        return self._history.task(task_id)
