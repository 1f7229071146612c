"""To sign in at the company: GET /rh/company-sign-in leads to its provider, GET /rh/company-sign-in/back is
where a browser comes back."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, unquote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import cookie_parser

from rh_ui.errors import SignInRefused, StorageFault
from rh_ui.web.api.routing import Unbound
from rh_ui.web.routes.file_response import NEVER
from rh_ui.web.routes.sign_in import entered, sign_in_page, wanted_place, whence
from rh_ui.web.services import PageServices
from rh_ui.web.session_cookie import cookie, page_address

KEPT: Final = "rh_company"
"""The cookie between the two: state, nonce, verifier, and where somebody wanted to go."""
SECONDS: Final = 600
BACK: Final = "/rh/company-sign-in/back"
LONGEST_WISH: Final = 500


def build_company_router() -> APIRouter:
    router = APIRouter(prefix="/rh", include_in_schema=False)

    @router.get("/company-sign-in")
    async def begin(services: Unbound, request: Request) -> Response:
        if not services.company.button:
            return RedirectResponse("sign-in", 303, headers=NEVER)
        try:
            begun = await run_in_threadpool(services.company.begin, _back(services, request))
        except SignInRefused as fault:
            return sign_in_page(services, request, request.query_params, fault)
        wanted = wanted_place(request.query_params.get("next", ""))
        wish = quote(wanted if len(wanted) <= LONGEST_WISH else "/", safe="").replace(".", "%2E")
        answer = RedirectResponse(begun.url, 303, headers=NEVER)
        answer.headers["Set-Cookie"] = _cookie(services, request, f"{begun.kept}.{wish}", SECONDS)
        return answer

    @router.get("/company-sign-in/back")
    async def back(services: Unbound, request: Request) -> Response:
        if not services.company.button:
            return RedirectResponse("../sign-in", 303, headers=NEVER)
        kept, _, wish = cookie_parser(request.headers.get("cookie", "")).get(KEPT, "").rpartition(".")
        wanted = unquote(wish)
        try:
            _, secret = await run_in_threadpool(
                services.company.finish,
                request.query_params,
                kept,
                _back(services, request),
                *whence(request),
            )
        except (SignInRefused, StorageFault) as fault:
            answer = sign_in_page(services, request, {"next": wanted}, fault)
        else:
            answer = await entered(services, request, secret, wanted)
        answer.headers.append("Set-Cookie", _cookie(services, request, "", 0))
        return answer

    return router


def _back(services: PageServices, request: Request) -> str:
    return page_address(services.address, request.headers.get("host", "")) + BACK


def _cookie(services: PageServices, request: Request, value: str, seconds: int) -> str:
    return cookie(KEPT, value, seconds, services.address, request.headers.get("host", ""))
