"""GET /covers/TOKEN: cover pictures of apps in lists, fetched by this server."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from rh_ui.errors import NotFound
from rh_ui.services.cover_proxy import CoverProxy
from rh_ui.web.api.routing import Services
from rh_ui.web.arguments import Id
from rh_ui.web.routes.file_response import SANDBOX

KEPT: Final = {"Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff", **SANDBOX}


def cover_address(covers: CoverProxy, url: str) -> str:
    """The address on this page for a picture that the service named; empty for none."""
    token = covers.token(url)
    return f"rh/covers/{token}" if token else ""


def add_covers(router: APIRouter) -> None:
    @router.get("/covers/{token}")
    def cover(services: Services, token: Id) -> Response:
        try:
            content, mime = services.covers.fetch(token)
        except NotFound:
            # The tile then shows a letter; a missing picture is not an error of the page.
            return Response(status_code=204)
        return Response(content, media_type=mime, headers=KEPT)
