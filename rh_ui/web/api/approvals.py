"""/approvals: runs that cost more than their person may order alone. An admin says yes or no."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from typing_extensions import TypedDict

from rh_ui.i18n import Words
from rh_ui.people import Holder
from rh_ui.web.api.money import titles
from rh_ui.web.api.routing import ApiRoute, Reader, Services
from rh_ui.web.arguments import Id
from rh_ui.web.serializers.approvals import Approval, approval_json
from rh_ui.web.services import PageServices

router: Final = APIRouter(prefix="/approvals", tags=["approvals"], route_class=ApiRoute)


class ApprovalList(TypedDict):
    """The runs that wait for an answer, the oldest first; `more`: how many more there are."""

    approvals: list[Approval]
    more: int


@router.get("")
def approvals(services: Services, words: Reader) -> ApprovalList:
    """The runs that wait for an answer."""
    return _list(services, words)


@router.post("/{id}/approve")
def approve(services: Services, words: Reader, id: Id) -> ApprovalList:
    """Send a run; its price is held already."""
    services.approvals.approve(id, services.caller)
    return _list(services, words)


@router.post("/{id}/decline")
def decline(services: Services, words: Reader, id: Id) -> ApprovalList:
    """End a run unsent."""
    services.approvals.decline(id, services.caller)
    return _list(services, words)


def _list(services: PageServices, words: Words) -> ApprovalList:
    found = services.approvals.waiting(services.caller)
    owners = [each.task.owner for each in found]
    names = services.budgets.names(
        (holder, str(getattr(owner, holder))) for owner in owners for holder in Holder
    )
    titled = titles(services, words)
    listed = [
        approval_json(asking, titled(asking.task.endpoint), services.caller, names, words) for asking in found
    ]
    return {"approvals": listed, "more": services.approvals.count(services.caller) - len(listed)}
