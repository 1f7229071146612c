"""POST /native: the only answer that contains the key: the address for ComfyUI tools.

Only a page of ours gets it, on this computer, when a person presses Show or Copy there. The request carries
our Origin, which a page of another site can't send, and a token that was issued with the page.
"""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, ValidationError
from starlette.concurrency import run_in_threadpool

from rh_ui.errors import ArgumentRefused, StudioError
from rh_ui.web.api.refusals import TOO_LARGE
from rh_ui.web.arguments import SOUND, Flag, refusal
from rh_ui.web.bodies import read_body
from rh_ui.web.routes.file_response import NEVER
from rh_ui.web.services import PageServices

LARGEST: Final = 1024
"""Bytes of one call."""


class AddressRequest(BaseModel):
    """The kind of machine, and the token of the page."""

    model_config = SOUND

    plus: Flag
    token: Annotated[str, Field(max_length=100)]


def build_key_router(services: PageServices) -> APIRouter:
    """Answers `address` and the `token` for the next call, or 403."""
    router = APIRouter(prefix="/rh", include_in_schema=False)

    @router.post("/native")
    async def native(request: Request) -> JSONResponse:
        content = await read_body(request, LARGEST)
        if content is None:
            raise ArgumentRefused("This call is larger than 1 KB", TOO_LARGE)
        try:
            asked = AddressRequest.model_validate_json(content)
        except ValidationError as fault:
            raise refusal(fault.errors(include_url=False, include_input=False)) from None
        return await run_in_threadpool(answer, bool(request.headers.get("origin")), asked)

    def answer(has_origin: bool, asked: AddressRequest) -> JSONResponse:
        # The guard checks an Origin if there is one; here it must be present.
        is_page = has_origin and services.tokens.take(asked.token)
        if not services.address.local or not is_page:
            return JSONResponse({"said": "This is shown to a freshly loaded page alone."}, 403, headers=NEVER)
        try:
            address = services.checks.native_address(plus=asked.plus)
        except StudioError as fault:
            return JSONResponse({"said": str(fault)}, 409, headers=NEVER)
        return JSONResponse({"address": address, "token": services.tokens.issue()}, headers=NEVER)

    return router
