"""Projects: work that several people share. Whoever belongs to one may change it, and so may an admin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from rh_ui.domain import new_id
from rh_ui.errors import MoveRefused, NotFound, NotYours
from rh_ui.people import Action, Caller, PersonState, Project, Role
from rh_ui.persistence.database_clock import utc_now
from rh_ui.persistence.repositories.projects import ProjectRepository, no_such_project
from rh_ui.services.access import refuse_in_a_look
from rh_ui.services.audit_log import AuditLog

LONGEST_NAME: Final = 60


@dataclass(frozen=True, slots=True)
class Names:
    """The names of people and projects by id."""

    people: Mapping[str, str]
    projects: Mapping[str, str]
    gone: frozenset[str] = frozenset()
    """The people who left."""


NAMELESS: Final = Names({}, {})


class Projects:
    """Thread-safe. Methods raise StorageFault."""

    def __init__(
        self, repository: ProjectRepository, audit: AuditLog, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._repository = repository
        self._audit = audit
        self._now = now

    def of_person(self, person: str) -> dict[str, bool]:
        """The projects that a person sees, by id; True: they belong to it."""
        return self._repository.of_person(person)

    def list(self, caller: Caller) -> list[Project]:
        """The projects that the caller sees, oldest first; an admin sees that there are others, too."""
        seen = caller.projects or {}
        everything = caller.role is Role.ADMIN
        return [project for project in self._repository.all() if everything or project.id in seen]

    def names(self, caller: Caller) -> Names:
        """What the lists of a caller call people and projects."""
        if not caller.person:
            return NAMELESS
        found = self._repository.people()
        gone = frozenset(person for person, (_, state) in found.items() if state is PersonState.GONE)
        return Names({person: name for person, (name, _) in found.items()}, self._repository.names(), gone)

    def named(self, name: str, caller: Caller) -> str:
        """The id of the project with this id or name: of one to which the caller belongs, or else of any.
        Whether a run may go there is known when it is stored: the same order may have come before. Raises
        NotFound where there are no people, and MoveRefused where they belong to several of the name."""
        if not caller.person:
            raise no_such_project()
        if caller.belongs_to(name):
            return name
        called = [project.id for project in self._repository.all() if project.name == name]
        mine = [project for project in called if caller.belongs_to(project)]
        if len(mine) > 1:
            raise MoveRefused(
                f"You belong to {len(mine)} projects with the name “{name}”: give the id of one "
                f"({', '.join(mine)}). Nothing was sent and nothing was charged."
            )
        return (mine or called or [name])[0]

    def make(self, name: str, *, shared: bool, by: Caller) -> Project:
        """A new project, to which its maker belongs. Raises MoveRefused for a name that is empty or too
        long, and RightRefused in a look."""
        refuse_in_a_look(by)
        project = Project(new_id(), _tidy(name), shared, self._now(), frozenset({by.person}))
        told = self._audit.entry(by, Action.PROJECT_MADE, project.id, details={"name": project.name})
        self._repository.add(project, by.person, [told])
        return project

    def change(
        self,
        project_id: str,
        *,
        name: str | None = None,
        shared: bool | None = None,
        closed: bool | None = None,
        account: str | None = None,
        by: Caller,
    ) -> Project:
        """Rename a project, share it with everybody or not, close it or open it again; an admin also chooses
        the account that its runs go to. Raises NotFound, NotYours, MoveRefused."""
        before = self._changeable(project_id, by)
        if account is not None and by.role is not Role.ADMIN:
            raise NotYours
        asked = {
            "name": None if name is None else _tidy(name), "shared": shared, "closed": closed,
            "account": account,
        }  # fmt: skip
        given: dict[str, Any] = {key: value for key, value in asked.items() if value is not None}
        after = replace(before, **given)
        if after == before:
            return before
        # What was not asked for may have changed since it was read.
        told = self._audit.entry(by, Action.PROJECT_CHANGED, project_id, details=_differs(before, after))
        self._repository.change(project_id, given, [told])
        return self._repository.get(project_id)

    def add_person(self, project_id: str, person: str, *, by: Caller) -> Project:
        """Let a person see the project and run models in it. Raises NotFound, NotYours."""
        project = self._changeable(project_id, by)
        _, state = self._repository.people().get(person, ("", PersonState.GONE))
        if state is PersonState.GONE:
            raise NotFound("There is no such person.")
        told = self._audit.entry(by, Action.PROJECT_PERSON_ADDED, person, details={"name": project.name})
        self._repository.add_person(project_id, person, [told])
        return self._repository.get(project_id)

    def remove_person(self, project_id: str, person: str, *, by: Caller) -> Project:
        """Take a person out of the project; their runs stay in it. Raises NotFound, NotYours."""
        project = self._changeable(project_id, by)
        told = self._audit.entry(by, Action.PROJECT_PERSON_REMOVED, person, details={"name": project.name})
        self._repository.remove_person(project_id, person, [told])
        return self._repository.get(project_id)

    def _changeable(self, project_id: str, by: Caller) -> Project:
        refuse_in_a_look(by)
        seen = by.projects or {}
        if by.role is not Role.ADMIN and project_id not in seen:
            raise no_such_project()
        if by.role is not Role.ADMIN and not by.belongs_to(project_id):
            raise NotYours
        return self._repository.get(project_id)


def _differs(before: Project, after: Project) -> dict[str, str]:
    """The name, and what has changed."""
    told = {"name": after.name}
    if after.name != before.name:
        told["before"] = before.name
    for word in ("shared", "closed"):
        if getattr(after, word) != getattr(before, word):
            told[word] = f"{word}: {'yes' if getattr(after, word) else 'no'}"
    if after.account != before.account:
        told["account"] = f"account: {after.account or 'none'}"
    return told


def _tidy(name: str) -> str:
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > LONGEST_NAME:
        raise MoveRefused("A project needs a name of at most 60 characters.", "project-name")
    return tidy
