"""What a caller thinks of the results that they see: favourites, ratings, and what they hide."""

from __future__ import annotations

import copy
from collections.abc import Collection, Sequence
from typing import Self

from rh_ui.marks import Mark, MarkChange
from rh_ui.people import OWNER, Caller
from rh_ui.persistence.repositories.marks import MarkRepository
from rh_ui.services.access import refuse_in_a_look


class Marks:
    """Thread-safe. Methods raise StorageFault."""

    def __init__(self, repository: MarkRepository) -> None:
        self._repository = repository
        self._caller = OWNER

    def of(self, caller: Caller) -> Self:
        """The same for a caller, whose own marks these are."""
        bound = copy.copy(self)
        bound._caller = caller
        return bound

    def read(self, ids: Sequence[str]) -> dict[str, Mark]:
        """The caller's marks of these results, by id; none for those without."""
        return self._repository.of(ids, self._caller.person) if ids else {}

    def put(self, ids: Collection[str], change: MarkChange) -> None:
        """Change the caller's marks of these results, of all or of none. Raises NotFound where they don't see
        one of them, and RightRefused in a look."""
        refuse_in_a_look(self._caller)
        self._repository.put(ids, self._caller.person, self._caller.scope, change)
