"""/people/{id}/look: an admin looks at somebody's private work, which is written down and shown to them."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request

from rh_ui.web.api.routing import ApiRoute, Services, place_of
from rh_ui.web.arguments import Id
from rh_ui.web.serializers.answers import Nothing

router: Final = APIRouter(prefix="/people", tags=["people"], route_class=ApiRoute)


@router.post("/{id}/look")
def look(services: Services, request: Request, id: Id) -> Nothing:
    """Show this person's private work in place of the admin's own, until the look is ended."""
    services.sign_in.look(id, services.caller, place_of(request))
    return {}


@router.post("/look/end")
def end(services: Services, request: Request) -> Nothing:
    """Show the admin's own work again."""
    services.sign_in.end_look(services.caller, place_of(request))
    return {}
