"""/people/{id}/look: an admin looks at somebody's private work, which is written down and shown to them."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from rh_ui.web.api.routing import ApiRoute, Services
from rh_ui.web.arguments import Id
from rh_ui.web.serializers.answers import Nothing

router: Final = APIRouter(prefix="/people", tags=["people"], route_class=ApiRoute)


@router.post("/{id}/look")
def look(services: Services, id: Id) -> Nothing:
    """Show this person's private work in place of the admin's own, until the look is ended."""
    services.sign_in.look(id, services.caller)
    return {}


@router.post("/look/end")
def end(services: Services) -> Nothing:
    """Show the admin's own work again."""
    services.sign_in.end_look(services.caller)
    return {}
