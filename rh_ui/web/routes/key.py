"""POST /native: the one answer that holds the key, the address for tools of ComfyUI.

Only a page of ours gets it, on this computer, when a person presses Show or Copy there: the request carries
our Origin, which no page of another site can, and a token that the page was handed out with."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Body, Request
from fastapi.responses import JSONResponse

from rh_ui.errors import StudioError
from rh_ui.web.services import PageServices

NEVER: Final = {"Cache-Control": "no-store"}


def build_key_router(services: PageServices) -> APIRouter:
    """Answers `address` and the `token` for the next time, or 403."""
    router = APIRouter(prefix="/rh", include_in_schema=False)

    @router.post("/native")
    def native(
        request: Request,
        plus: Annotated[bool, Body()],
        token: Annotated[str, Body(max_length=100)],
    ) -> JSONResponse:
        # The guard has compared the Origin; here it must not be missing.
        is_page = bool(request.headers.get("origin")) and services.tokens.take(token)
        if not services.address.local or not is_page:
            return JSONResponse({"said": "This is shown to a freshly loaded page alone."}, 403, headers=NEVER)
        try:
            address = services.checks.native_address(plus=plus)
        except StudioError as fault:
            return JSONResponse({"said": str(fault)}, 409, headers=NEVER)
        return JSONResponse({"address": address, "token": services.tokens.issue()}, headers=NEVER)

    return router
