"""Our own copies of chosen files, as far as a caller may see them: those that they brought, and those of the
projects that they see. The same content is kept once, whoever brings it."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from rh_ui.domain import INPUT_PREFIX
from rh_ui.errors import NotFound
from rh_ui.people import OWNER, Caller
from rh_ui.persistence.input_holders import InputHolders
from rh_ui.services.access import refuse_in_a_look
from rh_ui.storage.library import KeptInput, Library


class KeptInputs:
    """Thread-safe."""

    def __init__(self, library: Library, holders: InputHolders) -> None:
        self._library = library
        self._holders = holders
        self._caller = OWNER

    def of(self, caller: Caller) -> Self:
        """The same for what a caller may see."""
        bound = copy.copy(self)
        bound._caller = caller
        return bound

    def input_info(self, ref: str) -> KeptInput:
        """Raises NotFound, StorageFault."""
        if self.hidden([ref]):
            raise NotFound("This file is no longer here.")
        return self._library.input_info(ref)

    def keep(self, path: Path, name: str) -> KeptInput:
        """Our own copy of a file, by content. Raises InputRefused, NoRoom, StorageFault, and
        RightRefused in a look."""
        refuse_in_a_look(self._caller)
        kept = self._library.keep_input(path, name)
        self.give([kept.ref])
        return kept

    def give(self, refs: Iterable[str]) -> None:
        """From now on the caller may see these; a look gives nothing. Raises StorageFault."""
        if self._caller.person and not self._caller.looking_at:
            self._holders.hold([ref.removeprefix(INPUT_PREFIX) for ref in refs], self._caller.person)

    def hidden(self, refs: Iterable[str]) -> frozenset[str]:
        """Those of these that the caller may not see. Raises StorageFault."""
        scope = self._caller.scope
        if scope is None:
            return frozenset()
        names = self._holders.hidden([ref.removeprefix(INPUT_PREFIX) for ref in refs], scope)
        return frozenset(INPUT_PREFIX + name for name in names)
