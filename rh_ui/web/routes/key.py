"""POST /native: the only answer that contains the key: the address for ComfyUI tools.

Only a page of ours gets it, when somebody presses Show or Copy there: on this computer, or, where people sign
in, for an admin who enters their password again. The request carries our Origin, which a page of another site
can't send, and a token that was issued with the page.
"""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, ValidationError
from starlette.concurrency import run_in_threadpool

from rh_ui.errors import ArgumentRefused, SignInRefused, StudioError
from rh_ui.people import Action
from rh_ui.web.api.refusals import TOO_LARGE, status_of
from rh_ui.web.api.routing import Services, place_of
from rh_ui.web.arguments import SOUND, Flag, refusal
from rh_ui.web.bodies import read_body
from rh_ui.web.routes.file_response import NEVER
from rh_ui.web.services import PageServices

LARGEST: Final = 16 * 1024
"""Bytes of one call."""
FRESH_ONLY: Final = "This is shown to a freshly loaded page alone."


class AddressRequest(BaseModel):
    """The kind of machine, the token of the page, and who asks."""

    model_config = SOUND

    plus: Flag
    token: Annotated[str, Field(max_length=100)]
    password: Annotated[str, Field(max_length=1000)] = ""
    """Of whoever is signed in."""
    account: Annotated[str, Field(max_length=200)] = ""
    """The name of the account; empty: the first."""


def build_key_router() -> APIRouter:
    """Answers `address` and the `token` for the next call, or 403."""
    router = APIRouter(prefix="/rh", include_in_schema=False)

    @router.post("/native")
    async def native(services: Services, request: Request) -> JSONResponse:
        content = await read_body(request, LARGEST)
        if content is None:
            raise ArgumentRefused("This call is larger than 16 KB", TOO_LARGE)
        try:
            asked = AddressRequest.model_validate_json(content)
        except ValidationError as fault:
            raise refusal(fault.errors(include_url=False, include_input=False)) from None
        return await run_in_threadpool(answer, services, request, asked)

    def answer(services: PageServices, request: Request, asked: AddressRequest) -> JSONResponse:
        caller, place = services.caller, place_of(request)
        # The guard checks an Origin if there is one; here it must be present.
        if not services.manages or caller.token or not request.headers.get("origin"):
            return JSONResponse({"said": FRESH_ONLY}, 403, headers=NEVER)
        try:
            if caller.person:
                services.sign_in.confirm_password(caller.person, asked.password, place)
            if not services.tokens.take(asked.token):
                return JSONResponse({"said": FRESH_ONLY}, 403, headers=NEVER)
            address = services.checks_of(asked.account).native_address(plus=asked.plus)
        except SignInRefused as fault:
            told = {"said": str(fault), "code": fault.code, "minutes": fault.minutes}
            return JSONResponse(told, status_of(fault), headers=NEVER)
        except StudioError as fault:
            return JSONResponse({"said": str(fault)}, 409, headers=NEVER)
        if caller.person:
            of = {"name": services.accounts.get(asked.account).name} if services.accounts.several else None
            services.audit.write(caller, Action.KEY_SHOWN, details=of, place=place)
        return JSONResponse({"address": address, "token": services.tokens.issue()}, headers=NEVER)

    return router
