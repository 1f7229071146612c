"""Who did what, and when; entries are only ever added."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from rh_ui.domain import new_id
from rh_ui.people import OWNER, Action, AuditEntry, Caller, RunOwner
from rh_ui.persistence.database_clock import utc_now
from rh_ui.persistence.repositories.audit import AuditRepository

MOST: Final = 200
"""Entries on a page at most."""
REMEMBERED: Final = 1000
"""Opened results."""
AGAIN: Final = timedelta(minutes=10)
"""A result that is opened after this time is written down once more."""
LONGEST_TARGET: Final = 200
LONGEST_PLACE: Final = 100


class AuditLog:
    """Thread-safe. Methods raise StorageFault."""

    def __init__(self, repository: AuditRepository, now: Callable[[], datetime] = utc_now) -> None:
        self._repository = repository
        self._now = now
        self._opened: OrderedDict[tuple[str, str], datetime] = OrderedDict()

    def entry(
        self,
        caller: Caller,
        action: Action,
        target: str = "",
        owner: str = "",
        details: Mapping[str, str] | None = None,
        place: str = "",
    ) -> AuditEntry:
        """An entry, for a repository that adds it in the transaction of what it tells of.

        `owner`: whose the target is, if somebody else's.
        """
        return AuditEntry(
            self._now(), caller.person, caller.name, action, target[:LONGEST_TARGET],
            owner if owner != caller.person else "", details, place[:LONGEST_PLACE], new_id(),
        )  # fmt: skip

    def write(
        self,
        caller: Caller,
        action: Action,
        target: str = "",
        owner: str = "",
        details: Mapping[str, str] | None = None,
        place: str = "",
    ) -> None:
        """Add an entry. Without people (the OWNER) there is nobody to tell of, and nothing is written."""
        if caller != OWNER:
            self._repository.add(self.entry(caller, action, target, owner, details, place))

    def opened(self, caller: Caller, owner: RunOwner, result: str, called: str) -> None:
        """Write down that an admin who looks at somebody's private work opened a result of it; a player asks
        for one file many times."""
        if not caller.looking_at or owner.person != caller.looking_at or owner.project:
            return
        seen, now = (caller.session, result), self._now()
        last = self._opened.get(seen)
        if last is None or now - last > AGAIN:
            self.write(caller, Action.RESULT_OPENED, result, owner.person, {"result": called})
            self._opened[seen] = now
        if len(self._opened) > REMEMBERED:
            self._opened.popitem(last=False)

    def page(
        self,
        before: str = "",
        limit: int = MOST,
        *,
        person: str = "",
        owner: str = "",
        action: Action | None = None,
    ) -> list[AuditEntry]:
        """Entries newest first, from the one after the entry `before`: of what `person` did or what was done
        to them, or of what others did with things of `owner`; empty: all."""
        return self._repository.page(before, min(limit, MOST), person=person, owner=owner, action=action)
