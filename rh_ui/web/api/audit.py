"""/audit: what people did, for admins."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

from fastapi import APIRouter
from pydantic import Strict
from typing_extensions import TypedDict

from rh_ui.i18n import Words
from rh_ui.people import Action
from rh_ui.web.api.routing import ApiRoute, Reader, Services
from rh_ui.web.arguments import Id
from rh_ui.web.serializers.audit import AuditRow, audit_row
from rh_ui.web.services import PageServices

ENTRIES: Final = 50
"""Of one page."""

GivenAction: TypeAlias = Annotated[Action, Strict(False)]

router: Final = APIRouter(prefix="/audit", tags=["audit"], route_class=ApiRoute)


class Somebody(TypedDict):
    """A person to choose from."""

    id: str
    name: str


class AuditPage(TypedDict):
    """Entries, newest first; `next`: to ask for the older ones, or empty. With what one can choose from."""

    entries: list[AuditRow]
    next: str
    people: list[Somebody]
    actions: list[Action]


@router.get("")
def audit(
    services: Services,
    words: Reader,
    before: Id = "",
    person: Id = "",
    action: GivenAction | Literal[""] = "",
) -> AuditPage:
    """Entries older than the entry `before`, of this person and of this kind; empty means all."""
    return audit_page(services, words, before, ENTRIES, person=person, action=action)


def audit_page(
    services: PageServices, words: Words, before: str, limit: int, *,
    person: str = "", action: Action | Literal[""] = "", owner: str = "",
) -> AuditPage:  # fmt: skip
    names = {each.id: each.name for each in services.people.list()}
    found = services.audit.page(before, limit + 1, person=person, action=action or None, owner=owner)
    return {
        "entries": [audit_row(entry, names, words) for entry in found[:limit]],
        "next": found[limit - 1].id if len(found) > limit else "",
        "people": [{"id": key, "name": name} for key, name in names.items()],
        "actions": list(Action),
    }
