"""Tags of runs: those of a project are its people's, those of private runs their person's own."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Sequence
from typing import Final, Self

from rh_ui.errors import MoveRefused, NotFound, NotYours
from rh_ui.marks import Tag, tag_key, tidy_tag
from rh_ui.people import OWNER, Caller, Role, RunOwner
from rh_ui.persistence.repositories.tags import TagRepository
from rh_ui.persistence.run_queries import PageQueries
from rh_ui.services.access import refuse_in_a_look

MOST_LISTED: Final = 1000


class Tags:
    """Thread-safe. Methods raise StorageFault."""

    def __init__(self, repository: TagRepository, history: PageQueries) -> None:
        self._repository = repository
        self._history = history
        self._caller = OWNER

    def of(self, caller: Caller) -> Self:
        """The same for a caller."""
        bound = copy.copy(self)
        bound._caller, bound._history = caller, self._history.of(caller.scope)
        return bound

    def read(self, task_ids: Sequence[str]) -> dict[str, list[str]]:
        """The tags of these runs, which the caller sees."""
        return self._repository.of(task_ids) if task_ids else {}

    def listed(self) -> list[Tag]:
        """The tags of the runs that the caller sees, those of most runs first."""
        return self._repository.listed(self._caller.scope, MOST_LISTED)

    def put(self, task_ids: Collection[str], add: Iterable[str], remove: Iterable[str]) -> None:
        """Tag runs, and take tags away. Raises NotFound and NotYours where the caller may not change one of
        them, MoveRefused for an empty tag and for more than a run may have, and RightRefused in a look; then
        nothing is changed."""
        refuse_in_a_look(self._caller)
        wanted = set(task_ids)
        owners = self._history.owners(wanted)
        if len(owners) < len(wanted):
            raise NotFound("One of these runs is not there.")
        if not all(map(self._caller.may_change, owners.values())):
            raise NotYours
        named = {tag_key(name): name for name in map(_tidy, add)}
        self._repository.put(wanted, named, {tag_key(name) for name in remove})

    def rename(self, project: str, name: str, becomes: str) -> int:
        """Write a tag of a project differently, or one of the caller's private runs where it is empty.
        Returns the number of runs that had it. Raises NotFound, NotYours, MoveRefused, RightRefused."""
        owner, tidy = self._owner(project), _tidy(becomes)
        return self._known(self._repository.rename(owner, tag_key(name), tag_key(tidy), tidy))

    def remove(self, project: str, name: str) -> int:
        """Take a tag from all runs of a project, or from the caller's private ones. Returns the number of
        runs that had it. Raises NotFound, NotYours, RightRefused."""
        return self._known(self._repository.remove(self._owner(project), tag_key(name)))

    def _owner(self, project: str) -> RunOwner:
        """Whose tags these are. Raises where the caller may not change them."""
        refuse_in_a_look(self._caller)
        if project:
            if project not in (self._caller.projects or {}):
                raise NotFound("There is no such project.")
            if not self._caller.belongs_to(project) and self._caller.role is not Role.ADMIN:
                raise NotYours
        return RunOwner(self._caller.person, project)

    @staticmethod
    def _known(runs: int) -> int:
        if not runs:
            raise NotFound("No run has this tag.")
        return runs


def _tidy(name: str) -> str:
    tidy = tidy_tag(name)
    if not tidy:
        raise MoveRefused("A tag needs 1 to 60 characters.", "tag-name")
    return tidy
